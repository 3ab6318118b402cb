// Bytes in the URL-safe alphabet of RFC 4648, section 5, without padding: tokens and API keys. The coding is Foundation's.

import Foundation

package enum Base64URL {
    package static func text(of bytes: [UInt8]) -> String {
        let alphabet = Data(bytes).base64EncodedData().lazy.filter { $0 != UInt8(ascii: "=") }.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: Array(alphabet), as: UTF8.self)
    }

    /// The bytes behind a text, or nil; only the one spelling that `text(of:)` gives is taken.
    package static func bytes(of text: String) -> [UInt8]? {
        var standard = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        standard += [UInt8](repeating: UInt8(ascii: "="), count: (4 - standard.count % 4) % 4)
        guard let data = Data(base64Encoded: Data(standard)) else { return nil }
        let bytes = [UInt8](data)
        return Self.text(of: bytes) == text ? bytes : nil
    }
}
