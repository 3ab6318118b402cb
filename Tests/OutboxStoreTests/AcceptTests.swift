// T1, accept: what is answered is on disk, and the gate is asked inside.

import Consent
import Domain
import OutboxStore
import Runtime
import Support
import Testing

struct AcceptTests {
    @Test func whatIsAnsweredIsOnDisk() throws {
        let fixture = try StoreFixture()
        let acceptance = try fixture.acceptance(
            customer: "K-1", reference: "WO-1", body: "A: b\r\n\r\nßöü\r\n")
        let answer = try fixture.accept(acceptance)
        // Another connection sees it at once, and a restart keeps it.
        let reader = try StoreReader(path: fixture.path, keyFingerprint: StoreFixture.keyFingerprint)
        #expect(try reader.message(acceptance.id)?.view == answer.view)
        try fixture.reopen()
        let kept = try fixture.message(acceptance.id)
        #expect(kept.view == answer.view)
        #expect(kept.state == .queued)
        #expect(kept.nextAttemptAt == acceptance.createdAt)
        #expect(kept.reference == "WO-1")
        #expect(kept.contact == acceptance.contents[0].references.address)
        #expect(kept.templateDigest == acceptance.templateDigest)
        let content = try fixture.store.read { reader throws(StoreError) in try reader.content(acceptance.id)
        }
        #expect(content == acceptance.contents[0].body)
    }

    @Test func anObjectionBlocksWithItsEntry() throws {
        let fixture = try StoreFixture()
        let objection = try #require(try fixture.record(of: "paul@example.lu").entry)
        let message = try fixture.accept(fixture.acceptance("paul@example.lu"))
        #expect(message.state == .blocked)
        #expect(message.reasonCode == "objected")
        #expect(message.reasonEntry == objection.id)
        #expect(message.nextAttemptAt == nil)
        #expect(try fixture.claim() == nil)
        #expect(try fixture.accept(fixture.acceptance("anna@example.lu")).state == .queued)
    }

    @Test func aRecipientThatIsNotAllowedBlocksWithoutEntry() throws {
        let fixture = try StoreFixture()
        let message = try fixture.accept(fixture.acceptance(isRecipientAllowed: false))
        #expect(message.state == .blocked)
        #expect(message.reasonCode == "recipient-not-allowed")
        #expect(message.reasonEntry == nil)
    }

    @Test func marketingNeedsConsentAndSafetyNone() throws {
        let fixture = try StoreFixture()
        try fixture.record(of: "zoe@example.lu")
        let recall = try fixture.acceptance(purpose: "recall", class: .safety)
        #expect(try fixture.accept(recall).state == .queued)
        let news = try fixture.acceptance("anna@example.lu", purpose: "newsletter", class: .marketing)
        let blocked = try fixture.accept(news)
        #expect(blocked.reasonCode == "no-consent" && blocked.reasonEntry == nil)
        try fixture.record(.given, of: "anna@example.lu", scope: .marketing, channel: .email)
        let allowed = try fixture.acceptance("anna@example.lu", purpose: "newsletter", class: .marketing)
        #expect(try fixture.accept(allowed).state == .queued)
    }

    @Test func aBlockUnderAnAddressGoesToTheCustomerNumberThatComesWithIt() throws {
        let fixture = try StoreFixture()
        let objection = try #require(try fixture.record(of: "old@example.lu").entry)
        let customer = try fixture.reference(customer: "K-1")
        #expect(try entries(fixture, customer).isEmpty)
        try fixture.accept(fixture.acceptance("old@example.lu", customer: "K-1"))
        let copies = try entries(fixture, customer)
        #expect(copies.map(\.refersTo) == [objection.id])
        #expect(copies.first?.event == .objected && copies.first?.scope == .all)
        // The person is blocked under a new address too, by the copy; and a second message adds no second copy.
        let message = try fixture.accept(fixture.acceptance("new@example.lu", customer: "K-1"))
        #expect(message.state == .blocked)
        #expect(message.reasonEntry == copies.first?.id)
        try fixture.accept(fixture.acceptance("old@example.lu", customer: "K-1"))
        #expect(try entries(fixture, customer).count == 1)
        #expect(try fixture.accept(fixture.acceptance("new@example.lu", customer: "K-2")).state == .queued)
    }

    @Test func aBlockOfTheChannelStaysWithItsAddress() throws {
        let fixture = try StoreFixture()
        try fixture.record(of: "old@example.lu", scope: .channel, channel: .email)
        #expect(try fixture.accept(fixture.acceptance("old@example.lu", customer: "K-1")).state == .blocked)
        #expect(try entries(fixture, fixture.reference(customer: "K-1")).isEmpty)
        #expect(try fixture.accept(fixture.acceptance("new@example.lu", customer: "K-1")).state == .queued)
    }

    @Test func aBlockUnderTheOtherAddressGoesToTheCustomerNumberToo() throws {
        let fixture = try StoreFixture()
        try fixture.record(of: "second@example.lu")
        let message = try fixture.acceptance("first@example.lu", customer: "K-1", other: "second@example.lu")
        #expect(try fixture.accept(message).state == .blocked)
        #expect(try entries(fixture, fixture.reference(customer: "K-1")).count == 1)
    }

    @Test func aCounterCustomerCountsForNothing() throws {
        let fixture = try StoreFixture()
        for number in 1...8 { try fixture.accept(fixture.acceptance("c\(number)@example.lu", customer: "0")) }
        #expect(try counterCustomers(fixture).isEmpty)
        // Eight addresses are a person still: what is said of one counts for the number.
        try fixture.record(of: "c1@example.lu")
        try fixture.accept(fixture.acceptance("c1@example.lu", customer: "0"))
        #expect(try fixture.accept(fixture.acceptance("c2@example.lu", customer: "0")).state == .blocked)
        // The ninth makes it a counter: its own message and everybody's go by their addresses alone.
        #expect(try fixture.accept(fixture.acceptance("c9@example.lu", customer: "0")).state == .queued)
        #expect(try fixture.accept(fixture.acceptance("c2@example.lu", customer: "0")).state == .queued)
        #expect(try fixture.accept(fixture.acceptance("c1@example.lu", customer: "0")).state == .blocked)
        #expect(try counterCustomers(fixture) == [fixture.reference(customer: "0")])
        // And nothing is written under it any more.
        let before = try entries(fixture, fixture.reference(customer: "0")).count
        try fixture.record(of: "c5@example.lu", scope: .marketing)
        try fixture.accept(fixture.acceptance("c5@example.lu", customer: "0"))
        #expect(try entries(fixture, fixture.reference(customer: "0")).count == before)
    }

    @Test func anotherDealershipsObjectionDoesNotCount() throws {
        let fixture = try StoreFixture()
        let other = try DealershipID("garage-sud")
        _ = try fixture.store.put(other, record: "{}")
        // Even under the same reference: what counts is whose ledger it is in.
        let act = ConsentAct(
            references: ContactReferences(address: try fixture.reference("zoe@example.lu")), event: .objected,
            scope: .all, occurredAt: fixture.clock.now, method: .page, actor: "contact")
        _ = try fixture.store.record(act, dealership: other)
        #expect(try fixture.accept(fixture.acceptance()).state == .queued)
    }

    private func entries(_ fixture: StoreFixture, _ contact: ContactReference) throws -> [LedgerEntry] {
        try fixture.store.read { reader throws(StoreError) in
            try reader.ledgerEntries(dealership: fixture.dealership, contact: contact)
        }
    }

    private func counterCustomers(_ fixture: StoreFixture) throws -> [ContactReference] {
        try fixture.store.read { reader throws(StoreError) in try reader.counterCustomers().map(\.contact) }
    }
}
