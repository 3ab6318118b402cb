// A message made of an old one's request, over a real store and the shipped templates: composed anew, for the time that it is now, and
// judged by the consent of whoever it goes to.

import Composer
import Domain
import Intake
import JSON
import OutboxStore
import Runtime
import Support
import Testing

@Suite("Resends through the intake")
struct ResendTests {
    private let fixture: StoreFixture
    private let intake: Intake

    init() throws {
        fixture = try StoreFixture(record: RepositoryFolder.text(of: "Outbox/examples/dealership.json"))
        let library = try TemplateLibrary(
            folder: RepositoryFolder.path + "/Templates", purposes: PurposeTable())
        let composer = Composer(
            library: library, keys: StoreFixture.keys, publicURL: "https://gw.example.lu",
            offersOneClick: false)
        intake = Intake(
            store: fixture.store, library: library, composer: composer, recipients: .all,
            clock: fixture.clock.wallClock)
    }

    private func example(_ changes: [(String, JSONValue)] = []) throws -> [UInt8] {
        let json = try JSONValue(
            parsing: RepositoryFolder.bytes(of: "Outbox/examples/messages/01-fr-video-and-quote.json"))
        return changes.reduce(json) { $0.setting($1.0, to: $1.1) }.bytes()
    }

    private func wait(
        _ body: (@escaping @Sendable (Result<AcceptedMessage, IntakeError>) -> Void) -> Void
    ) throws -> MessageID {
        let answer = Monitor<Result<AcceptedMessage, IntakeError>?>(nil)
        body { result in answer.update { $0 = result } }
        return try answer.wait { $0 }.get().id
    }

    private func accept(_ body: [UInt8], key: Intake.KeySource = .member) throws -> MessageID {
        try wait { intake.accept(body, key: key, for: fixture.dealership, completion: $0) }
    }

    private func resend(_ id: MessageID, to recipient: JSONValue? = nil) throws -> MessageID {
        try wait { intake.resend(id, to: recipient, completion: $0) }
    }

    private func request(_ id: MessageID) throws -> JSONValue {
        let text = try fixture.rawConnection().first(
            "SELECT request FROM content WHERE message = (SELECT seq FROM message WHERE id = ?)",
            [.blob(id.bytes)]
        ) { $0.text(0) }
        return try JSONValue(parsing: Array(#require(text).utf8))
    }

    private func content(_ id: MessageID) throws -> String {
        let bytes = try fixture.store.read { reader throws(StoreError) in try reader.content(id) }
        return String(decoding: try #require(bytes), as: UTF8.self)
    }

    private func field(_ name: String, of id: MessageID) throws -> String {
        let unfolded = try content(id).replacing("\r\n ", with: " ")
        return String(try #require(unfolded.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }))
    }

    @Test(arguments: [Intake.KeySource.member, .header("k-1")])
    func theRequestIsKeptWithoutItsKey(source: Intake.KeySource) throws {
        let plain = try example()
        let isMember = if case .member = source { true } else { false }
        let body = isMember ? try example([("/key", "k-1")]) : plain
        #expect(try request(accept(body, key: source)) == JSONValue(parsing: plain))
    }

    @Test func aRepetitionIsAMessageOfItsOwn() throws {
        let first = try accept(example())
        let claim = try #require(try fixture.claim())
        try fixture.settle(claim, .rejected, status: "5.1.1")
        fixture.clock.advance(by: .seconds(3600))
        let second = try resend(first)
        let record = try fixture.message(second)
        #expect(record.state == .queued && record.resendOf == first && second != first)
        #expect(record.reference == "WO-2026-1182" && record.nextAttemptAt == fixture.clock.now)
        for name in ["Message-ID", "Date", "List-Unsubscribe"] {
            #expect(try field(name, of: first) != field(name, of: second), "\(name)")
        }
        #expect(try field("Subject", of: first) == field("Subject", of: second))
        #expect(try request(second) == request(first))
        #expect(try fixture.message(first).state == .failed, "the old one stays what it was")
        // A repetition can be repeated in turn.
        try fixture.settle(#require(try fixture.claim()), .accepted)
        #expect(try fixture.message(resend(second)).resendOf == second)
    }

    @Test func anObjectionSinceThenBlocksIt() throws {
        let first = try accept(example())
        try fixture.settle(#require(try fixture.claim()), .accepted)
        let entry = try fixture.record(of: "zoe.weber@example.lu").entry
        let record = try fixture.message(resend(first))
        #expect(record.state == .blocked && record.reasonEntry == entry?.id && record.resendOf == first)
    }

    @Test func anotherPersonIsJudgedByTheirOwnConsent() throws {
        let first = try accept(example())
        try fixture.settle(#require(try fixture.claim()), .accepted)
        try fixture.record(of: "zoe.weber@example.lu")
        let entry = try #require(try fixture.record(of: "paul@example.lu").entry)
        let blocked = try fixture.message(resend(first, to: ["email": "paul@example.lu"]))
        #expect(blocked.state == .blocked && blocked.reasonEntry == entry.id)
        let allowed = try resend(first, to: ["email": "anna@example.lu", "name": "Anna", "locale": "de"])
        let record = try fixture.message(allowed)
        #expect(try record.state == .queued && record.contact == fixture.reference("anna@example.lu"))
        #expect(try field("To", of: allowed) == "To: Anna <anna@example.lu>")
        #expect(try field("Subject", of: allowed) != field("Subject", of: first), "in German now")
        #expect(try !content(allowed).contains("Zoé") && !request(allowed).text().contains("zoe.weber"))
    }

    @Test func aRecipientIsCheckedLikeAnyOther() throws {
        let first = try accept(example())
        try fixture.settle(#require(try fixture.claim()), .accepted)
        for (recipient, problem) in [
            (["name": "Anna"], "/to/email missing"), (["email": "no address"], "/to/email invalid-value"),
            (["email": "a@example.lu", "mail": "x"], "/to/mail unknown-field"),
        ] as [(JSONValue, String)] {
            do {
                _ = try resend(first, to: recipient)
                Issue.record("was taken: \(recipient)")
            } catch IntakeError.refused(let problems) {
                #expect(problems.problems.map { "\($0.pointer) \($0.code)" } == [problem])
            }
        }
        #expect(try fixture.messages().count == 1)
    }

    @Test func timesThatAreOverAreLeftOutAndOthersStay() throws {
        let soon = fixture.clock.now + .seconds(60)
        let late = fixture.clock.now + .seconds(7200)
        let body = try example([
            ("/notBefore", .string(soon.text)), ("/deliverBy", .string(late.text)), ("/coalesceKey", "quote"),
        ])
        let first = try accept(body)
        _ = try fixture.store.act(.cancel, on: first)
        let second = try resend(first)
        #expect(try request(second)["notBefore"] == .string(soon.text), "it still lies ahead")
        #expect(try fixture.message(second).nextAttemptAt == soon)
        _ = try fixture.store.act(.cancel, on: second)
        fixture.clock.advance(by: .seconds(60))
        let third = try resend(second)
        #expect(try request(third)["notBefore"] == nil && request(third)["deliverBy"] == .string(late.text))
        _ = try fixture.store.act(.cancel, on: third)
        fixture.clock.advance(by: .seconds(7140))
        let fourth = try resend(third)
        #expect(try request(fourth)["deliverBy"] == nil)
        #expect(try fixture.message(fourth).nextAttemptAt == fixture.clock.now)
    }

    @Test func anOldQuoteReplacesNoNewerOne() throws {
        let old = try accept(example([("/coalesceKey", "quote")]))
        try fixture.settle(#require(try fixture.claim()), .accepted)
        let newer = try accept(example([("/coalesceKey", "quote")]))
        #expect(try fixture.message(resend(old)).state == .queued)
        #expect(try fixture.message(newer).state == .queued)
    }

    @Test func whatHasNotEndedIsAConflict() throws {
        let first = try accept(example())
        do {
            _ = try resend(first)
            Issue.record("a queued message was sent twice")
        } catch IntakeError.store(.conflict(let reason)) {
            #expect(reason.contains("is queued: it has not left yet"))
        }
        #expect(try fixture.messages().count == 1)
    }
}
