// The fields of a posted form, urlencoded (WHATWG URL, section 5) or multipart/form-data (RFC 7578): both are what mail programs
// send for one-click (RFC 8058, section 3.2). Parsed here and not by the HTTP library, whose parser had holes
// (CVE-2021-3466, CVE-2023-27371). Bounded by the body's limit; what is not a form is nil.

import Foundation
import Providers

struct FormBody {
    private let fields: [(name: String, value: String)]

    /// Reads a body of at most 8 KB with its `Content-Type`.
    init?(_ body: [UInt8], contentType: String?) {
        let type = contentType ?? ""
        let mediaType = type.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
        switch mediaType {
        case "application/x-www-form-urlencoded":
            guard let fields = URLEncoding.pairs(of: body) else { return nil }
            self.fields = fields
        case "multipart/form-data":
            guard let boundary = Self.boundary(type), let fields = Self.multipart(body, boundary) else {
                return nil
            }
            self.fields = fields
        default: return nil
        }
    }

    /// The value of a field that is there exactly once.
    subscript(_ name: String) -> String? {
        let values = fields.filter { $0.name == name }
        return values.count == 1 ? values[0].value : nil
    }

    private static func boundary(_ type: String) -> String? {
        for parameter in type.split(separator: ";").dropFirst() {
            let parts = parameter.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].filter({ !$0.isWhitespace }).lowercased() == "boundary" else {
                continue
            }
            let value = parts[1].filter { $0 != "\"" && !$0.isWhitespace }
            return (1...70).contains(value.utf8.count) ? value : nil
        }
        return nil
    }

    private static func multipart(_ body: [UInt8], _ boundary: String) -> [(name: String, value: String)]? {
        guard let text = String(validating: body, as: UTF8.self) else { return nil }
        let parts = ("\r\n" + text).components(separatedBy: "\r\n--" + boundary)
        guard parts.count >= 3, parts.last?.hasPrefix("--") == true else { return nil }
        var fields: [(name: String, value: String)] = []
        for part in parts.dropFirst().dropLast() {
            guard part.hasPrefix("\r\n"), let gap = part.range(of: "\r\n\r\n"),
                let name = name(inHead: String(part[..<gap.lowerBound]))
            else { return nil }
            fields.append((name, String(part[gap.upperBound...])))
        }
        return fields
    }

    private static func name(inHead head: String) -> String? {
        let disposition = head.components(separatedBy: "\r\n").first {
            $0.lowercased().hasPrefix("content-disposition:")
        }
        guard let disposition, let start = disposition.range(of: "name=\""),
            let end = disposition[start.upperBound...].firstIndex(of: "\"")
        else { return nil }
        return String(disposition[start.upperBound..<end])
    }
}
