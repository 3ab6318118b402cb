// What becomes of a message after an attempt, for every verdict there is: only a complete acceptance is
// `sent`, what may have been sent is never tried again by itself, and a fault of the provider's configuration
// never fails a message.

import Delivery
import Domain
import Testing

@Suite("What becomes of a message after an attempt")
struct SettlementTests {
    static let now = Timestamp(milliseconds: 1_795_420_800_000)
    static let createdAt = now + .seconds(-60)

    /// When a queued message is tried again.
    enum Next: Sendable {
        case never
        case atOnce
        case afterGap
        case afterFirstConnectRetry
    }

    struct Row: Sendable {
        let outcome: Outcome
        let isProviderFault: Bool
        let isConfiguration: Bool
        let state: MessageState
        let next: Next

        init(
            _ outcome: Outcome, fault isProviderFault: Bool, configuration isConfiguration: Bool,
            _ state: MessageState, _ next: Next
        ) {
            self.outcome = outcome
            self.isProviderFault = isProviderFault
            self.isConfiguration = isConfiguration
            self.state = state
            self.next = next
        }
    }

    static let rows = [
        Row(.accepted, fault: false, configuration: false, .sent, .never),
        Row(.accepted, fault: false, configuration: true, .sent, .never),
        Row(.accepted, fault: true, configuration: false, .sent, .never),
        Row(.accepted, fault: true, configuration: true, .sent, .never),
        Row(.deferred, fault: false, configuration: false, .queued, .afterGap),
        Row(.deferred, fault: false, configuration: true, .queued, .atOnce),
        Row(.deferred, fault: true, configuration: false, .queued, .afterFirstConnectRetry),
        Row(.deferred, fault: true, configuration: true, .queued, .atOnce),
        Row(.rejected, fault: false, configuration: false, .failed, .never),
        Row(.rejected, fault: false, configuration: true, .queued, .atOnce),
        Row(.rejected, fault: true, configuration: false, .failed, .never),
        Row(.rejected, fault: true, configuration: true, .queued, .atOnce),
        Row(.unknown, fault: false, configuration: false, .unknown, .never),
        Row(.unknown, fault: false, configuration: true, .unknown, .never),
        Row(.unknown, fault: true, configuration: false, .unknown, .never),
        Row(.unknown, fault: true, configuration: true, .unknown, .never),
    ]

    @Test("every verdict has its state and its next attempt", arguments: rows)
    func settle(row: Row) {
        let settlement = Self.decide(row, status: "4.2.0")
        #expect(settlement.state == row.state)
        #expect(settlement.nextAttemptAt == Self.moment(row.next))
        #expect(settlement.reasonCode == (row.outcome == .accepted ? nil : "4.2.0"))
    }

    @Test("the table has every verdict once")
    func complete() {
        let keys = Self.rows.map { "\($0.outcome) \($0.isProviderFault) \($0.isConfiguration)" }
        #expect(Set(keys).count == Outcome.allCases.count * 4)
        #expect(keys.count == Set(keys).count)
    }

    @Test(
        "only accepted is sent, unknown is never queued, and nothing else has a next attempt", arguments: rows
    )
    func promises(row: Row) {
        for status in ["250", "5.1.1", "timeout", "no-reply", HandoverFault.withdrawn.rawValue] {
            let settlement = Self.decide(row, status: status)
            #expect((settlement.state == .sent) == (row.outcome == .accepted))
            #expect((settlement.state == .unknown) == (row.outcome == .unknown))
            #expect((settlement.nextAttemptAt != nil) == (settlement.state == .queued))
            #expect(MessageTransition.isAllowed(from: .sending, to: settlement.state))
            if row.isConfiguration { #expect(settlement.state != .failed) }
        }
    }

    @Test("what was withdrawn before its first byte is due at once", arguments: [false, true])
    func withdrawn(isProviderFault: Bool) {
        let row = Row(.deferred, fault: isProviderFault, configuration: false, .queued, .atOnce)
        let settlement = Self.decide(row, status: HandoverFault.withdrawn.rawValue)
        #expect(settlement.state == .queued)
        #expect(settlement.nextAttemptAt == Self.now)
        #expect(settlement.reasonCode == "not-started")
    }

    @Test("only the first attempt is tried again early when it never reached the provider")
    func laterAttempt() {
        let row = Row(.deferred, fault: true, configuration: false, .queued, .afterGap)
        #expect(Self.decide(row, status: "connect", attempts: 2).nextAttemptAt == Self.now + .seconds(3600))
    }

    @Test("a deferral near the end of the lifetime waits for that end")
    func lifetime() {
        let verdict = Verdict(outcome: .deferred, status: "4.2.0")
        let end = RetrySchedule.email.end(createdAt: Self.createdAt)
        let settlement = Settlement.decide(
            verdict, attempts: 9, createdAt: Self.createdAt, now: end + .seconds(-1), schedule: .email,
            random: 0.5)
        #expect(settlement.state == .queued)
        #expect(settlement.nextAttemptAt == end)
    }

    private static func decide(_ row: Row, status: String, attempts: Int = 1) -> Settlement {
        Settlement.decide(
            Verdict(
                outcome: row.outcome, status: status, isProviderFault: row.isProviderFault,
                isConfiguration: row.isConfiguration),
            attempts: attempts, createdAt: createdAt, now: now, schedule: .email, random: 0.5)
    }

    private static func moment(_ next: Next) -> Timestamp? {
        switch next {
        case .never: nil
        case .atOnce: now
        case .afterGap: now + .seconds(1800)
        case .afterFirstConnectRetry: now + .seconds(300)
        }
    }
}
