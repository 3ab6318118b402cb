// One line of an import as it was read: whom it names, what it says of them, and what in it could not be read. Values only; whether the
// person is known already is the store's to say.

import Domain

package struct ImportLine: Sendable {
    /// A statement with its moment; nil when the line does not say when.
    package struct Said: Sendable {
        package var statement: ImportStatement
        package var occurredAt: Timestamp?
        package var evidence: String?
    }

    /// The line of the file, from 1.
    package let number: Int
    package var email: EmailAddress?
    package var phone: PhoneNumber?
    package var customer: CustomerNumber?
    package var statements: [Said] = []
    /// Why the line is refused; empty when all of it was understood.
    package var refusals: [String] = []

    package init(number: Int, refusals: [String] = []) {
        self.number = number
        self.refusals = refusals
    }

    /// Reads a value of the line; one that is refused becomes a reason.
    mutating func read<Value>(_ name: String, _ value: () throws(ValueError) -> Value) -> Value? {
        do {
            return try value()
        } catch {
            refusals.append("\(name): \(error.reason)")
            return nil
        }
    }
}
