// The list of `Outbox/sender-rules.json`, embedded in the program: which of a dealership's senders an SMS to a country comes from. Networks
// replace what they do not show, and then nobody knows who writes and a STOP reaches nobody: so no valid sender is an error for the
// operator, and never another sender.

import Domain
import JSON

package struct SenderRules: Sendable {
    /// By country, in the file's order.
    package let rules: [SenderRule]

    /// The rules of this program.
    package static let standard: SenderRules = {
        do {
            return try SenderRules(JSONValue(parsing: PackageResources.sender_rules_json, syntax: .json5))
        } catch {
            preconditionFailure("Outbox/sender-rules.json: \(error)")
        }
    }()

    /// Reads the file's value.
    package init(_ document: JSONValue) throws(JSONProblems) {
        let reader = try JSONObjectReader(document)
        _ = try reader.string("date")  // For people, as each rule's source.
        var rules: [SenderRule] = []
        for member in try reader.objects("countries") {
            let rule = try SenderRule(member)
            guard !rules.contains(where: { $0.country == rule.country }) else {
                throw member.problem("country", detail: "must not be another rule's")
            }
            rules.append(rule)
        }
        try reader.finish()
        self.rules = rules
    }

    package subscript(_ country: CountryCode) -> SenderRule? {
        rules.first { $0.country == country }
    }

    /// The first sender that the country's networks show.
    ///
    /// - Parameter senders: in order of preference.
    /// - Throws: a fault of the configuration, worded for the operator.
    package func choose(
        from senders: [SenderID], to country: CountryCode, class purposeClass: PurposeClass
    ) throws(ValueError) -> SenderID {
        guard let rule = self[country] else {
            throw ValueError("no SMS to \(country): Outbox/sender-rules.json has no rule for it")
        }
        guard rule.allowsMarketing || !purposeClass.needsConsent else {
            throw ValueError("no \(purposeClass.rawValue) by SMS to \(country): \(rule.note)")
        }
        guard let sender = senders.first(where: { rule.shows($0, plans: .standard) }) else {
            let missing =
                senders.isEmpty ? "the dealership has no smsSender" : "none of the dealership's smsSender"
            throw ValueError("no sender for SMS to \(country): \(missing); its networks show \(rule.shown)")
        }
        return sender
    }
}
