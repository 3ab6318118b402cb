// Undo: the page after an act takes back exactly what that act wrote, for a day, and nothing that stood before; a value that the gateway did
// not put into that page's form is refused.

import Consent
import Domain
import OutboxStore
import Support
import Testing

struct UndoTests {
    private let gateway: PublicGateway
    private let path: String

    init() throws {
        gateway = try PublicGateway()
        path = try gateway.unsubscribeLink(customer: "K-1", phone: "+352621123456")
    }

    private func state(_ template: String = "intervention-ready") throws -> MessageState {
        try gateway.accept(template, "zoe@example.lu", customer: "K-1", phone: "+352621123456").state
    }

    /// What becomes of a message to another address of a customer.
    private func otherAddress(of customer: String) throws -> MessageState {
        let message = try gateway.accept("intervention-ready", "new@example.lu", customer: customer)
        return message.state
    }

    @Test(arguments: [("intervention", 2), ("marketing", 3), ("channel", 2)])
    func itLiftsWhatTheActWrote(scope: String, written: Int64) throws {
        try gateway.consent()
        let before = try gateway.ledgerCount()
        let kind = scope == "marketing" ? "newsletter" : "intervention-ready"
        #expect(try state(kind) == .queued)
        let page = try gateway.post(path, ["scope": scope])
        #expect(try gateway.ledgerCount() == before + written)
        #expect(try state(kind) == .blocked)
        #expect(page.action == String(path.dropFirst(3)))
        gateway.fixture.clock.advance(by: .seconds(86_399))
        let undone = try gateway.post(path, ["undo": try #require(page.hidden("undo"))])
        #expect(undone.status == 200 && undone["Location"] == nil && undone["Set-Cookie"] == nil)
        #expect(undone.text.contains("Ces messages continuent") && undone.stopped.isEmpty)
        #expect(try state(kind) == .queued)
        let entries = try gateway.entries().suffix(2)
        #expect(entries.map(\.event) == [.objected, .lifted])
        let lifted = try #require(entries.last)
        #expect(lifted.refersTo == entries.first?.id && lifted.method == .page && lifted.actor == "contact")
        #expect(undone.reference == lifted.id.description)
        #expect(try gateway.ledgerCount() == before + 2 * written)
    }

    @Test func itIsOverAfterADay() throws {
        let page = try gateway.post(path, ["scope": "marketing"])
        let before = try gateway.ledgerCount()
        gateway.fixture.clock.advance(by: .seconds(86_400))
        let late = try gateway.post(path, ["undo": try #require(page.hidden("undo"))])
        #expect(late.status == 410 && late.text.contains("24 heures"))
        #expect(try gateway.ledgerCount() == before)
        // What can be stopped is offered all the same.
        #expect(late.choices == ["intervention", "marketing", "channel", "not-me"])
        #expect(late.action == String(path.dropFirst(3)))
        #expect(try gateway.post(path, ["scope": "intervention"]).status == 200)
        #expect(try gateway.ledgerCount() == before + 2)
    }

    /// After an older store was put back without its mirror.
    @Test func anEntryThatTheStoreDoesNotHaveIsOverToo() throws {
        let page = try gateway.post(path, ["scope": "intervention"])
        let raw = try gateway.fixture.rawConnection()
        try raw.run("DROP TRIGGER ledger_is_never_shortened")
        for table in ["ledger", "standing"] { try raw.run("DELETE FROM \(table)") }
        let late = try gateway.post(path, ["undo": try #require(page.hidden("undo"))])
        #expect(late.status == 410 && late.choices.first == "intervention")
    }

    @Test func whatStoodBeforeStays() throws {
        let earlier = try gateway.fixture.record(of: "zoe@example.lu", scope: .all, method: .phone)
        let page = try gateway.post(path, ["scope": "channel"])
        let undone = try gateway.post(path, ["undo": try #require(page.hidden("undo"))])
        #expect(undone.status == 200 && undone.text.contains("<h1>C’est annulé"))
        #expect(
            undone.stopped == ["Photos, vidéos et devis de votre véhicule", "Toutes les offres et enquêtes"])
        let message = try gateway.accept("intervention-ready", "zoe@example.lu")
        #expect(message.state == .blocked && message.reasonEntry == earlier.entry?.id)
    }

    /// Two tabs of one mail, or two people who have it: the undo of the first act leaves what the second said.
    @Test(arguments: ["intervention", "marketing", "channel"])
    func anActInAnotherTabHolds(scope: String) throws {
        let kind = scope == "marketing" ? "newsletter" : "intervention-ready"
        try gateway.consent()
        let first = try gateway.post(path, ["scope": scope])
        let second = try gateway.post(path, ["scope": scope])
        #expect(first.hidden("undo") != nil && second.hidden("undo") == nil)
        #expect(second.status == 200 && second.text.contains("Vous changez d’avis"))
        let count = try gateway.ledgerCount()
        let third = try gateway.post(path, ["scope": scope])
        #expect(third.status == 200 && third.hidden("undo") == nil)
        #expect(try gateway.ledgerCount() == count, "said twice is enough, however often it is clicked")
        let undone = try gateway.post(path, ["undo": try #require(first.hidden("undo"))])
        #expect(undone.text.contains("<h1>Une autre demande tient toujours"))
        #expect(try state(kind) == .blocked)
        #expect(
            try gateway.accept(kind, "zoe@example.lu").state == .blocked, "under the address by itself, too")
    }

    @Test func anActThatWroteNothingOffersNone() throws {
        try gateway.fixture.record(
            of: "zoe@example.lu", scope: .marketing, method: .phone)
        let standing = try #require(try gateway.entries().last)
        let again = try gateway.post(gateway.unsubscribeLink(), ["scope": "marketing"])
        #expect(again.status == 200 && again.reference == standing.id.description)
        #expect(again.hidden("undo") == nil && again.text.contains("Vous changez d’avis"))
    }

    @Test func aSecondUndoWritesNothingAndEndsNoLaterBlock() throws {
        let page = try gateway.post(path, ["scope": "intervention"])
        let undo = try #require(page.hidden("undo"))
        #expect(try gateway.post(path, ["undo": undo]).status == 200)
        let count = try gateway.ledgerCount()
        #expect(try gateway.post(path, ["undo": undo]).status == 200)
        #expect(try gateway.ledgerCount() == count)
        let later = try gateway.post(path, ["scope": "intervention"])
        let repeated = try gateway.post(path, ["undo": undo])
        #expect(try state() == .blocked)
        // And the page says so: with the receipt of what stands.
        #expect(repeated.status == 200 && repeated.text.contains("<h1>Une autre demande tient toujours"))
        #expect(repeated.stopped == ["Photos, vidéos et devis de votre véhicule"])
        #expect(repeated.reference == later.reference && later.reference != nil)
        #expect(repeated.text.contains("Vous changez d’avis"))
    }

    /// A customer number that comes with the address after the act gets the block, and loses it with the undo; its own block stays.
    @Test func theCopiesMadeSinceGoWithIt() throws {
        let path = try gateway.unsubscribeLink("intervention-ready", "paul@example.lu")
        let page = try gateway.post(path, ["scope": "intervention"])
        gateway.fixture.clock.advance(by: .seconds(60))
        _ = try gateway.fixture.store.record(
            ConsentAct(
                references: ContactReferences(address: gateway.fixture.reference(customer: "K-8")),
                event: .objected, scope: .purpose(Purpose("intervention")),
                occurredAt: gateway.fixture.clock.now, method: .phone, actor: "contact"),
            dealership: gateway.fixture.dealership)
        for customer in ["K-7", "K-8"] {
            _ = try gateway.accept("intervention-ready", "paul@example.lu", customer: customer)
        }
        #expect(try otherAddress(of: "K-7") == .blocked)
        let undone = try gateway.post(path, ["undo": try #require(page.hidden("undo"))])
        #expect(undone.text.contains("<h1>C’est annulé"))
        let copies = try gateway.entries(gateway.fixture.reference(customer: "K-7"))
        #expect(copies.map(\.event) == [.objected, .lifted] && copies.last?.refersTo == copies.first?.id)
        #expect(try otherAddress(of: "K-7") == .queued)
        #expect(try gateway.accept("intervention-ready", "paul@example.lu", customer: "K-7").state == .queued)
        #expect(try otherAddress(of: "K-8") == .blocked)
    }

    /// What one click and the dealership wrote meanwhile is not the page's to take back, whatever it is called.
    @Test(arguments: ["one-click", "all"])
    func whatElseStandsIsSaid(other: String) throws {
        let page = try gateway.post(path, ["scope": "intervention"])
        if other == "all" {
            try gateway.fixture.record(of: "zoe@example.lu", scope: .all, method: .phone)
        } else {
            _ = try gateway.post(path, ["List-Unsubscribe": "One-Click"])
        }
        let undone = try gateway.post(path, ["undo": try #require(page.hidden("undo"))])
        #expect(undone.text.contains("<h1>Une autre demande tient toujours"))
        #expect(undone.stopped.first == "Photos, vidéos et devis de votre véhicule")
        #expect(try gateway.entries().last?.id.description == undone.reference, "the undo's own receipt")
        #expect(try state() == .blocked)
    }

    @Test func whatThePageDidNotGiveIsRefused() throws {
        let page = try gateway.post(path, ["scope": "intervention"])
        let undo = try #require(page.hidden("undo"))
        let other = try gateway.unsubscribeLink("intervention-ready", "paul@example.lu")
        let others = try #require(try gateway.post(other, ["scope": "marketing"]).hidden("undo"))
        // The same contact's other message: its link did not do it either.
        let sibling = try gateway.unsubscribeLink("quote-approval", "zoe@example.lu")
        let count = try gateway.ledgerCount()
        let characters = Array(undo)
        var forged = stride(from: 0, to: characters.count, by: 7).map { index in
            var changed = characters
            changed[index] = changed[index] == "A" ? "B" : "A"
            return String(changed)
        }
        forged += ["", "1", String(undo.dropLast()), undo + "A", others, String(path.dropFirst(3))]
        for value in forged {
            #expect(try gateway.post(path, ["undo": value]).status == 422, "\(value)")
        }
        let refused = try gateway.post(sibling, ["undo": undo])
        #expect(refused.status == 422 && refused.language == "fr" && refused.text.contains("pas compris"))
        #expect(refused.choices == ["quote", "marketing", "channel", "not-me"])
        #expect(refused.action == String(sibling.dropFirst(3)))
        #expect(try gateway.post(other, ["undo": undo]).status == 422)
        #expect(try gateway.ledgerCount() == count)
        #expect(try gateway.post(path, ["undo": undo], asMultipart: true).status == 200)
        #expect(try gateway.ledgerCount() == count + 2)
    }

    @Test func aLookIsNoUndo() throws {
        let page = try gateway.post(path, ["scope": "intervention"])
        let undo = try #require(page.hidden("undo"))
        let count = try gateway.ledgerCount()
        for method in ["GET", "HEAD"] {
            #expect(try gateway.client.send(method, "\(path)?undo=\(undo)").status == 200)
        }
        #expect(try gateway.ledgerCount() == count)
    }
}
