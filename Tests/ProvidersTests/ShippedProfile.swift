// The shipped profiles and one submission, as the tests of this room use them.

import Domain
import Foundation
import Providers
import Support

enum ShippedProfile {
    static let names = [
        "aws-sns", "generic", "infobip", "kannel", "messagebird", "ovh", "sinch", "twilio", "vonage-messages",
        "vonage",
    ]

    static func profile(_ name: String) throws -> ProviderProfile {
        try ProviderProfile(parsing: RepositoryFolder.bytes(of: "Outbox/providers/\(name).json"), name: name)
    }

    /// An account; every required parameter that is not given is "its name", so that none is like another.
    static func account(
        _ name: String, baseURL: String = "https://api.example.com", _ parameters: [String: String] = [:]
    ) throws -> ProviderAccount {
        let profile = try profile(name)
        let required = profile.parameters.filter { $0.defaultValue == nil }.map {
            ($0.name, "its-\($0.name)")
        }
        let all = Dictionary(uniqueKeysWithValues: required).merging(parameters) { $1 }
        return try profile.account(baseURL: baseURL, parameters: all)
    }

    static let now = Timestamp(milliseconds: 1_763_884_800_123)  // 2025-11-23T08:00:00.123Z
    static let reference = MessageID(at: now, random: [UInt8](repeating: 7, count: 10))
    static let receiptURL = "https://gw.example.com/hooks/sms/0123456789abcdef"

    static func submission(
        text: String = "Votre Škoda est prête: https://gw.example.com/m/x?a=1&b=2", sender: String = "Garage",
        recipient: String = "+352621123456", encoding: SMSSubmission.Encoding = .ucs2,
        validity: Duration? = .seconds(3 * 86_400), receiptURL: String? = receiptURL
    ) -> SMSSubmission {
        SMSSubmission(
            reference: reference, sender: sender, recipient: recipient, text: text, encoding: encoding,
            validity: validity, receiptURL: receiptURL)
    }
}

extension ProviderRequest {
    subscript(_ name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }

    /// The pairs of the form, or of the query, read by Foundation; in order.
    var pairs: [[String]] {
        var components = URLComponents()
        components.percentEncodedQuery =
            body.isEmpty
            ? URLComponents(string: url)?.percentEncodedQuery
            : String(decoding: body, as: UTF8.self)
        return (components.queryItems ?? []).map { [$0.name, $0.value ?? ""] }
    }
}
