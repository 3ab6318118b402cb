// A person's rights, as an operator and a service exercise them: the register of requests, everything shown, an address corrected, and
// everything gone from the home's files and log while the objection still blocks.

import Foundation
import Support
import Testing

@Suite struct RightsTests {
    private let dealership = ["--dealership", TestHome.dealership]
    private let zoe = ["--dealership", TestHome.dealership, "--email", "zoe@example.com"]

    /// Files of a home in which a mark stands; what was captured is the provider's.
    private func hits(_ mark: String, in home: TestHome) throws -> [String] {
        let names = try #require(FileManager.default.subpaths(atPath: home.path))
        return try names.filter { name in
            let path = home.path + "/" + name
            guard !name.hasPrefix("data/captured"), FileManager.default.isReadableFile(atPath: path),
                let type = try FileManager.default.attributesOfItem(atPath: path)[.type]
                    as? FileAttributeType,
                type == .typeRegular
            else { return false }
            return try Data(contentsOf: URL(fileURLWithPath: path)).range(of: Data(mark.utf8)) != nil
        }
    }

    @Test func theRegisterKnowsWhatIsDue() throws {
        let home = try TestHome()
        let late = try home.succeed(
            [
                "request", "open", "--kind", "access", "--received-by", "letter", "--received-at",
                "2024-01-31T10:30:00+01:00",
            ]
                + ["--identity", "signature compared by Luc", "--note", "wants a copy", "--json"] + zoe
        ).document()
        #expect(late["dueAt"].string == "2024-02-29T09:30:00.000Z")
        #expect(late["overdue"].bool == true)
        let id = try #require(late["id"].string)
        #expect(id.hasPrefix("req_"))
        let open = try home.succeed(
            ["request", "open", "--kind", "erasure", "--phone", "+352621123456", "--customer", "K-7"] + zoe)
        #expect(open.text.contains("erasure  due "))
        for named in [["--email", "zoe@example.com"], ["--phone", "+352621123456"], ["--customer", "K-7"]] {
            let export = try home.succeed(["contact", "export", "--json"] + dealership + named).document()
            let kinds = export["request"].elements.map { $0["kind"].string }
            #expect(kinds.contains("erasure"), "\(named): found by each of them")
            #expect(kinds.contains("access") == (named[0] == "--email"))
        }
        let lines = try home.succeed(["request", "list"] + dealership).lines
        #expect(lines.count == 2 && lines[0].contains("\(id)  access  OVERDUE since 2024-02-29"))
        #expect(
            try home.succeed(["check"]).text.contains(
                "WARN   requests: \(id) of garage-nord (access) was due 2024-02-29"))

        let closed = try home.succeed(
            ["request", "close", id, "--outcome", "refused", "--answer", "not the person", "--json"]
        ).document()
        #expect(closed["outcome"].string == "refused" && closed["overdue"].bool == false)
        #expect(try home.run(["request", "close", id, "--outcome", "fulfilled"]).status == 65)
        #expect(try home.succeed(["request", "list", "--open", "--json"]).documents().count == 1)
        #expect(
            try home.succeed(["request", "list", "--json"]).documents().map { $0["kind"].string } == [
                "erasure", "access",
            ])
        #expect(try !home.succeed(["check"]).text.contains("requests:"))
        let unknown = "req_" + String(repeating: "0", count: 32)
        #expect(try home.run(["request", "close", unknown, "--outcome", "fulfilled"]).status == 66)
        #expect(
            try home.run(
                ["request", "open", "--kind", "access", "--received-at", "2999-01-01T00:00:00Z"] + zoe
            ).status == 65)
        #expect(
            try home.succeed(["request", "open", "--kind", "objection"] + zoe).error.contains(
                "consent record"))
    }

    @Test func aDealershipThatIsNotThereIsSaid() throws {
        let home = try TestHome()
        let stranger = ["--dealership", "garage-ouest"]
        for words in [
            ["contact", "export", "--email", "zoe@example.com"], ["outbox", "list"], ["request", "list"],
            ["contact", "erase", "--email", "zoe@example.com"],
        ] {
            let result = try home.run(words + stranger)
            #expect(result.status == 66 && result.error.contains("no dealership garage-ouest"), "\(words)")
            #expect(result.output.isEmpty)
            if words[1] != "erase" { try home.succeed(words + dealership) }
        }
    }

    @Test func aPersonSeesEverythingAndThenIsGone() throws {
        let server = ScriptedSMTPServer { step, _, message in
            step == .rcpt && message == 1 ? .reply("554 5.7.1 no, says zmark-reply") : nil
        }
        defer { server.stop() }
        let home = try TestHome(provider: TestHome.relay(server.port, #"country: "LU","#))
        let key = try home.key()
        let gateway = try home.serve()
        var message = SampleMessage("zoe@example.com", customer: "zmark-customer")
        message.name = "zmark-name"
        message.note = "<b>zmark-note"
        message.phone = "+352621987654"
        message.reference = "zmark-reference"
        let answer = try gateway.client.post(
            message: message.with("coalesceKey", "zmark-coalesce"), key: key,
            [("Idempotency-Key", "zmark-key")])
        let id = try #require(try answer.json()["id"].string)
        _ = try gateway.settled(id, key: key)
        try home.succeed(
            [
                "consent", "record", "--event", "objected", "--scope", "all", "--method", "phone",
                "--evidence", "zmark-evidence",
            ]
                + zoe)
        try home.succeed(
            ["request", "open", "--kind", "erasure", "--note", "zmark-asked", "--identity", "zmark-identity"]
                + zoe)

        let narrow = try home.succeed(["contact", "export", "--json"] + zoe)
        #expect(narrow.error.contains("1 messages (shared)") && !narrow.text.contains("621987654"))
        let all = zoe + ["--phone", "+352 621 987 654", "--customer", "zmark-customer"]
        let export = try home.succeed(["contact", "export", "--json"] + all)
        #expect(!export.error.contains("shared"), "\(export.error)")
        let page = try home.succeed(["contact", "export"] + all).text
        for mark in [
            "customer", "name", "note", "reference", "coalesce", "key", "reply", "evidence", "asked",
            "identity",
        ]
        where mark != "customer" {
            #expect(export.text.contains("zmark-\(mark)"), "\(mark)")
            #expect(page.contains("zmark-\(mark)"), "\(mark)")
        }
        #expect(export.text.contains("zmark-customer"), "in the request")
        #expect(page.contains("&lt;b&gt;zmark-note") && !page.contains("<b>zmark"))
        #expect(try export.document()["recipient"][0]["country"].string == "LU")
        #expect(try hits("zmark", in: home) != [])
        let file = home.path + "/page.html"
        try home.succeed(["contact", "export", "--html", file] + all)
        #expect(try home.run(["contact", "export", "--html", file] + all).status == 73)
        #expect(try home.run(["contact", "export", "--html", file, "--json"] + all).status == 64)
        try FileManager.default.removeItem(atPath: file)

        let erased = try home.succeed(
            ["contact", "erase", "--json"] + all
        ).document()
        #expect(erased["contacts"].elements.count == 3 && erased["entries"].integer == 3)
        #expect(erased["erased"]["content"].integer == 1 && erased["erased"]["evidence"].integer == 1)
        let backup = home.path + "/backup.sqlite"
        try home.succeed(["backup", backup])
        for mark in ["zmark", "zoe@example.com", "621987654"] {
            #expect(try hits(mark, in: home) == [], "\(mark)")
        }
        // The log has what a relay replied, without the address; nothing else of a message was ever in it.
        let log = gateway.logText.replacingOccurrences(of: "zmark-reply", with: "")
        #expect(log.contains("attempt-") && !log.contains("zmark") && !log.contains("zoe@"))
        let again = try gateway.client.post(
            message: message.with("coalesceKey", "zmark-coalesce"), key: key,
            [("Idempotency-Key", "zmark-key")])
        #expect(again.status == 409 && again.text.contains("erased"))
        #expect(try gateway.accept(SampleMessage("ZOE@Example.COM"), key: key)["state"].string == "blocked")
        #expect(try gateway.stop() == 0)
        #expect(try home.ledgerCount() == 4)
        #expect(
            try home.succeed(["contact", "erase"] + zoe).text.contains("erased"), "also without a gateway")
    }

    @Test func anAddressIsCorrectedByHand() throws {
        let home = try TestHome()
        let waiting = try #require(try home.send(SampleMessage("zoe@exmaple.com").bytes)["id"].string)
        try home.succeed(
            ["consent", "record", "--event", "objected", "--scope", "marketing"] + dealership
                + ["--email", "zoe@exmaple.com"])
        let words =
            ["contact", "rectify", "--email", "zoe@exmaple.com", "--to-email", "zoe@example.com"] + dealership
        let evidence = ["--evidence", "letter of 3 May"]
        #expect(try home.run(words + evidence).status == 64, "a reason is needed")
        let unproved = try home.run(words + ["--reason", "changed"])
        #expect(unproved.status == 64 && unproved.error.contains("--evidence"), "\(unproved.error)")
        #expect(try home.run(words + ["--reason", "changed", "--evidence", " "]).status == 64)
        #expect(
            try home.run(words + evidence + ["--phone", "+352621123456", "--reason", "changed"]).status == 64)
        let result = try home.succeed(words + evidence + ["--reason", "changed", "--json"]).document()
        #expect(result["cancelled"].integer == 1)
        #expect(
            result["entries"].elements.map { $0["event"].string } == ["rectified", "rectified", "objected"])
        #expect(try home.message(waiting)["reason"]["code"].string == "rectified")
        let shown = try home.succeed(["consent", "show"] + zoe).text
        #expect(shown.contains("blocks that stand: 1"))
        let reason = ["--reason", "changed"] + evidence + dealership
        let same = ["contact", "rectify", "--email", "a@b.lu", "--to-email", "A@B.lu"]
        #expect(try home.run(same + reason).status == 65)
        let stranger = try home.run(
            ["contact", "rectify", "--email", "a@b.lu", "--to-email", "zoe@example.com"] + reason)
        #expect(stranger.status == 66 && stranger.error.contains("old address"), "\(stranger.error)")
    }

    @Test func aServiceDoesTheSameForItsOwnDealershipAlone() throws {
        let home = try TestHome()
        try home.putDealership("garage-sud")
        let sender = try home.key()
        let rights = try home.key("rights")
        let stranger = try home.key("rights", dealership: "garage-sud")
        let gateway = try home.serve()
        func post(_ path: String, _ body: String, _ key: String) throws -> HTTPAnswer {
            try gateway.client.send(
                "POST", "/v1/contacts/" + path,
                [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")],
                body: Array(body.utf8))
        }
        let id = try #require(try gateway.accept(SampleMessage("zoe@example.com"), key: sender)["id"].string)
        _ = try gateway.settled(id, key: sender)
        let body = #"{"email":"Zoe@example.com"}"#
        for path in ["export", "rectify", "erase"] {
            #expect(try post(path, body, sender).status == 403, "\(path): scope")
            #expect(try post(path, "{", rights).status == 400, "\(path)")
            for wrong in ["{}", #"{"email":"x"}"#, #"{"email":"zoe@example.com","frob":1}"#, #"{"url":"x"}"#]
            {
                let answer = try post(path, wrong, rights)
                #expect(answer.status == 422, "\(path) \(wrong): \(answer.text)")
                #expect(answer["Content-Type"] == "application/problem+json")
                #expect(!answer.text.contains("zoe@example.com"))
            }
        }
        #expect(try post("export", body, stranger).json()["message"].elements.isEmpty)
        #expect(try post("erase", body, stranger).json()["entries"].integer == 1)
        #expect(try home.message(id)["reference"].string == "WO-1", "the stranger erased nothing here")

        let export = try post("export", body, rights)
        #expect(export.status == 200)
        #expect(try export.json()["message"][0]["id"].string == id)
        func correction(_ old: String, _ more: String) -> String {
            #"{"email":"\#(old)","toEmail":"right@example.com","reason":"never-theirs"\#(more)}"#
        }
        for missing in ["", #","evidence":"""#, #","evidence":" ""#] {
            let answer = try post("rectify", correction("zoe@example.com", missing), rights)
            #expect(answer.status == 422 && answer.text.contains("/evidence"), "\(answer.text)")
        }
        let evidence = #","evidence":"said so on the phone""#
        let unseen = try post("rectify", correction("old@example.com", evidence), rights)
        #expect(unseen.status == 404 && unseen.text.contains("old address"), "\(unseen.text)")
        let rectified = try post("rectify", correction("zoe@example.com", evidence), rights)
        #expect(try rectified.json()["entries"].elements.count == 2, "\(rectified.text)")
        let erased = try post("erase", body, rights)
        #expect(erased.status == 200)
        #expect(try erased.json()["erased"]["content"].integer == 1, "\(erased.text)")
        #expect(try home.message(id)["reference"].isNull)
        #expect(try gateway.stop() == 0)
    }

    @Test func whatIsBeingSentIsNotTornAway() throws {
        let isClaimed = DispatchSemaphore(value: 0)
        let mayGoOn = DispatchSemaphore(value: 0)
        let server = ScriptedSMTPServer { step, _, _ in
            guard step == .rcpt else { return nil }
            isClaimed.signal()
            mayGoOn.wait()
            return nil
        }
        defer { server.stop() }
        let home = try TestHome(provider: TestHome.relay(server.port))
        let key = try home.key()
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("zoe@example.com"), key: key)["id"].string)
        #expect(isClaimed.wait(timeout: .now() + 60) == .success)
        let refused = try home.run(["contact", "erase"] + zoe)
        #expect(refused.status == 75 && refused.error.contains("\(id) is being sent"), "\(refused.error)")
        #expect(try home.message(id)["reference"].string == "WO-1")
        mayGoOn.signal()
        _ = try gateway.settled(id, key: key)
        try home.succeed(["contact", "erase"] + zoe)
        #expect(try home.message(id)["reference"].isNull)
        #expect(try gateway.stop() == 0)
    }
}
