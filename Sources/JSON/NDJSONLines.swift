// The lines of an NDJSON text (one JSON value a line), for whoever reads it line by line. Nothing is parsed and nothing copied here; lines
// of white space alone are left out, so a line feed at the end and an empty line between two values mean nothing.

package struct NDJSONLines: Sequence, IteratorProtocol {
    private let text: [UInt8]
    private var offset = 0

    package init(_ text: [UInt8]) {
        self.text = text
    }

    /// The next line without its line feed.
    package mutating func next() -> ArraySlice<UInt8>? {
        while offset < text.count {
            let start = offset
            var isBlank = true
            while offset < text.count, text[offset] != UInt8(ascii: "\n") {
                isBlank = isBlank && (text[offset] == 0x20 || text[offset] == 0x09 || text[offset] == 0x0D)
                offset += 1
            }
            let line = text[start..<offset]
            offset += 1
            if !isBlank { return line }
        }
        return nil
    }
}
