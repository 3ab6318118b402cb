// What holds for every ledger: the fold agrees with a replay, an objection never allows more, and an
// objection that was acknowledged stops what it says, whatever was recorded before it.

import Consent
import Domain
import Support
import Testing

@Suite("The gate over random ledgers")
struct GatePropertyTests {
    static let scopes = ["quote", "reminder", "marketing", "channel", "all"]
    static let contacts = [Ledgers.address, Ledgers.customer, Ledgers.otherAddress, Ledgers.stranger]
    static let questions = PurposeClass.allCases.flatMap { purposeClass in
        ["quote", "reminder"].flatMap { purpose in
            Channel.allCases.flatMap { channel in
                // At the time of the entries, and when a dead address may be tried again.
                [0, 181 * 86_400].map {
                    Ledgers.question(purpose, purposeClass, channel, at: Ledgers.moment($0))
                }
            }
        }
    }

    @Test("agrees with a replay, entry by entry")
    func replay() {
        var random = SeededGenerator(state: 29)
        var allowed = 0
        var asked = 0
        for _ in 0..<2000 {
            let ledger = Self.ledger(&random)
            for question in Self.questions {
                let isAllowed = Gate.decide(question, ledger: ledger.shuffled(using: &random)).isAllowed
                #expect(
                    isAllowed == LedgerReplay.isAllowed(question, ledger),
                    "\(question.class): \(Self.text(ledger))")
                allowed += isAllowed ? 1 : 0
                asked += 1
            }
        }
        // Neither answer is so rare that the comparison says nothing.
        #expect((asked / 5...asked * 4 / 5).contains(allowed))
    }

    @Test("never allows more after an objection")
    func monotonic() {
        var random = SeededGenerator(state: 31)
        for _ in 0..<2000 {
            let ledger = Self.ledger(&random)
            let blocks = LedgerEvent.allCases.filter(\.isBlock)
            let objection = Self.entry(blocks.randomElement(using: &random)!, &random)
            // At its end, because what refers to an entry names it by its place.
            let longer = Ledgers.recorded(ledger + [objection])
            for question in Self.questions where !Gate.decide(question, ledger: ledger).isAllowed {
                #expect(
                    !Gate.decide(question, ledger: longer).isAllowed,
                    "\(question.class): \(Self.text(ledger)), then \(Self.text([objection]))")
            }
        }
    }

    @Test("stops what an objection says once it was acknowledged, whatever was said before")
    func acknowledged() {
        var random = SeededGenerator(state: 37)
        var skipped = 0
        for _ in 0..<2000 {
            let ledger = Self.ledger(&random)
            let entry = Self.entry(.objected, &random)
            let act = Ledgers.act(
                .objected, entry.scope.description, entry.channel, at: Int.random(in: 0...7, using: &random),
                by: .oneClick)
            let after = Ledgers.after(act, in: ledger)
            let whole = Ledgers.additions(of: act, to: []).count
            skipped += after.count - ledger.count < whole ? 1 : 0
            for question in Self.questions where question.class != .safety && Self.says(act, question) {
                #expect(
                    !Gate.decide(question, ledger: after).isAllowed,
                    "\(question.class): \(Self.text(ledger)), then \(Self.text([entry]))")
            }
            #expect(Ledgers.additions(of: act, to: after).isEmpty, "acting again wrote: \(Self.text(after))")
        }
        #expect(skipped > 50)
    }

    /// Whether an objection is about a message.
    private static func says(_ act: ConsentAct, _ question: GateQuestion) -> Bool {
        let isOnChannel = act.channel == nil || act.channel == question.channel
        switch act.scope {
        case .all: return true
        case .marketing: return question.class.needsConsent
        case .channel: return isOnChannel
        case .purpose(let purpose): return isOnChannel && purpose == question.purpose
        }
    }

    private static func ledger(_ random: inout SeededGenerator) -> [LedgerEntry] {
        let events: [LedgerEvent] =
            [
                .given, .given, .given, .given, .softOptIn, .lifted, .lifted, .lifted, .objected, .objected,
                .objected,
            ] + LedgerEvent.allCases
        return Ledgers.recorded(
            (0..<Int.random(in: 0...8, using: &random)).map { _ in
                entry(events.randomElement(using: &random)!, &random)
            })
    }

    private static func entry(_ event: LedgerEvent, _ random: inout SeededGenerator) -> LedgerEntry {
        let scope: String =
            switch event {
            case .given, .softOptIn, .requested:
                ["quote", "reminder", "marketing"].randomElement(using: &random)!
            case .misdirected, .bounced: "channel"
            case .restricted, .unrestricted: "all"
            case .complained: "marketing"
            default: scopes.randomElement(using: &random)!
            }
        let isNamed = scope == "channel" || event.isConsent || Bool.random(using: &random)
        // The address comes often, so that entries meet.
        let contacts = contacts + [Ledgers.address, Ledgers.address, Ledgers.address]
        var entry = Ledgers.entry(
            event, scope, isNamed ? Channel.allCases.randomElement(using: &random)! : nil,
            of: contacts.randomElement(using: &random)!, at: Int.random(in: 0...7, using: &random),
            by: [.page, .phone, .api, .oneClick, .operator, .smsKeyword].randomElement(using: &random)!,
            notice: Int.random(in: 0..<4, using: &random) > 0)
        if Int.random(in: 0..<3, using: &random) == 0 {
            entry.refersTo = Ledgers.id(Int.random(in: 1...8, using: &random))
        }
        return entry
    }

    private static func text(_ entries: [LedgerEntry]) -> String {
        entries.map {
            "\($0.event) \($0.scope) \($0.channel?.rawValue ?? "-") of \($0.contact.bytes[0]) at "
                + "\($0.occurredAt.milliseconds / 1000) by \($0.method)"
                + ($0.noticeDigest == nil ? "" : "+notice")
        }.joined(separator: "; ")
    }
}
