import Consent

/// What recording an act added, or the blocks that said it already.
package struct RecordedConsent: Codable, Sendable {
    package let added: [LedgerEntry]
    package let standing: [LedgerEntry]

    /// The entry to show as the receipt.
    package var entry: LedgerEntry? { added.first ?? standing.first }
}
