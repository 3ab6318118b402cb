// How callbacks are signed. One small type a scheme, and a word for each in profiles; the scheme's key is a parameter, which is required, so that a profile
// that signs is never used unsigned.

import Domain
import JSON

protocol HookSignature: Sendable {
    /// Verifies over the raw bytes, in constant time.
    ///
    /// - Returns: what names this callback among the provider's.
    func verify(_ request: HookRequest, now: Timestamp) throws(HookRefusal) -> String
}

enum HookTime {
    /// How far a signed moment may be from ours, either way.
    static let window = Duration.seconds(300)

    /// - Parameter seconds: since 1970, in decimal.
    static func check(_ seconds: some StringProtocol, now: Timestamp) throws(HookRefusal) {
        guard seconds.utf8.count <= 12, let seconds = Int64(seconds), seconds >= 0 else { throw .time }
        let moment = Timestamp(milliseconds: seconds * 1000)
        guard moment <= now + window, now <= moment + window else { throw .time }
    }
}

enum HookSignatures {
    private enum Kind: String, CaseIterable {
        case secret
        case twilio
        case messagebird
        case sinch
        case vonageSMS = "vonage-sms"
        case vonageMessages = "vonage-messages"
    }

    /// nil for `secret`: the token in the callback's path is all there is.
    static func read(
        _ reader: JSONObjectReader, _ parameters: ProfileParameters
    ) throws(JSONProblems) -> (any HookSignature)? {
        func key(_ name: String) throws(JSONProblems) -> [UInt8] {
            let text = try reader.string(name)
            return try reader.value(of: name) { () throws(ValueError) in
                let template = try ValueTemplate(text, in: .credential, parameters, tags: [])
                return Array((template.text { _ in nil } ?? "").utf8)
            }
        }
        func requiredKey() throws(JSONProblems) -> [UInt8] {
            let key = try key("key")
            guard !key.isEmpty else {
                throw reader.problem("key", detail: "must hold a parameter that is never empty")
            }
            return key
        }
        let kind: Kind = try reader.word("kind", parameters)
        switch kind {
        case .secret: return nil
        case .twilio: return TwilioSignature(token: try requiredKey(), sharedKey: try key("sharedKey"))
        case .messagebird: return MessageBirdSignature(key: try requiredKey())
        case .sinch: return SinchSignature(key: try requiredKey())
        case .vonageMessages: return VonageMessagesSignature(key: try requiredKey())
        case .vonageSMS:
            return VonageSMSSignature(
                key: try requiredKey(), algorithm: try reader.word("algorithm", parameters))
        }
    }
}
