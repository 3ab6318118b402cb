/// Why an act may not be recorded, and which of its fields says so; the field's name is that of the JSON member.
package struct ConsentFault: Error, Sendable, Equatable {
    package enum Field: String, Sendable {
        case contact
        case event
        case scope
        case channel
        case occurredAt
        case method
        case notice
        case evidence
        case sale
        case entity
    }

    package let field: Field
    package let reason: String

    package init(_ field: Field, _ reason: String) {
        self.field = field
        self.reason = reason
    }
}
