// A line of an NDJSON import in our own words: `{ "email", "phone", "customer", "event", "scope", "channel", "occurredAt", "notice",
// "evidence" }`. Without an event it is a contact. Unknown members are refused, like everywhere.

import Domain
import JSON

package struct ImportLineReader: Sendable {
    private let purposes: PurposeTable

    package init(purposes: PurposeTable) {
        self.purposes = purposes
    }

    /// - Parameter bytes: nil for a line that is too long.
    package func line(_ number: Int, _ bytes: ArraySlice<UInt8>?) -> ImportLine {
        guard let bytes else {
            return ImportLine(
                number: number, refusals: ["is longer than \(NDJSONReader.lineLimit >> 10) KB"])
        }
        do {
            return try read(number, JSONObjectReader(JSONValue(parsing: Array(bytes))))
        } catch {
            return ImportLine(number: number, refusals: ["\(error)"])
        }
    }

    private func read(_ number: Int, _ reader: JSONObjectReader) throws -> ImportLine {
        var line = ImportLine(number: number)
        for member in ["email", "phone", "customer"] {
            do {
                switch member {
                case "email": line.email = try reader.optionalValue(member, EmailAddress.init)
                case "phone": line.phone = try reader.optionalValue(member, PhoneNumber.init)
                default: line.customer = try reader.optionalValue(member, CustomerNumber.init)
                }
            } catch {
                line.refusals.append(error.description)
            }
        }
        var occurredAt: Timestamp?
        do {
            occurredAt = try reader.optionalValue("occurredAt") { text throws(ValueError) in
                try Timestamp(text)
            }
        } catch {
            line.refusals.append(error.description)
        }
        let evidence = try reader.optionalString("evidence")
        if try reader.optionalString("event") != nil {
            let statement = try reader.statement(purposes) { notice throws(JSONProblems) in
                try notice.string("text")
            }
            line.statements = [
                ImportLine.Said(statement: statement, occurredAt: occurredAt, evidence: evidence)
            ]
        }
        // What was said counts, whatever else stands beside it.
        do {
            try reader.finish()
        } catch {
            line.refusals.append(error.description)
        }
        return line
    }
}
