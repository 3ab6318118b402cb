// Checks the bytes of a message without decoding them: what every relay on the way relies on.

import Foundation

enum WireFormat {
    /// Every rule that the message breaks, with the line.
    static func violations(_ octets: [UInt8]) -> [String] {
        var found: [String] = []
        if !octets.allSatisfy({ $0 < 0x7F && ($0 >= 0x20 || $0 == 0x0D || $0 == 0x0A || $0 == 0x09) }) {
            found.append("not printable 7-bit text")
        }
        var lines: [String] = []
        var line: [UInt8] = []
        var previous: UInt8 = 0
        for octet in octets {
            if (octet == 0x0A) != (previous == 0x0D) {
                found.append("bare CR or LF after line \(lines.count)")
            }
            if octet == 0x0A {
                lines.append(String(decoding: line, as: UTF8.self))
                line = []
            } else if octet != 0x0D {
                line.append(octet)
            }
            previous = octet
        }
        if previous != 0x0A { found.append("does not end with CRLF") }
        let headerCount = lines.firstIndex(of: "") ?? lines.count
        for line in lines[..<headerCount] { found += headerViolations(line) }
        for line in lines[headerCount...] {
            if line.utf8.count > 76 { found.append("body line too long: \(line)") }
            if line.hasPrefix(".") || line.hasPrefix("From ") { found.append("robustness: \(line)") }
            if line.hasSuffix(" ") || line.hasSuffix("\t") { found.append("trailing blank: \(line)") }
        }
        return found
    }

    private static func headerViolations(_ line: String) -> [String] {
        var found: [String] = []
        let length = line.utf8.count
        if line.allSatisfy({ $0 == " " || $0 == "\t" }) { found.append("blank header line") }
        if length > 998 { found.append("header line over 998") }
        if length > 78 {
            // Allowed only for one token that does not fit a line of its own either.
            let token = line.hasPrefix(" ") ? line.dropFirst() : line.drop(while: { $0 != " " }).dropFirst()
            if token.contains(" ") || token.utf8.count < 78 { found.append("foldable header line: \(line)") }
        }
        for word in line.matches(of: #/=\?utf-8\?[bq]\?[^? ]*\?=/#) where !line.hasPrefix("List-") {
            if word.output.utf8.count > 75 { found.append("encoded word over 75: \(line)") }
            if length > 76 { found.append("line with encoded word over 76: \(line)") }
        }
        return found
    }
}
