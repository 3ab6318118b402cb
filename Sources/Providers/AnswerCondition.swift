// When a rule of an answer fits: the HTTP status, and beside it the provider's own code, something that must be there, or a pattern in the body. An
// empty list of a kind does not matter; any one element of a list is enough.

import Domain
import Foundation
import JSON

struct AnswerCondition: Sendable {
    let statuses: [ClosedRange<Int>]
    private let codes: [String]
    private let place: JSONPointer?
    private let pattern: NSRegularExpression?

    /// - Parameter statuses: where the rule names none; nil: it must.
    init(
        _ reader: JSONObjectReader, _ parameters: ProfileParameters, statuses defaults: [ClosedRange<Int>]?
    ) throws(JSONProblems) {
        var statuses: [ClosedRange<Int>] = []
        for text in try reader.constants("statuses", parameters) {
            guard let status = Self.status(text) else {
                throw reader.problem("statuses", detail: "must hold \"400\", or \"4yz\"; 2yz and 4yz")
            }
            statuses.append(status)
        }
        if statuses.isEmpty, let defaults { statuses = defaults }
        guard !statuses.isEmpty else {
            throw reader.problem("statuses", code: "missing", detail: "is required: \"400\", or \"4yz\"")
        }
        self.statuses = statuses
        codes = try reader.constants("codes", parameters)
        place = try reader.jsonPointer("has", parameters)
        pattern = try reader.pattern("text", parameters)
    }

    /// It looks at what the provider says, and not at the HTTP status alone.
    var readsBody: Bool { !codes.isEmpty || place != nil || pattern != nil }
    var readsCode: Bool { !codes.isEmpty }

    func fits(_ answer: ReadAnswer) -> Bool {
        statuses.contains { $0.contains(answer.status) }
            && (codes.isEmpty || answer.code.map(codes.contains) == true)
            && (place == nil || answer.document.flatMap { place?.value(in: $0) }.map(Self.isThere) == true)
            && (pattern == nil || pattern.map { Self.matches($0, answer.text) } == true)
    }

    private static func isThere(_ value: JSONValue) -> Bool {
        ![.null, .bool(false), .string(""), .array([]), .object([])].contains(value)
    }

    private static func matches(_ pattern: NSRegularExpression, _ text: String) -> Bool {
        pattern.firstMatch(in: text, range: NSRange(location: 0, length: (text as NSString).length)) != nil
    }

    private static func status(_ text: String) -> ClosedRange<Int>? {
        switch text {
        case "2yz": 200...299
        case "4yz": 400...499
        default: Int(text).flatMap { (200...299).contains($0) || (400...499).contains($0) ? $0...$0 : nil }
        }
    }
}
