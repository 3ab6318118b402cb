// `consent import` and `consent export` as an operator runs them: the shipped example, files that are refused as a whole, beside a running
// gateway, and a ledger that an outsider checks from its export alone.

import Foundation
import Support
import Testing

@Suite struct ConsentImportTests {
    private let home: TestHome
    private static let example = Relais.repository + "/Outbox/examples/import"
    private static let importing = ["consent", "import", "--dealership", TestHome.dealership]
    private static let mapped = importing + ["--mapping", example + "/mapping.json5"]

    init() throws {
        home = try TestHome()
    }

    private static func objection(_ number: Int) -> String {
        #"{"email":"p\#(number)@example.com","event":"objected","scope":"all"}"#
    }

    private func example() throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: Self.example + "/contacts.csv")))
    }

    @Test func theShippedExample() throws {
        let rehearsal = try home.run(Self.mapped + [Self.example + "/contacts.csv", "--dry-run"])
        #expect(rehearsal.status == 65)
        #expect(rehearsal.lines == ["5 lines: 3 recorded, 0 standing, 1 contact, 1 refused"])
        #expect(try home.ledgerCount() == 0)
        let result = try home.run(Self.mapped + [Self.example + "/contacts.csv"])
        #expect(result.status == 65)
        #expect(result.lines == rehearsal.lines)
        #expect(result.error.hasPrefix("line 6: phone number: must be a phone number in international form"))
        #expect(try home.ledgerCount() == 8)

        // Again, from a pipe with a byte order mark: nothing is written.
        let again = try home.run(Self.mapped + ["-", "--json"], input: [0xEF, 0xBB, 0xBF] + example())
        #expect(again.status == 65)
        let fates = try again.documents()
        #expect(fates.map { $0["line"].integer } == [2, 3, 4, 5, 6])
        #expect(
            fates.map { $0["fate"].string } == ["standing", "standing", "standing", "contact", "refused"])
        #expect(fates.map { $0["entries"].elements.count } == [3, 1, 2, 0, 2])
        #expect(fates.map { $0["reason"].isNull } == [true, true, true, true, false])
        #expect(try home.ledgerCount() == 8)
        let zoe = try home.succeed([
            "consent", "show", "--json", "--dealership", TestHome.dealership, "--email", "ZOE@example.lu",
        ]).document()
        #expect(zoe["blocks"].elements.count == 1)
    }

    @Test func aFileWithoutLinesIsNoImport() throws {
        let header = try #require(try example().split(separator: 0x0A).first)
        for input in [[], Array(header), header + [0x0A]] {
            for rest in [[], ["--dry-run"], ["--json"]] {
                let result = try home.run(Self.mapped + ["-"] + rest, input: input)
                #expect(result.status == 65, "\(result.error)")
                #expect(result.error.contains("standard input has no lines under its header"))
            }
        }
        let result = try home.run(Self.importing + ["-"], input: Array("\n\n".utf8))
        #expect(result.status == 65 && result.error.contains("has no lines; nothing was imported"))
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x41, 0x00], "line 1 begins like UTF-16"),
            ([0x61, 0x0A, 0x5A, 0xE9, 0x0A], "line 2 is not UTF-8"),
        ] as [([UInt8], String)])
    func anotherEncodingImportsNothing(bytes: [UInt8], reason: String) throws {
        let line = Array((Self.objection(1) + "\n").utf8)
        for input in [bytes, line + bytes] {
            let result = try home.run(Self.importing + ["-"], input: input)
            #expect(result.status == 65 && result.output.isEmpty)
            #expect(result.error.contains("nothing was imported"))
            #expect(input != bytes || result.error.contains(reason), "\(result.error)")
            #expect(try home.ledgerCount() == 0)
        }
    }

    @Test func whatCannotBeUsedIsSaidBeforeAnythingIsWritten() throws {
        try home.write(
            "bad.json5", "{ email: 'E', statements: [ { column: 'W', values: { N: { evnt: 1 } } } ] }")
        try home.write("other.json5", "{ email: 'ADRESSE' }")
        try home.write("a.ndjson", Self.objection(1))
        let file = home.path + "/a.ndjson"
        let cases: [([String], Int32, String)] = [
            (
                Self.importing + [file, "--mapping", home.path + "/bad.json5"], 65,
                "/statements/0/values/N/event"
            ),
            (
                Self.importing + [Self.example + "/contacts.csv", "--mapping", home.path + "/other.json5"],
                65, "no column \"ADRESSE\""
            ),
            (Self.importing + [file, "--mapping", home.path + "/none.json5"], 66, "none.json5"),
            (Self.importing + [home.path + "/none.ndjson"], 66, "none.ndjson"),
            (Self.importing + [file, "--format", "csv"], 64, "needs --mapping"),
            (Self.importing + [Self.example + "/contacts.csv"], 64, "Outbox/examples/import/mapping.json5"),
            (Self.mapped + [file, "--format", "ndjson"], 64, "a mapping is for CSV"),
            (Self.importing + [file, "--format", "xml"], 64, "csv, ndjson"),
            (["consent", "import", file, "--dealership", "garage-sud"], 66, "garage-sud"),
            (["consent", "import", "--dealership", TestHome.dealership], 64, "FILE"),
            (["consent", "export", "--dealership", "garage-sud"], 66, "garage-sud"),
        ]
        for (words, status, text) in cases {
            let result = try home.run(words)
            #expect(result.status == status && result.error.contains(text), "\(words): \(result.error)")
        }
        #expect(try home.ledgerCount() == 0)
    }

    /// The gateway writes; the command only asks. What it was told is recorded blocks at once.
    @Test func besideARunningGateway() throws {
        let key = try home.key()
        let gateway = try home.serve()
        let lines = (0..<3_000).map { $0 % 100 == 99 ? "{" : Self.objection($0) }
        let result = try home.run(
            Self.importing + ["-", "--json"], input: Array(lines.joined(separator: "\n").utf8))
        #expect(result.status == 65)
        let fates = try result.documents()
        #expect(fates.map { $0["line"].integer } == (1...3_000).map { $0 })
        #expect(fates.filter { $0["fate"].string == "recorded" }.count == 2_970)
        let blocked = try gateway.accept(SampleMessage("P7@example.com"), key: key)
        #expect(blocked["state"].string == "blocked")
        #expect(blocked["reason"]["entry"].string == fates[7]["entries"][0].string)
        #expect(try export().count == 2_970)
        #expect(try gateway.stop() == 0)
        #expect(try home.ledgerCount() == 2_970)
    }

    /// An import that was killed is run again; what it had written stands, and nothing is there twice.
    @Test func killedInTheMiddleAndRunAgain() throws {
        let lines = (0..<20_000).map(Self.objection).joined(separator: "\n")
        try home.write("lines.ndjson", lines)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Relais.executable)
        process.arguments = Self.importing + [home.path + "/lines.ndjson", "--json", "--home", home.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        // The first answers are there, and most of the file is not.
        let first = output.fileHandleForReading.readData(ofLength: 4_000)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let told = String(decoding: first, as: UTF8.self).split(separator: "\n").dropLast()
        #expect(!told.isEmpty)
        let before = try home.ledgerCount()
        #expect(before >= told.count)
        let again = try home.run(Self.importing + [home.path + "/lines.ndjson"])
        #expect(again.status == 0)
        #expect(
            again.lines == [
                "20000 lines: \(20_000 - before) recorded, \(before) standing, 0 contact, 0 refused"
            ])
        #expect(try home.ledgerCount() == 20_000)
    }

    // MARK: Export

    private func export() throws -> [JSONDocument] {
        try home.succeed(["consent", "export", "--dealership", TestHome.dealership]).documents()
    }

    /// From the documentation of the encoding (Outbox/README.md), and nothing of ours.
    private static let rehash = #"""
        import csv, datetime, hashlib, io, json, sys
        def encoded(entry):
            def number(value): return int(value).to_bytes(8, "big", signed=True)
            def text(value): return None if value is None else value.encode()
            def digits(value): return None if value is None else bytes.fromhex(value.split("_")[-1].split(":")[-1])
            def moment(value):
                delta = datetime.datetime.fromisoformat(value.replace("Z", "+00:00")) - datetime.datetime(
                    1970, 1, 1, tzinfo=datetime.timezone.utc)
                return number(delta // datetime.timedelta(milliseconds=1))
            kinds = {"id": digits, "seq": number, "prevHash": digits, "dealership": text, "contact": digits,
                     "relatedContact": digits, "channel": text, "scope": text, "event": text, "refersTo": digits,
                     "occurredAt": moment, "recordedAt": moment, "method": text, "actor": text,
                     "noticeDigest": digits, "evidenceDigest": digits}
            result = b"relais/ledger-entry/v1\0"
            for name, kind in kinds.items():
                field = kind(entry[name])
                result += b"\0" if field is None else b"\1" + len(field).to_bytes(4, "big") + field
            return result
        with open(sys.argv[1] + "/input", encoding="utf-8", newline="") as file:
            text = file.read()
        if text.startswith("{"):
            entries = [json.loads(line) for line in text.splitlines()]
        else:
            entries = [{name: value or None for name, value in row.items()} for row in csv.DictReader(io.StringIO(text, newline=""))]
        before, faults = "0" * 64, []
        for place, entry in enumerate(entries, 1):
            if int(entry["seq"]) != place: faults.append(f"seq {place}")
            if entry["prevHash"] != before: faults.append(f"prevHash {place}")
            if hashlib.sha256(encoded(entry)).hexdigest() != entry["hash"]: faults.append(f"hash {place}")
            before = entry["hash"]
        with open(sys.argv[1] + "/answer", "w") as file:
            json.dump({"count": len(entries), "faults": faults, "last": before}, file)
        """#

    private func judged(_ export: [UInt8]) throws -> JSONDocument {
        try JSONDocument(PythonJudge.answer(of: Self.rehash, to: export))
    }

    @Test func anOutsiderChecksTheChainFromItsExport() throws {
        _ = try home.run(Self.mapped + [Self.example + "/contacts.csv"])
        try home.putDealership("garage-sud")
        for (dealership, event) in [("garage-sud", "objected"), (TestHome.dealership, "lifted")] {
            try home.succeed([
                "consent", "record", "--dealership", dealership, "--email", "zoe@example.lu", "--event",
                event,
                "--scope", "marketing", "--method", "operator", "--evidence", "letter of 3 March",
                "--occurred-at", "2025-12-31T23:59:59.999Z",
            ])
        }
        for format in [["--json"], ["--format", "ndjson"], ["--format", "csv"]] {
            let export = try home.succeed(
                ["consent", "export", "--dealership", TestHome.dealership] + format
            ).output
            let verdict = try judged(export)
            #expect(verdict["count"].integer == 9 && verdict["faults"].elements.isEmpty, "\(verdict)")
            #expect(!String(decoding: export, as: UTF8.self).contains("zoe@"), "references stand for people")
            // The judge is one: whatever is changed in an entry, it sees.
            let lines = String(decoding: export, as: UTF8.self)
            for (old, new) in [
                ("objected", "refused"), ("23:00:00.000Z", "23:00:00.001Z"), ("operator:", "operator;"),
            ] {
                #expect(lines.contains(old))
                let changed = try judged(Array(lines.replacing(old, with: new, maxReplacements: 1).utf8))
                #expect(!changed["faults"].elements.isEmpty, "\(old)")
            }
        }
        let last = try home.succeed(["consent", "export", "--dealership", TestHome.dealership]).documents()
            .last
        #expect(last?["noticeDigest"].isNull == true)
        #expect(last?["evidenceDigest"].string?.hasPrefix("sha256:") == true)
        let other = try judged(home.succeed(["consent", "export", "--dealership", "garage-sud"]).output)
        #expect(other["count"].integer == 1 && other["faults"].elements.isEmpty, "a chain of its own")
    }
}
