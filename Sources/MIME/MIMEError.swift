// Why a message could not be turned into bytes.
//
// Every case names the header field, because the person who reads it has to find the value. No case carries
// the value itself: addresses, subjects and bodies do not belong into logs.

/// A message that cannot be written as RFC 5322 without changing what the caller asked for.
package enum MIMEError: Error, Equatable {
    /// The field's value holds CR, LF, NUL, another C0 control or DEL; it is refused, never stripped.
    case controlCharacter(field: String)
    /// The field's address is not an ASCII `local@domain` that can stand between `<` and `>`.
    case malformedAddress(field: String)
    /// The message id is not `left@right` of two dot-atoms.
    case malformedMessageID
    /// The date is no number, or its year is outside 1900 to 9999.
    case dateOutOfRange
    /// The name of the extra header at this position (from 0) is empty or not printable ASCII without a
    /// colon.
    case malformedHeaderName(position: Int)
    /// The extra header's value is empty, not ASCII, or has leading, trailing or double blanks.
    case malformedHeaderValue(field: String)
    /// The field would occur twice.
    case duplicateHeader(field: String)
    /// The field has a part that may not be folded and does not fit a line of 998 octets.
    case lineTooLong(field: String)
}

extension MIMEError: CustomStringConvertible {
    /// What is wrong, where, and what to do; never the value itself.
    package var description: String {
        switch self {
        case .controlCharacter(let field):
            "\(field): contains a line break or another control character; remove it from the value"
        case .malformedAddress(let field):
            "\(field): the address is not ASCII local@domain; write the domain in A-labels, no blanks, < or >"
        case .malformedMessageID:
            "Message-ID: is not left@right of letters, digits and dots; give it without < and >"
        case .dateOutOfRange:
            "Date: is outside the years 1900 to 9999"
        case .malformedHeaderName(let position):
            "extra header \(position): the name must be printable ASCII without blanks and colons"
        case .malformedHeaderValue(let field):
            "\(field): must be ASCII, not empty, with single blanks between its parts only"
        case .duplicateHeader(let field):
            "\(field): is given twice, or is written by the encoder itself; leave it out of the extra headers"
        case .lineTooLong(let field):
            "\(field): has a part of more than 997 octets without a blank; shorten it"
        }
    }
}
