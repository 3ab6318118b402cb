// An answer as the rules look at it: read once, so that every rule compares the same values.

import JSON

struct ReadAnswer: Sendable {
    let status: Int
    let text: String
    /// nil when the body is no JSON.
    let document: JSONValue?
    /// The provider's own code.
    let code: String?

    init(status: Int, body: [UInt8], code: JSONPointer?) {
        self.status = status
        text = String(decoding: body, as: UTF8.self)
        let document = try? JSONValue(parsing: body)
        self.document = document
        self.code = document.flatMap { code?.text(in: $0) }
    }
}
