// Where and why a text is not a JSON document. The reason names at most one character or one member's name of the
// text, never a value: it may be logged and sent back.

/// The first fault in a JSON text.
package struct JSONSyntaxError: Error, Sendable, Equatable {
    /// The line, from 1.
    package let line: Int
    /// The column in Unicode scalars, from 1.
    package let column: Int
    /// What is wrong there.
    package let reason: String
}

extension JSONSyntaxError: CustomStringConvertible {
    /// One line: place and reason.
    package var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSONSyntaxError {
    /// Finds the line and column of `offset` in `bytes`; a line ends with LF, CR or CR LF.
    init(at offset: Int, in bytes: [UInt8], reason: String) {
        var line = 1
        var column = 1
        for index in 0..<offset {
            let byte = bytes[index]
            let endsLine =
                byte == 0x0A || (byte == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A))
            if endsLine {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.init(line: line, column: column, reason: reason)
    }
}
