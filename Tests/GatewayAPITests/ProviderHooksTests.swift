// `/hooks/{provider}/{token}` as providers call it: what is not believed, receipts, and what people write back, over a real server and store.

import Consent
import Crypto
import Delivery
import Domain
import Foundation
import JSON
import OutboxStore
import Providers
import Support
import Testing

@Suite("Provider hooks")
struct ProviderHooksTests {
    private let gateway: PublicGateway
    private let phone = "+352621123456"

    init() throws { gateway = try PublicGateway(accounts: Self.accounts()) }

    private static func accounts() throws -> [String: ProviderAccount] {
        func account(_ profile: String, _ parameters: [String: String]) throws -> ProviderAccount {
            let file = try RepositoryFolder.bytes(of: "Outbox/providers/\(profile).json")
            return try ProviderProfile(parsing: file, name: profile).account(
                baseURL: "https://sms.example.com", parameters: parameters)
        }
        return [
            "modem": try account("kannel", ["username": "u", "password": "p"]),
            "sinch": try account("sinch", ["plan": "p", "token": "t", "signingSecret": "s"]),
        ]
    }

    private func path(_ provider: String = "modem", _ query: String = "") -> String {
        "/hooks/" + HookToken(provider: provider, keys: StoreFixture.keys).path
            + (query.isEmpty ? "" : "?" + query)
    }

    private func get(_ path: String) throws -> HTTPAnswer { try gateway.client.send("GET", path) }

    /// What the modem says that somebody wrote.
    private func write(
        _ text: String, id: String, from phone: String = "%2B352621123456", to: String = "64000"
    ) throws {
        let text = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        #expect(try get(path("modem", "from=\(phone)&to=\(to)&text=\(text)&id=\(id)")).status == 200)
    }

    /// An SMS that the modem took.
    @discardableResult
    private func sent() throws -> MessageID {
        let record = try gateway.fixture.accept(gateway.fixture.acceptance(by: [.sms]))
        guard record.state == .queued else { return record.id }
        let claim = try #require(try gateway.fixture.claim(.sms, provider: "modem"))
        try gateway.fixture.settle(claim, .accepted)
        return record.id
    }

    private func state(_ id: MessageID) throws -> MessageState { try gateway.fixture.message(id).state }

    @Test func whoIsNotTheProviderIsNotHeard() throws {
        let id = try sent()
        let token = HookToken(provider: "modem", keys: StoreFixture.keys).path.dropFirst("modem/".count)
        let query = "?reference=\(id)&status=2"
        for path in [
            "/hooks/other/\(token)", "/hooks/modem/x", "/hooks/modem/\(token.dropLast())A",
            "/hooks/sinch/\(token)",
            "/hooks/modem/", "/hooks/modem/\(token)/x",
        ] {
            #expect(try get(path + query).status == 404, "\(path)")
        }
        #expect(try gateway.client.send("POST", path("modem", "reference=\(id)&status=2")).status == 405)
        #expect(try gateway.client.send("HEAD", path("modem", "reference=\(id)&status=2")).status == 405)
        #expect(try state(id) == .sent)
    }

    @Test func anUnsignedCallbackOfASigningProviderIsRefusedWithoutAWord() throws {
        let body = Array(
            #"{"type":"mo_text","from":"352621123456","to":"64000","body":"STOP","id":"1"}"#.utf8)
        let answer = try gateway.client.send(
            "POST", path("sinch"), [("Content-Type", "application/json")], body: body)
        #expect(answer.status == 403)
        #expect(!answer.text.contains("signature") && !answer.text.contains("621123456"))
    }

    @Test func receiptsMoveTheMessage() throws {
        let id = try sent()
        #expect(try get(path("modem", "reference=\(id)&status=8")).status == 200)
        #expect(try state(id) == .sent)
        #expect(try get(path("modem", "reference=\(id)&status=1")).status == 200)
        #expect(try state(id) == .delivered)
        #expect(try get(path("modem", "reference=\(id)&status=2")).status == 200)
        #expect(try state(id) == .delivered, "a later failure does not take it back")
        let strange = MessageID(at: gateway.fixture.clock.now, random: [UInt8](repeating: 1, count: 10))
        #expect(try get(path("modem", "reference=\(strange)&status=1")).status == 200)
    }

    @Test func stopBlocksStartLiftsAndADuplicateDoesNothing() throws {
        try sent()
        try write("Stop!", id: "1")
        #expect(try state(sent()) == .blocked)
        gateway.fixture.clock.advance(by: .seconds(60))
        try write("START", id: "2")
        #expect(try state(sent()) == .sent)
        gateway.fixture.clock.advance(by: .seconds(60))
        try write("Stop!", id: "1")
        #expect(try state(sent()) == .sent, "the first one again")
        try write("arrêter", id: "3")
        #expect(try state(sent()) == .blocked)
    }

    @Test func whoeverHasNotWrittenToThatPhoneHearsNothingOfIt() throws {
        let other = try DealershipID("garage-sud")
        _ = try gateway.fixture.store.put(
            other,
            record: RepositoryFolder.text(of: "Outbox/examples/dealership.json")
                .replacingOccurrences(of: "garage-nord", with: "garage-sud"))
        try sent()
        try write("Stop", id: "1")
        try write("Merci, à demain", id: "2")
        let number = ContactIdentity.phone(try PhoneNumber(phone))
        let reference = StoreFixture.keys.reference(to: number, of: other)
        let entries = try gateway.fixture.store.read { reader throws(StoreError) in
            try reader.ledgerEntries(dealership: other, contact: reference)
        }
        #expect(entries.isEmpty)
        #expect(try gateway.fixture.events(type: .contactReplied, of: other).isEmpty)
        #expect(try gateway.fixture.events(type: .contactReplied).first?.view["text"] == "Merci, à demain")
    }

    /// Behind one number of the provider, both have written: a STOP is for both, words of their own for whoever wrote last.
    @Test func aSharedNumberStopsForAllAndIsReadByTheLast() throws {
        let other = try DealershipID("garage-sud")
        _ = try gateway.fixture.store.put(
            other,
            record: RepositoryFolder.text(of: "Outbox/examples/dealership.json")
                .replacingOccurrences(of: "garage-nord", with: "garage-sud"))
        let number = ContactIdentity.phone(try PhoneNumber(phone))
        let reference = StoreFixture.keys.reference(to: number, of: other)
        var first = try gateway.fixture.acceptance(by: [.sms])
        first.dealership = other
        first.contents[0].references = ContactReferences(address: reference)
        try gateway.fixture.accept(first)
        try gateway.fixture.settle(
            #require(try gateway.fixture.claim(.sms, provider: "modem")), .accepted)
        gateway.fixture.clock.advance(by: .seconds(60))
        try sent()
        try write("Merci, à demain", id: "1")
        #expect(try gateway.fixture.events(type: .contactReplied).count == 1)
        #expect(try gateway.fixture.events(type: .contactReplied, of: other).isEmpty)
        try write("Stop", id: "2")
        for dealership in [gateway.fixture.dealership, other] {
            #expect(try gateway.fixture.events(type: .contactObjected, of: dealership).count == 1)
        }
    }

    @Test(arguments: ["00352621123456", "352621123456", "+352621123456", "%20352621123456"])
    func aStopIsHeardHoweverItsSenderIsWritten(from: String) throws {
        try sent()
        try write("STOP", id: "1", from: from)
        #expect(try state(sent()) == .blocked)
    }

    @Test func whatAPersonWroteIsNoReceiptWhateverStandsBesideIt() throws {
        let id = try sent()
        let both = "reference=\(id)&status=99&from=%2B352621123456&to=64000&text=STOP&id=7"
        #expect(try get(path("modem", both)).status == 200)
        #expect(try state(sent()) == .blocked)
    }

    @Test func aStopThatNobodyCanBeFoundForCountsForWhoeverItCouldBe() throws {
        try write("STOP", id: "1")
        #expect(
            try state(sent()) == .blocked, "the dealership sends SMS, and nobody has written to that phone")
    }

    @Test func helpIsAnsweredOnceADay() throws {
        try sent()
        for turn in 1...3 { try write("HELP", id: "h\(turn)") }
        let answers = try introductions(atLeast: 1)
        #expect(answers.count == 1 && answers.first?.channel == .sms)
        let content = try #require(try gateway.fixture.content(answers[0].id))
        #expect(content.contains("Garage du Nord") && content.contains("STOP"))
        gateway.fixture.clock.advance(by: .seconds(86_400))
        try write("AIDE", id: "h4")
        #expect(try introductions(atLeast: 2).count == 2)
    }

    /// The answers to HELP, once there are so many: they are accepted beside the callback's own answer.
    private func introductions(atLeast count: Int) throws -> [MessageRecord] {
        let found = try Patience.wait {
            let found = try gateway.fixture.messages().filter { $0.template == "who-writes" }
            return found.count >= count ? found : nil
        }
        return found ?? []
    }
}
