// What a webhook's receiver verifies with (Standard Webhooks 1.0.0): made from the home's webhook keys for each dealership and webhook, shown by a
// command, never stored and never logged. While keys rotate, a webhook is signed with each of them, the newest first, so that
// receivers change over in their own time.

import Domain
import Foundation

package struct WebhookSecret: Sendable {
    private let key: [UInt8]

    init(key: [UInt8]) {
        self.key = key
    }

    /// As receivers configure it: `whsec_` and 32 bytes in base64.
    package var text: String { "whsec_" + Data(key).base64EncodedString() }

    /// `v1,` and the HMAC-SHA-256 over id, timestamp and body.
    package func signature(id: String, at moment: Timestamp, _ body: [UInt8]) -> String {
        let signed = Array("\(id).\(moment.milliseconds / 1000).".utf8) + body
        return "v1," + Data(Crypto.authenticationCode(key: key, signed)).base64EncodedString()
    }
}

extension KeyRing {
    /// The secrets of one webhook, the newest first.
    package func webhookSecrets(dealership: DealershipID, webhook: String) -> [WebhookSecret] {
        webhookSecrets("dealership", dealership.text, webhook)
    }

    /// The secrets that the operator's alerts are signed with, the newest first.
    package var alertSecrets: [WebhookSecret] { webhookSecrets("alerts") }

    private func webhookSecrets(_ words: String...) -> [WebhookSecret] {
        let label = ["relais/webhook/v1"] + words
        return webhookKeys.reversed().map { key in
            WebhookSecret(
                key: Crypto.authenticationCode(key: key, Array(label.joined(separator: "\0").utf8)))
        }
    }
}
