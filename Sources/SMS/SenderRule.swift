// What one country's networks show as a sender: an entry of `Outbox/sender-rules.json`.

import Domain
import JSON

package struct SenderRule: Sendable {
    package enum Permission: String, Sendable, CaseIterable {
        case yes
        /// Shown after it was registered, by the provider or the dealership.
        case registered
        /// A number of the country itself.
        case national
        /// A number of another country.
        case foreign
        /// Replaced or refused on the way.
        case no
    }

    package let country: CountryCode
    package let permissions: [SenderID.Form: Permission]
    /// Whether surveys and offers may be sent there at all.
    package let allowsMarketing: Bool
    /// For the operator; may be empty.
    package let note: String

    init(_ reader: JSONObjectReader) throws(JSONProblems) {
        country = try reader.country("country")
        var permissions: [SenderID.Form: Permission] = [:]
        for form in SenderID.Form.allCases {
            guard let permission = Permission(rawValue: try reader.string(form.rawValue)),
                form == .numeric || ![.national, .foreign].contains(permission)
            else {
                throw reader.problem(
                    form.rawValue, detail: "must be yes, registered or no; a numeric also national or foreign"
                )
            }
            permissions[form] = permission
        }
        self.permissions = permissions
        allowsMarketing = try reader.optionalBool("marketing") ?? true
        note = try reader.optionalString("note") ?? ""
        _ = try reader.string("source")
    }

    /// Whether the country's networks show it.
    func shows(_ sender: SenderID, plans: NumberPlans) -> Bool {
        switch permissions[sender.form] ?? .no {
        case .yes, .registered: true
        case .no: false
        case .national: isNational(sender, plans)
        case .foreign: !isNational(sender, plans)
        }
    }

    private func isNational(_ sender: SenderID, _ plans: NumberPlans) -> Bool {
        (try? PhoneNumber(sender.text)).flatMap(plans.country) == country
    }

    /// What would be shown, in words: `a name (registered) or a number of the country`.
    var shown: String {
        let words = SenderID.Form.allCases.compactMap { form -> String? in
            let noun =
                [.alphanumeric: "a name", .numeric: "a phone number", .shortCode: "a short code"][form] ?? ""
            return switch permissions[form] ?? .no {
            case .yes: noun
            case .registered: noun + " that is registered"
            case .national: noun + " of \(country)"
            case .foreign: noun + " of another country"
            case .no: nil
            }
        }
        return words.joined(separator: " or ")
    }
}
