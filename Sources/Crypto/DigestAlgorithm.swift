// The digests that other people's signatures are made with. What the gateway makes itself has SHA-256; MD5 and SHA-1 are here because providers
// of SMS sign their callbacks and requests with them, as HMAC, where their collisions do not matter (RFC 6151, section 2.3).

import CCrypto

package enum DigestAlgorithm: String, Sendable, CaseIterable {
    case md5
    case sha1
    case sha256
    case sha384
    case sha512

    /// Owned by libcrypto, for the life of the process.
    var implementation: OpaquePointer? {
        switch self {
        case .md5: EVP_md5()
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }

    /// Bytes of a digest.
    var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }
}
