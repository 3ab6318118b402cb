// Twilio's `X-Twilio-Signature` (twilio.com/docs/usage/webhooks/webhooks-security; twilio-python's RequestValidator): HMAC over the URL and the form's sorted names
// and values, with the account's token and SHA-1, or with a shared key and the algorithm that a second header names. A body that is no form is bound
// through its SHA-256 in the URL. Nothing in it tells the time. Twilio signs the URL with or without its port, so both are tried.

import Crypto
import Domain
import Foundation

struct TwilioSignature: HookSignature {
    let token: [UInt8]
    /// Empty when the account has none.
    let sharedKey: [UInt8]

    func verify(_ request: HookRequest, now: Timestamp) throws(HookRefusal) -> String {
        guard let text = request["X-Twilio-Signature"], let given = Data(base64Encoded: text), !given.isEmpty
        else { throw .unsigned }
        let (key, algorithm) = try keyAndAlgorithm(request["X-Twilio-Webhooks-Signature-Settings"])
        let content = try content(of: request)
        let isOurs = Self.spellings(of: request.url).map { url in
            Crypto.areEqual(
                Crypto.authenticationCode(key: key, Array(url.utf8) + content, algorithm), [UInt8](given))
        }
        guard isOurs.contains(true) else { throw .signature }
        return text
    }

    private func keyAndAlgorithm(_ settings: String?) throws(HookRefusal) -> ([UInt8], DigestAlgorithm) {
        guard let settings else { return (token, .sha1) }
        let named = settings.split(separator: ",").map { $0.filter { $0 != " " } }
            .filter { $0.hasPrefix("algorithm=") }
        guard named.count == 1, !sharedKey.isEmpty else { throw .unsigned }
        switch named[0] {
        case "algorithm=HMAC_SHA1": return (sharedKey, .sha1)
        case "algorithm=HMAC_SHA256": return (sharedKey, .sha256)
        default: throw .unsigned
        }
    }

    /// What is signed behind the URL: names and values as bytes, in the order of bytes.
    private func content(of request: HookRequest) throws(HookRefusal) -> [UInt8] {
        if request.body.isEmpty { return [] }
        guard request.isForm else {
            let hash = URLEncoding.fields(of: request.query.utf8)?.first { $0.name == "bodySHA256" }
            guard let hash else { throw .unsigned }
            let digest = Hexadecimal.text(of: Crypto.sha256(request.body))
            guard Crypto.areEqual(Array(hash.value.utf8), Array(digest.utf8)) else { throw .signature }
            return []
        }
        // A name that is there twice is refused here: the scheme does not tell once from twice.
        guard let fields = URLEncoding.fields(of: request.body) else { throw .malformed }
        return fields.map { (Array($0.name.utf8), Array($0.value.utf8)) }
            .sorted { $0.0.lexicographicallyPrecedes($1.0) }.flatMap { $0.0 + $0.1 }
    }

    /// The URL without its port, and with it.
    static func spellings(of url: String) -> [String] {
        guard let scheme = url.range(of: "://") else { return [url] }
        let end = url[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex
        let authority = url[scheme.upperBound..<end]
        let port = authority.firstIndex(of: ":")
        let host = authority[..<(port ?? authority.endIndex)]
        let number = port.map { String(authority[$0...]) } ?? (url.hasPrefix("https:") ? ":443" : ":80")
        return ["", number].map { url[..<scheme.upperBound] + host + $0 + url[end...] }
    }
}
