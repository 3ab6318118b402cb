// What the undo form of a page carries: exactly the ledger entries that the act before it wrote, and on which link. Sealed, so that
// whoever holds a forwarded link cannot lift a block that stood before. Its 24 hours (contract, section 5) are counted by the store, from
// the entries' own time.

import Crypto
import Domain

package struct UndoToken: Sendable, Hashable {
    package let entries: [LedgerEntryID]
    /// The message whose link the act came by; it has one link, so an undo of another link is told.
    package let message: MessageID

    package init(entries: [LedgerEntryID], message: MessageID) {
        self.entries = entries
        self.message = message
    }

    private static let label = "relais/undo"
    private static let version: UInt8 = 1

    /// The token as it stands in a form.
    package func sealed(with keys: KeyRing) -> String {
        SealedFields.seal(
            [message.bytes, entries.flatMap(\.bytes)], label: Self.label, version: Self.version, with: keys)
    }

    /// Opens a token; nil unless one of the keys made it.
    package init?(_ text: String, keys: KeyRing) {
        guard var sealed = SealedFields(text, label: Self.label, version: Self.version, keys: keys),
            let message = MessageID(bytes: sealed.next())
        else { return nil }
        let bytes = sealed.next()
        let entries = stride(from: 0, to: bytes.count, by: 16).compactMap {
            LedgerEntryID(bytes: Array(bytes.dropFirst($0).prefix(16)))
        }
        self.init(entries: entries, message: message)
    }
}
