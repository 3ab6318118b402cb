// The tokens of the double opt-in, of a message's page and of the undo: each comes back whole, none is ever taken for another kind, a changed one is forged,
// and a link to confirm ends after thirty days to the millisecond.

import Composer
import Crypto
import Domain
import Support
import Testing

struct ConsentTokensTests {
    private let keys = StoreFixture.keys
    private let clock = TestClock()

    private func link(_ purpose: String = "confirmation") throws -> UnsubscribeToken {
        let dealership = try DealershipID("garage-nord")
        return UnsubscribeToken(
            dealership: dealership,
            references: ContactReferences(
                address: keys.reference(to: .email(try EmailAddress("zoe@example.lu")), of: dealership),
                customer: keys.reference(to: .customer(try CustomerNumber("K-1")), of: dealership)),
            purpose: try Purpose(purpose), class: .service, channel: .email,
            locale: try LocaleTag("lb"), message: MessageID(at: clock.now, random: Array(1...10)))
    }

    private func confirm() throws -> ConfirmToken {
        ConfirmToken(unsubscribe: try link(), purpose: try Purpose("newsletter"))
    }

    private func page() throws -> PageToken { PageToken(unsubscribe: try link()) }

    private func undo(_ count: Int = 3) throws -> UndoToken {
        UndoToken(
            entries: (0..<count).map {
                LedgerEntryID(at: clock.now, random: [UInt8](repeating: UInt8($0), count: 10))
            },
            message: try link().message)
    }

    @Test(arguments: 0...3)
    func eachComesBackWhole(count: Int) throws {
        #expect(ConfirmToken(try confirm().sealed(with: keys), keys: keys) == (try confirm()))
        #expect(UndoToken(try undo(count).sealed(with: keys), keys: keys) == (try undo(count)))
        #expect(PageToken(try page().sealed(with: keys), keys: keys) == (try page()))
    }

    @Test func noneIsTakenForAnother() throws {
        let texts = [
            try link().sealed(with: keys), try confirm().sealed(with: keys), try undo().sealed(with: keys),
            try page().sealed(with: keys),
        ]
        #expect(texts.map { UnsubscribeToken($0, keys: keys) != nil } == [true, false, false, false])
        #expect(texts.map { ConfirmToken($0, keys: keys) != nil } == [false, true, false, false])
        #expect(texts.map { UndoToken($0, keys: keys) != nil } == [false, false, true, false])
        #expect(texts.map { PageToken($0, keys: keys) != nil } == [false, false, false, true])
    }

    @Test func everyChangeAndCutIsForged() throws {
        for text in [
            try confirm().sealed(with: keys), try undo().sealed(with: keys), try page().sealed(with: keys),
        ] {
            let characters = Array(text)
            for index in characters.indices {
                var changed = characters
                changed[index] = changed[index] == "A" ? "B" : "A"
                for forged in [String(changed), String(text.prefix(index))] {
                    #expect(ConfirmToken(forged, keys: keys) == nil && UndoToken(forged, keys: keys) == nil)
                    #expect(PageToken(forged, keys: keys) == nil)
                }
            }
        }
    }

    @Test func theLongestNamesFit() throws {
        let long = String(repeating: "p", count: 64)
        let token = ConfirmToken(
            unsubscribe: UnsubscribeToken(
                dealership: try DealershipID(long), references: try link().references,
                purpose: try Purpose(long), class: .essential, channel: .email,
                locale: try LocaleTag("abc-12345678-12345678"), message: try link().message),
            purpose: try Purpose(long))
        #expect(ConfirmToken(token.sealed(with: keys), keys: keys) == token)
    }

    @Test func aLinkToConfirmEndsAfterThirtyDays() throws {
        let token = try confirm()
        #expect(!token.isExpired(at: clock.now) && !token.isExpired(at: clock.now + .seconds(30 * 86_400)))
        #expect(token.isExpired(at: clock.now + .milliseconds(30 * 86_400_000 + 1)))
    }

    @Test func anIdTellsItsMoment() throws {
        #expect(try link().message.moment == clock.now)
    }
}
