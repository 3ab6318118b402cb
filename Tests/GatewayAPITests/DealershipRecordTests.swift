// A dealership's record over the API: what PUT puts, GET gives; what its own key may not change; and its end, after which the links of its
// mails still work.

import Domain
import GatewayAPI
import JSON
import OutboxStore
import Support
import Testing

@Suite("Dealership records over the API")
struct DealershipRecordTests {
    private let gateway: PublicGateway
    private let operatorKey: String
    private let ownKey: String
    private let record: JSONValue

    init() throws {
        gateway = try PublicGateway()
        let fixture = gateway.fixture
        let keys = [
            APIKey.mint(dealership: nil, scopes: [.admin], at: fixture.clock.now),
            APIKey.mint(dealership: fixture.dealership, scopes: [.admin, .read], at: fixture.clock.now),
        ]
        for key in keys { try fixture.store.insert(key.record) }
        (operatorKey, ownKey) = (keys[0].text, keys[1].text)
        record = try JSONValue(parsing: RepositoryFolder.bytes(of: "Outbox/examples/dealership.json"))
    }

    private func send(
        _ method: String, _ id: String = "garage-nord", _ body: JSONValue? = nil, key: String
    ) throws -> HTTPAnswer {
        let type = body == nil ? [] : [("Content-Type", "application/json")]
        return try gateway.client.send(
            method, "/v1/dealerships/\(id)", [("Authorization", "Bearer \(key)")] + type, body: body?.bytes())
    }

    private func json(_ answer: HTTPAnswer) throws -> JSONValue {
        try JSONValue(parsing: Array(answer.text.utf8))
    }

    @Test func whatIsPutIsGiven() throws {
        let new = record.setting("/id", to: "garage-est").setting("/quotas", to: ["messagesPerDay": 5])
        let made = try send("PUT", "garage-est", new, key: operatorKey)
        #expect(made.status == 201 && made["Location"] == "/v1/dealerships/garage-est")
        #expect(try json(made) == new)
        let given = try send("GET", "garage-est", key: operatorKey)
        #expect(given.status == 200)
        #expect(try json(given) == new)
        let changed = new.setting("/name", to: "Garage de l'Est")
        let again = try send("PUT", "garage-est", changed, key: operatorKey)
        #expect(again.status == 200 && again["Location"] == nil)
        #expect(try json(send("GET", "garage-est", key: operatorKey)) == changed)
    }

    @Test func itsOwnKeyChangesTheRestAndNothingReserved() throws {
        let own = record.setting("/name", to: "Garage Nord").setting("/advisors", to: [])
        #expect(try send("PUT", "garage-nord", own, key: ownKey).status == 200)
        #expect(try json(send("GET", key: ownKey)) == own)
        let greedy = own.setting("/quotas", to: ["messagesPerDay": 9]).setting(
            "/senders/service/address", to: "a@evil.example")
        let refused = try send("PUT", "garage-nord", greedy, key: ownKey)
        #expect(refused.status == 403)
        #expect(refused.text.contains(#""pointer":"/quotas""#))
        #expect(refused.text.contains(#""pointer":"/senders/service/address""#))
        #expect(try json(send("GET", key: ownKey)) == own)
        #expect(try send("PUT", "garage-nord", greedy, key: operatorKey).status == 200)
        // What is there stays: a change of the rest is not refused for it.
        #expect(
            try send("PUT", "garage-nord", greedy.setting("/name", to: "G"), key: ownKey).status == 200)
        #expect(try send("DELETE", key: ownKey).status == 403)
    }

    @Test func aWrongRecordChangesNothing() throws {
        let before = try send("GET", key: operatorKey).text
        let wrong: [(JSONValue, Int, String)] = [
            (record.setting("/naem", to: "x"), 422, "/naem"),
            (record.setting("/id", to: "other"), 422, "/id"),
            (record.setting("/name", to: nil), 422, "/name"), ([], 422, ""),
            (record.setting("/quotas", to: ["messagesPerDay": -1]), 422, "/quotas/messagesPerDay"),
        ]
        for (body, status, pointer) in wrong {
            let answer = try send("PUT", "garage-nord", body, key: operatorKey)
            #expect(
                answer.status == status && answer.text.contains("\"pointer\":\"\(pointer)\""), "\(pointer)")
        }
        #expect(try send("PUT", "Garage_Nord", record, key: operatorKey).status == 404)
        #expect(try send("GET", "garage-est", key: operatorKey).status == 404)
        #expect(try send("DELETE", "garage-est", key: operatorKey).status == 404)
        #expect(try send("GET", key: operatorKey).text == before)
    }

    @Test func itsEndEndsItsKeysAndNotItsLinks() throws {
        let link = try gateway.unsubscribeLink()
        #expect(try send("DELETE", key: operatorKey).status == 409)
        let id = try #require(try gateway.fixture.messages().first?.id)
        _ = try gateway.fixture.store.act(.cancel, on: id)
        let removed = try send("DELETE", key: operatorKey)
        #expect(removed.status == 204 && removed.text.isEmpty)
        #expect(try send("GET", key: ownKey).status == 401)
        #expect(try send("GET", key: operatorKey).status == 404)
        #expect(try gateway.get(link).status == 200)
        let objected = try gateway.post(link, ["List-Unsubscribe": "One-Click"])
        #expect(objected.status == 200)
        #expect(try gateway.entries().map(\.event) == [.objected])
    }
}
