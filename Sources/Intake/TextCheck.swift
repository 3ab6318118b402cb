// Whether a long text is UTF-8, looked at piece by piece before any of it is used: a file in another encoding is refused as a whole, with
// the first line that shows it, and never half imported. A byte order mark at its beginning is allowed.

package struct TextCheck: Sendable {
    package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The first line that is not UTF-8, and what it may be instead.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        package let line: Int
        package let reason: String

        package var description: String { "line \(line) \(reason)" }
    }

    private var line = 1
    private var isAtStart = true
    /// The beginning of a character whose rest is in the next piece: three bytes at most.
    private var pending: [UInt8] = []

    package init() {}

    package mutating func read(_ piece: ArraySlice<UInt8>) throws(Fault) {
        var bytes = pending + piece
        if isAtStart, bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw Fault(line: 1, reason: "begins like UTF-16: save the file as UTF-8")
        }
        if bytes.count >= 2 { isAtStart = false }
        let tail = Self.openTail(of: bytes)
        pending = Array(bytes.suffix(tail))
        bytes.removeLast(tail)
        try check(bytes)
    }

    /// The text is over.
    package mutating func finish() throws(Fault) {
        try check(pending)
    }

    private mutating func check(_ bytes: [UInt8]) throws(Fault) {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw Fault(
                line: line + Self.lineEnds(in: bytes[..<error.byteOffsets.lowerBound]),
                reason: "is not UTF-8, perhaps Windows-1252: save the file as UTF-8")
        }
        if let zero = bytes.firstIndex(of: 0) {
            throw Fault(
                line: line + Self.lineEnds(in: bytes[..<zero]),
                reason: "has a zero byte, perhaps of UTF-16: save the file as UTF-8")
        }
        line += Self.lineEnds(in: bytes[...])
    }

    /// How many bytes at the end begin a character that may go on in the next piece.
    private static func openTail(of bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : byte >= 0x80 ? 0 : 1
            if needed > 0 { return needed > length ? length : 0 }
        }
        return 0
    }

    private static func lineEnds(in bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
    }
}
