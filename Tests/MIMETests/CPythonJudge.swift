// The judge: CPython's mail parser, which nobody here wrote, reads every message in one process.
//
// `email.policy.default` reports what it thinks wrong as defects, on parts and on headers. For the exact
// spelling of display names the older reader of CPython is asked too, because the new one (3.11) puts a blank
// between two adjacent encoded words of a name and makes one blank of a run of white space; RFC 2047 section
// 6.2 wants neither. Throws when python3 cannot be run: the tests fail then, they do not pass silently.

import Foundation
import MIME

/// What CPython read in one message.
struct Verdict: Decodable {
    struct Mailbox: Decodable {
        /// As `email.policy.default` reads it.
        var name: String
        var address: String
        /// As `email.utils.parseaddr` and `email.header.decode_header` read it.
        var exactName: String
        var exactAddress: String
        var encodedWords: Int
    }

    var defects: [String]
    var names: [String]
    var values: [String]
    var subject: String
    var mailboxes: [String: Mailbox]
    var date: String
    var messageID: String
    var types: [String]
    var text: String
    var html: String
}

enum CPythonJudge {
    struct Failure: Error {
        var status: Int32
        var diagnostics: String
    }

    /// One verdict a message, in order.
    static func read(_ messages: [[UInt8]]) throws -> [Verdict] {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "relais-mime-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (index, octets) in messages.enumerated() {
            try Data(octets).write(to: folder.appending(path: "\(index).eml"))
        }
        let diagnostics = folder.appending(path: "diagnostics")
        try Data().write(to: diagnostics)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-I", "-c", script, folder.path, "\(messages.count)"]
        process.standardError = try FileHandle(forWritingTo: diagnostics)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = try String(contentsOf: diagnostics, encoding: .utf8)
            throw Failure(status: process.terminationStatus, diagnostics: text)
        }
        return try JSONDecoder().decode(
            [Verdict].self, from: Data(contentsOf: folder.appending(path: "verdicts")))
    }

    private static let script = #"""
        import email, email.header, email.policy, email.utils, json, re, sys

        folder, count = sys.argv[1], int(sys.argv[2])
        encoded_word = re.compile(r"=\?utf-8\?[bq]\?[^?\s]*\?=")

        def mailbox(parsed, raw):
            address = parsed.addresses[0]
            name, addr = email.utils.parseaddr(raw)
            words = encoded_word.findall(raw) if not raw.lstrip().startswith('"') else []
            for word in words:
                (octets, charset), = email.header.decode_header(word)
                octets.decode("utf-8")
            if words:
                name = str(email.header.make_header(email.header.decode_header(name)))
            return {"name": address.display_name, "address": address.addr_spec, "exactName": name,
                    "exactAddress": addr, "encodedWords": len(words)}

        def verdict(data):
            message = email.message_from_bytes(data, policy=email.policy.default)
            old = email.message_from_bytes(data, policy=email.policy.compat32)
            defects = []
            fields = {}
            for part in message.walk():
                defects += [repr(d) for d in part.defects]
                for name, value in part.items():
                    fields.setdefault(name, value)
                    defects += [name + ": " + repr(d) for d in value.defects]
            mailboxes = {}
            for name in ("From", "To", "Reply-To"):
                if name in fields:
                    raw = old[name].replace("\r\n", "").replace("\n", "")
                    if len(fields[name].addresses) != 1:
                        defects.append(name + ": not one address")
                    mailboxes[name.lower()] = mailbox(fields[name], raw)
            for word in encoded_word.findall(old["subject"]):
                (octets, charset), = email.header.decode_header(word)
                octets.decode("utf-8")
            parts = list(message.walk())
            return {"defects": defects, "names": message.keys(),
                    "values": [str(fields[n]).strip() for n in message.keys()],
                    "subject": str(fields["Subject"]), "mailboxes": mailboxes,
                    "date": fields["Date"].datetime.isoformat(),
                    "messageID": str(fields["Message-ID"]).strip(),
                    "types": [p.get_content_type() + " " + str(p.get_content_charset()) for p in parts],
                    "text": parts[1].get_content(), "html": parts[2].get_content()}

        verdicts = []
        for index in range(count):
            with open(f"{folder}/{index}.eml", "rb") as file:
                data = file.read()
            try:
                verdicts.append(verdict(data))
            except Exception as error:
                raise SystemExit(f"message {index}: {error!r}\n{data!r}")
        with open(f"{folder}/verdicts", "w") as file:
            json.dump(verdicts, file)
        """#
}
