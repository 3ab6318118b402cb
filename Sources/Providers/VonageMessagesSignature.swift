// Vonage's signed callbacks of the Messages API (developer.vonage.com, "Signed webhooks"): a JWT with HS256 under the signature secret, which binds the body
// through its SHA-256 and says when it was made. The URL is not bound: what stands in its query is believed for the token in the path.

import Crypto
import Domain

struct VonageMessagesSignature: HookSignature {
    let key: [UInt8]

    func verify(_ request: HookRequest, now: Timestamp) throws(HookRefusal) -> String {
        guard let field = request["Authorization"], field.hasPrefix("Bearer ") else { throw .unsigned }
        let token = try JSONWebToken(field.dropFirst(7), key: key, algorithms: ["HS256"])
        guard let hash = token.text("payload_hash"), let id = token.text("jti"), !id.isEmpty else {
            throw .unsigned
        }
        let digest = Hexadecimal.text(of: Crypto.sha256(request.body))
        guard Crypto.areEqual(Array(hash.utf8), Array(digest.utf8)) else { throw .signature }
        guard let moment = token.seconds("iat") else { throw .time }
        try HookTime.check(String(moment), now: now)
        if token.claims["exp"] != nil {
            guard let end = token.seconds("exp"), now < Timestamp(milliseconds: end * 1000) + HookTime.window
            else { throw .time }
        }
        return id
    }
}
