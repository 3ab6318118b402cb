// One key, one message: the same request again gets the same answer, another one is refused, and dealerships do not share keys.

import Domain
import OutboxStore
import Runtime
import Support
import Testing

@Suite("Idempotency")
struct IdempotencyTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    @Test func theSameRequestGetsTheFirstAnswer() throws {
        let first = try fixture.acceptAnswer(fixture.acceptance(key: "k-1"))
        #expect(!first.isReplayed)
        try fixture.settle(#require(try fixture.claim()), .accepted)
        try fixture.reopen()
        let again = try fixture.acceptAnswer(fixture.acceptance(key: "k-1"))
        #expect(again.isReplayed && again.answer == first.answer)
        #expect(try fixture.messages().count == 1)
        #expect(try fixture.claim() == nil)
    }

    @Test func anotherRequestUnderTheKeyIsRefused() throws {
        try fixture.accept(fixture.acceptance(key: "k-1"))
        #expect(throws: StoreError.keyReused) {
            try fixture.accept(fixture.acceptance(body: "Other: one\r\n\r\n", key: "k-1"))
        }
        try fixture.accept(fixture.acceptance(key: "k-2"))
        #expect(try fixture.messages().count == 2)
    }

    @Test func aBlockedMessageIsAnAcceptedResult() throws {
        let first = try fixture.acceptAnswer(fixture.acceptance(isRecipientAllowed: false, key: "k-1"))
        #expect(first.state == .blocked)
        #expect(try fixture.acceptAnswer(fixture.acceptance(key: "k-1")).answer == first.answer)
    }

    @Test func aRefusedRequestBindsNothing() throws {
        var acceptance = try fixture.acceptance(key: "k-1")
        acceptance.dealership = try DealershipID("nobody")
        #expect(throws: StoreError.self) { try fixture.accept(acceptance) }
        #expect(try !fixture.acceptAnswer(fixture.acceptance(key: "k-1")).isReplayed)
    }

    @Test func sixteenAtOnceMakeOneMessage() throws {
        let results = Monitor<[AcceptedMessage]>([])
        for _ in 0..<16 {
            fixture.store.accept(try fixture.acceptance(key: "k-1")) { result in
                if let message = try? result.get() { results.update { $0.append(message) } }
            }
        }
        let answers = try #require(results.wait(atMost: .seconds(30)) { $0.count == 16 ? $0 : nil })
        #expect(Set(answers.map(\.answer)).count == 1)
        #expect(answers.count { !$0.isReplayed } == 1)
        #expect(try fixture.messages().count == 1)
    }

    @Test func aKeyIsForgottenAfterFourteenDays() throws {
        try fixture.accept(fixture.acceptance(key: "k-1"))
        fixture.clock.advance(by: .seconds(14 * 86_400))
        #expect(try fixture.acceptAnswer(fixture.acceptance(key: "k-1")).isReplayed)
        fixture.clock.advance(by: .milliseconds(1))
        #expect(try !fixture.acceptAnswer(fixture.acceptance(key: "k-1")).isReplayed)
        #expect(try fixture.messages().count == 2)
    }
}
