// Exit codes of sysexits(3) for everything that can be wrong with a command, a configuration or a home: the code, and one line on
// standard error that says where and what. Standard output stays empty, and nothing is changed.

import Foundation
import Support
import Testing

@Suite struct ExitCodeTests {
    private func expect(
        _ result: CommandResult, _ status: Int32, _ words: [String], _ what: String
    ) {
        #expect(result.status == status, "\(what): \(result.error)")
        #expect(result.text.isEmpty, "\(what): \(result.text)")
        #expect(result.error.split(separator: "\n").count == 1, "\(what): one line, not \(result.error)")
        for word in words { #expect(result.error.contains(word), "\(what): \(result.error)") }
    }

    @Test func aWrongCommandLineIs64() throws {
        let home = try TestHome()
        let cases: [(line: String, word: String)] = [
            ("frobnicate", "frobnicate"), ("outbox", "list, show, resolve"),
            ("outbox frob", "list, show, resolve"),
            ("--frob", "--frob"), ("-h", "-h"), ("--json", "--json"), ("help frob", "frob"),
            ("init a b", "takes"), ("check --frob", "--frob"),
            ("check extra", "operands"),
            ("serve --json=1", "--json"), ("send", "--dealership"), ("send --dealership", "--dealership"),
            ("send --dealership UPPER", "--dealership"), ("send a b --dealership garage-nord", "takes"),
            ("deliver", "--drain"), ("deliver --drain --timeout soon", "--timeout"),
            ("deliver --drain --timeout -1s", "--timeout"), ("outbox list --state gone", "--state"),
            ("outbox list --limit 0", "--limit"), ("outbox list --limit many", "--limit"),
            ("outbox list --since yesterday", "--since"), ("outbox list --contact ct_x", "--contact"),
            ("outbox list --channel fax", "--channel"), ("outbox list --state sent --state sent", "twice"),
            ("outbox show", "takes"), ("outbox show 17", "ID"),
            ("outbox resolve msg_x --outcome retry", "ID"),
            ("consent show --dealership garage-nord", "--email"),
            ("consent show --dealership garage-nord --email a@b.example --phone +352621123456", "--email"),
            ("consent show --dealership garage-nord --email nonsense", "--email"),
            ("consent show --email a@b.example", "--dealership"),
            ("consent record --dealership garage-nord --email a@b.example", "--event"),
            (
                "consent record --dealership garage-nord --email a@b.example --event loved --scope all",
                "--event"
            ),
            ("consent record --dealership garage-nord --email a@b.example --event objected", "--scope"),
            (
                "consent record --dealership garage-nord --email a@b.example --event objected --scope A/B",
                "--scope"
            ),
            ("consent receipt", "--entry"), ("consent receipt --key --verify x", "--entry"),
            ("consent receipt --entry 17", "--entry"), ("consent checkpoint a b", "takes"),
            ("key create --scope send", "--dealership"), ("key create --dealership garage-nord", "--scope"),
            ("key create --dealership garage-nord --scope fly", "--scope"),
            ("key create --gateway --scope send", "--scope"), ("key revoke 17", "ID"),
            ("template render", "takes"), ("template render /dev/null --escape pdf", "--escape"),
            ("dealership put", "takes"), ("dealership hold", "takes"), ("dealership show A/B", "ID"),
            ("outbox stats --since yesterday", "--since"),
        ]
        for (line, word) in cases {
            expect(try home.run(line.split(separator: " ").map(String.init)), 64, [word], line)
        }
    }

    @Test func badDataIs65() throws {
        let home = try TestHome()
        try home.write("bad.json", "{ \"id\": ")
        try home.write("unknown.json", #"{ "id": "x", "colour": 1 }"#)
        try home.write("webhooks.json", #"{ "id": "x", "webhooks": [] }"#)
        let record = ["consent", "record", "--dealership", "garage-nord", "--email", "a@b.example"]
        expect(
            try home.run(["dealership", "put", home.path + "/bad.json"]), 65, ["bad.json", "line 1"], "syntax"
        )
        expect(
            try home.run(["dealership", "put", home.path + "/unknown.json"]), 65, ["unknown.json"],
            "unknown key")
        expect(
            try home.run(["dealership", "put", home.path + "/webhooks.json"]), 65, ["/webhooks"],
            "not honoured")
        expect(
            try home.run(record + ["--event", "given", "--scope", "newsletter"]), 65, ["channel"],
            "given without channel")
        expect(
            try home.run(
                record + ["--event", "objected", "--scope", "all", "--occurred-at", "2100-01-01T00:00:00Z"]),
            65,
            ["future"], "the future")
        expect(
            try home.run(record + ["--event", "bounced", "--scope", "all"]), 65, ["bounced"],
            "not recorded yet")
        #expect(try home.ledgerCount() == 0)
    }

    @Test func whatIsNotThereIs66() throws {
        let home = try TestHome()
        let id = try #require(try home.send(SampleMessage("x@example.com").bytes)["id"].string)
        let missing = "\(id.dropLast())\(id.last == "0" ? "1" : "0")"
        let send = ["send", "--dealership", "garage-nord"]
        expect(try home.run(["outbox", "show", missing]), 66, [missing], "message")
        expect(try home.run(["outbox", "show", missing, "--content"]), 66, [missing], "content")
        expect(try home.run(["outbox", "resolve", missing, "--outcome", "retry"]), 66, [missing], "resolve")
        expect(try home.run(send + ["/nowhere.json"]), 66, ["/nowhere.json"], "file")
        expect(try home.run(send + [home.path]), 66, [home.path], "a folder as a file")
        expect(try home.run(send), 66, ["no message"], "empty input")
        expect(try home.run(send, input: Array(" \n\r\n\t\n".utf8)), 66, ["no message"], "blank input")
        expect(
            try home.run(
                ["send", "--dealership", "garage-est"], input: SampleMessage("x@example.com").bytes), 66,
            ["garage-est", "put it first"], "dealership")
        expect(
            try home.run(["dealership", "put", "/nowhere.json"]), 66, ["/nowhere.json"], "dealership's file")
        for act in ["show", "remove", "hold", "release", "export"] {
            expect(try home.run(["dealership", act, "garage-est"]), 66, ["garage-est"], act)
        }
        expect(
            try home.run(["key", "create", "--dealership", "garage-est", "--scope", "send"]), 66,
            ["garage-est"], "key")
        expect(
            try home.run([
                "consent", "record", "--dealership", "garage-est", "--email", "x@example.com", "--event",
                "objected",
                "--scope", "all",
            ]), 66, ["garage-est"], "consent")
        expect(
            try home.run(["template", "render", "/nowhere.mustache"]), 66, ["/nowhere.mustache"], "template")
        #expect(try home.messages().count == 1)
    }

    @Test func aHomeThatIsThereIsNeverMadeAgain() throws {
        let home = try TestHome()
        let secret = try Data(contentsOf: URL(fileURLWithPath: home.path + "/secret.key"))
        expect(try home.run(["init", home.path]), 73, ["secret.key", "nothing was changed"], "twice")
        #expect(try Data(contentsOf: URL(fileURLWithPath: home.path + "/secret.key")) == secret)
        expect(try home.run(["init", home.path + "/relais.json/under"]), 73, ["relais.json"], "under a file")
    }

    @Test func whatCannotBeCreatedIs73() throws {
        let home = try TestHome()
        let person = ["--dealership", TestHome.dealership, "--email", "zoe@example.lu"]
        for folder in ["/none", "/relais.json"] {
            let file = home.path + folder + "/file"
            expect(try home.run(["backup", file]), 73, ["cannot create \(file): "], "backup")
            expect(
                try home.run(["consent", "checkpoint", file]), 73, ["cannot create \(file): "], "checkpoint")
            expect(
                try home.run(["contact", "export", "--html", file] + person), 73,
                ["cannot create \(file): "], "export")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: home.path).filter { $0.hasSuffix("new") }
                == [])
    }

    @Test func aFullOutputIs74() throws {
        let home = try TestHome()
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        #expect(try home.run(["check"], output: full).status == 74)
    }

    @Test func aHomeThatIsNotOneIs78() throws {
        let folder = try TestFolder()
        for words in [
            ["check", "--json"], ["serve"], ["outbox", "list"], ["send", "--dealership", "x"],
            ["deliver", "--drain"],
        ] {
            let result = try Relais.run(
                words + ["--home", folder.path], input: SampleMessage("x@example.com").bytes)
            #expect(result.status == 78)
            #expect((result.error + result.text).contains("relais init"), "\(words)")
        }
        #expect(try folder.names().isEmpty)
    }

    @Test(arguments: [
        (#"colour: "red","#, "/colour"), (#"listen: "0.0.0.0:8025","#, "/listen"),
        (#"listen: 8025,"#, "/listen"),
        (#"retry: { email: { lifetime: "soon" } },"#, "/retry/email/lifetime"),
        (#"retry: { email: { lifetiem: "4d" } },"#, "/retry/email/lifetiem"), ("dkim: [],", "/dkim"),
        (#"retention: { content: "1h" },"#, "/retention/content"), (#"limits: { rate: 1 },"#, "/limits/rate"),
        (#"trustedProxies: ["0.0.0.0/0"],"#, "/trustedProxies"),
        (#"recipients: { allow: ["nobody"] },"#, "/recipients/allow"),
        (#"routes: { email: ["other"] },"#, "routes"),
        (#"routes: { sms: ["main"] },"#, "routes"),
        (#"purposes: { recall: { class: "marketing" } },"#, "/purposes"),
        (#"purposes: { mine: { class: "safety" } },"#, "/purposes"), (#"store: "postgres://x","#, "/store"),
        ("shutdownGrace: 30,", "/shutdownGrace"), ("{", "line"),
    ])
    func aWrongConfigurationIs78WithItsPath(setting: String, path: String) throws {
        let home = try TestHome()
        // The routes, the listeners and so on of the test's home are there twice then: what is wrong is the duplicate or the value.
        try home.configure(settings: setting)
        for words in [["outbox", "list"], ["serve"], ["deliver", "--drain"]] {
            let result = try home.run(words)
            expect(result, 78, ["relais.json"], "\(words) \(setting)")
            #expect(result.error.contains(path) || result.error.contains("line"), "\(result.error)")
        }
        let check = try home.run(["check", "--json"])
        #expect(check.status == 78)
        #expect(try check.documents().contains { $0["ok"].bool == false })
    }

    @Test(arguments: [
        (#"{ kind: "smtp", url: "smtp://relay.example.com", tls: "off" }"#, "/providers/main/tls"),
        (#"{ kind: "smtp", url: "http://relay.example.com" }"#, "/providers/main/url"),
        (#"{ kind: "smtp" }"#, "/providers/main/url"), (#"{ kind: "pigeon" }"#, "/providers/main/kind"),
        (#"{ kind: "sms", profile: "twilio" }"#, "/providers/main/baseURL"),
        (#"{ url: "smtp://a" }"#, "/providers/main/kind"),
        (#"{ kind: "folder", path: "x" }"#, "/providers/main/capture"),
        (#"{ kind: "smtp", url: "smtp://a.example", connections: 0 }"#, "/providers/main/connections"),
        (#"{ kind: "smtp", url: "smtp://a.example", username: "u" }"#, "/providers/main/password"),
        (
            #"{ kind: "smtp", url: "smtp://a.example", username: "u", password: { env: "RELAIS_TEST_UNSET" } }"#,
            "RELAIS_TEST_UNSET"
        ),
        (
            #"{ kind: "smtp", url: "smtp://a.example", username: "u", password: { file: "none" } }"#,
            "/providers/main/password/file"
        ),
        (
            #"{ kind: "smtp", url: "smtp://a.example", username: "u", password: { file: "open" } }"#,
            "chmod 600"
        ),
    ])
    func aWrongProviderIs78WithItsPath(provider: String, path: String) throws {
        let home = try TestHome()
        try home.write("open", "secret-q7x4\n")
        chmod(home.path + "/open", 0o644)
        try home.configure(provider: provider)
        expect(try home.run(["deliver", "--drain"]), 78, [path], provider)
    }

    /// The relay's password is in the gateway's environment, not in the shell of whoever looks or holds the queue at night.
    @Test func whoDeliversNothingNeedsNoPassword() throws {
        let home = try TestHome()
        try home.configure(
            provider: TestHome.relay(25, #"username: "u", password: { env: "RELAIS_TEST_UNSET" }"#))
        for words in [["outbox", "list"], ["outbox", "hold", "--state", "queued"], ["retention", "run"]] {
            let result = try home.run(words)
            #expect(result.status == 0, "\(words): \(result.error)")
        }
        #expect(try home.run(["check"]).status == 78)
        #expect(try home.run(["deliver", "--drain"]).status == 78)
    }

    @Test func aKeyThatOthersCanReadOrThatIsAnotherStopsTheStart() throws {
        let home = try TestHome()
        let other = try TestHome()
        let key = home.path + "/secret.key"
        chmod(key, 0o644)
        expect(try home.run(["serve"]), 78, ["secret.key", "chmod 600"], "readable by others")
        chmod(key, 0o600)
        try FileManager.default.removeItem(atPath: key)
        expect(try home.run(["serve"]), 78, ["secret.key"], "gone")
        try FileManager.default.copyItem(atPath: other.path + "/secret.key", toPath: key)
        chmod(key, 0o600)
        for words in [["serve"], ["outbox", "list"], ["deliver", "--drain"]] {
            expect(try home.run(words), 78, ["secret.key", "not the key"], "another home's")
        }
        try Data("{}".utf8).write(to: URL(fileURLWithPath: key))
        chmod(key, 0o600)
        expect(try home.run(["outbox", "list"]), 78, ["secret.key"], "not a key file")
    }

    @Test func aStoreThatCannotBeUsedIs78AndUntouched() throws {
        let home = try TestHome()
        let store = home.path + "/data/relais.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: store))
        // The user version stands at offset 60 of the header (sqlite.org/fileformat2.html).
        bytes.replaceSubrange(60..<64, with: [0, 0, 0, 99])
        try bytes.write(to: URL(fileURLWithPath: store))
        for words in [["serve"], ["outbox", "list"], ["deliver", "--drain"], ["consent", "verify"]] {
            expect(try home.run(words), 78, ["newer", "99"], "\(words)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == bytes)
        try Data("this is not a database, whatever its name says".utf8).write(to: URL(fileURLWithPath: store))
        for words in [["serve"], ["outbox", "list"], ["consent", "verify"]] {
            #expect(try home.run(words).status == 78, "\(words)")
        }
        try FileManager.default.removeItem(atPath: store)
        expect(try home.run(["outbox", "list"]), 78, ["relais init"], "no store")
    }

    @Test func brokenTemplatesAre78AndNameTheFile() throws {
        let cases: [(name: String, text: String?, word: String)] = [
            ("intervention-ready/fr/body.html", "{{#open}}", "intervention-ready/fr/body.html"),
            ("intervention-ready/fr/subject.txt", nil, "subject.txt"),
            ("intervention-ready/de/body.txt", "{{> nowhere}}", "nowhere"),
            ("intervention-ready/template.json", "{", "template.json"),
            (
                "intervention-ready/template.json", #"{ "purpose": "mystery", "channels": ["email"] }"#,
                "mystery"
            ),
            ("partials/layout-top.html", "{{{x}", "layout-top.html"),
            ("partials/fr/words.json", "[]", "words.json"),
            ("pages/unsubscribe.html", nil, "unsubscribe.html"),
        ]
        let home = try TestHome()
        for (name, text, word) in cases {
            let share = try TestShare()
            if let text { try share.write(name, text) } else { try share.remove(name) }
            let serve = try home.run(["serve"], environment: share.environment)
            expect(serve, 78, [word], name)
            let check = try home.run(["check"], environment: share.environment)
            #expect(check.status == 78)
            #expect(check.text.contains("ERROR  templates") && check.text.contains(word), "\(check.text)")
        }
        let missing = try home.run(["serve"], environment: ["RELAIS_SHARE": "/nowhere"])
        expect(missing, 78, ["RELAIS_SHARE"], "no templates")
    }

    @Test func aPortInUseIs69() throws {
        let (socket, port) = LoopbackSocket.listen()
        defer { close(socket) }
        let home = try TestHome()
        let text = try String(contentsOfFile: home.path + "/relais.json", encoding: .utf8)
        try home.write(
            "relais.json",
            text.replacingOccurrences(
                of: #"opsListen: "127.0.0.1:0""#, with: #"opsListen: "127.0.0.1:\#(port)""#))
        expect(try home.run(["serve"]), 69, ["\(port)"], "a port in use")
        try home.write("relais.json", text)
        #expect(try home.serve().stop() == 0, "the lock is free again")
    }
}
