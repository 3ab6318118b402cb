// Sinch's signed callbacks (sinch-python's `validate_sinch_event_signature_with_nonce`): HMAC-SHA-256 over body, nonce and moment with dots between them.

import Crypto
import Domain
import Foundation

struct SinchSignature: HookSignature {
    let key: [UInt8]

    func verify(_ request: HookRequest, now: Timestamp) throws(HookRefusal) -> String {
        guard let text = request["x-sinch-webhook-signature"], let given = Data(base64Encoded: text),
            let nonce = request["x-sinch-webhook-signature-nonce"], !nonce.isEmpty,
            let moment = request["x-sinch-webhook-signature-timestamp"],
            request["x-sinch-webhook-signature-algorithm"].map({ $0 == "HmacSHA256" }) != false
        else { throw .unsigned }
        let code = Crypto.authenticationCode(key: key, request.body + Array(".\(nonce).\(moment)".utf8))
        guard Crypto.areEqual(code, [UInt8](given)) else { throw .signature }
        try HookTime.check(moment, now: now)
        return nonce
    }
}
