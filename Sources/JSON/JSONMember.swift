// One member of a JSON object. A pair with names, because an object is a list that keeps its order, not a dictionary.

/// A name and its value in a JSON object.
package struct JSONMember: Sendable, Equatable {
    /// The member's name, decoded.
    package var name: String
    /// The member's value.
    package var value: JSONValue

    /// Makes a member.
    package init(name: String, value: JSONValue) {
        self.name = name
        self.value = value
    }
}
