// The processor's papers as an operator makes them: who the controllers are, who has the data, where they are, and whose data were held
// in a time. Nothing in them is filled in that nobody said.

import Foundation
import Support
import Testing

@Suite struct ReportTests {
    private let home: TestHome

    init() throws { home = try TestHome() }

    private func report(_ words: String...) throws -> JSONDocument {
        try home.succeed(["report"] + words + ["--json"]).document()
    }

    @Test func theRecordOfProcessingNamesControllersPurposesRecipientsAndTerms() throws {
        try home.putDealership("garage-sud")
        _ = try home.send(SampleMessage("zoe@example.com").bytes)
        try home.succeed([
            "consent", "record", "--event", "objected", "--scope", "marketing", "--method", "phone",
            "--dealership", TestHome.dealership, "--email", "paul@example.com", "--evidence", "called",
        ])
        let record = try report("processing")
        #expect(record["processor"].string?.contains("not known") == true)
        #expect(record["controllers"].elements.count == 2)
        let north = record["controllers"][0]
        #expect(north["controller"]["id"].string == TestHome.dealership)
        #expect(north["purposes"][0]["purpose"].string == "intervention")
        #expect(north["purposes"][0]["messages"].integer == 1)
        #expect(north["held"]["contents"].integer == 1 && north["held"]["ledgerEntries"].integer == 1)
        #expect(north["held"]["evidence"].integer == 1)
        #expect(record["controllers"][1]["held"]["contents"].integer == 0)
        #expect(record["terms"]["content"].string == "30 days")
        #expect(try report("processing", "--dealership", "garage-sud")["controllers"].elements.count == 1)
        #expect(try home.run(["report", "processing", "--dealership", "nobody"]).status == 66)
        // The gateway's own operator is the processor, and no controller of customers.
        try home.write(
            "operator.json",
            try String(contentsOfFile: home.path + "/garage-sud.json", encoding: .utf8)
                .replacingOccurrences(of: "\"garage-sud\"", with: "\"operator\"")
                .replacingOccurrences(of: "\"kind\": \"dealership\"", with: "\"kind\": \"operator\""))
        try home.succeed(["dealership", "put", home.path + "/operator.json"])
        let again = try report("processing")
        #expect(again["processor"]["id"].string == "operator" && again["controllers"].elements.count == 2)
    }

    @Test func subprocessorsSayWhereTheyAreAndARegionRefusesTheOthers() throws {
        let relay = #"{ kind: "smtp", url: "smtp://127.0.0.1:2525", tls: "off", helo: "gw.example.com""#
        try home.configure(provider: relay + #", country: "US" }"#)
        let paper = try report("subprocessors")
        #expect(paper["subprocessors"][0]["country"].string == "US")
        #expect(paper["thirdCountryTransfers"][0].string?.contains("outside the EEA") == true)
        for (country, regions, status) in [
            ("US", #"["EEA"]"#, 78), ("LU", #"["EEA"]"#, 0), ("CH", #"["EEA", "CH"]"#, 0),
            ("CH", #"["EEA"]"#, 78),
            ("LU", #"["Europe"]"#, 78), ("lu", #"["EEA"]"#, 78),
        ] {
            try home.configure(
                provider: relay + #", country: "\#(country)" }"#, settings: "regions: \(regions),")
            let check = try home.run(["report", "subprocessors"])
            #expect(check.status == status, "\(country) \(regions)")
        }
        try home.configure(provider: relay + " }", settings: #"regions: ["EEA"],"#)
        let unknown = try home.run(["check"])
        #expect(unknown.status == 78 && unknown.text.contains("/providers/main/country"))
        try home.configure(settings: #"regions: ["EEA"],"#)
        #expect(
            try report("subprocessors")["thirdCountryTransfers"].elements.count == 0,
            "a folder is this machine")
    }

    @Test func measuresLookAtTheFilesAsTheyAre() throws {
        let before = try report("measures")
        let places = before["places"].elements
        let keys = try #require(places.first { $0["what"].string == "keys" })
        #expect(keys["access"].string == "its owner only")
        #expect(places.first?["access"].string == "its owner only")
        chmod(home.path + "/data/relais.sqlite", 0o644)
        #expect(try report("measures")["places"][0]["access"].string?.contains("OTHERS CAN READ IT") == true)
    }

    @Test func aBreachNamesWhoseDataWereHeldInItsTime() throws {
        _ = try home.send(SampleMessage("zoe@example.com").bytes)
        _ = try home.send(SampleMessage("zoe@example.com").bytes)
        _ = try home.send(SampleMessage("paul@example.com").bytes)
        let now = Date()
        func time(_ days: Double) -> String {
            Date(timeInterval: days * 86_400, since: now).formatted(Date.ISO8601FormatStyle())
        }
        let held = try report("breach", "--from", time(-1), "--to", time(1), "--contacts")
        let north = held["controllers"][0]
        #expect(north["contactReferences"].integer == 2 && north["messages"].integer == 3)
        #expect(north["messagesWithContent"].integer == 3)
        let addresses = Set(north["affected"].elements.compactMap { $0["address"].string })
        #expect(addresses == ["zoe@example.com", "paul@example.com"])
        // Before anything was there, and without asking for people.
        let before = try report("breach", "--from", time(-3), "--to", time(-2))
        #expect(before["controllers"][0]["contactReferences"].integer == 0)
        let numbers = try home.succeed(["report", "breach", "--from", time(-1), "--json"]).text
        #expect(!numbers.contains("zoe@example.com"))
        #expect(try home.run(["report", "breach", "--from", time(1), "--to", time(-1)]).status == 64)
        let text = try home.succeed(["report", "breach", "--from", time(-1)]).text
        #expect(text.contains("messages with content: 3") && !text.contains("zoe@"))
    }

    /// A reference is no person: one may have three. Who was erased is not a contact, and his messages are not lost from the count.
    @Test func aBreachCountsReferencesAndTheErasedApart() throws {
        for email in ["zoe@example.com", "paul@example.com", "paul@example.com"] {
            _ = try home.send(SampleMessage(email).bytes)
        }
        let dealership = ["--dealership", TestHome.dealership]
        try home.succeed(
            ["consent", "record", "--event", "objected", "--scope", "all", "--method", "phone"] + dealership
                + ["--email", "zoe@example.com", "--phone", "+352621123456", "--customer", "K-1"])
        try home.succeed(["contact", "erase", "--email", "paul@example.com"] + dealership)
        let held = try report("breach", "--from", "2020-01-01T00:00:00Z", "--contacts")["controllers"][0]
        #expect(held["contactReferences"].integer == 4, "zoe's three, and paul's, whose erasure is on record")
        #expect(held["addressesWrittenTo"].integer == 1 && held["messages"].integer == 1)
        #expect(held["ofErasedPeople"]["messages"].integer == 2)
        #expect(held["affected"].elements.count == 4)
        #expect(
            held["affected"].elements.allSatisfy { $0["contact"].string?.contains(/ct_0+$/) == false })
    }
}
