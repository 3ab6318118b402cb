// The one way in, over a real store and the shipped templates: what is accepted is there, what is refused left nothing behind.

import Composer
import Domain
import Intake
import JSON
import OutboxStore
import Runtime
import Support
import Testing

struct IntakeTests {
    private let fixture: StoreFixture
    private let library: TemplateLibrary

    init() throws {
        fixture = try StoreFixture(record: RepositoryFolder.text(of: "Outbox/examples/dealership.json"))
        library = try TemplateLibrary(folder: RepositoryFolder.path + "/Templates", purposes: PurposeTable())
    }

    private func accept(
        _ body: [UInt8], recipients: RecipientFilter = .all, for dealership: String = "garage-nord",
        key: Intake.KeySource = .header(nil)
    ) throws -> Result<MessageRecord, IntakeError> {
        let composer = Composer(
            library: library, keys: StoreFixture.keys, publicURL: "https://gw.example.lu",
            offersOneClick: false)
        let intake = Intake(
            store: fixture.store, library: library, composer: composer, recipients: recipients,
            clock: fixture.clock.wallClock)
        let answer = Monitor<[Result<AcceptedMessage, IntakeError>]>([])
        intake.accept(body, key: key, for: try DealershipID(dealership)) { result in
            answer.update { $0.append(result) }
        }
        let results = answer.wait { $0.isEmpty ? nil : $0 }
        #expect(results.count == 1)
        switch results[0] {
        case .success(let message): return .success(try fixture.message(message.id))
        case .failure(let error): return .failure(error)
        }
    }

    private func example(_ pointer: String = "/data/note", _ value: JSONValue? = "x") throws -> [UInt8] {
        try JSONValue(
            parsing: RepositoryFolder.bytes(of: "Outbox/examples/messages/01-fr-video-and-quote.json")
        ).setting(pointer, to: value).bytes()
    }

    @Test func whatIsAcceptedIsThere() throws {
        let message = try accept(example()).get()
        #expect(
            message.state == .queued && message.purpose.text == "intervention" && message.channel == .email)
        #expect(message.reference == "WO-2026-1182" && message.template == "intervention-ready")
        #expect(try message.contact == fixture.reference("zoe.weber@example.lu"))
        let kept = try fixture.message(message.id)
        #expect(kept.view == message.view)
        let claim = try #require(try fixture.claim())
        #expect(claim.recipient == "zoe.weber@example.lu" && claim.sender == "atelier@example.lu")
        #expect(String(decoding: claim.body, as: UTF8.self).contains("\r\nTo: "))
    }

    @Test func aRepeatedKeyIsAnsweredBeforeAnythingIsLookedAt() throws {
        let body = try JSONValue(parsing: example()).setting(
            "/deliverBy", to: .string((fixture.clock.now + .seconds(60)).text)
        )
        .bytes()
        let first = try accept(body, key: .header("k-1")).get()
        // What was valid then is not valid any more, and the caller who asks again must not be told that nothing was kept.
        fixture.clock.advance(by: .seconds(120))
        #expect(try accept(body, key: .header("k-1")).get().id == first.id)
        guard case .failure = try accept(body, key: .header("k-2")) else {
            Issue.record("a new request with this deliverBy is too late")
            return
        }
        #expect(try fixture.messages().count == 1)
    }

    @Test func anObjectionIsAnAnswerAndNoError() throws {
        let entry = try fixture.record(of: "zoe.weber@example.lu").entry
        let message = try accept(example()).get()
        #expect(message.state == .blocked && message.reasonEntry == entry?.id)
    }

    @Test func aStagingCopyBlocksRealPeople() throws {
        let staging = try RecipientFilter(allowing: ["*@staging.example"])
        #expect(try accept(example(), recipients: staging).get().reasonCode == "recipient-not-allowed")
        let inside = try example("/to/email", "a@staging.example")
        #expect(try accept(inside, recipients: staging).get().state == .queued)
    }

    @Test func fieldsInDataSetNothing() throws {
        let message = try accept(
            example("/data", ["state": "sent", "dealership": "other", "purpose": "recall"])
        ).get()
        #expect(message.state == .queued && message.dealership.text == "garage-nord")
        #expect(message.purpose.text == "intervention")
    }

    @Test(
        arguments: [
            ("/template", "newsletter-2", "/template unknown-template"),
            ("/to/email", nil, "/to/email missing"),
            ("/intervention/reference", nil, "/intervention/reference missing-variable"),
            ("/intervention", nil, "/intervention/reference missing-variable"),
            ("/state", "sent", "/state unknown-field"),
        ] as [(String, String?, String)])
    func aRefusedMessageLeavesNothing(pointer: String, value: String?, problem: String) throws {
        let result = try accept(example(pointer, value.map { .string($0) }))
        guard case .failure(.refused(let problems)) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(problems.problems.map { "\($0.pointer) \($0.code)" } == [problem])
        #expect(!problems.description.contains("zoe.weber"))
        #expect(try fixture.messages().isEmpty)
        let raw = try fixture.rawConnection()
        #expect(try raw.first("SELECT count(*) FROM customer_address") { $0.integer(0) } == 0)
    }

    @Test(arguments: ["", "{", "{\"a\":1,\"a\":2}", "\u{FEFF}{}", "{} {}"])
    func whatIsNoJSONIsMalformed(text: String) throws {
        guard case .failure(.malformed) = try accept(Array(text.utf8)) else {
            Issue.record("was taken: \(text)")
            return
        }
    }

    @Test func anUnknownDealershipIsNotFound() throws {
        guard case .failure(.store(.notFound)) = try accept(example(), for: "garage-sud") else {
            Issue.record("there is no garage-sud")
            return
        }
    }

    @Test func aChangedDealershipCountsFromTheNextMessage() throws {
        let record = try JSONValue(parsing: RepositoryFolder.bytes(of: "Outbox/examples/dealership.json"))
        let directory = DealershipDirectory()
        #expect(try directory.dealership(fixture.dealership, fixture.store).name == "Garage du Nord")
        _ = try fixture.store.put(fixture.dealership, record: record.setting("/name", to: "Neu").text())
        #expect(try directory.dealership(fixture.dealership, fixture.store).name == "Neu")
        _ = try fixture.store.put(fixture.dealership, record: "{}")
        #expect(throws: IntakeError.self) { try directory.dealership(fixture.dealership, fixture.store) }
    }
}

struct RecipientFilterTests {
    private func address(_ text: String) throws -> EmailAddress { try EmailAddress(text) }

    @Test func withoutPatternsEverybodyIsAllowed() throws {
        #expect(RecipientFilter.all.allows(try address("a@example.lu")))
        #expect(RecipientFilter.all.allows(envelope: "anything"))
    }

    @Test func patternsAreAddressesAndWholeDomains() throws {
        let filter = try RecipientFilter(allowing: [
            "Test@Example.LU", "*@Staging.example", "*@münchen.example",
        ])
        for allowed in [
            "test@example.lu", "TEST@EXAMPLE.LU", "any@staging.example", "a@xn--mnchen-3ya.example",
        ] {
            #expect(filter.allows(try address(allowed)), "\(allowed)")
            #expect(filter.allows(envelope: allowed), "\(allowed)")
        }
        for refused in [
            "other@example.lu", "test@sub.example.lu", "a@sub.staging.example", "a@notstaging.example",
            "staging.example@example.org",
        ] {
            #expect(!filter.allows(try address(refused)), "\(refused)")
            #expect(!filter.allows(envelope: refused), "\(refused)")
        }
        #expect(!filter.allows(envelope: "not an address"))
    }

    @Test func anEmptyListAllowsNobody() throws {
        #expect(!(try RecipientFilter(allowing: [])).allows(try address("a@example.lu")))
    }

    @Test(arguments: ["*", "*@", "*@*.example", "a@*", "staging.example", "@staging.example", "*@a b"])
    func anotherPatternIsRefused(pattern: String) {
        #expect(throws: ValueError.self) { _ = try RecipientFilter(allowing: [pattern]) }
    }
}
