// A block that stands under an address is written under the customer number that later comes with it; nothing
// else is shared.

import Consent
import Domain
import Testing

@Suite("Blocks shared with a customer number")
struct SharedBlocksTests {
    @Test("are those of every scope but channel, each referring to the one it repeats")
    func shared() {
        let ledger = Ledgers.recorded([
            Ledgers.entry(.objected, "quote", .email, at: 3), Ledgers.entry(.withdrawn, "marketing", at: 4),
            Ledgers.entry(.objected, "channel", .email), Ledgers.entry(.objected, "all"),
            Ledgers.entry(.given, "reminder", .email, notice: true), Ledgers.entry(.lifted, "reminder"),
            Ledgers.entry(.objected, "reminder", of: Ledgers.otherAddress),
        ])
        let copies = share(ledger)
        #expect(copies.map(\.scope.description) == ["quote", "marketing", "all"])
        #expect(copies.map(\.refersTo) == [Ledgers.id(1), Ledgers.id(2), Ledgers.id(4)])
        #expect(copies.map(\.event) == [.objected, .withdrawn, .objected])
        #expect(copies.map(\.channel) == [.email, nil, nil])
        #expect(copies.map(\.occurredAt) == [Ledgers.moment(3), Ledgers.moment(4), Ledgers.moment(0)])
        for copy in copies {
            #expect(copy.contact == Ledgers.customer)
            #expect(copy.recordedAt == Ledgers.moment(100))
            #expect(copy.actor == "gateway")
            #expect(copy.id == Ledgers.id(77))
        }
    }

    @Test("are written once")
    func once() {
        let ledger = Ledgers.recorded([Ledgers.entry(.objected, "quote"), Ledgers.entry(.objected, "all")])
        let longer = Ledgers.recorded(ledger + share(ledger))
        #expect(longer.count == 4)
        #expect(share(longer).isEmpty)
    }

    @Test("are not those that were ended")
    func ended() {
        let lifted = Ledgers.recorded([
            Ledgers.entry(.objected, "quote", at: 1), Ledgers.entry(.lifted, "quote", at: 2),
        ])
        #expect(share(lifted).isEmpty)
        let given = Ledgers.recorded([
            Ledgers.entry(.objected, "quote", .email, at: 1),
            Ledgers.entry(.given, "quote", .email, at: 2, by: .page, notice: true),
        ])
        #expect(share(given).isEmpty)
    }

    @Test("stop the customer's next address too")
    func nextAddress() {
        let ledger = Ledgers.recorded([Ledgers.entry(.objected, "marketing")])
        let next = Ledgers.question(
            "newsletter", .marketing,
            references: ContactReferences(address: Ledgers.reference(4), customer: Ledgers.customer))
        let consent = Ledgers.entry(.given, "newsletter", .email, of: Ledgers.reference(4), notice: true)
        #expect(Gate.decide(next, ledger: Ledgers.recorded(ledger + [consent])).isAllowed)
        let after = Ledgers.recorded(ledger + share(ledger) + [consent])
        #expect(!Gate.decide(next, ledger: after).isAllowed)
    }

    @Test("come with the consent that ended a part of them, or the number would stop who came back")
    func cameBack() {
        let ledger = Ledgers.recorded([
            Ledgers.entry(.objected, "marketing", at: 1),
            Ledgers.entry(.given, "newsletter", .email, at: 2, by: .page, notice: true),
        ])
        let question = Ledgers.question("newsletter", .marketing)
        let copies = share(ledger)
        #expect(copies.map(\.event) == [.objected, .given])
        #expect(copies.map(\.refersTo) == [Ledgers.id(1), Ledgers.id(2)])
        let longer = Ledgers.recorded(ledger + copies)
        #expect(Gate.decide(question, ledger: longer).isAllowed)
        #expect(!Gate.decide(Ledgers.question("survey", .survey), ledger: longer).isAllowed)
        #expect(share(longer).isEmpty)
    }

    private func share(_ ledger: [LedgerEntry]) -> [LedgerEntry] {
        Standing(folding: ledger).entriesToShare(from: Ledgers.address, with: Ledgers.customer).compactMap {
            entry in
            ledger.first { $0.id == entry.id }?.copy(
                under: Ledgers.customer, id: Ledgers.id(77), recordedAt: Ledgers.moment(100))
        }
    }
}
