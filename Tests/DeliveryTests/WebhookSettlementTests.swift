// The schedule of Standard Webhooks and what each answer means, as a table.

import Delivery
import Domain
import Testing

@Suite("What becomes of a webhook's delivery")
struct WebhookSettlementTests {
    private let now = Timestamp(milliseconds: 1_795_420_800_000)

    private func decide(
        _ status: Int?, retryAfter: Duration? = nil, tries: Int = 1, random: Double = 0.5
    ) -> WebhookSettlement {
        WebhookSettlement.decide(
            status: status, retryAfter: retryAfter, tries: tries, now: now, random: random)
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func twoHundredsHaveArrived(status: Int) {
        #expect(decide(status, retryAfter: .seconds(9), tries: 8) == .delivered)
    }

    @Test(arguments: [
        nil, 100, 199, 300, 301, 302, 307, 400, 401, 404, 409, 411, 429, 500, 502, 503, 504, 599,
    ])
    func everythingElseIsTriedAgainByTheSchedule(status: Int?) {
        let minutes: [Double] = [5.0 / 60, 5, 30, 120, 300, 600, 600]
        for (index, gap) in minutes.enumerated() {
            #expect(
                decide(status, tries: index + 1) == .retry(at: now + .seconds(Int(gap * 60)), isAsked: false))
        }
        #expect(decide(status, tries: 8) == .givenUp)
    }

    @Test func aReceiverThatIsGoneIsNotAskedAgain() {
        #expect(decide(410) == .gone && decide(410, tries: 8) == .gone)
    }

    @Test func theReceiversOwnTimeIsKept() {
        for status in [429, 503] {
            #expect(
                decide(status, retryAfter: .seconds(120)) == .retry(at: now + .seconds(120), isAsked: true))
            #expect(
                decide(status, retryAfter: .seconds(120), tries: 3)
                    == .retry(at: now + .seconds(1800), isAsked: true), "never earlier than the schedule")
            #expect(
                decide(status, retryAfter: .seconds(9_000_000))
                    == .retry(at: now + .seconds(86_400), isAsked: true))
            #expect(decide(status, retryAfter: .seconds(120), tries: 8) == .givenUp)
        }
        #expect(decide(500, retryAfter: .seconds(120)) == .retry(at: now + .seconds(5), isAsked: false))
    }

    @Test func gapsVaryByATenth() {
        #expect(decide(500, tries: 2, random: 0) == .retry(at: now + .seconds(270), isAsked: false))
        #expect(decide(500, tries: 2, random: 1) == .retry(at: now + .seconds(330), isAsked: false))
    }
}
