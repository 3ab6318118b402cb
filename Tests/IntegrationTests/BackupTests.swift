// An operator's day with backups: made beside a running gateway, put back by hand, seen in every place that he looks at, accepted; and no
// customer hears anything twice or after he objected.

import Foundation
import Support
import Testing

@Suite struct BackupTests {
    private func putBack(_ backup: String, in home: TestHome) throws {
        let store = home.path + "/data/relais.sqlite"
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: store + end) }
        try FileManager.default.copyItem(atPath: backup, toPath: store)
    }

    @Test func aBackupThatComesBackSendsNothingTwiceAndForgetsNoObjection() throws {
        let home = try TestHome()
        let key = try home.key()
        let backup = home.path + "/backup.sqlite"
        var gateway = try home.serve()
        let tomorrow = Date(timeIntervalSinceNow: 86_400).formatted(Date.ISO8601FormatStyle())
        let later = SampleMessage("later@example.com").with("notBefore", tomorrow)
        let waiting = try #require(
            try gateway.client.post(message: later, key: key).json()["id"].string)
        #expect(try home.succeed(["backup", backup]).text.contains("is a copy"))
        // Since the backup: it is sent at once, its contact objects, and another message is accepted.
        try home.succeed(["outbox", "cancel", waiting])
        let since = try #require(
            try gateway.accept(SampleMessage("since@example.com"), key: key)["id"].string)
        _ = try gateway.settled(since, key: key)
        try home.succeed([
            "consent", "record", "--event", "objected", "--scope", "all", "--method", "phone", "--dealership",
            TestHome.dealership, "--email", "paul@example.com",
        ])
        #expect(try gateway.stop() == 0)

        try putBack(backup, in: home)
        #expect(try home.run(["check"]).status == 78, "before anything was started")
        gateway = try home.serve()
        #expect(try gateway.waitForLog("restore-fence").contains("the store is the backup of"))
        let ready = try gateway.operations.send("GET", "/readyz")
        #expect(ready.status == 503 && ready.text.contains("relais restore accept"))
        #expect(try home.message(waiting)["state"].string == "queued")
        let new = try #require(try gateway.accept(SampleMessage("new@example.com"), key: key)["id"].string)
        #expect(try gateway.accept(SampleMessage("paul@example.com"), key: key)["state"].string == "blocked")
        let check = try home.run(["check"])
        #expect(check.status == 78 && check.text.contains("nothing is sent: the store is the backup of"))

        #expect(try home.succeed(["restore", "accept"]).text.contains("1 messages are held"))
        #expect(try gateway.settled(new, key: key)["state"].string == "sent")
        let held = try home.message(waiting)
        #expect(held["state"].string == "held" && held["reason"]["code"].string == "restored")
        #expect(try gateway.operations.send("GET", "/readyz").status == 200)
        #expect(try gateway.stop() == 0)
        #expect(try home.run(["restore", "accept"]).status == 65)
        #expect(try home.run(["check"]).status == 0)
    }

    /// A copy that somebody made by hand has no stamp: its mirror tells that it is an older one, before anything is started.
    @Test func checkSaysThatAStoreIsBehindItsMirror() throws {
        let home = try TestHome()
        let copy = home.path + "/copy.sqlite"
        try FileManager.default.copyItem(atPath: home.path + "/data/relais.sqlite", toPath: copy)
        for email in ["a@example.com", "b@example.com"] {
            try home.succeed([
                "consent", "record", "--event", "objected", "--scope", "all", "--method", "phone",
                "--dealership", TestHome.dealership, "--email", email,
            ])
        }
        #expect(try home.succeed(["check"]).text.contains("ok     mirror: "))
        try putBack(copy, in: home)
        let check = try home.run(["check", "--json"])
        let finding = try #require(try check.documents().first { $0["subject"].string == "mirror" })
        #expect(finding["level"].string == "warning" && finding["ok"].bool == false)
        #expect(finding["text"].string?.contains("(2 of garage-nord)") == true, "\(check.text)")
        #expect(finding["text"].string?.contains("relais restore accept") == true)
        try Data("{}\n".utf8).write(to: URL(fileURLWithPath: home.path + "/data/ledger.ndjson"))
        let foreign = try home.run(["check"])
        #expect(foreign.status == 78 && foreign.text.contains("not that of a ledger of this secret.key"))
    }

    @Test func aLinkOfASentMessageActsAlsoInAStoreThatLostEverything() throws {
        let home = try TestHome()
        let id = try #require(try home.send(SampleMessage("zoe@example.com").bytes)["id"].string)
        let path = try Mail.unsubscribePath(home.content(id))
        try FileManager.default.removeItem(atPath: home.path + "/data")
        let gateway = try home.serve()
        let page = try gateway.client.send("GET", path)
        #expect(page.status == 200 && page.text.contains(TestHome.dealership))
        let answer = try gateway.client.send(
            "POST", path, [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("List-Unsubscribe=One-Click".utf8))
        #expect(answer.status == 200)
        #expect(try gateway.stop() == 0)
        try home.succeed(["dealership", "put", Relais.repository + "/Outbox/examples/dealership.json"])
        #expect(try home.send(SampleMessage("zoe@example.com").bytes)["state"].string == "blocked")
    }

    @Test func aDrainSaysThatItWaitsForTheOperator() throws {
        let home = try TestHome()
        let backup = home.path + "/backup.sqlite"
        let id = try #require(try home.send(SampleMessage("x@example.com").bytes)["id"].string)
        try home.succeed(["backup", backup])
        try putBack(backup, in: home)
        let refusal = try home.run(["deliver", "--drain"])
        #expect(refusal.status == 78 && refusal.error.contains("relais restore accept"))
        #expect(try home.message(id)["attempts"].elements.isEmpty)
        try home.succeed(["restore", "accept"])
        try home.succeed(["outbox", "release", id])
        try home.succeed(["deliver", "--drain"])
        #expect(try home.message(id)["state"].string == "sent")
    }

    @Test func aBackupIsNotWrittenOverAFileOrBesideNone() throws {
        let home = try TestHome()
        try home.write("there", "a file")
        let taken = try home.run(["backup", home.path + "/there"])
        #expect(taken.status == 73 && taken.error.contains("there"))
        #expect(try home.run(["backup", home.path + "/no/folder.sqlite"]).status == 73)
        #expect(try home.run(["backup"]).status == 64)
    }

    @Test func retentionRemovesAndSaysSo() throws {
        let home = try TestHome(settings: #"retention: { content: "1d", attempts: "2mo" },"#)
        _ = try home.send(SampleMessage("x@example.com").bytes)
        let dry = try home.succeed(["retention", "run", "--dry-run", "--json"]).documents()
        #expect(dry.map { $0["subject"].string } == ["content", "messages", "evidence", "events"])
        #expect(dry.allSatisfy { $0["count"].integer == 0 && $0["dryRun"].bool == true })
        #expect(try home.succeed(["retention", "run"]).text.contains("content  0 removed"))
        let gateway = try home.serve()
        #expect(try home.run(["retention", "run"]).status == 0)
        #expect(try gateway.stop() == 0)
    }

    @Test func belowTheFloorNoMessageIsTakenAndAnObjectionIs() throws {
        let home = try TestHome(settings: #"limits: { diskFloor: "1024GB" },"#)
        let key = try home.key()
        let refused = try home.run(
            ["send", "--dealership", TestHome.dealership], input: SampleMessage("x@example.com").bytes)
        #expect(refused.status == 75 && refused.error.contains("limits.diskFloor"))
        let gateway = try home.serve()
        let response = try gateway.client.post(message: SampleMessage("x@example.com").bytes, key: key)
        #expect(response.status == 503 && response["Retry-After"] != nil)
        #expect(try gateway.operations.send("GET", "/readyz").status == 503)
        try home.succeed([
            "consent", "record", "--event", "objected", "--scope", "all", "--method", "phone", "--dealership",
            TestHome.dealership, "--email", "paul@example.com",
        ])
        #expect(try gateway.stop() == 0)
        #expect(try home.ledgerCount() == 1)
    }
}
