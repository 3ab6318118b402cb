// Everything that a profile says, read with one set of parameters.

import Domain
import JSON

struct ProfileRules: Sendable {
    /// How `{encoding}` is spelt.
    let encodings: [String: String]
    /// Longer validities are cut to it; nil: the provider takes any.
    let longestValidity: Duration?
    let request: RequestRules
    let answer: AnswerRules
    let hooks: HookRules?
    let erasure: RequestRules?

    init(_ document: JSONValue, _ parameters: ProfileParameters) throws(JSONProblems) {
        let reader = try JSONObjectReader(document)
        _ = reader.value("parameters")
        _ = try reader.string("source")
        encodings = try Self.encodings(reader)
        longestValidity = try reader.optionalString("longestValidity").map { text throws(JSONProblems) in
            try reader.value(of: "longestValidity") { () throws(ValueError) in try Duration(configured: text)
            }
        }
        var tags = Set(MessageTag.allCases).subtracting([.providerReference])
        if encodings.isEmpty { tags.remove(.encoding) }
        request = try RequestRules(try reader.object("request"), parameters, tags: tags)
        answer = try AnswerRules(try reader.object("answer"), parameters)
        hooks = try reader.optionalObject("hooks").map { hooks throws(JSONProblems) in
            try HookRules(hooks, parameters)
        }
        erasure = try reader.optionalObject("erasure").map { erasure throws(JSONProblems) in
            try RequestRules(erasure, parameters, tags: [.providerReference])
        }
        try reader.finish()
    }

    private static func encodings(_ reader: JSONObjectReader) throws(JSONProblems) -> [String: String] {
        guard let members = try reader.optionalObject("encodings") else { return [:] }
        var encodings: [String: String] = [:]
        for encoding in SMSSubmission.Encoding.allCases {
            // Left out: the provider's own default, and so is what the tag stands in.
            encodings[encoding.rawValue] = try members.optionalString(encoding.rawValue)
        }
        return encodings
    }
}
