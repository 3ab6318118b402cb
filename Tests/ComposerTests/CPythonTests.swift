// The bytes as a mail program reads them: CPython's parser, which nobody here wrote, finds no defect and gives the same back.
// One python3 process reads all messages; without python3 the test fails, it does not pass silently.

import Composer
import Domain
import Foundation
import JSON
import Support
import Testing

struct CPythonTests {
    private struct Reading: Decodable {
        var defects: [String]
        var subject: String
        var from: String
        var to: String
        var toAddress: String
        var types: [String]
        var text: String
        var html: String
    }

    private static let names = [
        "Jean-François d'Hœuvre", "O'Brien, Pat", "李雷", String(repeating: "x", count: 100),
        String(repeating: "né ", count: 33) + "é", "=?utf-8?q?trick?=", #"a "quoted" \ name"#, "Zoé (Z.) <z>",
        "(", "👩🏽‍🔧 Müller", "a  b",
    ]

    @Test func everyMessageIsReadAsItWasMeant() throws {
        let library = try Workshop.library()
        let composer = Workshop.composer(library, offersOneClick: true)
        var messages: [(name: String?, message: ComposedEmail)] = []
        for (name, json) in try Workshop.examples() where !name.contains("missing") {
            let toName: String? = if case .string(let text) = json["to"]?["name"] { text } else { nil }
            messages.append((toName, try Workshop.compose(json, with: composer, library: library)))
        }
        for name in Self.names {
            let json = try Workshop.example().setting("/to/name", to: .string(name))
                .setting(
                    "/data/note",
                    to: .string("From here\n.\n..\r\nßöü " + String(repeating: "長い", count: 400))
                )
                .setting("/intervention/vehicle/model", to: .string("\(name) = é"))
            messages.append((name, try Workshop.compose(json, with: composer, library: library)))
        }
        let readings = try read(messages.map(\.message.body))
        #expect(readings.count == messages.count && messages.count > 15)
        for ((name, message), reading) in zip(messages, readings) {
            #expect(reading.defects == [], "\(name ?? "-")")
            #expect(reading.subject == message.subject)
            #expect(reading.to == (name ?? ""))
            #expect(reading.toAddress == message.recipient.address)
            let isNews = message.sender.address == "nouvelles@example.lu"
            #expect(reading.from == (isNews ? "Garage du Nord – Nouvelles" : "Garage du Nord"))
            #expect(reading.types == ["multipart/alternative", "text/plain utf-8", "text/html utf-8"])
            #expect(plain(reading.text) == plain(message.text))
            #expect(plain(reading.html) == plain(message.html))
        }
    }

    /// Line ends are CR LF on the wire, and a last one is added.
    private func plain(_ text: String) -> String {
        text.replacing("\r\n", with: "\n").trimmingCharacters(in: .newlines)
    }

    private func read(_ messages: [[UInt8]]) throws -> [Reading] {
        let folder = try TestFolder()
        for (index, bytes) in messages.enumerated() {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.path)/\(index).eml"))
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-I", "-c", Self.script, folder.path, "\(messages.count)"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "python3 could not read a message; its words are above")
        return try JSONDecoder().decode([Reading].self, from: Data(try folder.bytes(of: "readings")))
    }

    // The display names are read by the older functions: the newer ones (3.11) put a blank between two adjacent encoded
    // words, which RFC 2047, section 6.2, does not want.
    private static let script = #"""
        import email, email.header, email.policy, email.utils, json, sys

        folder, count = sys.argv[1], int(sys.argv[2])

        def name(raw):
            text, address = email.utils.parseaddr(raw.replace("\r\n", "").replace("\n", ""))
            if not raw.lstrip().startswith('"'):
                text = str(email.header.make_header(email.header.decode_header(text)))
            return text, address

        readings = []
        for index in range(count):
            with open(f"{folder}/{index}.eml", "rb") as file:
                data = file.read()
            mail = email.message_from_bytes(data, policy=email.policy.default)
            old = email.message_from_bytes(data, policy=email.policy.compat32)
            parts = list(mail.walk())
            defects = [repr(d) for part in parts for d in part.defects]
            defects += [f"{n}: {d!r}" for part in parts for n, v in part.items() for d in v.defects]
            defects += ["long line"] if any(len(line) > 998 for line in data.split(b"\r\n")) else []
            defects += ["bare line end"] if b"\n" in data.replace(b"\r\n", b"") else []
            to, address = name(old["to"])
            charset = lambda part: " " + part.get_content_charset() if part.get_content_charset() else ""
            readings.append({
                "defects": defects, "subject": str(mail["subject"]), "from": name(old["from"])[0], "to": to,
                "toAddress": address, "types": [p.get_content_type() + charset(p) for p in parts],
                "text": parts[1].get_content(), "html": parts[2].get_content()})
        with open(f"{folder}/readings", "w") as file:
            json.dump(readings, file)
        """#
}
