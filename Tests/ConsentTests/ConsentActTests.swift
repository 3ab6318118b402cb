// What an act may say, under which references it is written, and that acting again writes nothing.

import Consent
import Domain
import Testing

@Suite("Acts of consent and objection")
struct ConsentActTests {
    static let now = Ledgers.moment(1000)

    struct Row: Sendable, CustomTestStringConvertible {
        let act: ConsentAct
        let isTaken: Bool

        init(_ act: ConsentAct, isTaken: Bool) {
            self.act = act
            self.isTaken = isTaken
        }

        var testDescription: String {
            "\(act.event) \(act.scope) \(act.channel?.rawValue ?? "-") by \(act.method)"
                + (act.evidenceDigest == nil ? "" : " with evidence")
        }
    }

    static let scopes = [
        Row(Ledgers.act(.objected, "quote"), isTaken: true),
        Row(Ledgers.act(.objected, "quote", .email), isTaken: true),
        Row(Ledgers.act(.objected, "marketing"), isTaken: true),
        Row(Ledgers.act(.withdrawn, "all"), isTaken: true),
        Row(Ledgers.act(.objected, "channel", .sms), isTaken: true),
        Row(Ledgers.act(.objected, "channel"), isTaken: false),
        Row(Ledgers.act(.withdrawn, "channel"), isTaken: false),
        Row(Ledgers.act(.lifted, "channel"), isTaken: false),
        Row(Ledgers.act(.lifted, "channel", .sms), isTaken: true),
        Row(Ledgers.act(.given, "newsletter", .email), isTaken: true),
        Row(Ledgers.act(.given, "marketing", .sms), isTaken: true),
        Row(Ledgers.act(.given, "newsletter"), isTaken: false),
        Row(Ledgers.act(.given, "marketing"), isTaken: false),
        Row(Ledgers.act(.given, "channel", .email), isTaken: false),
        Row(Ledgers.act(.given, "all", .email), isTaken: false),
        Row(Ledgers.act(.given, "all"), isTaken: false),
    ]

    /// `lifted`: the person's own act, or an operator with evidence; never an import, never the bare API.
    static let lifts = ConsentMethod.allCases.flatMap { method in
        [false, true].map { hasEvidence in
            let isOwnAct = [.page, .smsKeyword, .paper, .phone].contains(method)
            return Row(
                Ledgers.act(.lifted, "marketing", by: method, evidence: hasEvidence),
                isTaken: isOwnAct || (method == .operator && hasEvidence))
        }
    }

    /// A block may come by any way at all.
    static let blocks = ConsentMethod.allCases.map {
        Row(Ledgers.act(.objected, "marketing", by: $0), isTaken: true)
    }

    /// The scopes that each event may have, on a channel, with a notice and evidence.
    static let events: [Row] = LedgerEvent.allCases.flatMap { event -> [Row] in
        ["newsletter", "marketing", "channel", "all"].map { scope -> Row in
            let scopes: [LedgerEvent: String] = [
                .objected: "newsletter marketing channel all", .withdrawn: "newsletter marketing channel all",
                .refused: "newsletter marketing channel all", .lifted: "newsletter marketing channel all",
                .complained: "marketing", .misdirected: "channel", .bounced: "channel", .restricted: "all",
                .unrestricted: "all", .given: "newsletter marketing", .softOptIn: "newsletter marketing",
                .requested: "newsletter marketing",
            ]
            return Row(
                Ledgers.act(event, scope, .email, notice: true, evidence: true),
                isTaken: scopes[event, default: ""].split(separator: " ").contains(Substring(scope)))
        }
    }

    /// A soft opt-in needs the notice, the sale and the entity; an import ends nothing.
    static let proven = [
        Row(Ledgers.act(.softOptIn, "marketing", .email, notice: true), isTaken: false),
        Row(Ledgers.act(.softOptIn, "marketing", .email, evidence: true), isTaken: false),
        Row(Ledgers.act(.softOptIn, "marketing", notice: true, evidence: true), isTaken: false),
        Row(Ledgers.act(.unrestricted, "all", by: .import), isTaken: false),
        Row(Ledgers.act(.given, "marketing", .email, by: .import), isTaken: true),
    ]

    @Test("are checked", arguments: scopes + lifts + blocks + events + proven)
    func check(row: Row) {
        #expect(Self.isTaken(row.act, now: Self.now) == row.isTaken)
    }

    @Test(
        "are refused more than five minutes ahead",
        arguments: [LedgerEvent.objected, .withdrawn, .given, .lifted])
    func future(event: LedgerEvent) {
        for (seconds, isTaken) in [(-1_000_000, true), (0, true), (299, true), (300, true), (301, false)] {
            let act = Ledgers.act(event, "newsletter", .email, at: 1000 + seconds)
            #expect(Self.isTaken(act, now: Self.now) == isTaken, "\(seconds) s")
        }
        var act = Ledgers.act(event, "newsletter", .email)
        act.occurredAt = Timestamp(milliseconds: Self.now.milliseconds + 300_001)
        #expect(!Self.isTaken(act, now: Self.now))
    }

    /// Under which of its references an act is written: address, customer number, other address.
    @Test(
        "are written under the references that the contract names",
        arguments: [
            (.objected, "quote", nil, "ac"), (.withdrawn, "quote", .email, "ac"),
            (.objected, "channel", .email, "ac"),
            (.objected, "marketing", nil, "aco"), (.withdrawn, "all", nil, "aco"),
            (.objected, "all", .sms, "aco"),
            (.given, "quote", .email, "a"), (.given, "marketing", .email, "a"),
            (.softOptIn, "quote", .email, "a"),
            (.requested, "quote", .email, "a"), (.misdirected, "channel", .email, "ac"),
            (.bounced, "channel", .email, "ac"), (.complained, "marketing", nil, "aco"),
            (.restricted, "all", nil, "aco"),
        ] as [(LedgerEvent, String, Channel?, String)])
    func targets(event: LedgerEvent, scope: String, channel: Channel?, letters: String) {
        let act = Ledgers.act(event, scope, channel)
        let names: [ContactReference: Character] = [
            Ledgers.address: "a", Ledgers.customer: "c", Ledgers.otherAddress: "o",
        ]
        let additions = Ledgers.additions(of: act, to: [])
        #expect(String(additions.compactMap { names[$0.contact] }) == letters)
        for entry in additions {
            #expect(entry.scope == act.scope && entry.channel == channel && entry.event == event)
        }
        var alone = act
        alone.references = ContactReferences(address: Ledgers.address)
        #expect(Ledgers.additions(of: alone, to: []).map(\.contact) == [Ledgers.address])
    }

    @Test("are written whole")
    func fields() throws {
        let act = Ledgers.act(.given, "newsletter", .email, at: 7, by: .paper, notice: true, evidence: true)
        let entry = try #require(
            act.entries(
                dealership: Ledgers.dealership, standing: Standing(), recordedAt: Self.now,
                newID: { Ledgers.id(5) }
            ).first)
        #expect(entry.id == Ledgers.id(5))
        #expect(entry.occurredAt == Ledgers.moment(7) && entry.recordedAt == Self.now)
        #expect(entry.method == .paper && entry.actor == "contact")
        #expect(entry.noticeDigest == [1, 2, 3] && entry.evidenceDigest == [4, 5, 6])
        #expect(entry.dealership == Ledgers.dealership)
    }

    @Test("write nothing while the same block stands", arguments: ["quote", "marketing", "channel", "all"])
    func again(scope: String) {
        let channel: Channel? = scope == "channel" ? .email : nil
        let act = Ledgers.act(.objected, scope, channel, at: 10, by: .paper)
        let ledger = Ledgers.after(act, in: [])
        var later = act
        later.occurredAt = Ledgers.moment(20)
        later.method = .oneClick
        #expect(Ledgers.additions(of: later, to: ledger).isEmpty)
        // Another event, another scope, another channel, another reference is not the same block.
        #expect(!Ledgers.additions(of: Ledgers.act(.withdrawn, scope, channel, at: 20), to: ledger).isEmpty)
        #expect(!Ledgers.additions(of: Ledgers.act(.objected, "reminder", at: 20), to: ledger).isEmpty)
        #expect(!Ledgers.additions(of: Ledgers.act(.objected, scope, .sms, at: 20), to: ledger).isEmpty)
        later.references = ContactReferences(address: Ledgers.stranger)
        #expect(Ledgers.additions(of: later, to: ledger).count == 1)
    }

    @Test("write again what a page may still undo, or a confirmation asked for since may end")
    func saidAgain() {
        let page = Ledgers.act(.objected, "marketing", at: 10, by: .page)
        let ledger = Ledgers.after(page, in: [])
        var click = page
        click.method = .oneClick
        click.occurredAt = Ledgers.moment(20)
        // Somebody else holds the page's undo: what the click says must outlive it, and is said once.
        let clicked = Ledgers.after(click, in: ledger)
        #expect(clicked.count == ledger.count + 3)
        #expect(Ledgers.additions(of: click, to: clicked).isEmpty)
        let undo = ledger.map { entry in
            var lifted = Ledgers.entry(.lifted, "marketing", of: entry.contact, at: 30)
            lifted.refersTo = entry.id
            return lifted
        }
        let question = Ledgers.question("quote", .survey)
        #expect(Gate.decide(question, ledger: Ledgers.recorded(clicked + undo)).block?.code == "objected")
        // So must what another tab says: its entry repeats the first one, has no undo, and is said once.
        let additions = Ledgers.additions(of: page, to: ledger)
        #expect(additions.map(\.contact) == Ledgers.references.all)
        #expect(additions.first?.refersTo == ledger.first?.id)
        #expect(additions.map(page.isRepeated) == [true, false, false])
        let twice = Ledgers.after(page, in: ledger)
        #expect(Ledgers.additions(of: page, to: twice).isEmpty)
        #expect(Ledgers.additions(of: click, to: twice).isEmpty)
        #expect(Gate.decide(question, ledger: Ledgers.recorded(twice + undo)).block?.code == "objected")
        let paper = Ledgers.act(.objected, "marketing", at: 10, by: .paper)
        let asked = Ledgers.recorded(
            Ledgers.after(paper, in: []) + [Ledgers.entry(.requested, "newsletter", .email, at: 11)])
        #expect(Ledgers.additions(of: click, to: asked).map(\.contact) == [Ledgers.address])
    }

    @Test("write again what was lifted, under the reference it was lifted for")
    func afterLift() {
        let act = Ledgers.act(.objected, "marketing", at: 10, by: .paper)
        let lift = Ledgers.entry(.lifted, "marketing", at: 11)
        let ledger = Ledgers.recorded(Ledgers.after(act, in: []) + [lift])
        #expect(Ledgers.additions(of: act, to: ledger).map(\.contact) == [Ledgers.address])
    }

    @Test(
        "write again what a consent has ended for one purpose: the second objection counts",
        arguments: ["newsletter", "marketing", "all"])
    func afterConsent(scope: String) {
        let question = Ledgers.question("newsletter", .marketing)
        var ledger = Ledgers.recorded([Ledgers.entry(.objected, scope, at: 10)])
        let given = Ledgers.act(.given, "newsletter", .email, at: 11, notice: true)
        ledger = Ledgers.after(given, in: ledger)
        #expect(Gate.decide(question, ledger: ledger).isAllowed)
        let objection = Ledgers.act(.objected, scope, at: 12, by: .oneClick)
        ledger = Ledgers.after(objection, in: ledger)
        #expect(!Gate.decide(question, ledger: ledger).isAllowed)
        #expect(Ledgers.additions(of: objection, to: ledger).isEmpty)
    }

    @Test("write nothing when the consent was for another channel or purpose than the block's")
    func afterUnrelatedConsent() {
        let objection = Ledgers.act(.objected, "newsletter", .sms, at: 10, by: .paper)
        for given in [("newsletter", .email), ("reminder", .sms)] as [(String, Channel)] {
            let consent = Ledgers.act(.given, given.0, given.1, at: 11, notice: true)
            let ledger = Ledgers.after(consent, in: Ledgers.after(objection, in: []))
            #expect(Ledgers.additions(of: objection, to: ledger).isEmpty)
        }
    }

    @Test(
        "write a consent each time, because each is a proof; but a page says it once, and a file that is imported again"
    )
    func proofs() {
        let paper = Ledgers.act(.given, "quote", .email, at: 1, by: .paper, notice: true)
        let ledger = Ledgers.after(paper, in: [])
        var later = paper
        later.occurredAt = Ledgers.moment(2)
        #expect(Ledgers.additions(of: later, to: ledger).count == 1)
        #expect(Ledgers.additions(of: paper, to: ledger).isEmpty)
        let page = Ledgers.act(.given, "quote", .email, at: 1, by: .page, notice: true)
        let clicked = Ledgers.after(page, in: [])
        later.method = .page
        #expect(Ledgers.additions(of: later, to: clicked).isEmpty)
        // Somebody objected in between: the second click counts.
        let objection = Ledgers.act(.objected, "quote", .email, at: 2, by: .oneClick)
        #expect(!Ledgers.additions(of: later, to: Ledgers.after(objection, in: clicked)).isEmpty)
    }

    @Test("lift what stands under each reference that is named, and write nothing where nothing stands")
    func liftedByName() {
        let lift = Ledgers.act(.lifted, "marketing", at: 2)
        #expect(Ledgers.additions(of: lift, to: []).isEmpty)
        let ledger = Ledgers.after(Ledgers.act(.objected, "marketing", at: 1), in: [])
        #expect(Ledgers.additions(of: lift, to: ledger).map(\.contact) == Ledgers.references.all)
        #expect(
            Gate.decide(Ledgers.question("quote", .service), ledger: Ledgers.after(lift, in: ledger))
                .isAllowed)
    }

    @Test(
        "say one purpose of every address that a person is named by, unless it is said of a message or a channel"
    )
    func namedAddresses() {
        for (method, channel, count) in [
            (ConsentMethod.api, nil, 3), (.operator, nil, 3), (.phone, nil, 3), (.page, nil, 2),
            (.oneClick, nil, 2), (.import, nil, 2), (.api, .email, 2),
        ] as [(ConsentMethod, Channel?, Int)] {
            let act = Ledgers.act(.objected, "quote", channel, by: method)
            #expect(Ledgers.additions(of: act, to: []).count == count, "\(method)")
        }
    }

    @Test("note a dead address again when its term is over, and lift one block alone when it is named")
    func deadAddress() {
        let bounced = Ledgers.act(.bounced, "channel", .email, at: 0, by: .dsn)
        let ledger = Ledgers.after(bounced, in: [])
        var later = bounced
        later.occurredAt = Ledgers.moment(180 * 86_400 - 1)
        #expect(Ledgers.additions(of: later, to: ledger).isEmpty)
        later.occurredAt = Ledgers.moment(180 * 86_400)
        #expect(Ledgers.additions(of: later, to: ledger).count == 2)
        let both = Ledgers.recorded(
            [Ledgers.entry(.objected, "channel", .email), Ledgers.entry(.bounced, "channel", .email)])
        var lift = Ledgers.act(.lifted, "channel", .email, at: 1, by: .operator, evidence: true)
        lift.references = ContactReferences(address: Ledgers.address)
        lift.refersTo = both[1].id
        #expect(Standing(folding: Ledgers.after(lift, in: both)).blocks.map(\.event) == [.objected])
        lift.refersTo = nil
        #expect(Standing(folding: Ledgers.after(lift, in: both)).blocks.isEmpty)
    }

    @Test("end the copies of a block under the person's other references, where the person comes back")
    func cameBack() {
        let question = Ledgers.question("newsletter", .marketing)
        let ledger = Ledgers.after(Ledgers.act(.objected, "marketing", at: 1, by: .oneClick), in: [])
        #expect(ledger.map(\.refersTo) == [nil, Ledgers.id(1), Ledgers.id(1)])
        let given = Ledgers.act(.given, "newsletter", .email, at: 2, by: .page, notice: true)
        #expect(Gate.decide(question, ledger: Ledgers.after(given, in: ledger)).isAllowed)
        // What was said of the number by itself is not ended by an address.
        let own = Ledgers.recorded([Ledgers.entry(.objected, "marketing", of: Ledgers.customer, at: 1)])
        #expect(!Gate.decide(question, ledger: Ledgers.after(given, in: own)).isAllowed)
    }

    private static func isTaken(_ act: ConsentAct, now: Timestamp) -> Bool {
        do {
            try act.check(now: now)
            return true
        } catch {
            return false
        }
    }
}
