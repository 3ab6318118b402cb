// The signature against the vector of Standard Webhooks' own library, and what a secret depends on.

import Domain
import Foundation
import Testing

@testable import Crypto

@Suite("Webhook secrets")
struct WebhookSecretTests {
    private func ring(webhookKeys: [[UInt8]] = [], reference: UInt8 = 7) -> KeyRing {
        KeyRing(
            referenceKey: [UInt8](repeating: reference, count: 32),
            tokenKeys: [KeyRing.TokenKey(id: 1, key: [UInt8](repeating: 9, count: 32))],
            webhookKeys: webhookKeys)
    }

    private let garage = try! DealershipID("garage-nord")

    @Test func signsAsTheSpecificationsLibraryDoes() throws {
        let key = try #require(Data(base64Encoded: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let secret = WebhookSecret(key: [UInt8](key))
        #expect(secret.text == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: Timestamp(milliseconds: 1_614_265_330_999),
            Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func eachWebhookHasItsOwn() throws {
        let other = try DealershipID("garage-sud")
        let texts = [
            ring().webhookSecrets(dealership: garage, webhook: "dms"),
            ring().webhookSecrets(dealership: garage, webhook: "crm"),
            ring().webhookSecrets(dealership: other, webhook: "dms"),
            ring(reference: 8).webhookSecrets(dealership: garage, webhook: "dms"),
            ring(webhookKeys: [[UInt8](repeating: 1, count: 32)]).webhookSecrets(
                dealership: garage, webhook: "dms"),
            ring().alertSecrets,
        ].flatMap { $0.map(\.text) }
        #expect(texts.count == 6 && Set(texts).count == 6)
        #expect(texts.allSatisfy { $0.hasPrefix("whsec_") && $0.utf8.count == 6 + 44 })
        #expect(
            ring().webhookSecrets(dealership: garage, webhook: "dms").map(\.text) == [texts[0]], "for good")
    }

    @Test func whileKeysRotateTheNewestIsFirst() {
        let (old, new) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
        let both = ring(webhookKeys: [old, new]).webhookSecrets(dealership: garage, webhook: "dms").map(
            \.text)
        let alone = [new, old].map {
            ring(webhookKeys: [$0]).webhookSecrets(dealership: garage, webhook: "dms")[0].text
        }
        #expect(both == alone)
    }
}
