// Keys as an operator has them: made once and never shown again, listed without their secrets, and ended beside a running gateway.

import Support
import Testing

@Suite struct KeyCommandTests {
    @Test func aKeyIsListedWithoutItsSecretAndEndsBesideTheGateway() throws {
        let home = try TestHome()
        let made = try home.succeed([
            "key", "create", "--dealership", TestHome.dealership, "--scope", "read,send", "--expires", "90d",
            "--name", "the workshop's system", "--json",
        ]).document()
        let (id, key) = (try #require(made["id"].string), try #require(made["key"].string))
        let bearer = [("Authorization", "Bearer \(key)")]
        let gateway = try home.serve()
        let list = try home.succeed(["key", "list", "--json"])
        let listed = try #require(try list.documents().first)
        #expect(listed["id"].string == id && listed["state"].string == "valid")
        #expect(
            listed["dealership"].string == TestHome.dealership
                && listed["name"].string == "the workshop's system")
        #expect(listed["scopes"][0].string == "send" && listed["scopes"][1].string == "read")
        #expect(listed["expiresAt"].string != nil && listed["revokedAt"].string == nil)
        for part in key.split(separator: "_").dropFirst(2) {
            #expect(!list.text.contains(part))
            #expect(try !home.succeed(["key", "list"]).text.contains(part))
        }
        #expect(try gateway.client.send("GET", "/v1/events", bearer).status == 200)
        let revoked = try home.succeed(["key", "revoke", id])
        #expect(revoked.lines[0].hasPrefix("\(id)  revoked "))
        #expect(try gateway.client.send("GET", "/v1/events", bearer).status == 401)
        #expect(try home.succeed(["key", "list"]).lines[0].contains("REVOKED"))
        let line = try gateway.waitForLog("key-revoked")
        #expect(line.contains("actor=operator:") && line.contains("subject=\(id)"))
        #expect(
            try home.run(["key", "revoke", "\(id.dropLast())\(id.last == "0" ? "1" : "0")"]).status == 66)
    }

    @Test func theGatewaysOwnKeyHasOneScope() throws {
        let home = try TestHome()
        let made = try home.succeed(["key", "create", "--gateway"])
        #expect(made.lines[0].hasPrefix("relais_") && made.error.contains("key-created actor=operator:"))
        #expect(try home.succeed(["key", "list"]).lines[0].contains("  gateway  admin  valid  "))
        #expect(try home.succeed(["key", "list", "--dealership", TestHome.dealership]).text.isEmpty)
        for words in [
            ["--gateway", "--scope", "send"],
            ["--gateway", "--dealership", TestHome.dealership, "--scope", "admin"],
            ["--scope", "admin"], ["--gateway", "--expires", "yesterday"],
            ["--gateway", "--expires", "2020-01-01"],
            ["--gateway", "--expires", "0d"], ["--gateway", "--name", ""],
            ["--dealership", TestHome.dealership, "--scope", ","],
        ] {
            #expect(try home.run(["key", "create"] + words).status == 64, "\(words)")
        }
        #expect(try home.succeed(["key", "list"]).lines.count == 1)
    }
}
