// What the commands do when all is well or half is: NDJSON with a bad line, a home with a gateway on it, JSON and nothing else on
// standard output, the bare template engine, and the help of every level.

import Foundation
import Support
import Testing

@Suite struct CommandTests {
    @Test func goodLinesBesideABadOneAreAccepted() throws {
        let home = try TestHome()
        let canary = "q7x4.person@example.com"
        let lines = [
            SampleMessage("first@example.com").bytes, Array("{ broken \(canary)".utf8),
            Array(#"{"template":"intervention-ready","to":{"email":"\#(canary)"},"colour":1}"#.utf8),
            SampleMessage("last@example.com").bytes,
        ]
        let input = Array(lines.joined(separator: Array("\r\n".utf8)))
        let result = try home.run(["send", "-", "--json", "--dealership", TestHome.dealership], input: input)
        #expect(result.status == 65)
        let documents = try result.documents()
        #expect(documents.map { $0["state"].string } == ["queued", "refused", "refused", "queued"])
        #expect(documents[1]["line"].integer == 2 && documents[2]["line"].integer == 3)
        #expect(documents[2]["errors"][0]["pointer"].string == "/colour")
        #expect(!(result.text + result.error).contains("q7x4"))
        #expect(try home.messages().count == 2)
        let text = try home.run(["send", "--dealership", TestHome.dealership], input: input)
        #expect(text.status == 65)
        #expect(text.lines.count == 4 && text.lines[1].hasPrefix("line 2  refused"))
        #expect(!text.text.contains("q7x4"))
    }

    @Test func oneMessageOfManyLinesIsOneMessage() throws {
        let home = try TestHome()
        let file = Examples.folder + "/01-fr-video-and-quote.json"
        let result = try home.run(["send", file, "--json", "--dealership", TestHome.dealership])
        #expect(result.status == 0)
        #expect(try result.documents().count == 1)
        let refused = try home.run([
            "send", Examples.folder + "/08-fr-missing-reference.json", "--dealership", TestHome.dealership,
        ])
        #expect(refused.status == 65)
        #expect(refused.text.contains("intervention.reference"))
        #expect(try home.messages().count == 1)
    }

    @Test func jsonIsJSONAloneOnStandardOutput() throws {
        let fresh = try TestFolder()
        let created = try Relais.run(["init", fresh.path + "/home", "--json"])
        #expect(try created.document().names == ["home", "fingerprint"])
        let home = try TestHome()
        let id = try #require(try home.send(SampleMessage("x@example.com").bytes)["id"].string)
        let person = ["--dealership", TestHome.dealership, "--email", "x@example.com"]
        try home.write("a.mustache", "Hello")
        let commands: [(words: [String], lines: ClosedRange<Int>)] = [
            (["check"], 3...20), (["outbox", "list"], 1...1), (["outbox", "show", id], 1...1),
            (["consent", "record", "--event", "objected", "--scope", "all"] + person, 1...1),
            (["consent", "record", "--event", "objected", "--scope", "all"] + person, 1...1),
            (["consent", "show"] + person, 1...1), (["consent", "verify"], 1...1),
            (["consent", "checkpoint"], 1...1), (["consent", "receipt", "--key"], 1...1),
            (["deliver", "--drain"], 1...1),
            (["dealership", "put", Relais.repository + "/Outbox/examples/dealership.json"], 1...1),
            (["key", "create", "--dealership", TestHome.dealership, "--scope", "read"], 1...1),
            (["template", "render", home.path + "/a.mustache"], 1...1),
        ]
        for (words, lines) in commands {
            let result = try home.run(words + ["--json"])
            #expect(result.status == 0, "\(words): \(result.error)")
            #expect(lines.contains(try result.documents().count), "\(words): \(result.text)")
        }
        let list = try home.run(["outbox", "list", "--json", "--state", "sent"])
        #expect(list.status == 0 && list.output.isEmpty, "an empty list is no line")
    }

    @Test func theListFiltersByEveryOptionItOffers() throws {
        let home = try TestHome()
        try home.putDealership("garage-sud")
        var message = SampleMessage("a@example.com")
        message.reference = "WO-A"
        let first = try home.send(message.bytes)
        message.email = "b@example.com"
        message.reference = "WO-B"
        let second = try home.send(message.bytes)
        try home.succeed(["send", "--dealership", "garage-sud"], input: message.bytes)
        func ids(_ words: [String]) throws -> [String?] {
            try home.succeed(["outbox", "list", "--json"] + words).documents().map { $0["id"].string }
        }
        #expect(try ids([]).count == 3)
        #expect(try ids(["--dealership", "garage-sud"]).count == 1)
        #expect(try ids(["--reference", "WO-A"]) == [first["id"].string])
        #expect(try ids(["--contact", try #require(second["contact"].string)]) == [second["id"].string])
        #expect(try ids(["--state", "queued", "--channel", "email", "--limit", "2"]).count == 2)
        #expect(try ids(["--since", "2100-01-01T00:00:00Z"]).isEmpty)
        #expect(try ids(["--state", "sent"]).isEmpty)
        #expect(
            try ids(["--dealership", TestHome.dealership]) == [second["id"].string, first["id"].string],
            "newest first")
    }

    @Test func theBareEngineRendersAndIsStrict() throws {
        let folder = try TestFolder()
        func write(_ name: String, _ text: String) throws -> String {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
            return "\(folder.path)/\(name)"
        }
        let template = try write(
            "t.mustache", "{{#cars}}\n* {{make}} {{{raw}}}{{> tail}}\n{{/cars}}\n{{^none}}-{{/none}}\n")
        _ = try write("tail.mustache", "!")
        let data = try write("data.json", #"{"cars":[{"make":"A & B","raw":"<i>"},{"make":"C","raw":""}]}"#)
        let words = ["template", "render", template, "--data", data, "--partials", folder.path]
        let html = try Relais.run(words + ["--lenient"])
        #expect(html.text == "* A &amp; B <i>!\n* C !\n-\n")
        #expect(try Relais.run(words + ["--lenient", "--escape", "text"]).text == "* A & B <i>!\n* C !\n-\n")
        let missing = try write("m.mustache", "one\ntwo {{person.name}}\n")
        let strict = try Relais.run(["template", "render", missing])
        #expect(strict.status == 65 && strict.text.isEmpty)
        #expect(strict.error.contains("line 2") && strict.error.contains("person.name"))
        #expect(strict.error.contains("m.mustache"))
        #expect(try Relais.run(["template", "render", missing, "--lenient"]).text == "one\ntwo \n")
        for broken in ["{{#a}}", "{{/a}}", "{{a", "{{#a}}{{/b}}", "{{=x}}"] {
            let result = try Relais.run(["template", "render", try write("b.mustache", broken)])
            #expect(result.status == 65 && result.text.isEmpty, "\(broken)")
        }
        #expect(try Relais.run(["template", "render", template, "--data", missing]).status == 65)
    }

    @Test func initSaysWhatToDoNextAndKeepsItsFilesToItself() throws {
        let folder = try TestFolder()
        let path = folder.path + "/new/home"
        let result = try Relais.run(["init", path])
        #expect(result.status == 0)
        #expect(result.text.contains("relais dealership put"))
        let manager = FileManager.default
        for (name, mode) in [
            ("secret.key", 0o600), ("relais.json", 0o600), ("data/relais.sqlite", 0o600), ("data", 0o700),
        ] {
            let found =
                try manager.attributesOfItem(atPath: path + "/" + name)[.posixPermissions] as? NSNumber
            #expect(found?.intValue == mode, "\(name)")
        }
        // The written configuration is a good one, and its gateway captures.
        let check = try Relais.run(["check", "--home", path])
        #expect(check.status == 0, "\(check.text)")
        #expect(check.text.contains("CAPTURES"))
        #expect(
            check.text.contains("WARN   dealerships: there is none") && check.text.contains("dealership put"))
    }
}
