// The list of `Outbox/reply-rules.json`, embedded in the program: the first rule that fits decides. Reading is strict; a file that
// cannot be read cannot be shipped, because a test reads it and asks every rule.

import JSON

/// An ordered list of rules.
package struct ReplyRules: Sendable {
    package let rules: [ReplyRule]

    /// The rules of this program.
    package static let shipped: ReplyRules = {
        do {
            return try ReplyRules(
                JSONValue(parsing: PackageResources.reply_rules_json, syntax: .json5))
        } catch {
            preconditionFailure("Outbox/reply-rules.json: \(error)")
        }
    }()

    /// Reads the file's value; throws at the first rule that says what no rule may.
    package init(_ document: JSONValue) throws(JSONProblems) {
        let reader = try JSONObjectReader(document)
        var rules: [ReplyRule] = []
        for rule in try reader.objects("rules") { rules.append(try ReplyRule(rule)) }
        try reader.finish()
        self.rules = rules
    }

    /// The first rule that fits the refusal in `evidence`; nil when nothing was refused, or no rule fits.
    package func rule(for evidence: HandoverEvidence, provider: String = "") -> ReplyRule? {
        guard let refusal = Refusal(evidence, provider: provider) else { return nil }
        return rules.first { $0.fits(refusal) }
    }
}
