// How a request says who asks, where a plain header does not do: a bearer token or an API key is written under `headers`, a password in a form under
// `fields`. Credentials are the operator's parameters alone.

import Domain
import Foundation
import JSON

enum RequestAuthentication: Sendable {
    private enum Kind: String, CaseIterable {
        case basic
        case ovh
        case aws
    }

    case none
    /// The value of the header (RFC 7617).
    case basic(String)
    case ovh(OVHSignature)
    case aws(AWSSignature)

    init(_ reader: JSONObjectReader?, _ parameters: ProfileParameters) throws(JSONProblems) {
        guard let reader else {
            self = .none
            return
        }
        func credential(_ name: String) throws(JSONProblems) -> String {
            let text = try reader.string(name)
            return try reader.value(of: name) { () throws(ValueError) in
                let template = try ValueTemplate(text, in: .credential, parameters, tags: [])
                return template.text { _ in nil } ?? ""
            }
        }
        /// A credential that becomes a header.
        func visible(_ name: String) throws(JSONProblems) -> String {
            let text = try credential(name)
            guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw reader.problem(name, detail: "must come out as visible ASCII: it is a header")
            }
            return text
        }
        let kind: Kind = try reader.word("kind", parameters)
        switch kind {
        case .basic:
            let user = try credential("username")
            guard !user.contains(":") else {
                throw reader.problem("username", detail: "must not hold a colon (RFC 7617, section 2)")
            }
            let pair = "\(user):\(try credential("password"))"
            self = .basic("Basic " + Data(pair.utf8).base64EncodedString())
        case .ovh:
            self = .ovh(
                OVHSignature(
                    application: try visible("application"), secret: try credential("secret"),
                    consumer: try visible("consumer")))
        case .aws:
            self = .aws(
                AWSSignature(
                    accessKey: try visible("accessKey"), secretKey: try credential("secretKey"),
                    sessionToken: try visible("sessionToken"), region: try visible("region"),
                    service: try visible("service")))
        }
    }

    func authenticate(_ draft: RequestDraft, now: Timestamp) -> RequestDraft {
        var draft = draft
        switch self {
        case .none: break
        case .basic(let value): draft.fields.append(("Authorization", value))
        case .ovh(let signature): draft.fields += signature.fields(for: draft, now: now)
        case .aws(let signature): draft.fields += signature.fields(for: draft, now: now)
        }
        return draft
    }
}
