// The line from end to end: home, dealership, key, gateway, HTTP, store, SMTP, and back from the sink's disk. What a relay took must
// be the stored message byte for byte, and a parser that nobody here wrote must find nothing wrong with it.

import Foundation
import Support
import Testing

@Suite struct LineTests {
    /// The example that must be refused, because its reference is missing.
    private static let refused = "08-fr-missing-reference.json"

    @Test func everyExampleArrivesAtARealRelayByteForByte() throws {
        let mails = try TestFolder(isShared: true)
        let sink = try ServerProcess.sink(dumpingInto: mails)
        defer { sink.stop() }
        let home = try TestHome(provider: TestHome.relay(sink.port, "signs: true"))
        let key = try home.key()
        // Without her consent the newsletter would stay here.
        try home.succeed(
            [
                "consent", "record", "--dealership", TestHome.dealership, "--email",
                "marie.schmit@example.lu",
                "--event", "given", "--scope", "newsletter", "--channel", "email", "--method", "paper",
            ] + home.notice())
        let gateway = try home.serve()
        var ids: [(name: String, id: String)] = []
        for name in try Examples.names() {
            let answer = try gateway.client.post(message: Examples.bytes(name), key: key)
            guard name != Self.refused else {
                #expect(answer.status == 422)
                continue
            }
            #expect(answer.status == 202, "\(name): \(answer.text)")
            let id = try #require(try answer.json()["id"].string)
            #expect(answer["Location"] == "/v1/messages/\(id)")
            ids.append((name, id))
        }
        #expect(ids.count == 10)
        for (name, id) in ids {
            let view = try gateway.settled(id, key: key)
            #expect(view["state"].string == "sent", "\(name)")
            #expect(view["reason"].isNull)
            #expect(view["attempts"].elements.count == 1)
            #expect(view["attempts"][0]["outcome"].string == "accepted")
            #expect(view["attempts"][0]["provider"].string == "main")
            #expect(view["attempts"][0]["channel"].string == "email")
            #expect(["250", "2.0.0"].contains(view["attempts"][0]["status"].string))
        }
        try compareViews(ids.map(\.id), gateway, home, key)
        try compareContents(ids.map(\.id), mails, home)
        #expect(try gateway.stop() == 0)
    }

    /// The API and the command line show the same bytes.
    private func compareViews(_ ids: [String], _ gateway: RelaisGateway, _ home: TestHome, _ key: String)
        throws
    {
        for id in ids {
            let answer = try gateway.client.send(
                "GET", "/v1/messages/\(id)", [("Authorization", "Bearer \(key)")])
            #expect(answer.status == 200)
            #expect(answer.text == (try home.succeed(["outbox", "show", id, "--json"]).text))
        }
    }

    /// One dump a message, equal to what is stored; no defect on any part or header field.
    private func compareContents(_ ids: [String], _ mails: TestFolder, _ home: TestHome) throws {
        let dumps = try SinkDump.all(in: mails)
        #expect(dumps.count == ids.count)
        let stored = try ids.map { try home.content($0) }
        #expect(Set(dumps.map(\.content)) == Set(stored))
        for dump in dumps {
            #expect(dump.sender.hasPrefix("<atelier@example.lu>") || dump.sender.hasPrefix("<nouvelles@"))
            #expect(dump.recipients.count == 1)
        }
        let verdicts = try PythonJudge.read(stored)
        for verdict in verdicts {
            #expect(verdict.defects == [])
            #expect(verdict.fields["auto-submitted"] == "auto-generated")
            #expect(verdict.fields["list-unsubscribe-post"] == "List-Unsubscribe=One-Click")
            let link = try #require(verdict.fields["list-unsubscribe"]?.dropFirst().dropLast())
            #expect(link.hasPrefix("https://relais.example/u/"))
            #expect(verdict.html.contains(link) && verdict.text.contains(link))
        }
        #expect(Set(verdicts.compactMap { $0.fields["message-id"] }).count == ids.count)
    }

    @Test func theWireCarriesTheStoredBytesAndNoLineBeginsWithADot() throws {
        let server = ScriptedSMTPServer()
        defer { server.stop() }
        let home = try TestHome(provider: TestHome.relay(server.port))
        var message = SampleMessage("dots@example.com")
        message.note = ".one\n..two\n."
        let id = try #require(try home.send(message.bytes)["id"].string)
        #expect(try home.run(["deliver", "--drain"]).status == 0)
        let content = try home.content(id)
        // A relay that forgets to undo dot-stuffing cannot harm what has nothing to stuff.
        #expect(!String(decoding: content, as: UTF8.self).contains("\r\n."))
        #expect(
            try PythonJudge.read([content])[0].text.replacing("\r\n", with: "\n").contains(
                "\n.one\n..two\n.\n"))
        #expect(server.bodies == [content])
        #expect(server.commands.filter { $0.hasPrefix("MAIL") }.count == 1)
        #expect(server.commands.filter { $0.hasPrefix("RCPT") } == ["RCPT TO:<dots@example.com>"])
        #expect(server.commands.first == "EHLO gw.example.com")
    }

    @Test func aFolderProviderWritesTheStoredBytesUnderTheMessagesID() throws {
        let home = try TestHome()
        let id = try #require(try home.send(SampleMessage("folder@example.com").bytes)["id"].string)
        let drain = try home.run(["deliver", "--drain", "--json"])
        #expect(drain.status == 0)
        #expect(try drain.document()["sent"].integer == 1)
        let file = try Data(contentsOf: URL(fileURLWithPath: "\(home.path)/data/captured/\(id).eml"))
        #expect(Array(file) == (try home.content(id)))
        #expect(try home.message(id)["attempts"][0]["status"].string == "captured")
    }
}
