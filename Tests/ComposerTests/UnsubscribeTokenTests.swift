// The token of an unsubscribe link: it comes back whole, only its keys make one, and it tells nobody who it is about.

import Composer
import Crypto
import Domain
import Support
import Testing

struct UnsubscribeTokenTests {
    private let keys = StoreFixture.keys

    private func token(customer: Bool = true, other: Bool = true) throws -> UnsubscribeToken {
        let dealership = try DealershipID("garage-nord")
        return UnsubscribeToken(
            dealership: dealership,
            references: ContactReferences(
                address: keys.reference(to: .email(try EmailAddress("zoe@example.lu")), of: dealership),
                customer: customer
                    ? keys.reference(to: .customer(try CustomerNumber("K-1")), of: dealership) : nil,
                otherAddress: other
                    ? keys.reference(to: .phone(try PhoneNumber("+352621123456")), of: dealership) : nil),
            purpose: try Purpose("newsletter"), class: .marketing, channel: .email,
            locale: try LocaleTag("fr-LU"), message: MessageID(at: TestClock().now, random: Array(1...10)))
    }

    @Test(arguments: [true, false], [true, false])
    func comesBackWhole(customer: Bool, other: Bool) throws {
        let token = try token(customer: customer, other: other)
        #expect(UnsubscribeToken(token.sealed(with: keys), keys: keys) == token)
    }

    @Test func theLongestNamesFit() throws {
        var token = try token()
        token = UnsubscribeToken(
            dealership: try DealershipID(String(repeating: "d", count: 64)), references: token.references,
            purpose: try Purpose(String(repeating: "p", count: 64)), class: .essential, channel: .email,
            locale: try LocaleTag("abc-12345678-12345678"), message: token.message)
        #expect(UnsubscribeToken(token.sealed(with: keys), keys: keys) == token)
    }

    @Test func everyChangedByteIsForged() throws {
        let sealed = Array(try token().sealed(with: keys))
        for index in sealed.indices {
            for replacement in "A_-z9+=%. " where replacement != sealed[index] {
                var changed = sealed
                changed[index] = replacement
                #expect(UnsubscribeToken(String(changed), keys: keys) == nil, "\(replacement) at \(index)")
            }
        }
        // And below the spelling: every byte, every bit of it.
        let bytes = try #require(Base64URL.bytes(of: String(sealed)))
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                #expect(UnsubscribeToken(Base64URL.text(of: changed), keys: keys) == nil, "byte \(index)")
            }
        }
    }

    @Test func everyTruncationAndAdditionIsForged() throws {
        let sealed = try token().sealed(with: keys)
        for count in 0..<sealed.count {
            #expect(UnsubscribeToken(String(sealed.prefix(count)), keys: keys) == nil)
            #expect(UnsubscribeToken(String(sealed.suffix(count)), keys: keys) == nil)
        }
        for tail in ["A", "AAAA", "=", "\n", "/"] {
            #expect(UnsubscribeToken(sealed + tail, keys: keys) == nil)
        }
        #expect(UnsubscribeToken(String(repeating: "A", count: 100_000), keys: keys) == nil)
    }

    @Test func aRotatedKeyStillVerifiesAndAnotherDoesNot() throws {
        let token = try token()
        let old = KeyRing.TokenKey(id: 1, key: [UInt8](repeating: 9, count: 32))
        let new = KeyRing.TokenKey(id: 2, key: [UInt8](repeating: 4, count: 32))
        let rotated = KeyRing(referenceKey: [UInt8](repeating: 7, count: 32), tokenKeys: [old, new])
        #expect(UnsubscribeToken(token.sealed(with: keys), keys: rotated) == token)
        #expect(UnsubscribeToken(token.sealed(with: rotated), keys: rotated) == token)
        #expect(UnsubscribeToken(token.sealed(with: rotated), keys: keys) == nil)
        let another = KeyRing(
            referenceKey: [UInt8](repeating: 7, count: 32),
            tokenKeys: [KeyRing.TokenKey(id: 1, key: [UInt8](repeating: 8, count: 32))])
        #expect(UnsubscribeToken(token.sealed(with: another), keys: keys) == nil)
    }

    @Test func noAddressCanBeReadInIt() throws {
        let bytes = try #require(Base64URL.bytes(of: try token().sealed(with: keys)))
        let text = String(decoding: bytes.map { (0x20...0x7E).contains($0) ? $0 : 0x2E }, as: UTF8.self)
        for part in ["zoe@", "@example", "example.lu", "621123456", "+352"] {
            #expect(!text.lowercased().contains(part.lowercased()), "\(part)")
        }
        #expect(text.contains("garage-nord"), "what is readable at all is seen by this test")
    }
}
