// SIGHUP to a real gateway: what its files say now is taken over whole, or refused whole with the reason in the log; and nobody who sends
// meanwhile notices.

import Foundation
import Runtime
import Support
import Testing

@Suite struct ReloadTests {
    private static let subject = "intervention-ready/fr/subject.txt"

    private func subject(_ home: TestHome, _ gateway: RelaisGateway, _ key: String) throws -> String {
        let id = try #require(try gateway.accept(SampleMessage("zoe@example.com"), key: key)["id"].string)
        let content = String(decoding: try home.content(id), as: UTF8.self)
        return try #require(
            content.components(separatedBy: "\r\n").first { $0.hasPrefix("Subject: ") })
    }

    @Test func theNextMessageHasTheNewWordsUnlessTheyAreBroken() throws {
        let share = try TestShare()
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve(environment: share.environment)
        try share.write(Self.subject, "first words")
        #expect(try subject(home, gateway, key) != "Subject: first words", "not without a word to it")
        #expect(try gateway.reload().contains("info gateway-reloaded"))
        #expect(try subject(home, gateway, key) == "Subject: first words")
        try share.write(Self.subject, "second {{words")
        // The settings are good by themselves, and wait with the words.
        try home.configure(settings: #"recipients: { allow: ["luc@example.com"] },"#)
        let refused = try gateway.reload()
        #expect(refused.contains("error reload-refused reason=") && refused.contains("subject.txt"))
        #expect(try subject(home, gateway, key) == "Subject: first words")
        let id = try #require(try home.messages().first?["id"].string)
        #expect(try gateway.settled(id, key: key)["state"].string == "sent")
        try share.write(Self.subject, "third words")
        try home.configure()
        #expect(try gateway.reload().contains("gateway-reloaded"))
        #expect(try subject(home, gateway, key) == "Subject: third words")
        // A page is made of what is there now, too.
        try share.remove("pages/not-found.html")
        #expect(try gateway.reload().contains("pages/not-found.html"))
        #expect(try gateway.client.send("GET", "/u/none").status == 404)
    }

    @Test func settingsAreFollowedWholeOrNotAtAll() throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        func state(_ address: String) throws -> String? {
            try gateway.accept(SampleMessage(address), key: key)["reason"]["code"].string
        }
        #expect(try state("zoe@example.com") == nil)
        try home.configure(
            settings: #"recipients: { allow: ["luc@example.com"] }, log: { format: "json", level: "debug" },"#
        )
        #expect(try gateway.reload().contains(#""event":"gateway-reloaded""#))
        #expect(try state("zoe@example.com") == "recipient-not-allowed")
        try gateway.waitForLog(#""route":"/v1/messages""#)
        let id = try #require(try gateway.accept(SampleMessage("luc@example.com"), key: key)["id"].string)
        #expect(String(decoding: try home.content(id), as: UTF8.self).contains("https://relais.example/u/"))

        // One setting that cannot be followed keeps back those that can.
        for (settings, place) in [
            (#"recipients: {}, mirror: "elsewhere.ndjson","#, "/mirror changed"),
            (#"webhooks: { allowLoopback: true },"#, "/webhooks changed"),
            (#"limits: { diskFloor: "2MB" },"#, "/limits/diskFloor changed"),
            (#"retry: { email: { lifetime: "2d" } },"#, "/retry changed"),
            (#"recipients: { allow: "all" },"#, "/recipients/allow"), ("purposses: {},", "/purposses"),
            ("recipients: {", "relais.json"),
        ] {
            try home.configure(settings: settings)
            let refused = try gateway.reload()
            #expect(refused.contains("reload-refused") && refused.contains(place), "\(refused)")
            #expect(try state("zoe@example.com") == "recipient-not-allowed", "\(settings)")
        }
        try home.configure(route: ["other": TestHome.capture])
        #expect(try gateway.reload().contains("/providers/main, /providers/other, /routes/email changed"))
        #expect(try state("zoe@example.com") == "recipient-not-allowed")
        try home.configure()
        #expect(try gateway.reload().contains(" info gateway-reloaded"))
        #expect(try state("zoe@example.com") == nil)
    }

    @Test func aSecretThatChangedBehindTheConfigurationIsNotPassedBy() throws {
        let server = ScriptedSMTPServer { step, _, _ in
            step == .ehlo ? .reply("250-script.test\r\n250 AUTH PLAIN") : nil
        }
        defer { server.stop() }
        let home = try TestHome()
        let secret = URL(fileURLWithPath: home.path + "/relay.password")
        func write(_ password: String) throws {
            try Data(password.utf8).write(to: secret)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.path)
        }
        try write("zmark-first")
        let login = #"username: "gw", password: { file: "relay.password" },"#
        try home.configure(provider: TestHome.relay(server.port, login))
        let gateway = try home.serve()
        try write("zmark-second")
        #expect(try gateway.reload().contains("/providers changed, which needs a restart"))
        // What is wrong with it stands in the log, and never what it is.
        for broken in [
            #"username: "zmark-user", password: ["zmark-list"],"#,
            #"username: "zmark-user", pass: "zmark-pass","#,
            #"username: "zmark-user", password: { file: "none", env: "zmark-env" },"#,
            #"username: "zmark-user", password: "zmark-pass" "zmark-more","#,
        ] {
            try home.configure(provider: TestHome.relay(server.port, broken))
            #expect(try gateway.reload().contains("reload-refused"))
        }
        #expect(!gateway.logText.contains("zmark"), "\(gateway.logText)")
        let keys = try String(contentsOfFile: home.path + "/secret.key", encoding: .utf8)
        try home.write("secret.key", keys.replacing(#""id": 1"#, with: #""id": 2"#))
        try home.configure(provider: TestHome.relay(server.port, login))
        try write("zmark-first")
        let refused = try gateway.reload()
        #expect(refused.contains("secret.key changed"), "\(refused)")
    }

    /// Messages come, wait and leave while the gateway reloads again and again; each that was accepted leaves once.
    @Test func nothingIsLostOrSentTwiceOrTurnedAway() throws {
        let share = try TestShare()
        let server = ScriptedSMTPServer()
        defer { server.stop() }
        let home = try TestHome(provider: TestHome.relay(server.port))
        let key = try home.key()
        let gateway = try home.serve(environment: share.environment)
        let count = 200
        let statuses = Monitor<[Int]>([])
        let client = gateway.client
        Thread.detachNewThread {
            for number in 1...count {
                var message = SampleMessage("p\(number)@example.com")
                message.reference = "WO-\(number)"
                let status = (try? client.post(message: message.bytes, key: key))?.status ?? 0
                statuses.update { $0.append(status) }
            }
        }
        var reloads = 0
        while statuses.withLock({ $0.count }) < count {
            reloads += 1
            if reloads % 5 == 0 { try home.write("relais.json", "{") }
            try share.write(Self.subject, "words \(reloads)")
            let refused = try gateway.reload().contains("reload-refused")
            #expect(refused == (reloads % 5 == 0))
            if refused { try home.configure(provider: TestHome.relay(server.port)) }
        }
        #expect(statuses.withLock { $0 } == Array(repeating: 202, count: count))
        #expect(reloads > 5)
        let ended = try Patience.wait(atMostSeconds: 60) {
            try home.messages().allSatisfy { $0["state"].string == "sent" } ? true : nil
        }
        #expect(ended == true)
        let recipients = server.commands.filter { $0.hasPrefix("RCPT") }
        #expect(recipients.count == count && Set(recipients).count == count)
        #expect(try gateway.stop() == 0)
    }
}
