// Vonage's signed callbacks of the SMS API (vonage-http-client's `sign_params`): an HMAC over `&name=value` of all parameters but `sig`, sorted by name, with `&` and
// `=` in values replaced. The plain MD5 that an account may also be set to is not taken: choose an HMAC in Vonage's dashboard.

import Crypto
import Domain
import Foundation

struct VonageSMSSignature: HookSignature {
    let key: [UInt8]
    let algorithm: DigestAlgorithm

    func verify(_ request: HookRequest, now: Timestamp) throws(HookRefusal) -> String {
        let form = request.method == "GET" ? Array(request.query.utf8) : request.body
        guard request.method == "GET" || request.isForm, let fields = URLEncoding.fields(of: form) else {
            throw .malformed
        }
        guard let given = fields.first(where: { $0.name == "sig" })?.value.lowercased(),
            let moment = fields.first(where: { $0.name == "timestamp" })?.value
        else { throw .unsigned }
        let signed = fields.filter { $0.name != "sig" }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            .map { field in
                let value = field.value.replacing("&", with: "_").replacing("=", with: "_")
                return "&\(field.name)=\(value)"
            }.joined()
        let code = Crypto.authenticationCode(key: key, Array(signed.utf8), algorithm)
        guard Crypto.areEqual(Array(Hexadecimal.text(of: code).utf8), Array(given.utf8)) else {
            throw .signature
        }
        try HookTime.check(moment, now: now)
        return given
    }
}
