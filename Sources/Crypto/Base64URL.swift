// Bytes in the URL-safe alphabet of RFC 4648, section 5, without padding: tokens and API keys. The coding is Foundation's.

import Foundation

package enum Base64URL {
    package static func text(of bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// The bytes behind a text, or nil; only the one spelling that `text(of:)` gives is taken.
    package static func bytes(of text: String) -> [UInt8]? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padded = standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded) else { return nil }
        let bytes = [UInt8](data)
        return Self.text(of: bytes) == text ? bytes : nil
    }
}
