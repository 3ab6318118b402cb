// One record as a line of CSV (RFC 4180): fields with a comma, a quote or a line end in them are quoted, lines end with CR LF.

package enum CSVLine {
    package static func bytes(of fields: [String]) -> [UInt8] {
        Array(fields.map(field).joined(separator: ",").utf8) + [0x0D, 0x0A]
    }

    private static func field(_ text: String) -> String {
        guard text.utf8.contains(where: { [0x0A, 0x0D, 0x22, 0x2C].contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
