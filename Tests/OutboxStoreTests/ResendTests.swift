// What may be sent once more, over a real store: only what has come to its end and can still be composed, judged where the new message is
// written too, and shown with what it repeats.

import Delivery
import Domain
import JSON
import OutboxStore
import Support
import Testing

@Suite("Resends over a store")
struct ResendTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func resendable(_ id: MessageID) throws -> (dealership: DealershipID, request: String) {
        try fixture.store.read { reader throws(StoreError) in try reader.resendable(id) }
    }

    /// A message whose row says this state, whatever actor may bring it there.
    private func message(in state: MessageState) throws -> MessageID {
        let id = try fixture.accept(fixture.acceptance(request: #"{"template":"x"}"#)).id
        let isWaiting = state == .queued
        try fixture.rawConnection().run(
            """
            UPDATE message SET state = ?, is_in_doubt = ?, reason_code = 'test',
                next_attempt_at_ms = CASE WHEN ? THEN next_attempt_at_ms END
            """, [.text(state.rawValue), .integer(state == .unknown ? 1 : 0), .integer(isWaiting ? 1 : 0)])
        return id
    }

    private func reason(_ id: MessageID) throws -> String? {
        do {
            _ = try resendable(id)
            return nil
        } catch StoreError.conflict(let reason) {
            return reason
        }
    }

    @Test(arguments: MessageState.allCases)
    func onlyWhatHasEndedIsRepeated(state: MessageState) throws {
        let ended: Set<MessageState> = [.sent, .delivered, .bounced, .failed, .expired, .cancelled, .blocked]
        let id = try message(in: state)
        let reason = try reason(id)
        #expect((reason == nil) == ended.contains(state), "\(state)")
        #expect(Resend.states.contains(state) == ended.contains(state))
        // The transaction asks by itself: the state may have changed since somebody looked.
        let repetition = try fixture.acceptance(resendOf: id)
        guard let reason else {
            #expect(try fixture.accept(repetition).resendOf == id)
            return
        }
        #expect(reason.hasPrefix("\(id) is \(state.rawValue): "))
        #expect(throws: StoreError.conflict(reason)) { try fixture.accept(repetition) }
        #expect(try fixture.messages().map(\.id) == [id])
    }

    @Test func aRequestIsKeptAsItCame() throws {
        let text = #"{"template":"x","to":{"name":"Zoé \"Z\""}}"#
        let id = try fixture.accept(fixture.acceptance(request: text)).id
        try fixture.settle(#require(try fixture.claim()), .accepted)
        try fixture.reopen()
        let kept = try resendable(id)
        #expect(kept.request == text && kept.dealership == fixture.dealership)
    }

    @Test func whatIsPrunedOrOlderSaysSo() throws {
        let id = try message(in: .sent)
        try fixture.rawConnection().run("UPDATE content SET request = NULL")
        #expect(try reason(id)?.contains("a version that kept no requests") == true)
        try fixture.rawConnection().run("DELETE FROM content")
        #expect(try reason(id)?.contains("is pruned") == true)
        let none = MessageID(at: fixture.clock.now, random: [UInt8](repeating: 1, count: 10))
        #expect(throws: StoreError.notFound("message \(none)")) { try resendable(none) }
    }

    @Test func aRepetitionNamesItsOriginalAndAnOrdinaryMessageNothing() throws {
        let id = try message(in: .failed)
        #expect(try fixture.message(id).view["resendOf"] == nil)
        let view = try fixture.accept(fixture.acceptance(resendOf: id)).view
        #expect(view["resendOf"] == .string(id.description))
    }

    @Test func aFilterLeavesOutWhatWasRepeated() throws {
        let ids = try ["a@example.lu", "b@example.lu"].map {
            try fixture.accept(fixture.acceptance($0, isRecipientAllowed: false)).id
        }
        let second = try fixture.accept(fixture.acceptance(isRecipientAllowed: false, resendOf: ids[0])).id
        var filter = MessageFilter(state: .blocked)
        func matches() throws -> Set<MessageID> {
            Set(try fixture.store.read { reader throws(StoreError) in try reader.messageIDs(filter) })
        }
        #expect(try matches() == [ids[0], ids[1], second])
        filter.isNotResent = true
        #expect(try matches() == [ids[1]], "a copy is not repeated by a filter either")
    }
}
