// The lines of an NDJSON text that comes in pieces, in constant memory, each with its number. Lines of white space alone are left out and
// counted; one that is longer than `lineLimit` is handed over without its bytes.

package struct NDJSONReader: Sendable {
    /// Bytes of one line.
    package static let lineLimit = 256 << 10

    private var pending: [UInt8] = []
    private var isTooLong = false
    private var number = 1

    package init() {}

    /// Takes the next piece of the text and hands over every line that ends in it: its number, from 1, and its bytes without the line feed,
    /// or nil when they are too many.
    package mutating func read(
        _ piece: ArraySlice<UInt8>, _ body: (_ number: Int, _ line: ArraySlice<UInt8>?) throws -> Void
    ) rethrows {
        var rest = piece
        while let end = rest.firstIndex(of: 0x0A) {
            try give(rest[..<end], body)
            number += 1
            rest = rest[(end + 1)...]
        }
        if pending.count + rest.count > Self.lineLimit {
            isTooLong = true
            pending = []
        } else if !isTooLong {
            pending += rest
        }
    }

    /// The last line, if it has no line feed. The text is over then.
    package mutating func finish(
        _ body: (_ number: Int, _ line: ArraySlice<UInt8>?) throws -> Void
    ) rethrows {
        try give([], body)
    }

    private mutating func give(
        _ end: ArraySlice<UInt8>, _ body: (_ number: Int, _ line: ArraySlice<UInt8>?) throws -> Void
    ) rethrows {
        defer {
            pending.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        if isTooLong || pending.count + end.count > Self.lineLimit { return try body(number, nil) }
        let line = pending.isEmpty ? end : (pending + end)[...]
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return }
        try body(number, line)
    }
}
