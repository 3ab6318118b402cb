// Ed25519 by the vectors of RFC 8032, and signed statements by jwcrypto, which verifies what we sign and refuses what was altered.

import Domain
import JSON
import Support
import Testing

@testable import Crypto

struct SignatureTests {
    /// RFC 8032, section 7.1: tests 1 to 3.
    private static let vectors: [(seed: String, key: String, message: String, signature: String)] = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ]

    @Test(arguments: vectors.indices)
    func signaturesAreThoseOfTheStandard(index: Int) throws {
        let vector = Self.vectors[index]
        let seed = try #require(Hexadecimal.bytes(of: vector.seed))
        let message = try #require(Hexadecimal.bytes(of: vector.message))
        let signature = Crypto.signature(seed: seed, message)
        let key = Crypto.publicKey(seed: seed)
        #expect(Hexadecimal.text(of: key) == vector.key)
        #expect(Hexadecimal.text(of: signature) == vector.signature)
        #expect(Crypto.verify(signature: signature, key: key, message))
        for bit in 0..<512 {
            var other = signature
            other[bit / 8] ^= 1 << (bit % 8)
            #expect(!Crypto.verify(signature: other, key: key, message))
        }
        #expect(!Crypto.verify(signature: signature, key: key, message + [0]))
        #expect(!Crypto.verify(signature: Array(signature.dropLast()), key: key, message))
        #expect(!Crypto.verify(signature: [], key: key, message))
        #expect(!Crypto.verify(signature: signature, key: Array(key.dropLast()), message))
    }

    /// RFC 8037, appendix A.3.
    @Test func theThumbprintIsThatOfTheStandard() throws {
        let key = PublicKey(bytes: try #require(Hexadecimal.bytes(of: Self.vectors[0].key)))
        #expect(key.jwk["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
        #expect(key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    private func ring(_ reference: UInt8, tokens: UInt8 = 2) -> KeyRing {
        KeyRing(
            referenceKey: [UInt8](repeating: reference, count: 32),
            tokenKeys: [KeyRing.TokenKey(id: tokens, key: [UInt8](repeating: tokens, count: 32))])
    }

    /// Made with Python's `hmac` and `cryptography`: a change here makes every checkpoint and receipt worthless that was ever given away.
    @Test func theSigningKeyAndTheFormatAreFixedForGood() throws {
        let statement =
            "eyJhbGciOiJFZERTQSIsImtpZCI6Imt4RUNHYUktQVQ3azNFSENEcDR1RF9CTGVEM2huV3hjVHlPTWdCMzVfYnMiLCJ0eXAiOiJy"
            + "ZWxhaXMtcmVjZWlwdCtqd3MifQ.eyJ2ZXJzaW9uIjoxfQ.cBtZVTpUc7PWbmoVCPeaGWYwq1-VzoPr5ceHskReqiYaQjFCvhBXn"
            + "Cq63puHGWwjDsfD9vm6UvZa2R4OQPq2AQ"
        #expect(SignedStatement.receipt.seal(["version": 1], with: ring(1)) == statement)
        #expect(SignedStatement.receipt.seal(["version": 1], with: ring(1, tokens: 7)) == statement)
        #expect(ring(1).signingPublicKey != ring(2).signingPublicKey)
    }

    @Test func aStatementOpensAsWhatItIsAlone() throws {
        let payload: JSONValue = [
            "dealership": "garage-nord", "seq": 7, "name": "Zoé \"Weber\"", "none": nil,
        ]
        let key = ring(1).signingPublicKey
        let text = SignedStatement.receipt.seal(payload, with: ring(1))
        #expect(try SignedStatement.receipt.open(text, key: key) == payload)
        #expect(throws: ValueError.self) { try SignedStatement.checkpoint.open(text, key: key) }
        #expect(throws: ValueError.self) {
            try SignedStatement.receipt.open(text, key: ring(2).signingPublicKey)
        }
        // Our own type and key in front of what another key signed.
        let foreign = SignedStatement.receipt.seal(payload, with: ring(2)).split(separator: ".")
        let head = text.split(separator: ".")[0]
        #expect(throws: ValueError.self) {
            try SignedStatement.receipt.open("\(head).\(foreign[1]).\(foreign[2])", key: key)
        }
        for other in Self.alterations(of: text) + ["", ".", "..", text + ".", text + "\n", "\(head).."] {
            #expect(throws: ValueError.self) { try SignedStatement.receipt.open(other, key: key) }
        }
    }

    @Test func jwcryptoVerifiesWhatWeSignAndRefusesWhatWasAltered() throws {
        let key = ring(1).signingPublicKey
        let payloads: [JSONValue] = [["version": 1], [:], ["name": "Zoé", "seq": 1_000_000, "none": nil]]
        for kind in [SignedStatement.receipt, .checkpoint] {
            let statements = payloads.map { kind.seal($0, with: ring(1)) }
            let found = try PythonJudge.open(statements, key: key.jwk.text(), type: kind.rawValue)
            #expect(found == payloads.map { $0.text() })
        }
        let text = SignedStatement.receipt.seal(payloads[2], with: ring(1))
        let wrong =
            Self.alterations(of: text) + [
                SignedStatement.receipt.seal(payloads[2], with: ring(2)),
                SignedStatement.checkpoint.seal(payloads[2], with: ring(1)),
            ]
        let found = try PythonJudge.open(
            wrong, key: key.jwk.text(), type: SignedStatement.receipt.rawValue)
        #expect(found.count == wrong.count && found.allSatisfy { $0 == nil })
    }

    /// The text with one character changed, each in turn. The last one's low bits are no part of the signature to a lenient
    /// reader, so the change is in its high ones.
    private static func alterations(of text: String) -> [String] {
        let characters = Array(text.utf8)
        return characters.indices.map { index in
            var other = characters
            other[index] = other[index] == UInt8(ascii: "A") ? UInt8(ascii: "w") : UInt8(ascii: "A")
            return String(decoding: other, as: UTF8.self)
        }
    }
}
