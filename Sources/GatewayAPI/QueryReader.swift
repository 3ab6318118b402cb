// The parameters behind a path's `?`: each name once, none that nobody asked for; anything else is 422. Their values need no percent
// encoding, so one that has any is no value.

import Domain
import HTTPServer

final class QueryReader {
    private var values: [String: String] = [:]

    init(_ query: String?) throws(RequestRefused) {
        for part in (query ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, values.updateValue(String(pair[1]), forKey: String(pair[0])) == nil else {
                throw Self.refused("each parameter of the query is there once, as name=value")
            }
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

    /// Refuses what was not asked for.
    func finish() throws(RequestRefused) {
        guard values.isEmpty else { throw Self.refused("the query has a parameter that is not offered here") }
    }

    private static func refused(_ detail: String) -> RequestRefused {
        RequestRefused(response: Problem.response(422, "refused", detail))
    }
}
