// What stands after the worst moment: killed while the relay holds its answer, killed while messages are being accepted, told to
// stop with a message in flight. Nothing that was promised is lost, and what may have been sent is never sent again by itself.

import Foundation
import Support
import Testing

/// A relay that says nothing to the final dot until it is told to.
private final class HoldingRelay: @unchecked Sendable {
    let dotReached = DispatchSemaphore(value: 0)
    private let mayAnswer = DispatchSemaphore(value: 0)
    private(set) var server: ScriptedSMTPServer!

    init() {
        server = ScriptedSMTPServer { [dotReached, mayAnswer] step, connection, _ in
            guard step == .dot, connection == 1 else { return nil }
            dotReached.signal()
            _ = mayAnswer.wait(timeout: .now() + 30)
            return nil
        }
    }

    func answer() { mayAnswer.signal() }

    func waitForDot() throws {
        guard dotReached.wait(timeout: .now() + 20) == .success else { throw TestFailure("no message came") }
    }

    func stop() {
        answer()
        server.stop()
    }
}

@Suite struct CrashTests {
    /// A home with one message that was in flight when its gateway was killed.
    private func killedInFlight(_ relay: HoldingRelay) throws -> (home: TestHome, id: String) {
        let home = try TestHome(provider: TestHome.relay(relay.server.port))
        let key = try home.key()
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("flight@example.com"), key: key)["id"].string)
        try relay.waitForDot()
        #expect(try home.message(id)["state"].string == "sending")
        #expect(try home.message(id)["attempts"][0]["outcome"].isNull)
        try gateway.kill()
        relay.answer()
        return (home, id)
    }

    @Test func aMessageInFlightAtAKillIsUnknownAndNotSentAgain() throws {
        let relay = HoldingRelay()
        defer { relay.stop() }
        let (home, id) = try killedInFlight(relay)
        let key = try home.key()
        let view = try home.message(id)
        #expect(view["state"].string == "unknown")
        #expect(view["attempts"].elements.count == 1)
        #expect(view["attempts"][0]["outcome"].string == "unknown")
        #expect(view["attempts"][0]["status"].string == "interrupted")
        #expect(try home.run(["check"]).text.contains("1 unknown"))
        let gateway = try home.serve()
        let next = try #require(try gateway.accept(SampleMessage("next@example.com"), key: key)["id"].string)
        #expect(try gateway.settled(next, key: key)["state"].string == "sent")
        #expect(try gateway.stop() == 0)
        #expect(try home.message(id)["state"].string == "unknown")
        #expect(relay.server.commands.filter { $0.hasPrefix("RCPT TO:<flight@") }.count == 1)
    }

    @Test(arguments: [("accepted", "sent"), ("rejected", "failed"), ("retry", "queued")])
    func anOperatorResolvesIt(outcome: String, state: String) throws {
        let relay = HoldingRelay()
        defer { relay.stop() }
        let (home, id) = try killedInFlight(relay)
        let result = try home.run(["outbox", "resolve", id, "--outcome", outcome, "--json"])
        #expect(result.status == 0)
        #expect(try result.document()["state"].string == state)
        #expect(try home.message(id)["reason"]["code"].string == "resolved-\(outcome)")
        let again = try home.run(["outbox", "resolve", id, "--outcome", "accepted"])
        #expect(again.status == 65, "it is no longer unknown")
        #expect(again.error.contains(state) && again.text.isEmpty)
        #expect(try home.run(["deliver", "--drain"]).status == 0)
        #expect(try home.message(id)["state"].string == (outcome == "retry" ? "sent" : state))
        #expect(relay.server.bodies.count == (outcome == "retry" ? 2 : 1))
        #expect(Set(relay.server.bodies).count == 1, "every attempt sends the same bytes")
    }

    @Test func onlyAnUnknownMessageIsResolved() throws {
        let home = try TestHome()
        let id = try #require(try home.send(SampleMessage("q@example.com").bytes)["id"].string)
        for outcome in ["accepted", "rejected", "retry"] {
            #expect(try home.run(["outbox", "resolve", id, "--outcome", outcome]).status == 65)
        }
        #expect(try home.message(id)["state"].string == "queued")
        let missing = "msg_" + String(id.dropFirst(4).reversed())
        #expect(
            [64, 66].contains(try home.run(["outbox", "resolve", missing, "--outcome", "retry"]).status))
        #expect(try home.run(["outbox", "resolve", id, "--outcome", "perhaps"]).status == 64)
        #expect(try home.run(["outbox", "resolve", id]).status == 64)
    }

    @Test func everyAcceptedMessageIsThereAfterAKillUnderLoad() throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        let accepted = Accepted()
        let posters = (0..<4).map { poster in
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                for number in 0..<50 {
                    let message = SampleMessage("load\(poster).\(number)@example.com").bytes
                    guard let answer = try? gateway.client.post(message: message, key: key) else { continue }
                    if answer.status == 202, let id = try? answer.json()["id"].string { accepted.add(id) }
                }
                done.signal()
            }
            return done
        }
        #expect(accepted.waitForCount(100), "half of them were accepted")
        try gateway.kill()
        for poster in posters { #expect(poster.wait(timeout: .now() + 60) == .success) }
        let ids = accepted.ids
        #expect((100..<200).contains(ids.count), "the kill came in the middle: \(ids.count)")
        let restarted = try home.serve()
        for id in ids {
            let answer = try restarted.client.send(
                "GET", "/v1/messages/\(id)", [("Authorization", "Bearer \(key)")])
            #expect(answer.status == 200, "\(id) was answered with 202")
        }
        #expect(try restarted.stop() == 0)
        let stored = try home.messages()
        #expect(Set(ids).isSubset(of: Set(stored.compactMap { $0["id"].string })))
        // Committed, and killed before the answer: at most one a poster.
        #expect(stored.count <= ids.count + 4)
        for view in stored { #expect(["queued", "sent", "unknown"].contains(view["state"].string)) }
        #expect(try home.run(["consent", "verify"]).status == 0)
    }

    @Test func sigtermWaitsForTheMessageInFlight() throws {
        let relay = HoldingRelay()
        defer { relay.stop() }
        let home = try TestHome(provider: TestHome.relay(relay.server.port))
        let key = try home.key()
        let gateway = try home.serve()
        let held = try #require(try gateway.accept(SampleMessage("held@example.com"), key: key)["id"].string)
        try relay.waitForDot()
        let waiting = try #require(
            try gateway.accept(SampleMessage("waiting@example.com"), key: key)["id"].string)
        gateway.terminate()
        try gateway.waitForLog("gateway-stopping")
        #expect(gateway.isRunning)
        #expect(try home.message(held)["state"].string == "sending")
        relay.answer()
        #expect(try gateway.waitForEnd() == 0)
        #expect(gateway.logText.contains("gateway-stopped"))
        #expect(try home.message(held)["state"].string == "sent")
        #expect(try home.message(waiting)["state"].string == "queued", "nothing is claimed after SIGTERM")
    }

    @Test func theGraceEndsAStopThatTakesTooLong() throws {
        // Without any grace there is no time to settle either: the last resort, and the next start recovers.
        let relay = HoldingRelay()
        defer { relay.stop() }
        let home = try TestHome(
            provider: TestHome.relay(relay.server.port), settings: #"shutdownGrace: "0s","#)
        let key = try home.key()
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("held@example.com"), key: key)["id"].string)
        try relay.waitForDot()
        #expect(try gateway.stop() == 0)
        #expect(gateway.logText.contains("grace-over"))
        #expect(try home.run(["deliver", "--drain", "--timeout", "5s"]).status == 0)
        #expect(try home.message(id)["state"].string == "unknown")
    }
}

/// The ids that were answered with 202, from several threads.
private final class Accepted: @unchecked Sendable {
    private let condition = NSCondition()
    private var all: [String] = []

    var ids: [String] { condition.withLock { all } }

    func add(_ id: String) {
        condition.withLock {
            all.append(id)
            condition.broadcast()
        }
    }

    func waitForCount(_ count: Int) -> Bool {
        condition.withLock {
            let end = Date(timeIntervalSinceNow: 60)
            while all.count < count { guard condition.wait(until: end) else { return false } }
            return true
        }
    }
}
