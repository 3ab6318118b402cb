// What becomes of a message after an attempt, for every verdict there is: only a complete acceptance is
// `sent`, what may have been sent is never tried again by itself, and a fault of the provider's configuration
// never fails a message.

import Delivery
import Domain
import Testing

@Suite("What becomes of a message after an attempt")
struct SettlementTests {
    static let now = Timestamp(milliseconds: 1_795_420_800_000)
    static let expiresAt = now + .seconds(4 * 86_400)

    /// When a queued message is tried again.
    enum Next: Sendable {
        case never
        case atOnce
        case afterDoubt
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
        Row(.unknown, fault: false, configuration: false, .unknown, .afterDoubt),
        Row(.unknown, fault: false, configuration: true, .unknown, .afterDoubt),
        Row(.unknown, fault: true, configuration: false, .unknown, .afterDoubt),
        Row(.unknown, fault: true, configuration: true, .unknown, .afterDoubt),
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
        "only accepted is sent, and unknown is never queued", arguments: rows
    )
    func promises(row: Row) {
        for status in ["250", "5.1.1", "timeout", "no-reply", HandoverFault.withdrawn.rawValue] {
            let settlement = Self.decide(row, status: status)
            #expect((settlement.state == .sent) == (row.outcome == .accepted))
            #expect((settlement.state == .unknown) == (row.outcome == .unknown))
            #expect((settlement.nextAttemptAt != nil) == [.queued, .unknown].contains(settlement.state))
            #expect(MessageTransition.isAllowed(from: .sending, to: settlement.state))
            if row.isConfiguration { #expect(settlement.state != .failed) }
        }
    }

    @Test(
        "what was withdrawn before its first byte, or given up before its last, is due at once",
        arguments: [HandoverFault.withdrawn, .stopped])
    func withheld(fault: HandoverFault) {
        for isProviderFault in [false, true] {
            let row = Row(.deferred, fault: isProviderFault, configuration: false, .queued, .atOnce)
            let settlement = Self.decide(row, status: fault.rawValue)
            #expect(settlement.state == .queued)
            #expect(settlement.nextAttemptAt == Self.now)
            #expect(settlement.reasonCode == fault.rawValue)
        }
    }

    @Test("a provider's fault uses up none of the message's own tries")
    func laterAttempt() {
        let row = Row(.deferred, fault: true, configuration: false, .queued, .afterFirstConnectRetry)
        #expect(Self.decide(row, status: "connect", attempts: 7).nextAttemptAt == Self.now + .seconds(300))
    }

    @Test(
        "a refusal of ours goes on along the route and fails behind its last provider; the recipient's does not go on"
    )
    func refusalsAlongTheRoute() {
        for (refusal, action, goesOn) in [
            (RefusalClass.policy, RefusalAction.next, true), (.recipient, .fail, false),
            (.content, .fail, false),
        ] {
            let verdict = Verdict(outcome: .rejected, status: "5.7.1", refusal: refusal, action: action)
            for nextPosition in [1, nil] {
                let settlement = Settlement.decide(
                    verdict, attempts: 1, isInDoubt: false, expiresAt: Self.expiresAt, now: Self.now,
                    policy: .email, nextPosition: nextPosition, random: 0.5)
                let isNext = goesOn && nextPosition != nil
                #expect(settlement.state == (isNext ? .queued : .failed), "\(refusal)")
                #expect(settlement.routePosition == (isNext ? nextPosition : nil), "\(refusal)")
                #expect(settlement.nextAttemptAt == (isNext ? Self.now : nil), "\(refusal)")
            }
        }
    }

    @Test("behind a provider that could not say, a refusal of ours waits for that one; all have to refuse")
    func refusalBehindAProviderThatWasDown() {
        let verdict = Verdict(outcome: .rejected, status: "5.7.60", refusal: .sender, action: .next)
        for (attempts, state) in [(1, MessageState.queued), (2, .failed)] {
            let settlement = Settlement.decide(
                verdict, attempts: attempts, isInDoubt: false, expiresAt: Self.expiresAt, now: Self.now,
                policy: .email, nextPosition: nil, providerCount: 2, random: 0.5)
            #expect(settlement.state == state)
            #expect(settlement.routePosition == (state == .queued ? 0 : nil))
            #expect(settlement.nextAttemptAt == (state == .queued ? Self.now + .seconds(1800) : nil))
        }
    }

    @Test("a greylisted message has a short first wait, and then its schedule")
    func greylisting() {
        let verdict = Verdict(
            outcome: .deferred, status: "4.7.1", refusal: .greylisting, action: .retrySoon)
        for (attempts, seconds) in [(1, 300), (2, 3600)] {
            let settlement = Settlement.decide(
                verdict, attempts: attempts, isInDoubt: false, expiresAt: Self.expiresAt, now: Self.now,
                policy: .email, random: 0.5)
            #expect(settlement.nextAttemptAt == Self.now + .seconds(Int64(seconds)))
        }
    }

    @Test("a provider that names a time is not asked before it, nor the message kept beyond its own")
    func retryAfter() {
        for (asked, waits) in [(1, 60), (7_200, 7_200), (86_400_000, 345_600)] {
            let settlement = Settlement.decide(
                Verdict(
                    outcome: .deferred, status: "503", isProviderFault: true,
                    retryAfter: .seconds(Int64(asked))),
                attempts: 1, isInDoubt: false, expiresAt: Self.now + .seconds(345_600), now: Self.now,
                policy: .sms, random: 0.5)
            #expect(settlement.nextAttemptAt == Self.now + .seconds(Int64(waits)))
        }
    }

    @Test("a deferral near the end of the lifetime waits for that end")
    func lifetime() {
        let verdict = Verdict(outcome: .deferred, status: "4.2.0")
        let end = Self.expiresAt
        let settlement = Settlement.decide(
            verdict, attempts: 9, isInDoubt: false, expiresAt: end, now: end + .seconds(-1), policy: .email,
            random: 0.5)
        #expect(settlement.state == .queued)
        #expect(settlement.nextAttemptAt == end)
    }

    @Test("a message in doubt is sent or stays unknown, and has no further attempt", arguments: rows)
    func inDoubt(row: Row) {
        for status in ["5.1.1", "connect", HandoverFault.withdrawn.rawValue] {
            let settlement = Self.decide(row, status: status, attempts: 2, isInDoubt: true)
            #expect(settlement.state == (row.outcome == .accepted ? .sent : .unknown))
            #expect(settlement.nextAttemptAt == nil)
        }
    }

    @Test(
        "the one more try of an unknown message is left out near the end, and where a person decides at once")
    func withoutOneMoreTry() {
        let verdict = Verdict(outcome: .unknown, status: "closed")
        for (policy, end) in [
            (RetryPolicy.email, Self.now + .seconds(1800)),
            (RetryPolicy(schedule: .email, unknownRetryDelay: nil), Self.expiresAt),
        ] {
            let settlement = Settlement.decide(
                verdict, attempts: 1, isInDoubt: false, expiresAt: end, now: Self.now, policy: policy,
                random: 0.5)
            #expect(settlement == Settlement(state: .unknown, reasonCode: "closed"))
        }
    }

    @Test("only what lies with the provider goes on to the next one, and at once", arguments: rows)
    func nextProvider(row: Row) {
        let isForNext = row.next == .afterFirstConnectRetry || (row.isConfiguration && row.next == .atOnce)
        let settlement = Self.decide(row, status: "4.2.0", nextPosition: 2)
        #expect((settlement.routePosition == 2) == isForNext)
        #expect(
            isForNext || settlement == Self.decide(row, status: "4.2.0"), "otherwise it is as without one")
        if isForNext {
            #expect(settlement.state == .queued && settlement.nextAttemptAt == Self.now)
            #expect(settlement.reasonCode == "4.2.0")
        }
        // Behind the last provider the route begins anew, when the schedule says.
        let last = Self.decide(row, status: "4.2.0")
        #expect(last.routePosition == (isForNext ? 0 : nil))
        #expect(last.nextAttemptAt == Self.moment(row.next))
    }

    @Test("what is in doubt or may be, and what was withdrawn, stays where it is", arguments: rows)
    func stays(row: Row) {
        #expect(Self.decide(row, status: "closed", isInDoubt: true, nextPosition: 1).routePosition == nil)
        if row.outcome == .unknown {
            #expect(Self.decide(row, status: "closed", nextPosition: 1).routePosition == nil)
        }
        if row.outcome == .deferred {
            let withdrawn = Self.decide(row, status: HandoverFault.withdrawn.rawValue, nextPosition: 1)
            #expect(withdrawn.routePosition == nil && withdrawn.nextAttemptAt == Self.now)
        }
    }

    private static func decide(
        _ row: Row, status: String, attempts: Int = 1, isInDoubt: Bool = false, nextPosition: Int? = nil
    ) -> Settlement {
        Settlement.decide(
            Verdict(
                outcome: row.outcome, status: status, isProviderFault: row.isProviderFault,
                isConfiguration: row.isConfiguration),
            attempts: attempts, isInDoubt: isInDoubt, expiresAt: expiresAt, now: now, policy: .email,
            nextPosition: nextPosition, random: 0.5)
    }

    private static func moment(_ next: Next) -> Timestamp? {
        switch next {
        case .never: nil
        case .atOnce: now
        case .afterDoubt: now + .seconds(1800)
        case .afterGap: now + .seconds(1800)
        case .afterFirstConnectRetry: now + .seconds(300)
        }
    }
}
