// A route of two real relays: what the second one gets, what it never gets, and how loudly a broken first one is heard of.

import Foundation
import Support
import Testing

@Suite("A route of two relays")
struct RouteTests {
    private typealias Script = ScriptedSMTPServer.Script

    private static let login = #"username: "gw", password: "wrong-password-q7x4","#
    /// Refuses the password.
    private static let locked: Script = { step, _, _ in
        switch step {
        case .ehlo: .reply("250-script.test\r\n250 AUTH PLAIN LOGIN")
        case .auth: .reply("535 5.7.8 bad credentials")
        default: nil
        }
    }

    private func home(_ first: String, _ second: ScriptedSMTPServer) throws -> TestHome {
        let home = try TestHome()
        try home.configure(route: ["relay": first, "backup": TestHome.relay(second.port)])
        return home
    }

    private func send(_ count: Int, _ home: TestHome) throws -> [String] {
        try (1...count).map { number in
            try #require(try home.send(SampleMessage("p\(number)@example.com").bytes)["id"].string)
        }
    }

    @Test func theSecondGetsEverythingOnceWhileTheFirstRefusesConnections() throws {
        let backup = ScriptedSMTPServer()
        defer { backup.stop() }
        let home = try home(TestHome.relay(RefusingPort.reserve()), backup)
        let check = try home.succeed(["check"]).text
        #expect(check.contains("route email: relay, then backup"))
        let ids = try send(5, home)
        let drain = try home.run(["deliver", "--drain", "--timeout", "60s"])
        #expect(drain.status == 0, "\(drain.error)")
        #expect(drain.error.contains("provider-paused") && drain.error.contains("backup takes its messages"))
        #expect(backup.bodies.count == 5)
        let contents = try ids.map { try home.content($0) }
        #expect(Set(backup.bodies) == Set(contents))
        for id in ids {
            let view = try home.message(id)
            #expect(view["state"].string == "sent")
            let last = try #require(view["attempts"].elements.last)
            #expect(last["provider"].string == "backup" && last["outcome"].string == "accepted")
        }
        // The first message was tried at the first relay, and both attempts are kept.
        let tried = try home.message(ids[0])
        #expect(tried["attempts"][0]["provider"].string == "relay")
        #expect(tried["attempts"][0]["outcome"].string == "deferred")
        #expect(tried["attempts"][0]["status"].string == "connect")
        #expect(tried["attempts"].elements.count == 2)
    }

    @Test func aWrongPasswordAtTheFirstIsSaidAndTheSecondCarriesOn() throws {
        let (relay, backup) = (ScriptedSMTPServer(Self.locked), ScriptedSMTPServer())
        defer {
            relay.stop()
            backup.stop()
        }
        let home = try home(TestHome.relay(relay.port, Self.login), backup)
        let key = try home.key()
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("a@example.com"), key: key)["id"].string)
        #expect(try gateway.settled(id, key: key)["state"].string == "sent")
        let line = try gateway.waitForLog("provider-stopped")
        #expect(line.contains(" error ") && line.contains("provider=relay") && line.contains("5.7.8"))
        #expect(line.contains("backup takes its messages") && !line.contains("q7x4"))
        let ready = try gateway.operations.send("GET", "/readyz")
        #expect(ready.status == 200)
        #expect(try ready.json()["providers"][0]["name"].string == "relay")
        #expect(try ready.json()["providers"][0]["stopped"].string == "5.7.8")
        #expect(try ready.json()["providers"][1]["name"].string == "backup")
        #expect(try ready.json()["providers"][1]["stopped"].isNull)
        let next = try #require(try gateway.accept(SampleMessage("b@example.com"), key: key)["id"].string)
        #expect(
            try gateway.settled(next, key: key)["attempts"].elements.map { $0["provider"].string } == [
                "backup"
            ])
        #expect(try gateway.stop() == 0)
        #expect(backup.bodies.count == 2 && relay.bodies.isEmpty)
        // A drain says so too, and nothing is left for the one that is stopped.
        _ = try send(1, home)
        let drain = try home.run(["deliver", "--drain", "--timeout", "60s"])
        #expect(drain.status == 0 && drain.error.contains("provider relay stopped (5.7.8)"))
        #expect(backup.bodies.count == 3)
    }

    @Test func whenBothAreStoppedAllStaysQueuedAndTheGatewayIsNotReady() throws {
        let (relay, backup) = (ScriptedSMTPServer(Self.locked), ScriptedSMTPServer(Self.locked))
        defer {
            relay.stop()
            backup.stop()
        }
        let home = try TestHome()
        try home.configure(route: [
            "relay": TestHome.relay(relay.port, Self.login),
            "backup": TestHome.relay(backup.port, Self.login),
        ])
        let ids = try send(3, home)
        let drain = try home.run(["deliver", "--drain", "--timeout", "60s"])
        #expect(drain.status == 78)
        for name in ["relay", "backup"] { #expect(drain.error.contains("provider \(name) stopped (5.7.8)")) }
        for id in ids { #expect(try home.message(id)["state"].string == "queued") }
        let gateway = try home.serve()
        for name in ["relay", "backup"] { try gateway.waitForLog("provider-stopped provider=\(name)") }
        #expect(try gateway.operations.send("GET", "/readyz").status == 503)
        #expect(try gateway.stop() == 0)
        // Corrected, everything leaves at once, once.
        let good = ScriptedSMTPServer()
        defer { good.stop() }
        try home.configure(route: ["backup": TestHome.relay(good.port)])
        #expect(try home.run(["deliver", "--drain", "--timeout", "60s"]).status == 0)
        #expect(good.bodies.count == 3)
    }

    @Test func anAnswerLostAfterTheDotNeverGoesToTheSecond() throws {
        let (relay, backup) = (
            ScriptedSMTPServer { step, _, _ in step == .dot ? .close : nil }, ScriptedSMTPServer()
        )
        defer {
            relay.stop()
            backup.stop()
        }
        let home = try home(TestHome.relay(relay.port), backup)
        let id = try send(1, home)[0]
        #expect(try home.run(["deliver", "--drain", "--timeout", "60s"]).status == 0)
        let view = try home.message(id)
        #expect(view["state"].string == "unknown")
        #expect(view["attempts"].elements.map { $0["provider"].string } == ["relay"])
        #expect(relay.bodies.count == 1 && backup.connectionCount == 0)
        // Another route later changes nothing about that.
        try home.configure(route: ["backup": TestHome.relay(backup.port)])
        #expect(try home.run(["deliver", "--drain", "--timeout", "60s"]).status == 0)
        #expect(backup.connectionCount == 0)
    }

    @Test func whatLiesWithTheRecipientIsNotAskedTwice() throws {
        let (relay, backup) = (
            ScriptedSMTPServer { step, _, _ in step == .rcpt ? .reply("550 5.1.1 no such user") : nil },
            ScriptedSMTPServer()
        )
        defer {
            relay.stop()
            backup.stop()
        }
        let home = try home(TestHome.relay(relay.port), backup)
        let id = try send(1, home)[0]
        #expect(try home.run(["deliver", "--drain", "--timeout", "60s"]).status == 0)
        #expect(try home.message(id)["state"].string == "failed")
        #expect(backup.connectionCount == 0)
    }

    @Test func theFirstIsUsedAgainWhenItIsBack() throws {
        let (relay, backup) = (
            ScriptedSMTPServer { step, connection, _ in
                step == .connect && connection == 1 ? .replyAndClose("421 4.3.2 going down") : nil
            }, ScriptedSMTPServer()
        )
        defer {
            relay.stop()
            backup.stop()
        }
        let home = try home(TestHome.relay(relay.port), backup)
        let key = try home.key()
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("a@example.com"), key: key)["id"].string)
        let view = try gateway.settled(id, key: key)
        #expect(view["attempts"].elements.map { $0["provider"].string } == ["relay", "backup"])
        #expect(view["attempts"][0]["status"].string == "4.3.2")
        var count = 1
        let isBack: Bool? = try Patience.wait(atMostSeconds: 60) {
            let id = try #require(
                try gateway.accept(SampleMessage("b\(count)@example.com"), key: key)["id"].string)
            count += 1
            #expect(try gateway.settled(id, key: key)["state"].string == "sent")
            return relay.bodies.isEmpty ? nil : true
        }
        #expect(isBack == true)
        #expect(gateway.logText.contains("provider-resumed"))
        #expect(try gateway.stop() == 0)
        #expect(relay.bodies.count + backup.bodies.count == count, "each of them once")
    }

    /// The time-out is longer than a process of the tests may last: it must not be what ends the drain.
    @Test func aDrainEndsWhenNothingIsDueHoweverSlowTheRate() throws {
        let relay = ScriptedSMTPServer()
        defer { relay.stop() }
        let home = try TestHome(provider: TestHome.relay(relay.port, #"rate: "1/h","#))
        let id = try #require(try send(1, home).first)
        try home.succeed(["deliver", "--drain", "--timeout", "10m"])
        #expect(try home.message(id)["state"].string == "sent")
    }

    @Test func aRateOfOneAnHourLetsOneOut() throws {
        let relay = ScriptedSMTPServer()
        defer { relay.stop() }
        let home = try TestHome(provider: TestHome.relay(relay.port, #"rate: "1/h","#))
        #expect(try home.succeed(["check"]).text.contains("at most 1/h"))
        _ = try send(3, home)
        let drain = try home.run(["deliver", "--drain", "--timeout", "1s"])
        #expect(drain.status == 75)
        #expect(relay.bodies.count == 1)
        #expect(try home.messages().map { $0["state"].string } == ["queued", "queued", "sent"])
    }
}
