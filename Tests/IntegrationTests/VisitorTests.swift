// How often one address may open pages, and that this is counted by address, never of what the machine itself asks, and never of an objection.

import Foundation
import Support
import Testing

@Suite struct VisitorTests {
    /// The statuses of so many requests that say they are from an address.
    private func statuses(
        _ gateway: RelaisGateway, _ method: String, _ path: String, from address: String?, count: Int,
        body: String? = nil
    ) throws -> [Int] {
        var fields = address.map { [("X-Forwarded-For", $0)] } ?? []
        if body != nil { fields.append(("Content-Type", "application/x-www-form-urlencoded")) }
        return try (1...count).map { _ in
            try gateway.client.send(method, path, fields, body: body.map { Array($0.utf8) }).status
        }
    }

    @Test func aVisitorOfManyPagesIsToldToWaitAndNobodyElse() throws {
        let home = try TestHome(settings: #"trustedProxies: ["127.0.0.1"], limits: { pagesPerSecond: 1 },"#)
        let key = try home.key()
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("zoe@example.com"), key: key)["id"].string)
        let content = try home.content(id)
        let (link, page) = (try Mail.unsubscribePath(content), try Mail.pagePath(content))
        #expect(
            try statuses(gateway, "GET", page, from: "192.0.2.1", count: 10)
                == Array(repeating: 200, count: 10))
        #expect(
            try statuses(gateway, "GET", link, from: "192.0.2.1", count: 100).contains(429),
            "one count for all pages")
        let refused = try Patience.wait { () -> HTTPAnswer? in
            let answer = try gateway.client.send("GET", link, [("X-Forwarded-For", "6.6.6.6, 192.0.2.1")])
            return answer.status == 429 ? answer : nil
        }
        #expect(refused?["Retry-After"].flatMap { Int($0) } ?? 0 >= 1)
        #expect(try statuses(gateway, "GET", page, from: "192.0.2.2", count: 1) == [200])
        #expect(try statuses(gateway, "GET", page, from: nil, count: 50) == Array(repeating: 200, count: 50))
        // Of IPv6 the network counts: there are as many addresses in it as a visitor likes.
        let six = try (1...100).map {
            try gateway.client.send("GET", page, [("X-Forwarded-For", "2001:db8::\($0)")]).status
        }
        #expect(six.contains(429))
        let objections = try statuses(
            gateway, "POST", link, from: "192.0.2.1", count: 50, body: "List-Unsubscribe=One-Click")
        #expect(objections == Array(repeating: 200, count: 50))
    }

    @Test func withoutATrustedProxyTheHeaderIsNothing() throws {
        let home = try TestHome(settings: "limits: { pagesPerSecond: 1 },")
        let key = try home.key()
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("zoe@example.com"), key: key)["id"].string)
        let page = try Mail.pagePath(home.content(id))
        #expect(
            try statuses(gateway, "GET", page, from: "192.0.2.1", count: 100)
                == Array(repeating: 200, count: 100))
    }
}
