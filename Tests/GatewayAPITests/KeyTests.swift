// Keys that were tampered with, have ended, or are of the wrong kind. A stranger learns from no answer which of it was so.

import Crypto
import Domain
import OutboxStore
import Support
import Testing

struct KeyTests {
    private let gateway: PublicGateway

    init() throws { gateway = try PublicGateway() }

    private func mint(_ scopes: Set<APIKeyScope> = [.read], expiresAt: Timestamp? = nil) throws -> String {
        try mintRecord(scopes, expiresAt: expiresAt).text
    }

    private func mintRecord(
        _ scopes: Set<APIKeyScope> = [.read], expiresAt: Timestamp? = nil
    ) throws -> (text: String, record: APIKeyRecord) {
        let key = APIKey.mint(
            dealership: gateway.fixture.dealership, scopes: scopes, expiresAt: expiresAt,
            at: gateway.fixture.clock.now)
        try gateway.fixture.store.insert(key.record)
        return key
    }

    private func ask(_ authorization: String) throws -> HTTPAnswer {
        try gateway.get("/v1/events", [("Authorization", authorization)])
    }

    /// The parts of a key put together again with a checksum that fits.
    private func key(id: Substring, secret: String) -> String {
        let head = "relais_\(id)_\(secret)"
        return head + "_" + Hexadecimal.text(of: Crypto.sha256(Array(head.utf8)).prefix(4))
    }

    @Test func twelveKindsOfTamperedKeysAreAllTheSame401() throws {
        let (good, other) = (try mint(), try mint())
        #expect(try ask("Bearer \(good)").status == 200)
        let parts = good.split(separator: "_")
        let others = other.split(separator: "_")
        let secret = String(parts[2])
        let flipped = (secret.first == "0" ? "1" : "0") + secret.dropFirst()
        let kinds: [(kind: String, key: String)] = [
            ("cut", String(good.dropLast())), ("longer", good + "0"), ("in capitals", good.uppercased()),
            ("another prefix", good.replacing("relais_", with: "relays_")),
            ("another checksum", good.dropLast() + (good.last == "0" ? "1" : "0")),
            ("one digit of the secret, without its checksum", good.replacing(secret, with: flipped)),
            ("one digit of the secret", key(id: parts[1], secret: flipped)),
            ("another key's secret", key(id: parts[1], secret: String(others[2]))),
            ("another key's id", key(id: others[1], secret: secret)),
            (
                "an id that is not there",
                key(id: "0" + parts[1].dropFirst().dropLast() + "f", secret: String(secret.reversed()))
            ),
            ("a short secret", key(id: parts[1], secret: String(secret.dropLast(2)))),
            ("no secret", key(id: parts[1], secret: "")), ("a blank in it", good.replacing("_", with: "_ ")),
            (
                "its digest instead of the secret",
                key(id: parts[1], secret: Hexadecimal.text(of: Crypto.sha256(Array(secret.utf8))))
            ),
            ("two keys", good + "," + other), ("wide digits", good.replacing("0", with: "０")),
        ]
        #expect(kinds.count >= 12)
        let stranger = try gateway.get("/v1/events")
        #expect(stranger.status == 401)
        for (kind, key) in kinds {
            let answer = try ask("Bearer \(key)")
            #expect(answer.comparable == stranger.comparable, "\(kind)")
        }
        #expect(try ask("Bearer \(good)").status == 200)
    }

    @Test func aKeyEndsAtItsMoment() throws {
        let clock = gateway.fixture.clock
        let key = try mint(expiresAt: clock.now + .seconds(60))
        clock.advance(by: .milliseconds(59_999))
        #expect(try ask("Bearer \(key)").status == 200)
        clock.advance(by: .milliseconds(1))
        #expect(try ask("Bearer \(key)").comparable == gateway.get("/v1/events").comparable)
    }

    @Test func aRevokedKeyIsNoneFromTheNextRequestOn() throws {
        let (text, record) = try mintRecord()
        let kept = try mint()
        #expect(try ask("Bearer \(text)").status == 200)
        let revoked = try gateway.fixture.store.revoke(record.id)
        #expect(try ask("Bearer \(text)").comparable == gateway.get("/v1/events").comparable)
        #expect(try ask("Bearer \(kept)").status == 200)
        // Once more changes nothing, and the time of the first one stays.
        gateway.fixture.clock.advance(by: .seconds(1))
        #expect(try gateway.fixture.store.revoke(record.id).revokedAt == revoked.revokedAt)
        let unknown = APIKeyID(at: gateway.fixture.clock.now, random: [UInt8](repeating: 1, count: 10))
        #expect(throws: StoreError.notFound("key \(unknown)")) {
            _ = try gateway.fixture.store.revoke(unknown)
        }
    }

    @Test func theGatewaysKeyDoesNothingWithADealershipsMessages() throws {
        let key = APIKey.mint(dealership: nil, scopes: [.admin], at: gateway.fixture.clock.now)
        try gateway.fixture.store.insert(key.record)
        let answer = try ask("Bearer \(key.text)")
        #expect(answer.status == 403 && answer.text.contains("urn:relais:problem:key-holder"))
        // Nobody can make one that has another scope.
        let wider = APIKey.mint(dealership: nil, scopes: [.admin, .read], at: gateway.fixture.clock.now)
        #expect(throws: StoreError.self) { try gateway.fixture.store.insert(wider.record) }
    }
}
