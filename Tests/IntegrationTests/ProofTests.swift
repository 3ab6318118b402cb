// What can be proved years later: a checkpoint that was kept elsewhere shows what a chain cannot, and a receipt is verified by a library that
// nobody here wrote, with the key that the operator printed.

import Foundation
import Support
import Testing

@Suite struct ProofTests {
    private let home: TestHome

    init() throws {
        home = try TestHome()
        for number in 1...3 { try object("p\(number)@example.com") }
    }

    @discardableResult
    private func object(_ email: String) throws -> String {
        let result = try home.succeed([
            "consent", "record", "--json", "--dealership", TestHome.dealership, "--email", email, "--event",
            "objected", "--scope", "all", "--method", "phone",
        ])
        return try #require(try result.document()["id"].string)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(home.path)/\(name)", encoding: .utf8)
    }

    private func verify(_ name: String = "checkpoint") throws -> CommandResult {
        try home.run(["consent", "verify", "--checkpoint", "\(home.path)/\(name)"])
    }

    @Test func aCheckpointBesideAGatewayIsContinuedByWhatItWritesLater() throws {
        let gateway = try home.serve()
        let file = home.path + "/checkpoint"
        #expect(try home.succeed(["consent", "checkpoint", file]).text.contains("has 1 checkpoints"))
        #expect(try verify().text.contains("3 entries  whole; up to 3 the same as at"))
        try object("p4@example.com")
        #expect(try verify().text.contains("4 entries  whole; up to 3 the same as at"))
        try home.putDealership("garage-sud")
        #expect(try verify().lines.last?.contains("0 entries  whole; not in the checkpoint") == true)
        #expect(try home.succeed(["consent", "checkpoint", file]).text.contains("has 2 checkpoints"))
        let found = try home.succeed(["consent", "verify", "--json", "--checkpoint", file]).documents()
        #expect(found.map { $0["checkpoint"].integer } == [4, 0])
        #expect(found.allSatisfy { $0["fault"].isNull })
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: home.path).allSatisfy {
                !$0.hasSuffix(".new")
            })
        #expect(try gateway.stop() == 0)
    }

    @Test(arguments: [
        ("DELETE FROM ledger WHERE seq = 3", "seq 3: the checkpoint of"),
        ("DELETE FROM ledger", "seq 1: the checkpoint of"),
    ])
    func aCutTailIsFoundAndNeverSignedOver(statement: String, place: String) throws {
        let file = home.path + "/checkpoint"
        try home.succeed(["consent", "checkpoint", file])
        let kept = try text("checkpoint")
        try home.forge(statement)
        #expect(try home.run(["consent", "verify"]).text.contains("relais consent rebuild"))
        try home.forge("DELETE FROM standing WHERE entry NOT IN (SELECT id FROM ledger)")
        #expect(try home.run(["consent", "verify"]).status == 0, "a chain alone cannot show it")
        let found = try verify()
        #expect(found.status == 65 && found.text.contains("BROKEN: \(place)"), "\(found.text)")
        let refused = try home.run(["consent", "checkpoint", file])
        #expect(refused.status == 65 && refused.error.contains("nothing was signed"))
        #expect(try text("checkpoint") == kept)
    }

    /// What is no dealership's is not shown as one.
    @Test func evidenceWithoutAnEntryIsOfNoDealership() throws {
        try home.forge("INSERT INTO evidence (entry, salt, text) VALUES (zeroblob(16), zeroblob(16), 'x')")
        let found = try home.run(["consent", "verify"])
        #expect(found.status == 65)
        #expect(
            found.lines.map { $0.prefix(26) } == [
                "of no dealership  BROKEN: ", "garage-nord  3 entries  wh",
            ],
            "\(found.text)")
        let documents = try home.run(["consent", "verify", "--json"]).documents()
        #expect(documents.map { $0["dealership"].string } == [nil, "garage-nord"])
        #expect(try home.run(["consent", "checkpoint"]).error.contains("of no dealership: "))
    }

    @Test func aChainThatIsNotWholeIsNotSigned() throws {
        try home.forge("UPDATE ledger SET scope = 'quote' WHERE seq = 2")
        let refused = try home.run(["consent", "checkpoint"])
        #expect(refused.status == 65 && refused.output.isEmpty && refused.error.contains("at seq 2"))
    }

    @Test func aCheckpointFileCountsOnlyAsThisHomeSignedIt() throws {
        let line = try #require(try home.succeed(["consent", "checkpoint"]).lines.first)
        let other = try #require(try TestHome().succeed(["consent", "checkpoint"]).lines.first)
        let entry = try object("p5@example.com")
        let receipt = try #require(try home.succeed(["consent", "receipt", "--entry", entry]).lines.last)
        let altered = line.replacingOccurrences(of: ".", with: ".A")
        for (content, place) in [
            ("", "no checkpoint"), (other, "line 1"), (altered, "line 1"), (line + "\n" + receipt, "line 2"),
            ("nothing", "line 1"),
        ] {
            try home.write("checkpoint", content)
            let refused = try verify()
            #expect(refused.status == 65 && refused.error.contains(place), "\(refused.error)")
            #expect(refused.output.isEmpty)
        }
        try home.write("checkpoint", line + "\n" + line)
        #expect(try verify().status == 0)
        #expect(try verify("nowhere").status == 66)
        // A file that is something else is not written over.
        try home.write("notes", "mine")
        #expect(try home.run(["consent", "checkpoint", home.path + "/notes"]).status == 65)
        #expect(try text("notes") == "mine")
    }

    @Test func aReceiptIsVerifiedByALibraryThatNobodyHereWrote() throws {
        let entry = try object("zoe@example.com")
        let made = try home.succeed(["consent", "receipt", "--json", "--entry", entry]).document()
        let receipt = try #require(made["receipt"].string)
        let key = try home.succeed(["consent", "receipt", "--key"]).lines[0]
        let opened = try PythonJudge.open(
            [receipt, receipt + "A", String(receipt.dropLast(4))], key: key, type: "relais-receipt+jws")
        #expect(opened[1...].allSatisfy { $0 == nil })
        let payload = try JSONDocument(Array(try #require(opened[0]).utf8))
        #expect(payload["header"]["id"].string == entry)
        #expect(payload["header"]["schema"].string == "ISO/IEC TS 27560:2023")
        #expect(payload["processing"]["scope"].string == "all" && payload["processing"]["class"].isNull)
        #expect(payload["party"]["controller"]["legalName"].string == "Garage du Nord S.à r.l.")
        #expect(payload["party"]["processor"]["url"].string == "https://relais.example")
        #expect(payload["party"]["dataSubject"].names == ["contact"])
        #expect(
            payload["event"]["event"].string == "objected" && payload["event"]["state"].string == "blocked")
        #expect(payload["event"]["ledger"]["seq"].integer == 4)
        #expect(made["payload"]["event"]["recordedAt"].string == payload["event"]["recordedAt"].string)
        let show = ["consent", "show", "--json", "--dealership", TestHome.dealership, "--entry", entry]
        let entries = try home.succeed(show).document()["entries"]
        let prevHash = try #require(entries[0]["prevHash"].string)
        #expect(payload["event"]["ledger"]["prevHash"].string == "sha256:" + prevHash)
        #expect(payload["party"]["dataSubject"]["contact"].string == entries[0]["contact"].string)
        #expect(try !(#require(opened[0])).contains("zoe@"), "never an address")
    }

    @Test func aReceiptIsVerifiedOfflineAndOnlyAsItWasGiven() throws {
        let entry = try object("zoe@example.com")
        let printed = try home.succeed(["consent", "receipt", "--entry", entry])
        let receipt = try #require(printed.lines.last)
        try home.write("text", printed.text)
        try home.write("jws", receipt)
        // An objection to everything names no channel, and says that it means every one.
        #expect(printed.lines.contains("  channel: every one"))
        #expect(
            try home.succeed(["consent", "receipt", "--json", "--entry", entry]).text.contains(
                #""channel":null"#))
        // The text above the last line may say anything; what counts is what was signed.
        try home.write("lie", "event\n  event: given\n\n" + receipt + "\n")
        for name in ["text", "jws", "lie"] {
            let found = try home.succeed(["consent", "receipt", "--verify", "\(home.path)/\(name)"])
            #expect(found.text == printed.text, "\(name)")
        }
        let parts = receipt.split(separator: ".")
        let checkpoint = try #require(try home.succeed(["consent", "checkpoint"]).lines.first)
        for content in [
            "", receipt + "A", "\(parts[0]).\(parts[1].dropLast())A.\(parts[2])", String(parts[1]),
            checkpoint,
        ] {
            try home.write("jws", content)
            let refused = try home.run(["consent", "receipt", "--verify", home.path + "/jws"])
            #expect(refused.status == 65 && refused.output.isEmpty, "\(content)")
        }
        let elsewhere = try TestHome()
        #expect(try elsewhere.run(["consent", "receipt", "--verify", home.path + "/text"]).status == 65)
        #expect(try elsewhere.run(["consent", "receipt", "--entry", entry]).status == 66)
        #expect(try home.run(["consent", "receipt", "--verify", home.path + "/nowhere"]).status == 66)
        try home.forge("UPDATE ledger SET scope = 'quote' WHERE seq = 4")
        let tampered = try home.run(["consent", "receipt", "--entry", entry])
        #expect(tampered.status == 65 && tampered.error.contains("consent verify"))
    }

    @Test func aConsentIsReceiptedWithItsNoticeAndItsBasis() throws {
        try home.write("notice", "I want the newsletter.")
        let result = try home.succeed([
            "consent", "record", "--json", "--dealership", TestHome.dealership, "--email", "zoe@example.com",
            "--event", "given", "--scope", "newsletter", "--channel", "email", "--method", "paper",
            "--notice", home.path + "/notice", "--notice-version", "1", "--notice-language", "en",
        ])
        let entry = try #require(try result.document()["id"].string)
        let payload = try home.succeed(["consent", "receipt", "--json", "--entry", entry]).document()[
            "payload"]
        #expect(payload["processing"]["class"].string == "marketing")
        #expect(payload["processing"]["legalBasis"].string == "consent")
        #expect(payload["processing"]["channel"].string == "email")
        #expect(
            payload["processing"]["noticeDigest"].string == (try result.document())["noticeDigest"].string)
        #expect(payload["event"]["state"].string == "allowed")

        try home.forge("DELETE FROM notice")
        let found = try home.run(["consent", "verify"])
        #expect(
            found.status == 65 && found.text.contains("INCOMPLETE: entry \(entry) at seq"), "\(found.text)")
        let json = try home.run(["consent", "verify", "--json"]).documents()
        #expect(
            json.contains { $0["fault"].isNull && $0["missingNotice"].string?.contains("sha256:") == true })
        try home.succeed(["consent", "checkpoint"])
    }
}
