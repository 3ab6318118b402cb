// A contact who objected before anything was written gets nothing, whatever the scope, and a staging copy writes to nobody but the
// addresses that it names.

import Foundation
import Support
import Testing

@Suite struct ObjectionTests {
    private func record(_ home: TestHome, _ email: String, _ words: String) throws -> CommandResult {
        try home.run(
            ["consent", "record", "--json", "--dealership", TestHome.dealership, "--email", email]
                + words.split(separator: " ").map(String.init))
    }

    @Test func nothingLeavesForContactsWhoObjectedBefore() throws {
        let mails = try TestFolder(isShared: true)
        let sink = try ServerProcess.sink(dumpingInto: mails)
        defer { sink.stop() }
        let home = try TestHome(provider: TestHome.relay(sink.port))
        let table: [(words: String, isBlocked: Bool)] = [
            ("--event objected --scope all --method phone", true),
            ("--event objected --scope intervention", true),
            ("--event withdrawn --scope all --method paper", true),
            ("--event objected --scope channel --channel email", true),
            ("--event objected --scope channel", true),
            ("--event objected --scope marketing", false),
            ("--event objected --scope quote", false),
        ]
        var entries: [String?] = []
        for (index, row) in table.enumerated() {
            let result = try record(home, "person\(index)@example.com", row.words)
            #expect(result.status == 0)
            entries.append(try result.document()["id"].string)
        }
        for (index, row) in table.enumerated() {
            // Another spelling of the same address is the same contact.
            let view = try home.send(SampleMessage("PERSON\(index)@Example.COM").bytes)
            #expect(view["state"].string == (row.isBlocked ? "blocked" : "queued"), "\(row.words)")
            if row.isBlocked { #expect(view["reason"]["entry"].string == entries[index]) }
        }
        #expect(try home.run(["deliver", "--drain"]).status == 0)
        let recipients = try SinkDump.all(in: mails).flatMap(\.recipients).map { $0.lowercased() }.sorted()
        #expect(recipients == ["<person5@example.com>", "<person6@example.com>"])
    }

    @Test func anObjectionAfterAcceptanceStopsTheMessageAtItsClaim() throws {
        let server = ScriptedSMTPServer()
        defer { server.stop() }
        let home = try TestHome(provider: TestHome.relay(server.port))
        let id = try #require(try home.send(SampleMessage("late@example.com").bytes)["id"].string)
        let entry = try record(home, "late@example.com", "--event objected --scope all --method phone")
        #expect(try home.run(["deliver", "--drain"]).status == 0)
        let view = try home.message(id)
        #expect(view["state"].string == "blocked")
        #expect(try view["reason"]["entry"].string == entry.document()["id"].string)
        #expect(server.connectionCount == 0)
    }

    @Test func sayingItAgainWritesNothingAndLiftingNeedsProof() throws {
        let home = try TestHome()
        let objected = "--event objected --scope all --method phone"
        let first = try record(home, "a@example.com", objected)
        let again = try record(home, "a@example.com", objected)
        #expect(try first.document()["id"].string == again.document()["id"].string)
        #expect(try home.ledgerCount() == 1)
        #expect(try record(home, "a@example.com", "--event lifted --scope all").status == 65)
        #expect(try record(home, "a@example.com", "--event lifted --scope all --method api").status == 65)
        #expect(try home.send(SampleMessage("a@example.com").bytes)["state"].string == "blocked")
        #expect(try record(home, "a@example.com", "--event lifted --scope all --method paper").status == 0)
        #expect(try home.send(SampleMessage("a@example.com").bytes)["state"].string == "queued")
        #expect(try home.ledgerCount() == 2)
    }

    @Test func aStagingCopyWritesOnlyToTheAddressesItNames() throws {
        let mails = try TestFolder(isShared: true)
        let sink = try ServerProcess.sink(dumpingInto: mails)
        defer { sink.stop() }
        let home = try TestHome(
            provider: TestHome.relay(sink.port),
            settings: #"recipients: { allow: ["*@staging.example", "boss@example.com"] },"#)
        for (email, state) in [
            ("a@staging.example", "queued"), ("A@STAGING.example", "queued"), ("boss@example.com", "queued"),
            ("customer@example.com", "blocked"), ("a@sub.staging.example", "blocked"),
            ("a@staging.example.com", "blocked"),
        ] {
            let view = try home.send(SampleMessage(email).bytes)
            #expect(view["state"].string == state, "\(email)")
            if state == "blocked" {
                #expect(view["reason"]["code"].string == "recipient-not-allowed")
                #expect(view["reason"]["entry"].isNull)
            }
        }
        #expect(try home.run(["deliver", "--drain"]).status == 0)
        #expect(try SinkDump.all(in: mails).count == 3)
    }

    @Test func aFilterSetAfterAcceptanceCountsAtTheClaim() throws {
        let home = try TestHome()
        let id = try #require(try home.send(SampleMessage("customer@example.com").bytes)["id"].string)
        try home.configure(settings: #"recipients: { allow: ["*@staging.example"] },"#)
        #expect(try home.run(["deliver", "--drain"]).status == 0)
        #expect(try home.message(id)["state"].string == "blocked")
    }

    @Test func oneDealershipsObjectionIsNotAnothers() throws {
        let home = try TestHome()
        try home.putDealership("garage-sud")
        #expect(try record(home, "two@example.com", "--event objected --scope all").status == 0)
        let bytes = SampleMessage("two@example.com").bytes
        let other = try home.run(["send", "--json", "--dealership", "garage-sud"], input: bytes).documents()[
            0]
        #expect(other["state"].string == "queued")
        #expect(try home.send(bytes)["state"].string == "blocked")
        #expect(other["contact"].string != (try home.messages()[0]["contact"].string))
    }
}
