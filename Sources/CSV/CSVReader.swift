// CSV (RFC 4180) from pieces of UTF-8 as they come, in constant memory: quoted fields with delimiters, doubled quotes and line ends in
// them; records that end with CR LF, LF or CR, the last one also with the text. Beyond the RFC, as Python's csv module does: another
// delimiter, and a quote inside a field that began without one is a character like any other. It never fails as a whole: a record that
// cannot be read has a fault, and the next one begins at the next line end outside quotes. Empty lines are no records.

package struct CSVReader: Sendable {
    /// Bytes of one record; above them it is refused, and only counted further.
    package static let recordLimit = 1 << 20

    private enum State {
        case fieldStart
        case unquoted
        case quoted
        /// Behind a quote in a quoted field: its end, or the first half of a doubled one.
        case quoteInQuoted
    }

    private let delimiter: UInt8
    private var state = State.fieldStart
    private var field: [UInt8] = []
    private var fields: [String] = []
    private var fault: CSVRecord.Fault?
    private var byteCount = 0
    private var line = 1
    private var firstLine = 1
    private var followsCarriageReturn = false

    /// - Parameter delimiter: an ASCII character that is neither a quote nor a line end.
    package init(delimiter: UInt8) {
        precondition(delimiter < 0x80 && ![0x0A, 0x0D, 0x22].contains(delimiter), "not a delimiter")
        self.delimiter = delimiter
    }

    /// Takes the next piece of the text and hands over every record that ends in it.
    package mutating func read(
        _ piece: ArraySlice<UInt8>, _ body: (CSVRecord) throws -> Void
    ) rethrows {
        for byte in piece {
            if let record = take(byte) { try body(record) }
        }
    }

    /// The record that the text ends in without a line end, if there is one. The text is over then.
    package mutating func finish() -> CSVRecord? {
        if state == .quoted { fault = .openQuote }
        return byteCount > 0 ? endRecord() : nil
    }

    private mutating func take(_ byte: UInt8) -> CSVRecord? {
        let endsPair = byte == 0x0A && followsCarriageReturn
        followsCarriageReturn = byte == 0x0D
        let isLineEnd = byte == 0x0A || byte == 0x0D
        if state == .quoted {
            if isLineEnd && !endsPair { line += 1 }
            count()
            if byte == 0x22 { state = .quoteInQuoted } else { keep(byte) }
            return nil
        }
        if isLineEnd {
            if endsPair { return nil }
            defer {
                line += 1
                firstLine = line
            }
            return byteCount > 0 ? endRecord() : nil
        }
        count()
        if byte == delimiter {
            endField()
        } else if byte == 0x22 && state == .fieldStart {
            state = .quoted
        } else if byte == 0x22 && state == .quoteInQuoted {
            keep(byte)
            state = .quoted
        } else {
            if state == .quoteInQuoted { fault = fault ?? .textBehindQuote }
            keep(byte)
            state = .unquoted
        }
        return nil
    }

    private mutating func count() {
        byteCount += 1
        if byteCount > Self.recordLimit {
            fault = .tooLong
            field = []
            fields = []
        }
    }

    private mutating func keep(_ byte: UInt8) {
        if fault == nil { field.append(byte) }
    }

    private mutating func endField() {
        if fault == nil { fields.append(String(decoding: field, as: UTF8.self)) }
        field.removeAll(keepingCapacity: true)
        state = .fieldStart
    }

    private mutating func endRecord() -> CSVRecord {
        endField()
        defer {
            fields.removeAll(keepingCapacity: true)
            fault = nil
            byteCount = 0
        }
        return CSVRecord(line: firstLine, lastLine: line, fields: fault == nil ? fields : [], fault: fault)
    }
}
