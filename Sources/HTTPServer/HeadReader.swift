// Copies a request's header out of libmicrohttpd, and checks on the way that its lines are exact.
// The library parses in place: it writes NULs over the separators and hands out pointers into one buffer.
// Where the next name does not begin exactly two bytes (CR LF) after the value before it, the line ended in a
// bare LF, was folded (0.9.75 then glues the second line to the field's *name*), or held a NUL that hides its
// rest. The library takes all three in silence; a proxy in front may read them otherwise.
// Should another version of the library copy its fields, every request is refused: safe, and every test says
// so.

import CMicroHTTPD
import Glibc

/// Reads the header section of one request.
struct HeadReader {
    private var fields: [HTTPField] = []
    private var nextLine: UInt
    private var isExact: Bool

    /// Reads everything; valid in the first call of the access handler only.
    static func read(
        _ exchange: Exchange, on connection: OpaquePointer, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>
    ) -> ReceivedHead {
        let methodText = String(cString: method)
        let versionText = String(cString: version)
        let methodEnd = UInt(bitPattern: method) + UInt(strlen(method))
        let versionStart = UInt(bitPattern: version)
        var reader = HeadReader(
            nextLine: versionStart + UInt(strlen(version)) + 2,
            isExact: exchange.targetSpan.lowerBound == methodEnd + 1
                && exchange.targetSpan.upperBound + 1 == versionStart)
        withUnsafeMutablePointer(to: &reader) { pointer in
            _ = MHD_get_connection_values_n(
                connection, .HEADER_KIND, takeField, UnsafeMutableRawPointer(pointer))
        }
        // After the last field comes the empty line, which must be CR LF as well.
        let end = UInt(bitPattern: method) + UInt(CMicroHTTPD_header_size(connection))
        return ReceivedHead(
            method: methodText, target: exchange.target, version: versionText, fields: reader.fields,
            hasExactLines: reader.isExact && reader.nextLine + 2 == end)
    }

    private init(nextLine: UInt, isExact: Bool) {
        self.nextLine = nextLine
        self.isExact = isExact
    }

    fileprivate mutating func take(
        name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>
    ) {
        isExact = isExact && UInt(bitPattern: name.baseAddress) == nextLine
        nextLine = UInt(bitPattern: value.baseAddress) + UInt(value.count) + 2
        fields.append(
            HTTPField(
                name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self)))
    }
}

/// Takes one field; the value's pointer is never NULL for a header line, but its length may be 0.
private func takeField(
    _ context: UnsafeMutableRawPointer?, _ kind: MHD_ValueKind, _ name: UnsafePointer<CChar>?,
    _ nameSize: Int, _ value: UnsafePointer<CChar>?, _ valueSize: Int
) -> MHD_Result {
    guard let context, let name, let value else { return .NO }
    name.withMemoryRebound(to: UInt8.self, capacity: nameSize) { name in
        value.withMemoryRebound(to: UInt8.self, capacity: valueSize) { value in
            context.assumingMemoryBound(to: HeadReader.self).pointee.take(
                name: UnsafeBufferPointer(start: name, count: nameSize),
                value: UnsafeBufferPointer(start: value, count: valueSize))
        }
    }
    return .YES
}
