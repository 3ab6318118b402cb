// MessageBird's `MessageBird-Signature-JWT` (messagebird-python's RequestValidator): a JWT that binds the URL and the body through their SHA-256, and says from
// when until when it counts.

import Crypto
import Domain

struct MessageBirdSignature: HookSignature {
    let key: [UInt8]

    func verify(_ request: HookRequest, now: Timestamp) throws(HookRefusal) -> String {
        guard let text = request["MessageBird-Signature-JWT"] else { throw .unsigned }
        let token = try JSONWebToken(text, key: key, algorithms: ["HS256", "HS384", "HS512"])
        guard token.text("iss") == "MessageBird", let id = token.text("jti"), !id.isEmpty else {
            throw .unsigned
        }
        let body = request.body.isEmpty ? nil : Self.digest(request.body)
        guard Self.areEqual(token.text("url_hash"), Self.digest(Array(request.url.utf8))),
            body == nil ? token.text("payload_hash") == nil : Self.areEqual(token.text("payload_hash"), body)
        else { throw .signature }
        // Its end is the provider's to say; ours is how far clocks may differ.
        guard let start = token.seconds("nbf"), let end = token.seconds("exp"), end - start <= 3600 else {
            throw .time
        }
        let leeway = Duration.seconds(1)
        guard Timestamp(milliseconds: start * 1000) <= now + leeway,
            now < Timestamp(milliseconds: end * 1000) + leeway
        else { throw .time }
        return id
    }

    private static func digest(_ bytes: [UInt8]) -> String { Hexadecimal.text(of: Crypto.sha256(bytes)) }

    private static func areEqual(_ given: String?, _ expected: String?) -> Bool {
        guard let given, let expected else { return false }
        return Crypto.areEqual(Array(given.utf8), Array(expected.utf8))
    }
}
