// What ends a block and what does not (contract, section 6, "Fold"). Each row is a block recorded at second
// 10, the entry recorded after it, and where messages still stop. The class is `service`, so that no consent
// stands in the way.

import Consent
import Domain
import Testing

@Suite("The fold")
struct FoldTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let block: LedgerEntry
        let later: LedgerEntry
        /// Purpose and channel of the messages that are stopped afterwards, of `reminder` and `quote` by
        /// `email` and `sms`.
        let stopped: Set<String>

        init(_ description: String, _ block: LedgerEntry, then later: LedgerEntry, stops stopped: Set<String>)
        {
            testDescription = description
            self.block = block
            self.later = later
            self.stopped = stopped
        }
    }

    static let everything: Set<String> = ["reminder email", "reminder sms", "quote email", "quote sms"]
    static let reminders: Set<String> = ["reminder email", "reminder sms"]
    static let emails: Set<String> = ["reminder email", "quote email"]

    private static let all = Ledgers.entry(.objected, "all", at: 10)
    private static let purpose = Ledgers.entry(.objected, "reminder", at: 10)
    private static let channel = Ledgers.entry(.objected, "channel", .email, at: 10)

    static let lifts = [
        Row("all by all", all, then: Ledgers.entry(.lifted, "all", at: 11), stops: []),
        Row("all by all of the same moment", all, then: Ledgers.entry(.lifted, "all", at: 10), stops: []),
        Row("all by an earlier all", all, then: Ledgers.entry(.lifted, "all", at: 9), stops: everything),
        Row("all by a purpose", all, then: Ledgers.entry(.lifted, "reminder", at: 11), stops: everything),
        Row("all by marketing", all, then: Ledgers.entry(.lifted, "marketing", at: 11), stops: everything),
        Row(
            "all by channel", all, then: Ledgers.entry(.lifted, "channel", .email, at: 11),
            stops: everything),
        Row(
            "all by all on one channel", all, then: Ledgers.entry(.lifted, "all", .email, at: 11),
            stops: everything),
        Row(
            "all by another reference's", all,
            then: Ledgers.entry(.lifted, "all", of: Ledgers.customer, at: 11), stops: everything),
        Row("a purpose by it", purpose, then: Ledgers.entry(.lifted, "reminder", at: 11), stops: []),
        Row("a purpose by all", purpose, then: Ledgers.entry(.lifted, "all", at: 11), stops: reminders),
        Row("a purpose by another", purpose, then: Ledgers.entry(.lifted, "quote", at: 11), stops: reminders),
        Row(
            "channel by channel", channel, then: Ledgers.entry(.lifted, "channel", .email, at: 11),
            stops: []),
        Row(
            "channel by the other", channel, then: Ledgers.entry(.lifted, "channel", .sms, at: 11),
            stops: emails),
        Row("channel by all", channel, then: Ledgers.entry(.lifted, "all", at: 11), stops: emails),
        Row("channel by a purpose", channel, then: Ledgers.entry(.lifted, "reminder", at: 11), stops: emails),
    ]

    static let consents =
        [.page, .smsKeyword, .paper, .phone].map { (method: ConsentMethod) in
            Row(
                "all by given, \(method)", all, then: consent("reminder", .email, by: method),
                stops: everything.subtracting(["reminder email"]))
        }
        + [.oneClick, .mailto, .api, .operator, .feedbackLoop, .dsn, .import].map { (method: ConsentMethod) in
            Row(
                "all by given, \(method)", all, then: consent("reminder", .email, by: method),
                stops: everything
            )
        } + [
            Row(
                "all by given without notice", all,
                then: Ledgers.entry(.given, "reminder", .email, at: 11, by: .page), stops: everything),
            Row("all by an earlier given", all, then: consent("reminder", .email, at: 9), stops: everything),
            Row("all by given for marketing", all, then: consent("marketing", .email), stops: everything),
            Row(
                "all by another reference's given", all,
                then: consent("reminder", .email, of: Ledgers.otherAddress), stops: everything),
            Row("a purpose by given", purpose, then: consent("reminder", .email), stops: ["reminder sms"]),
            Row("a purpose by another's given", purpose, then: consent("quote", .email), stops: reminders),
            Row("channel by given", channel, then: consent("reminder", .email), stops: emails),
        ]

    @Test("ends a block by `lifted` of its own scope, not dated before it", arguments: lifts)
    func ended(byLift row: Row) { check(row) }

    @Test("ends it for one purpose by `given` with a notice and the person's own act", arguments: consents)
    func ended(row: Row) { check(row) }

    @Test("does not end a block by what was recorded before it", arguments: lifts + consents)
    func recordedBefore(row: Row) {
        let alone = stopped(by: Ledgers.recorded([row.block]))
        #expect(stopped(by: Ledgers.recorded([row.later, row.block])) == alone)
    }

    @Test("stops again by a block after the end of the first")
    func again() {
        let lift = Ledgers.entry(.lifted, "all", at: 11)
        let entries = Ledgers.recorded([Self.all, lift, Ledgers.entry(.withdrawn, "all", at: 12)])
        #expect(stopped(by: entries) == Self.everything)
        let verdict = Gate.decide(Ledgers.question("quote", .service), ledger: entries)
        #expect(verdict == .blocked(BlockReason(code: "withdrawn", entry: Ledgers.id(3))))
    }

    @Test("counts as standing what is not ended on every channel and for every purpose")
    func standing() {
        let given = Self.consent("reminder", .email)
        let onEmail = Ledgers.entry(.objected, "reminder", .email, at: 10)
        let lifted = Ledgers.entry(.lifted, "reminder", at: 11)
        #expect(Standing(folding: Ledgers.recorded([Self.all, given])).blocks.count == 1)
        #expect(Standing(folding: Ledgers.recorded([Self.purpose, given])).blocks.count == 1)
        #expect(Standing(folding: Ledgers.recorded([onEmail, given])).blocks.isEmpty)
        #expect(Standing(folding: Ledgers.recorded([Self.purpose, lifted])).blocks.isEmpty)
        #expect(Standing(folding: Ledgers.recorded([lifted, Self.purpose])).blocks.count == 1)
    }

    @Test(
        "counts no consent from before it was taken back, also after that was lifted",
        arguments: [LedgerEvent.withdrawn, .refused])
    func takenBack(event: LedgerEvent) {
        let question = Ledgers.question("newsletter", .marketing)
        var ledger = [
            Ledgers.entry(event, "newsletter", at: 20), Ledgers.entry(.lifted, "newsletter", at: 30),
            Ledgers.entry(.given, "newsletter", .email, at: 10, by: .import),
        ]
        #expect(Gate.decide(question, ledger: Ledgers.recorded(ledger)).block == .noConsent)
        ledger.append(Ledgers.entry(.given, "newsletter", .email, at: 31, by: .import))
        #expect(Gate.decide(question, ledger: Ledgers.recorded(ledger)).isAllowed)
    }

    private func check(_ row: Row) {
        #expect(stopped(by: Ledgers.recorded([row.block, row.later])) == row.stopped)
    }

    private func stopped(by entries: [LedgerEntry]) -> Set<String> {
        var stopped: Set<String> = []
        for purpose in ["reminder", "quote"] {
            for channel in Channel.allCases
            where !Gate.decide(Ledgers.question(purpose, .service, channel), ledger: entries).isAllowed {
                stopped.insert("\(purpose) \(channel)")
            }
        }
        return stopped
    }

    private static func consent(
        _ scope: String, _ channel: Channel, of contact: ContactReference = Ledgers.address,
        at seconds: Int = 11,
        by method: ConsentMethod = .page
    ) -> LedgerEntry {
        Ledgers.entry(.given, scope, channel, of: contact, at: seconds, by: method, notice: true)
    }
}
