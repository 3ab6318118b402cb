// What is wrong with one value of a well-formed document: the entry of `errors` in an RFC 9457 answer, and the line
// that stops the start for a configuration. It tells what is expected, never the value, which may be personal data.

/// One value that is not as it must be.
package struct JSONProblem: Error, Sendable, Equatable {
    /// Where, as a JSON pointer (RFC 6901); empty for the whole document.
    package let pointer: String
    /// What kind: `missing`, `wrong-type`, `unknown-field`, `invalid-value`, `not-supported` and others of the caller.
    package let code: String
    /// What is expected, to follow the pointer in a sentence: "must be a string".
    package let detail: String

    /// Makes a problem.
    package init(pointer: String, code: String, detail: String) {
        self.pointer = pointer
        self.code = code
        self.detail = detail
    }

    /// The pointer to a member or an element of what `pointer` points to; escapes `~` and `/` (RFC 6901, section 3).
    package static func pointer(_ pointer: String, appending token: String) -> String {
        var result = pointer
        result.unicodeScalars.append("/")
        for scalar in token.unicodeScalars {
            switch scalar {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension JSONProblem: CustomStringConvertible {
    /// One line: pointer and detail.
    package var description: String {
        "\(pointer.isEmpty ? "the document" : JSONName.oneLine(pointer, limit: 256)): \(detail)"
    }
}
