// A message with two channels: the gate chooses the first that it allows, a refusal goes on by the next with its own bytes, and what may have
// been sent never changes over.

import Consent
import Delivery
import Domain
import OutboxStore
import Runtime
import Support
import Testing

@Suite("Second channel")
struct SecondChannelTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    @Test func aRefusalGoesOnByTheNextChannelWithItsOwnBytes() throws {
        let record = try fixture.accept(fixture.acceptance(by: [.email, .sms]))
        #expect(try record.channel == .email && record.contact == fixture.reference("zoe@example.lu"))
        let rung = Monitor(false)
        fixture.store.onChannelChange { rung.update { $0 = true } }
        #expect(try fixture.claim(.sms) == nil, "one channel at a time")
        try fixture.settle(#require(try fixture.claim()), .rejected, status: "5.2.2")
        let isRung: Bool? = rung.wait(atMost: .seconds(60)) { $0 ? true : nil }
        #expect(isRung == true, "whoever delivers SMS looks")
        let changed = try fixture.message(record.id)
        #expect(changed.state == .queued && changed.channel == .sms && changed.reasonCode == "5.2.2")
        #expect(try changed.contact == fixture.reference(phone: "+352621123456"))
        #expect(try fixture.claim() == nil)
        let claim = try #require(try fixture.claim(.sms, provider: "sms"))
        #expect(claim.recipient == "+352621123456" && claim.sender == "GarageNord" && claim.tries == 0)
        #expect(claim.body == Array("Votre devis".utf8))
        try fixture.settle(claim, .rejected, status: "21211")
        #expect(try fixture.message(record.id).state == .failed, "there is no third")
        let attempts = try fixture.message(record.id).attempts
        #expect(attempts.map(\.channel) == [.email, .sms] && attempts.map(\.provider) == ["relay", "sms"])
    }

    @Test(arguments: [Outcome.unknown, .deferred])
    func whatMayHaveBeenSentOrWaitsStaysOnItsChannel(_ outcome: Outcome) throws {
        let record = try fixture.accept(fixture.acceptance(by: [.email, .sms]))
        try fixture.settle(#require(try fixture.claim()), outcome, status: "x")
        #expect(try fixture.message(record.id).channel == .email)
        // The one more try of a doubt is refused: an earlier one may have arrived.
        guard outcome == .unknown else { return }
        fixture.clock.advance(by: .seconds(2_000))
        try fixture.settle(#require(try fixture.claim()), .rejected, status: "5.1.1")
        let message = try fixture.message(record.id)
        #expect(message.state == .unknown && message.channel == .email)
        #expect(try fixture.claim(.sms) == nil)
    }

    @Test func theGateChoosesTheFirstChannelThatItAllows() throws {
        try fixture.record(of: "zoe@example.lu", scope: .channel, channel: .email)
        let chosen = try fixture.accept(fixture.acceptance(by: [.email, .sms]))
        #expect(chosen.state == .queued && chosen.channel == .sms)
        try fixture.settle(#require(try fixture.claim(.sms)), .rejected, status: "x")
        #expect(try fixture.message(chosen.id).state == .failed, "what the gate passed by is no fallback")
        let blocked = try fixture.accept(fixture.acceptance(by: [.email]))
        #expect(blocked.state == .blocked && blocked.channel == .email)
        try fixture.record(of: "zoe@example.lu", scope: .all)
        let none = try fixture.accept(fixture.acceptance(by: [.sms, .email]))
        #expect(none.state == .blocked && none.channel == .sms, "the first of all, with its reason")
    }

    @Test func anObjectionBeforeTheFirstTryGoesOnByTheNextChannel() throws {
        let record = try fixture.accept(fixture.acceptance(by: [.email, .sms]))
        try fixture.record(of: "zoe@example.lu", scope: .channel, channel: .email)
        #expect(try fixture.claim() == nil)
        #expect(try fixture.message(record.id).channel == .sms)
        try fixture.record(of: "zoe@example.lu", scope: .all)
        #expect(try fixture.claim(.sms) == nil)
        #expect(try fixture.message(record.id).state == .blocked)
    }

    @Test func aNumberThatWasWrongIsNotWrittenToByTheSecondChannel() throws {
        let id = try fixture.accept(fixture.acceptance(by: [.email, .sms])).id
        let evidence = EvidenceText("on the phone", salt: [UInt8](repeating: 1, count: 16))
        _ = try fixture.store.rectify(
            Rectification(
                dealership: fixture.dealership, old: try fixture.reference(phone: "+352621123456"),
                new: try fixture.reference(phone: "+352621123457"), reason: .neverTheirs,
                author: Author(method: .operator, actor: "operator:test"), evidenceDigest: evidence.digest),
            evidence)
        try fixture.settle(#require(try fixture.claim()), .rejected, status: "5.1.1")
        #expect(try fixture.message(id).state == .failed && fixture.claim(.sms) == nil)
    }

    @Test func theSecondChannelHasItsOwnTimeAndCountries() throws {
        var abroad = try fixture.acceptance(by: [.email, .sms])
        abroad.contents[1].isCountryAllowed = false
        let held = try fixture.accept(abroad)
        try fixture.settle(#require(try fixture.claim()), .rejected, status: "5.1.1")
        #expect(try fixture.message(held.id).state == .failed, "it would have been held")
        let late = try fixture.accept(fixture.acceptance(by: [.sms, .email], "max@example.lu"))
        let claim = try #require(try fixture.claim(.sms))
        fixture.clock.advance(by: .seconds(86_000))
        try fixture.settle(claim, .rejected, status: "x")
        fixture.clock.advance(by: .seconds(86_400))
        #expect(try fixture.claim()?.id == late.id, "an e-mail has four days")
    }

    @Test func theOtherChannelsBytesGoWithTheContent() throws {
        _ = try fixture.accept(fixture.acceptance(by: [.email, .sms]))
        let raw = try fixture.rawConnection()
        func count() throws -> Int64? {
            try raw.first("SELECT count(*) FROM later_content") { $0.integer(0) }
        }
        #expect(try count() == 1)
        let export = try fixture.export(fixture.subject("zoe@example.lu", phone: "+352621123456"))
        #expect(export["laterContent"].elements.count == 1)
        try fixture.erase(fixture.subject("zoe@example.lu"))
        #expect(try count() == 0)
    }

    @Test func anSMSBeyondItsQuotaIsHeldAndAnEmailGoesWithoutItsSMS() throws {
        let quota = DayQuota(day: "2026-11-23", messages: nil, segments: 2)
        #expect(
            try fixture.accept(fixture.acceptance(by: [.sms], segments: 2, quota: quota)).state == .queued)
        let held = try fixture.accept(fixture.acceptance(by: [.sms], quota: quota))
        #expect(held.state == .held && held.reasonCode == "quota")
        let email = try fixture.accept(fixture.acceptance(by: [.email, .sms], quota: quota))
        #expect(email.state == .queued)
        try fixture.settle(#require(try fixture.claim()), .rejected, status: "5.1.1")
        #expect(try fixture.message(email.id).state == .failed)
        #expect(try fixture.events(type: .dealershipQuotaReached).count == 1)
    }

    @Test func anUnusualCountryIsHeldForAnOperator() throws {
        var acceptance = try fixture.acceptance(by: [.sms])
        acceptance.contents[0].isCountryAllowed = false
        let record = try fixture.accept(acceptance)
        #expect(record.state == .held && record.reasonCode == "country")
        #expect(try fixture.store.act(.release, on: record.id).state == .queued)
        #expect(try fixture.claim(.sms) != nil)
    }

    @Test func anSMSInDoubtWaitsForAPersonAlsoAfterACrash() throws {
        let record = try fixture.accept(fixture.acceptance(by: [.sms]))
        try fixture.settle(#require(try fixture.claim(.sms)), .unknown, status: "timeout")
        #expect(try fixture.message(record.id).nextAttemptAt == nil)
        let crashed = try fixture.accept(fixture.acceptance(by: [.sms]))
        let mail = try fixture.accept(fixture.acceptance(by: [.email]))
        _ = try #require(try fixture.claim(.sms))
        _ = try #require(try fixture.claim())
        try fixture.reopen()
        #expect(try fixture.message(crashed.id).nextAttemptAt == nil)
        #expect(try fixture.message(mail.id).nextAttemptAt != nil)
    }
}
