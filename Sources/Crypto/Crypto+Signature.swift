// Ed25519 (RFC 8032) by libcrypto: a signature is 64 bytes, has no randomness of its own and needs no digest before it. A key
// that libcrypto cannot take is a defect of this program and stops it; a signature that does not fit is an answer.

import CCrypto

extension Crypto {
    /// Whether the holder of the key behind `key` signed exactly these bytes. A key or a signature of another length is none.
    package static func verify(signature: [UInt8], key: [UInt8], _ bytes: [UInt8]) -> Bool {
        guard let key = EVP_PKEY_new_raw_public_key(NID_ED25519, nil, key, key.count) else { return false }
        defer { EVP_PKEY_free(key) }
        return withContext { context in
            EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
                && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
        }
    }

    /// - Parameter seed: the 32 secret bytes that RFC 8032 calls the private key.
    static func signature(seed: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        let key = privateKey(seed)
        defer { EVP_PKEY_free(key) }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        let isSigned = withContext { context in
            EVP_DigestSignInit(context, nil, nil, nil, key) == 1
                && EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1
        }
        precondition(isSigned && count == signature.count, "libcrypto cannot sign")
        return signature
    }

    static func publicKey(seed: [UInt8]) -> [UInt8] {
        let key = privateKey(seed)
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        let result = EVP_PKEY_get_raw_public_key(key, &bytes, &count)
        precondition(result == 1 && count == bytes.count, "libcrypto cannot make a public key")
        return bytes
    }

    private static func privateKey(_ seed: [UInt8]) -> OpaquePointer {
        guard let key = EVP_PKEY_new_raw_private_key(NID_ED25519, nil, seed, seed.count) else {
            preconditionFailure("libcrypto cannot take a signing key")
        }
        return key
    }

    private static func withContext(_ body: (OpaquePointer) -> Bool) -> Bool {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto has no memory") }
        defer { EVP_MD_CTX_free(context) }
        return body(context)
    }
}
