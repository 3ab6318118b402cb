// A corrected address: what stood stands, under the new one too when it is the same person's, and nothing waits for the old one.

import Consent
import Domain
import Support
import Testing

@testable import OutboxStore

@Suite("Rectification")
struct RectificationTests {
    private let fixture: StoreFixture
    private let old = "zoe@exmaple.lu"
    private let new = "zoe@example.lu"

    init() throws { fixture = try StoreFixture() }

    @discardableResult
    private func rectify(_ reason: Rectification.Reason, salt: UInt8 = 1) throws -> RectifiedContact {
        let evidence = EvidenceText.rectification(
            reason, "letter of 3 May", salt: [UInt8](repeating: salt, count: 16))
        return try fixture.store.rectify(
            try Rectification(
                dealership: fixture.dealership, old: fixture.reference(old), new: fixture.reference(new),
                reason: reason, author: Author(method: .operator, actor: "operator:test"),
                evidenceDigest: evidence.digest), evidence)
    }

    private func state(_ email: String, _ purpose: String = "intervention") throws -> MessageState {
        try fixture.accept(fixture.acceptance(email, purpose: purpose)).state
    }

    @Test func whoChangedTheirAddressIsLeftInPeaceThere() throws {
        try fixture.record(of: old, scope: .purpose(Purpose("intervention")))
        try fixture.record(of: old, scope: .channel, channel: .email)
        let contact = try rectify(.changed)
        #expect(contact.added.map(\.event) == [.rectified, .rectified, .objected, .objected])
        #expect(try contact.added.map(\.contact) == [old, new, new, new].map { try fixture.reference($0) })
        #expect(contact.added[0].relatedContact == contact.added[1].contact)
        #expect(contact.added[1].relatedContact == contact.added[0].contact)
        #expect(contact.added[1].refersTo == contact.added[0].id)
        #expect(try state(new) == .blocked && state(old) == .blocked)
        #expect(try state(new, "quote") == .blocked)
        #expect(try rectify(.changed, salt: 2).added.count == 2, "what stands already is not written again")
    }

    @Test func whoGotAStrangersMailDoesNotSeeItsPageAnyMore() throws {
        let ids = try [old, new].map { try fixture.accept(fixture.acceptance($0)).id }
        try rectify(.neverTheirs)
        let revoked = try ids.map { try fixture.message($0).revokedAt != nil }
        #expect(revoked == [true, false])
    }

    @Test func whoNeverHadTheAddressTakesNothingAlong() throws {
        try fixture.record(of: old)
        let contact = try rectify(.neverTheirs)
        #expect(contact.added.map(\.event) == [.rectified, .rectified])
        #expect(try state(new) == .queued && state(old) == .blocked)
    }

    @Test func whatSaidThatTheAddressWasWrongIsOverAtTheRightOneAlone() throws {
        for address in [old, new] {
            try fixture.record(.misdirected, of: address, scope: .channel, channel: .email)
        }
        try rectify(.changed)
        #expect(try state(new) == .queued && state(old) == .blocked)
    }

    @Test func whatSaidThatTheOldAddressIsWrongDoesNotComeAlong() throws {
        try fixture.record(.misdirected, of: old, scope: .channel, channel: .email)
        try fixture.record(.bounced, of: old, scope: .channel, channel: .email, method: .dsn)
        #expect(try rectify(.changed).added.count == 2)
        #expect(try state(new) == .queued)
    }

    @Test func aBlockThatConsentEndedInPartStandsWholeAtTheNewAddress() throws {
        try fixture.record(of: old)
        let given = ConsentAct(
            references: ContactReferences(address: try fixture.reference(old)), event: .given,
            scope: .purpose(try Purpose("intervention")), channel: .email, occurredAt: fixture.clock.now,
            method: .page,
            actor: "contact", noticeDigest: [UInt8](repeating: 3, count: 32))
        _ = try fixture.store.record(given, dealership: fixture.dealership)
        #expect(try state(old) == .queued)
        try rectify(.changed)
        #expect(try state(new) == .blocked)
    }

    @Test func nothingWaitsForTheOldAddressAnyMore() throws {
        let unknown = try fixture.accept(fixture.acceptance(old)).id
        try fixture.settle(#require(try fixture.claim()), .unknown, status: "no-reply")
        let sending = try fixture.accept(fixture.acceptance(old)).id
        let claim = try #require(try fixture.claim())
        let queued = try fixture.accept(fixture.acceptance(old)).id
        let other = try fixture.accept(fixture.acceptance(new)).id
        // Deferred, it would come back to the line and go to the wrong address.
        do {
            try rectify(.neverTheirs)
            Issue.record("rectified while a message was being sent")
        } catch StoreError.inFlight {
            #expect(try fixture.message(queued).state == .queued, "nothing was changed")
        }
        try fixture.settle(claim, .deferred, status: "451")
        let contact = try rectify(.neverTheirs)
        #expect(contact.cancelled == 2 && contact.inDoubt == 1)
        #expect(throws: StoreError.self) { try fixture.store.act(.retry, on: sending) }
        #expect(try fixture.message(queued).state == .cancelled)
        #expect(try fixture.message(queued).reasonCode == "rectified")
        #expect(try fixture.message(unknown).state == .unknown)
        #expect(try fixture.message(unknown).nextAttemptAt == nil, "it waits for a person")
        #expect(try fixture.message(sending).state == .cancelled)
        #expect(try fixture.message(other).state == .queued)
    }

    @Test func anOldAddressThatNobodyKnowsIsRefused() throws {
        try fixture.record(.misdirected, of: new, scope: .channel, channel: .email)
        do {
            try rectify(.changed)
            Issue.record("rectified from an address that was never seen")
        } catch StoreError.notFound(let what) {
            #expect(what.contains("old address") && !what.contains("@"))
        }
        #expect(try state(new) == .blocked)
        // A message to it, or one thing that was said of it, is enough.
        try fixture.accept(fixture.acceptance(old))
        #expect(try rectify(.changed).added.count == 2)
    }

    @Test func anOldAddressOfWhichOnlyTheLedgerKnowsIsKnown() throws {
        try fixture.record(of: old, scope: .channel, channel: .email)
        try rectify(.neverTheirs)
    }

    @Test func theReasonCanBeProved() throws {
        try fixture.accept(fixture.acceptance(old))
        let contact = try rectify(.changed)
        let export = try fixture.export(fixture.subject(new))
        let evidence = EvidenceText(
            try #require(export["evidence"][0]["text"].string), salt: [UInt8](repeating: 1, count: 16))
        #expect(evidence.text == "changed: letter of 3 May")
        #expect(contact.added.prefix(2).allSatisfy { $0.evidenceDigest == evidence.digest })
        let chains = try fixture.store.read { reader throws(StoreError) in try reader.verifyLedgers() }
        #expect(chains.allSatisfy { $0.fault == nil && $0.entries == 2 })
    }

    @Test func anAddressIsNotRectifiedToItself() throws {
        #expect(throws: ValueError.self) {
            try Rectification(
                dealership: fixture.dealership, old: fixture.reference("ZOE@example.lu"),
                new: fixture.reference(new), reason: .changed, author: Author(method: .api, actor: "key_1"),
                evidenceDigest: [])
        }
    }
}
