// What people write back: a STOP is an objection for everybody who has written to that phone, a START ends what a STOP began and nothing else,
// the rest is for the dealership to read, and a text is heard once.

import Consent
import Crypto
import Delivery
import Domain
import OutboxStore
import Support
import Testing

@Suite("Texts from people")
struct HeardTextTests {
    private let fixture: StoreFixture
    private let phone = "+352621123456"

    init() throws { fixture = try StoreFixture() }

    @discardableResult
    private func hear(
        _ meaning: HeardText.Meaning, _ text: String, id: String, mayBeAnObjection: Bool = false
    ) throws -> [DealershipID] {
        let heard = HeardText(
            provider: "sms", digest: Crypto.sha256(Array(id.utf8)), meaning: meaning,
            mayBeAnObjection: mayBeAnObjection, text: text,
            correspondents: [
                HeardText.Correspondent(
                    dealership: fixture.dealership, contact: try fixture.reference(phone: phone),
                    evidence: EvidenceText(text, salt: [UInt8](repeating: 1, count: 16)))
            ])
        guard case .heard(let dealerships) = try fixture.store.perform(.hear(heard)) else { return [] }
        return dealerships
    }

    private func state() throws -> MessageState { try fixture.accept(fixture.acceptance(by: [.sms])).state }

    @Test func stopBlocksTheChannelWithTheTextAsEvidence() throws {
        #expect(try hear(.stop, "Stop!", id: "1") == [fixture.dealership])
        #expect(try state() == .blocked)
        #expect(try fixture.accept(fixture.acceptance(by: [.email])).state == .queued, "the other channel")
        let (dealership, contact) = (fixture.dealership, try fixture.reference(phone: phone))
        let entries = try fixture.store.read { reader throws(StoreError) in
            try reader.ledgerEntries(dealership: dealership, contact: contact)
        }
        let entry = try #require(entries.first)
        #expect(entry.event == .objected && entry.scope == .channel && entry.channel == .sms)
        #expect(entry.method == .smsKeyword && entry.evidenceDigest != nil)
        let text = try fixture.rawConnection().first("SELECT text FROM evidence") { $0.text(0) }
        #expect(text == "Stop!")
        #expect(try fixture.events(type: .contactObjected).count == 1)
    }

    @Test func startEndsWhatStopBeganAndNothingElse() throws {
        try hear(.stop, "STOP", id: "1")
        fixture.clock.advance(by: .seconds(60))
        try hear(.start, "START", id: "2")
        #expect(try state() == .queued)
        _ = try fixture.store.record(
            ConsentAct(
                references: ContactReferences(address: try fixture.reference(phone: phone)), event: .objected,
                scope: .channel, channel: .sms, occurredAt: fixture.clock.now, method: .page, actor: "contact"
            ),
            dealership: fixture.dealership)
        fixture.clock.advance(by: .seconds(60))
        try hear(.start, "START", id: "3")
        #expect(try state() == .blocked, "said on a page, and a START does not take it back")
    }

    @Test func whatWasSaidInAnotherWayAfterAStopOutlivesTheStart() throws {
        try hear(.stop, "STOP", id: "1")
        let said = try fixture.store.record(
            ConsentAct(
                references: ContactReferences(address: try fixture.reference(phone: phone)), event: .objected,
                scope: .channel, channel: .sms, occurredAt: fixture.clock.now, method: .phone,
                actor: "operator:test"), dealership: fixture.dealership)
        #expect(said.added.count == 1, "an entry of its own, or the START would end it with the STOP")
        fixture.clock.advance(by: .seconds(60))
        try hear(.start, "START", id: "2")
        #expect(try state() == .blocked)
    }

    @Test func anOldStartIsNotHeardAgainAfterANewerStop() throws {
        try hear(.stop, "STOP", id: "1")
        fixture.clock.advance(by: .seconds(60))
        try hear(.start, "START", id: "2")
        fixture.clock.advance(by: .seconds(60))
        try hear(.stop, "STOP", id: "3")
        fixture.clock.advance(by: .seconds(60))
        #expect(try hear(.start, "START", id: "2") == [])
        #expect(try state() == .blocked)
    }

    @Test func otherWordsReachTheDealershipOnceAndGoWithThePerson() throws {
        try hear(.text, "arrêtez svp", id: "1", mayBeAnObjection: true)
        #expect(try hear(.text, "arrêtez svp", id: "1") == [])
        let events = try fixture.events(type: .contactReplied)
        #expect(events.count == 1)
        #expect(events.first?.view["text"] == "arrêtez svp")
        #expect(events.first?.view["reason"] == "may-be-an-objection")
        #expect(try events.first?.contact == fixture.reference(phone: phone))
        try fixture.erase(fixture.subject(nil, phone: phone))
        #expect(try fixture.events(type: .contactReplied).isEmpty)
    }

    @Test func whoHasWrittenToAPhoneIsFound() throws {
        let contact = try fixture.reference(phone: phone)
        func found(_ provider: String = "sms") throws -> [Int] {
            let (dealership, candidates) = (fixture.dealership, [contact])
            return try fixture.store.read { reader throws(StoreError) in
                try reader.correspondents(
                    candidates.map { (name: 1, dealership: dealership, contact: $0) }, provider: provider
                ).map(\.name)
            }
        }
        #expect(try found() == [])
        _ = try fixture.accept(fixture.acceptance(by: [.sms]))
        #expect(try found() == [], "accepted is not written")
        _ = try fixture.claim(.sms, provider: "sms")
        #expect(try found() == [1])
        #expect(try found("other") == [])
    }
}
