// One column of an export: how its values are shown. By the column's name and type, so that a column which a later version adds is in the
// export too, at worst as hexadecimal digits.

import Consent
import Domain
import JSON
import SQLite

struct SubjectColumn {
    let table: String
    let name: String
    let type: String

    /// Times are shown as such, without their unit.
    var shownName: String { isTime ? String(name.dropLast("_ms".count)) : name }

    private var isTime: Bool { name.hasSuffix("_ms") }

    /// - Parameter messageIDs: the ids of the messages by their place.
    func value(_ row: SQLRow, _ index: CInt, _ messageIDs: [Int64: String]) -> JSONValue {
        guard !row.isNull(index) else { return .null }
        switch type {
        case "INTEGER":
            let number = row.integer(index)
            if isTime { return .string(Timestamp(milliseconds: number).text) }
            if name == "message" { return .optional(messageIDs[number]) }
            return name.hasPrefix("is_") || name.contains("_counts_") ? .bool(number != 0) : .integer(number)
        case "BLOB": return .string(text(row.blob(index)))
        default: return .string(row.text(index))
        }
    }

    private func text(_ bytes: [UInt8]) -> String {
        let text: String? =
            switch (table, name) {
            case (_, "contact"), (_, "related_contact"), (_, "customer"), (_, "other_address"),
                (_, "address"):
                ContactReference(bytes: bytes)?.description
            case ("message", "id"), (_, "message"), (_, "resend_of"): MessageID(bytes: bytes)?.description
            case ("ledger", "id"), (_, "entry"), (_, "refers_to"), (_, "reason_entry"),
                (_, "gate_entry"):
                LedgerEntryID(bytes: bytes)?.description
            case ("request", "id"): SubjectRequestID(bytes: bytes)?.description
            case (_, "body"): String(decoding: bytes, as: UTF8.self)
            default: nil
            }
        return text ?? Hexadecimal.text(of: bytes)
    }
}
