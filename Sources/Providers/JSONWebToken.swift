// A JWT in its compact form with an HMAC (RFC 7515, 7518, 7519): the algorithm is one of those that the caller allows, never `none` and never what a key of another
// kind would verify (RFC 8725, 3.1). The claims are read after the signature was found good.

import Crypto
import JSON

struct JSONWebToken: Sendable {
    let claims: JSONValue

    init(_ text: some StringProtocol, key: [UInt8], algorithms: Set<String>) throws(HookRefusal) {
        let pieces: [Substring] = String(text).split(separator: ".", omittingEmptySubsequences: false)
        let parts = pieces.map { String($0) }
        guard parts.count == 3, let header = Self.object(parts[0]), header["crit"] == nil,
            case .string(let name)? = header["alg"], algorithms.contains(name),
            let algorithm = Self.algorithms[name], let given = Base64URL.bytes(of: parts[2])
        else { throw .unsigned }
        let code = Crypto.authenticationCode(key: key, Array("\(parts[0]).\(parts[1])".utf8), algorithm)
        guard Crypto.areEqual(code, given) else { throw .signature }
        guard let claims = Self.object(parts[1]) else { throw .malformed }
        self.claims = claims
    }

    func text(_ claim: String) -> String? {
        if case .string(let text)? = claims[claim] { text } else { nil }
    }

    /// Whole seconds since 1970 (RFC 7519, section 2: a fraction is dropped).
    func seconds(_ claim: String) -> Int64? {
        guard case .number(let digits)? = claims[claim], let number = Double(digits), number >= 0,
            number < 1e12
        else { return nil }
        return Int64(number)
    }

    private static let algorithms: [String: DigestAlgorithm] = [
        "HS256": .sha256, "HS384": .sha384, "HS512": .sha512,
    ]

    private static func object(_ part: String) -> JSONValue? {
        guard let bytes = Base64URL.bytes(of: part), let value = try? JSONValue(parsing: bytes),
            case .object = value
        else { return nil }
        return value
    }
}
