// The parameters behind a path's `?`, urlencoded: each name once, none that nobody asked for; anything else is 422.

import Domain
import HTTPServer
import Providers

final class QueryReader {
    private var values: [String: String] = [:]

    init(_ query: String?) throws(RequestRefused) {
        guard let pairs = URLEncoding.pairs(of: (query ?? "").utf8) else {
            throw Self.refused("the query is not urlencoded UTF-8")
        }
        for (name, value) in pairs where values.updateValue(value, forKey: name) != nil {
            throw Self.refused("each parameter of the query is there once")
        }
    }

    /// A parameter made into a value; nil when it is absent.
    func value<Value>(
        _ name: String, _ make: (String) throws(ValueError) -> Value
    ) throws(RequestRefused) -> Value? {
        guard let text = values.removeValue(forKey: name) else { return nil }
        do {
            return try make(text)
        } catch {
            throw Self.refused("\(name) \(error.reason)")
        }
    }

    /// One of the words of a type; nil when it is absent.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String) throws(RequestRefused) -> Word? {
        try value(name) { text throws(ValueError) in
            guard let word = Word(rawValue: text) else {
                throw ValueError("must be one of: \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return word
        }
    }

    /// How many elements a page of a listing has at most: `limit`, 100 unless told.
    func limit() throws(RequestRefused) -> Int {
        try value("limit") { text throws(ValueError) in
            guard let limit = Int(text), (1...1000).contains(limit) else {
                throw ValueError("must be a number from 1 to 1000")
            }
            return limit
        } ?? 100
    }

    /// Refuses what was not asked for.
    func finish() throws(RequestRefused) {
        guard values.isEmpty else { throw Self.refused("the query has a parameter that is not offered here") }
    }

    private static func refused(_ detail: String) -> RequestRefused {
        RequestRefused(response: Problem.response(422, "refused", detail))
    }
}
