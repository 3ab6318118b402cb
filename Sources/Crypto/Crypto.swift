// The only room that calls libcrypto: digests, HMAC, Ed25519, random bytes, and a comparison that takes the same time
// whatever it is given. Nothing here is written by hand. A library that cannot give random bytes or a digest stops the
// process: there is no safe way on.

import CCrypto

package enum Crypto {
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, .sha256) }

    package static func digest(_ bytes: [UInt8], _ algorithm: DigestAlgorithm) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
        let result = EVP_Digest(bytes, bytes.count, &digest, nil, algorithm.implementation, nil)
        precondition(result == 1, "libcrypto cannot make a digest")
        return digest
    }

    /// HMAC (RFC 2104), as long as the algorithm's digest.
    package static func authenticationCode(
        key: [UInt8], _ bytes: [UInt8], _ algorithm: DigestAlgorithm = .sha256
    ) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: algorithm.byteCount)
        let result = HMAC(
            algorithm.implementation, key, CInt(key.count), bytes, bytes.count, &code, nil)
        precondition(result != nil, "libcrypto cannot make an authentication code")
        return code
    }

    package static func randomBytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(RAND_bytes(&bytes, CInt(count)) == 1, "libcrypto has no random bytes")
        return bytes
    }

    /// Compares in constant time; different lengths are unequal.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}
