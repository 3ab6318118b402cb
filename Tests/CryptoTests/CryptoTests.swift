// libcrypto behind our names: the published vectors, the one spelling of a token, and what references depend on.

import Crypto
import Domain
import Testing

struct CryptoTests {
    @Test(arguments: [
        // FIPS 180-4, examples of NIST: one block, empty, two blocks.
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256(text: String, digest: String) {
        #expect(Hexadecimal.text(of: Crypto.sha256(Array(text.utf8))) == digest)
    }

    @Test func sha256OfAMillion() {
        let digest = Crypto.sha256([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        #expect(
            Hexadecimal.text(of: digest) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        )
    }

    /// `abc` by FIPS 180-4 and RFC 1321; then RFC 2202, 4231: case 2.
    @Test(arguments: [
        (
            DigestAlgorithm.md5, "900150983cd24fb0d6963f7d28e17f72", "750c783e6ab0b503eaa86e310a5db738"
        ),
        (
            .sha1, "a9993e364706816aba3e25717850c26c9cd0d89d", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        ),
        (
            .sha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"
        ),
        (
            .sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        ),
    ])
    func algorithms(algorithm: DigestAlgorithm, digest: String, code: String) {
        #expect(Hexadecimal.text(of: Crypto.digest(Array("abc".utf8), algorithm)) == digest)
        let given = Crypto.authenticationCode(
            key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8), algorithm)
        #expect(Hexadecimal.text(of: given) == code)
    }

    /// RFC 4231, section 4: cases 1 to 4, 6 and 7 (5 is a truncated one).
    private static let authenticationCodes: [(key: [UInt8], data: [UInt8], code: String)] = [
        (
            [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Array(1...25), [UInt8](repeating: 0xcd, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. The key "
                    + "needs to be hashed before being used by the HMAC algorithm.").utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test(arguments: authenticationCodes.indices)
    func authenticationCode(index: Int) {
        let (key, data, code) = Self.authenticationCodes[index]
        #expect(Hexadecimal.text(of: Crypto.authenticationCode(key: key, data)) == code)
    }

    @Test func comparisonLooksAtEveryByte() {
        let bytes = [UInt8](0..<32)
        #expect(Crypto.areEqual(bytes, bytes))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(!Crypto.areEqual(bytes, other))
        }
        #expect(!Crypto.areEqual(bytes, Array(bytes.dropLast())))
        #expect(!Crypto.areEqual(Array(bytes.dropLast()), bytes))
        #expect(Crypto.areEqual([], []))
    }

    @Test func randomBytesAreAsManyAndNeverTheSame() {
        #expect([0, 1, 10, 32, 1000].allSatisfy { Crypto.randomBytes($0).count == $0 })
        #expect(Set((0..<1000).map { _ in Crypto.randomBytes(16) }).count == 1000)
    }

    @Test func base64URLHasOneSpelling() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 0xFB) }
            let text = Base64URL.text(of: bytes)
            #expect(Base64URL.bytes(of: text) == bytes)
            #expect(text.utf8.allSatisfy { $0 != 0x2B && $0 != 0x2F && $0 != 0x3D })
        }
        #expect(Base64URL.text(of: [0xFB, 0xFF, 0xFE]) == "-__-")
        // Padding, the other alphabet, white space, bits left over, and lengths that cannot be.
        for text in ["AA==", "+//+", "-_ _-", "-__-\n", "AB", "AAB", "A", "AAAAA", "Ä", "AA=A"] {
            #expect(Base64URL.bytes(of: text) == nil, "\(text)")
        }
    }

    private func ring(reference: UInt8 = 1, tokens: [UInt8] = [2]) -> KeyRing {
        KeyRing(
            referenceKey: [UInt8](repeating: reference, count: 32),
            tokenKeys: tokens.map { KeyRing.TokenKey(id: $0, key: [UInt8](repeating: $0, count: 32)) })
    }

    @Test func aReferenceIsOfOneDealershipOneKindAndOneKey() throws {
        let nord = try DealershipID("garage-nord")
        let sud = try DealershipID("garage-sud")
        let email = ContactIdentity.email(try EmailAddress("zoe@example.lu"))
        // A customer number that spells an address or a phone number is another identity.
        let identities: [ContactIdentity] = [
            email, .customer(try CustomerNumber("zoe@example.lu")), .phone(try PhoneNumber("+352621123456")),
            .customer(try CustomerNumber("+352621123456")), .email(try EmailAddress("zoe@example.de")),
        ]
        var references: Set<ContactReference> = []
        for dealership in [nord, sud] {
            for keys in [ring(), ring(reference: 9)] {
                for identity in identities { references.insert(keys.reference(to: identity, of: dealership)) }
            }
        }
        #expect(references.count == 20)
        // The same person however the address is written, and whatever the token keys are.
        let spelled = ContactIdentity.email(try EmailAddress(" ZOE@Example.LU "))
        #expect(
            ring().reference(to: email, of: nord) == ring(tokens: [3, 4]).reference(to: spelled, of: nord))
    }

    @Test func theReferenceIsFixedForGood() throws {
        // Computed apart with Python's hmac: a change here loses every objection that was ever recorded.
        let reference = ring().reference(
            to: .email(try EmailAddress("zoe@example.lu")), of: try DealershipID("garage-nord"))
        #expect(reference.description == "ct_779a96cdd87c61155c0ece60beacee45")
    }

    @Test func theFingerprintNamesTheReferenceKeyAlone() {
        #expect(ring().referenceKeyFingerprint == ring(tokens: [7]).referenceKeyFingerprint)
        #expect(ring().referenceKeyFingerprint != ring(reference: 2).referenceKeyFingerprint)
        #expect(ring().referenceKeyFingerprint.utf8.count == 16)
    }

    @Test func theLastTokenKeySignsAndAllVerify() {
        let rotated = ring(tokens: [2, 5])
        #expect(rotated.signingKeyID == 5)
        #expect(
            rotated.tokenCode(keyID: 2, purpose: "a", [1]) == ring().tokenCode(keyID: 2, purpose: "a", [1]))
        #expect(
            rotated.tokenCode(keyID: 5, purpose: "a", [1]) != rotated.tokenCode(keyID: 2, purpose: "a", [1]))
        #expect(
            rotated.tokenCode(keyID: 5, purpose: "a", [1]) != rotated.tokenCode(keyID: 5, purpose: "b", [1]))
        #expect(rotated.tokenCode(keyID: 6, purpose: "a", [1]) == nil)
        #expect(rotated.tokenCode(keyID: 5, purpose: "a", [1])?.count == 16)
    }
}
