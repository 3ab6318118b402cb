// Fields under a code of 128 bits, as they stand in a link or a form: what the tokens of the public pages are made of. Each kind of token
// has its own label under the code, so that none is ever taken for another. Authenticated and not encrypted: nothing readable of a
// person may be put in. A forged one is nil, whatever is wrong with it.

import Crypto

struct SealedFields {
    private static let codeByteCount = 16
    /// Characters; longer than any token with the longest names.
    private static let textLimit = 600

    private var rest: ArraySlice<UInt8>

    /// Opens a token; nil unless one of the keys sealed it under this label and version.
    init?(_ text: String, label: String, version: UInt8, keys: KeyRing) {
        guard text.utf8.count <= Self.textLimit, let sealed = Base64URL.bytes(of: text),
            sealed.count > 2 + Self.codeByteCount, sealed[0] == version
        else { return nil }
        let bytes = Array(sealed.dropLast(Self.codeByteCount))
        guard let code = keys.tokenCode(keyID: bytes[1], purpose: "\(label)/v\(version)", bytes),
            Crypto.areEqual(code, Array(sealed.suffix(Self.codeByteCount)))
        else { return nil }
        rest = bytes.dropFirst(2)
    }

    /// The next field; empty when there is none.
    mutating func next() -> [UInt8] {
        guard let count = rest.popFirst(), rest.count >= Int(count) else { return [] }
        defer { rest = rest.dropFirst(Int(count)) }
        return Array(rest.prefix(Int(count)))
    }

    mutating func nextText() -> String { String(decoding: next(), as: UTF8.self) }

    /// Fields of at most 255 bytes, as they stand in a URL.
    static func seal(_ fields: [[UInt8]], label: String, version: UInt8, with keys: KeyRing) -> String {
        var bytes: [UInt8] = [version, keys.signingKeyID]
        for field in fields { bytes += [UInt8(field.count)] + field }
        guard let code = keys.tokenCode(keyID: keys.signingKeyID, purpose: "\(label)/v\(version)", bytes)
        else { preconditionFailure("the signing key is on its ring") }
        return Base64URL.text(of: bytes + code)
    }
}
