// The vendors' own helpers from PyPI, asked by a few lines of Python: they sign what they would send, and judge what they would receive.

import Domain
import Foundation
import Providers
import Support

enum VendorJudge {
    /// What `script` writes into `answer` about `question`, both JSON.
    static func answer<Question: Encodable, Answer: Decodable>(
        _ script: String, prelude: String = "", to question: Question
    ) throws -> Answer {
        let folder = try TestFolder()
        let text = String(decoding: try JSONEncoder().encode(question), as: UTF8.self)
        let program = [
            "import json, sys", "question = json.load(sys.stdin)", prelude, script,
            "json.dump(answer, open('answer', 'w'))",
        ].joined(separator: "\n")
        let (code, output) = try Judge.run("bin/python", ["-c", program], in: folder, input: text)
        guard code == 0 else { throw TestFailure("the judge ended with \(code): \(output)") }
        return try JSONDecoder().decode(Answer.self, from: Data(folder.bytes(of: "answer")))
    }
}

/// A callback as Python gets it.
struct JudgedCallback: Codable {
    var method: String
    var url: String
    var fields: [String: String]
    var body: String

    var request: HookRequest {
        HookRequest(
            method: method, url: url, fields: fields.map { ($0.key, $0.value) }, body: Array(body.utf8))
    }
}

/// One change of a good callback, and whether it may be believed still.
struct Alteration: Sendable {
    let name: String
    let isHarmless: Bool
    let change: @Sendable (inout JudgedCallback) -> Void

    init(
        _ name: String, isHarmless: Bool = false, _ change: @escaping @Sendable (inout JudgedCallback) -> Void
    ) {
        self.name = name
        self.isHarmless = isHarmless
        self.change = change
    }

    func applied(to callback: JudgedCallback) -> JudgedCallback {
        var copy = callback
        change(&copy)
        return copy
    }
}

extension String {
    /// The same with one bit of one character turned.
    func flipped(at offset: Int) -> String {
        var bytes = Array(utf8)
        bytes[offset] ^= 1
        return String(decoding: bytes, as: UTF8.self)
    }
}
