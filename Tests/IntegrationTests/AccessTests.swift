// Who may: keys that are missing, garbled, cut, of another scope or of another dealership. A stranger learns nothing, not even
// whether a message is there.

import Foundation
import Support
import Testing

@Suite struct AccessTests {
    @Test func aRequestWithoutAGoodKeyIs401AndAllLookAlike() throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        let parts = key.split(separator: "_").map(String.init)
        let otherHome = try TestHome()
        let wrongSecret = String(parts[2].reversed())
        let headers: [String?] = try [
            nil, "", "Bearer", "Bearer ", "Bearer x", "Basic \(key)", key, "Bearer \(key)0",
            "Bearer \(key.dropLast())",
            "Bearer \(parts[0])_\(parts[1])_\(wrongSecret)_\(parts[3])", "Bearer \(key.uppercased())",
            "Bearer \(otherHome.key())", "Bearer ' OR 1=1 --",
        ]
        for (method, path) in [("POST", "/v1/messages"), ("GET", "/v1/messages/msg_none")] {
            var first: HTTPAnswer?
            for header in headers {
                var fields = [("Content-Type", "application/json")]
                if let header, !header.isEmpty { fields.append(("Authorization", header)) }
                let answer = try gateway.client.send(
                    method, path, fields, body: method == "POST" ? SampleMessage("x@example.com").bytes : nil)
                #expect(answer.status == 401, "\(header ?? "none")")
                #expect(answer["WWW-Authenticate"] == "Bearer")
                #expect(answer.comparable == (first ?? answer).comparable)
                first = answer
            }
        }
        #expect(try home.messages().isEmpty)
    }

    @Test func aKeyDoesWhatItsScopesSayAndNothingElse() throws {
        let home = try TestHome()
        let gateway: RelaisGateway
        let keys = try ["send", "read", "consent", "rights", "admin"].map {
            (scope: $0, key: try home.key($0))
        }
        gateway = try home.serve()
        let id = try #require(
            try gateway.accept(SampleMessage("x@example.com"), key: keys[0].key)["id"].string)
        for (scope, key) in keys {
            let posted = try gateway.client.post(message: SampleMessage("y@example.com").bytes, key: key)
            #expect(posted.status == (scope == "send" ? 202 : 403), "\(scope)")
            let read = try gateway.client.send(
                "GET", "/v1/messages/\(id)", [("Authorization", "Bearer \(key)")])
            #expect(read.status == (scope == "read" ? 200 : 403), "\(scope)")
        }
        #expect(try home.messages().count == 2)
    }

    @Test func anotherDealershipsMessageIsLikeNone() throws {
        let home = try TestHome()
        try home.putDealership("garage-sud")
        let key = try home.key()
        let stranger = [("Authorization", "Bearer \(try home.key(dealership: "garage-sud"))")]
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("x@example.com"), key: key)["id"].string)
        let foreign = try gateway.client.send("GET", "/v1/messages/\(id)", stranger)
        // The same id with another last digit: well-formed, and not there.
        let missing = try gateway.client.send(
            "GET", "/v1/messages/\(id.dropLast())\(id.last == "0" ? "1" : "0")", stranger)
        let malformed = try gateway.client.send("GET", "/v1/messages/x", stranger)
        #expect(foreign.status == 404)
        #expect(foreign.comparable == missing.comparable)
        #expect(foreign.comparable == malformed.comparable)
        let own = try gateway.client.send("GET", "/v1/messages/\(id)", [("Authorization", "Bearer \(key)")])
        #expect(own.status == 200)
    }

    @Test func theKeyItselfIsNotOnTheDisk() throws {
        let home = try TestHome()
        let secret = try #require(try home.key().split(separator: "_").dropFirst(2).first)
        let store = try Data(contentsOf: URL(fileURLWithPath: home.path + "/data/relais.sqlite"))
        #expect(store.range(of: Data(secret.utf8)) == nil)
    }
}
