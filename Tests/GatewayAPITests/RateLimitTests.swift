// The rate of one key: its burst, what it is told, how it comes back, and that nobody else pays for it. The clock is the test's.

import Domain
import GatewayAPI
import OutboxStore
import Support
import Testing

@Suite("Rate limits")
struct RateLimitTests {
    private let gateway: PublicGateway

    init() throws { gateway = try PublicGateway(limit: RateLimit(requestsPerSecond: 2, burst: 4)) }

    private func key() throws -> [(String, String)] {
        let key = APIKey.mint(
            dealership: gateway.fixture.dealership, scopes: [.read], at: gateway.fixture.clock.now)
        try gateway.fixture.store.insert(key.record)
        return [("Authorization", "Bearer \(key.text)")]
    }

    private func ask(_ fields: [(String, String)], _ path: String = "/v1/events") throws -> HTTPAnswer {
        try gateway.get(path, fields)
    }

    @Test func aKeyHasItsBurstAndThenItsRate() throws {
        let (key, other) = (try key(), try key())
        for (left, seconds) in [(3, 1), (2, 1), (1, 2), (0, 2)] {
            let answer = try ask(key)
            #expect(answer.status == 200)
            #expect(answer["RateLimit-Policy"] == "\"default\";q=4;w=2")
            #expect(answer["RateLimit"] == "\"default\";r=\(left);t=\(seconds)")
        }
        let refused = try ask(key)
        #expect(refused.status == 429 && refused["Retry-After"] == "1")
        #expect(refused["RateLimit"] == "\"default\";r=0;t=1")
        #expect(refused.text.contains("urn:relais:problem:rate-limit"))
        #expect(refused["Content-Type"] == "application/problem+json")
        // Whatever is asked with it; and nobody else pays.
        #expect(try ask(key, "/v1/messages/none").status == 429)
        #expect(try ask(other).status == 200)
        #expect(try gateway.get("/v1/events").status == 401)
        gateway.fixture.clock.advance(by: .milliseconds(499))
        #expect(try ask(key).status == 429)
        gateway.fixture.clock.advance(by: .milliseconds(1))
        #expect(try ask(key).status == 200)
        #expect(try ask(key).status == 429)
        // A long rest is worth one burst.
        gateway.fixture.clock.advance(by: .seconds(3600))
        #expect(try (0..<5).map { _ in try ask(key).status } == [200, 200, 200, 200, 429])
    }

    @Test func aClockThatIsSetBackCostsAtMostTheBurst() throws {
        let key = try key()
        for _ in 0..<4 { #expect(try ask(key).status == 200) }
        gateway.fixture.clock.advance(by: .seconds(-3600))
        #expect(try ask(key).status == 429)
        gateway.fixture.clock.advance(by: .seconds(2))
        #expect(try (0..<5).map { _ in try ask(key).status } == [200, 200, 200, 200, 429])
    }

    @Test func whatIsForbiddenCountsToo() throws {
        let key = try key()
        #expect(
            try (0..<5).map { _ in try ask(key, "/v1/dealerships/garage-nord").status }
                == [403, 403, 403, 403, 429])
    }
}
