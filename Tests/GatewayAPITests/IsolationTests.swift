// Who may what, asked of every route that the table has: without a key, with the key of each scope alone, with the gateway's, and for
// another dealership's things. A route that is added is asked too; where its path or its body names something new, the test says so.

import Crypto
import Domain
import OutboxStore
import Support
import Testing

@testable import GatewayAPI

@Suite("Isolation, for every route")
struct IsolationTests {
    private let gateway: PublicGateway
    private let stranger: DealershipID

    init() throws {
        gateway = try PublicGateway()
        stranger = try DealershipID("garage-sud")
        let record = try RepositoryFolder.text(of: "Outbox/examples/dealership.json")
        _ = try gateway.fixture.store.put(
            stranger, record: record.replacing(gateway.fixture.dealership.text, with: stranger.text))
    }

    /// What a request names: somebody's message, dealership, contact and address.
    private struct Things {
        let message: String
        let dealership: String
        let contact: String
        let email: String
    }

    /// Bodies that a route takes, by its operation; `MESSAGE`, `DEALERSHIP`, `CONTACT` and `EMAIL` stand for what they name.
    private static let bodies = [
        "createMessage":
            #"{"template":"intervention-ready","to":{"email":"EMAIL","locale":"fr-LU"},"intervention":{"reference":"WO-1"}}"#,
        "createMessages": #"{"template":"none"}"#,
        "previewMessage":
            #"{"template":"intervention-ready","to":{"email":"EMAIL","locale":"fr-LU"},"intervention":{"reference":"WO-1"}}"#,
        "cancelMessage": "{}", "retryMessage": "{}", "revokeMessage": "{}",
        "resolveMessage": #"{"outcome":"retry"}"#,
        "exportContact": #"{"contact":"CONTACT"}"#, "eraseContact": #"{"contact":"CONTACT"}"#,
        "rectifyContact":
            #"{"email":"EMAIL","toEmail":"new@example.lu","reason":"changed","evidence":"said so"}"#,
        "recordConsent": #"{"contact":"CONTACT","event":"objected","scope":"all"}"#,
        "queryConsents": #"{"contact":"CONTACT"}"#,
        "putDealership":
            #"{"id":"DEALERSHIP","name":"N","address":"A","country":"LU","locale":"fr","timeZone":"UTC","senders":{"service":{"address":"a@example.lu"}}}"#,
    ]

    private func send(
        _ route: Route, _ things: Things, key: String?, query: String = ""
    ) throws -> HTTPAnswer? {
        var path: [String] = []
        for part in route.path.text.split(separator: "/", omittingEmptySubsequences: false).map(String.init) {
            switch (path.last ?? "", part) {
            case ("messages", "{id}"): path.append(things.message)
            case ("dealerships", "{id}"): path.append(things.dealership)
            case ("templates", "{name}"): path.append("intervention-ready")
            case (_, let part) where part.hasPrefix("{"):
                Issue.record("\(route.path.text): say in this test what another dealership's \(part) is")
                return nil
            default: path.append(part)
            }
        }
        var fields: [(String, String)] = key.map { [("Authorization", "Bearer \($0)")] } ?? []
        var body: [UInt8]?
        if route.operation.bodyLimit > 0 {
            guard let text = Self.bodies[route.operation.id] else {
                Issue.record("\(route.operation.id): say in this test what its body is")
                return nil
            }
            let isBatch = route.operation.id == "createMessages"
            fields.append(("Content-Type", isBatch ? "application/x-ndjson" : "application/json"))
            body = Array(
                text.replacing("MESSAGE", with: things.message).replacing("EMAIL", with: things.email)
                    .replacing("DEALERSHIP", with: things.dealership)
                    .replacing("CONTACT", with: things.contact).utf8)
        }
        return try gateway.client.send(route.method, path.joined(separator: "/") + query, fields, body: body)
    }

    /// The queries that a route takes, each with one thing in it; and none.
    private func queries(_ route: Route, _ things: Things) throws -> [String] {
        try [""]
            + route.operation.parameters.filter { $0.place == .query }.compactMap { parameter in
                switch (route.operation.id, parameter.name) {
                case (_, "contact"): return "?contact=\(things.contact)"
                case ("listMessages", "cursor"):
                    return try "?cursor=\(MessageCursor(MessageID(things.message)).text)"
                // Numbers and words: a place in the dealership's own feed is nobody else's.
                case ("listEvents", "cursor"), ("listEvents", "type"), (_, "state"), (_, "channel"),
                    (_, "reference"), (_, "since"),
                    (_, "limit"):
                    return nil
                default:
                    Issue.record("\(route.operation.id): say in this test what \(parameter.name) names")
                    return nil
                }
            }
    }

    private func key(_ dealership: DealershipID?, _ scopes: Set<APIKeyScope>) throws -> String {
        let key = APIKey.mint(dealership: dealership, scopes: scopes, at: gateway.fixture.clock.now)
        try gateway.fixture.store.insert(key.record)
        return key.text
    }

    /// Things of a dealership that are there.
    private func things(of dealership: DealershipID, _ email: String) throws -> Things {
        var acceptance = try gateway.fixture.acceptance(email)
        acceptance.dealership = dealership
        let address = try ContactIdentity.email(EmailAddress(email))
        acceptance.contents[0].references = ContactReferences(
            address: StoreFixture.keys.reference(to: address, of: dealership))
        let record = try gateway.fixture.accept(acceptance)
        return Things(
            message: record.id.description, dealership: dealership.text,
            contact: record.contact.description, email: email)
    }

    private var guarded: [Route] { gateway.routes.filter { $0.operation.scope != nil } }

    @Test func theServiceIsBehindKeysAndThePagesAreNot() {
        for route in gateway.routes {
            #expect((route.operation.scope != nil) == route.path.text.hasPrefix("/v1/"), "\(route.path.text)")
        }
        #expect(Set(gateway.routes.map(\.operation.id)).count == gateway.routes.count)
        #expect(guarded.count >= 19)
    }

    @Test func anotherDealershipsThingsAreLikeNone() throws {
        let fixture = gateway.fixture
        // Older than the other's, so that a list from the other's message on would show it.
        _ = try things(of: fixture.dealership, "own@example.lu")
        let foreign = try things(of: stranger, "sud@example.lu")
        let missing = Things(
            message: MessageID(at: fixture.clock.now, random: [UInt8](repeating: 3, count: 10)).description,
            dealership: "garage-est", contact: "ct_" + String(repeating: "0", count: 32),
            email: "nobody@example.lu")
        let own = try key(fixture.dealership, Set(APIKeyScope.allCases))
        for route in guarded {
            let name = "\(route.method) \(route.path.text)"
            for (others, nobodys) in zip(try queries(route, foreign), try queries(route, missing)) {
                guard let other = try send(route, foreign, key: own, query: others),
                    let none = try send(route, missing, key: own, query: nobodys)
                else { continue }
                if route.path.names.contains("id") {
                    #expect(other.status == (route.operation.holder == .gateway ? 403 : 404), "\(name)")
                    #expect(other.comparable == none.comparable, "\(name)")
                } else {
                    // What names somebody in a body or a query: the answer repeats their reference at most.
                    #expect(other.status == none.status, "\(name): \(other.text) \(none.text)")
                    #expect(Self.withoutIDs(other.text) == Self.withoutIDs(none.text), "\(name)")
                }
            }
        }
        let message = try fixture.message(MessageID(foreign.message))
        #expect(message.state == .queued)
        #expect(
            try gateway.entries(ContactReference(foreign.contact)).map(\.dealership) == [fixture.dealership])
    }

    /// A text whose ids, references, digests, receipts and times stand for any.
    private static func withoutIDs(_ text: String) -> String {
        text.replacing(/(ct|led|msg|evt)_[0-9a-f]+/, with: "ID").replacing(/[0-9a-f]{64}/, with: "HASH")
            .replacing(/"receipt":"[^"]*"/, with: "RECEIPT").replacing(/[a-z]+@example\.lu/, with: "EMAIL")
            .replacing(/"seq":[0-9]+/, with: "SEQ")
            .replacing(/urn:relais:request:[0-9a-f]+/, with: "REQUEST")
            .replacing(/[A-Za-z0-9_=-]{40,}/, with: "TOKEN")
    }

    @Test func everyKeyDoesWhatItsScopeSaysAndNothingElse() throws {
        let dealership = gateway.fixture.dealership
        let keys = try APIKeyScope.allCases.map { (scope: $0, text: try key(dealership, [$0])) }
        let gatewayKey = try key(nil, [.admin])
        for route in guarded {
            let name = "\(route.method) \(route.path.text)"
            let own = try things(of: dealership, "zoe@example.lu")
            guard let stranger = try send(route, own, key: nil) else { continue }
            #expect(stranger.status == 401, "\(name)")
            for (scope, text) in keys {
                let isRight = scope == route.operation.scope && route.operation.holder != .gateway
                try check(send(route, own, key: text), isRight, "\(name) \(scope)")
            }
            try check(
                send(route, own, key: gatewayKey), route.operation.holder != .dealership, "\(name) gateway")
        }
    }

    private func check(_ answer: HTTPAnswer?, _ isRight: Bool, _ name: String) {
        guard let answer else { return }
        let isRefused =
            answer.text.contains("urn:relais:problem:scope") || answer.text.contains(":key-holder")
        #expect((answer.status == 403 && isRefused) == !isRight, "\(name): \(answer.status) \(answer.text)")
        if isRight { #expect(![401, 404, 405].contains(answer.status), "\(name): \(answer.status)") }
    }
}
