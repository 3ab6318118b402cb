// Links that nobody gave out: forged, cut, another home's, or not a token at all. All get the same answer as a link that never was,
// for every method, and none writes anything.

import Foundation
import Support
import Testing

@Suite struct TokenTests {
    private func link(_ home: TestHome) throws -> String {
        let id = try #require(
            try home.send(SampleMessage("token@example.com", customer: "K-7").bytes)["id"].string)
        return try Mail.unsubscribePath(home.content(id))
    }

    @Test func everyTokenThatIsNotOursGetsTheSame404() throws {
        let home = try TestHome()
        let path = try link(home)
        let foreign = try link(TestHome())
        let gateway = try home.serve()
        #expect(try gateway.client.send("GET", path).status == 200)
        let forged = Self.forgeries(of: String(path.dropFirst("/u/".count))) + [String(foreign.dropFirst(3))]
        for (method, body) in [
            ("GET", nil), ("HEAD", nil), ("POST", "List-Unsubscribe=One-Click"), ("POST", "scope=channel"),
        ] {
            let fields = [("Content-Type", "application/x-www-form-urlencoded")]
            let missing = try gateway.client.send(
                method, "/u/unknown", fields, body: body.map { Array($0.utf8) })
            #expect(missing.status == 404)
            for token in forged {
                let answer = try gateway.client.send(
                    method, "/u/\(token)", fields, body: body.map { Array($0.utf8) })
                #expect(answer.comparable == missing.comparable, "\(method) \(token)")
            }
        }
        #expect(try home.ledgerCount() == 0)
    }

    /// Every character changed, every length cut, and what attackers try.
    private static func forgeries(of token: String) -> [String] {
        let characters = Array(token)
        let changed = characters.indices.map { index in
            var copy = characters
            copy[index] = copy[index] == "A" ? "B" : "A"
            return String(copy)
        }
        let cut = (1..<characters.count).map { String(characters.prefix($0)) }
        return changed + cut + [
            token + "A", token + "=", token + token, String(repeating: "A", count: 600),
            String(repeating: "A", count: 2000), "%00", "%2e%2e", "..", "0",
            "' OR 1=1 --".replacing(" ", with: "%20"),
        ]
    }

    @Test func aTokenHoldsNoReadableAddressNumberOrName() throws {
        let home = try TestHome()
        let token = String(try link(home).dropFirst("/u/".count))
        let base64 = token.replacing("-", with: "+").replacing("_", with: "/")
        let padded = base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)
        let decoded = String(decoding: try #require(Data(base64Encoded: padded)), as: UTF8.self)
        for secret in ["token", "example.com", "K-7", "Weber"] {
            #expect(!token.contains(secret) && !decoded.contains(secret))
        }
        #expect(token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }

    @Test func aTokenOutlivesTheGatewayAndWorksOnOneOfTheSameKey() throws {
        let home = try TestHome()
        let path = try link(home)
        for _ in 1...2 {
            let gateway = try home.serve()
            #expect(try gateway.client.send("GET", path).status == 200)
            #expect(try gateway.stop() == 0)
        }
    }
}
