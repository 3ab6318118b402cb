// Every message must come back from CPython's parser exactly as it went in, without a single defect, and its
// bytes must keep the rules of the wire.

import Foundation
import MIME
import Testing

struct JudgedMessagesTests {
    private static let hundred: [String] = [
        String(repeating: "Pat Obrien ", count: 9) + "P",
        String(repeating: "Dr. O'Brien, ", count: 7) + "P. Jr.Esq",
        String(repeating: "a", count: 100),
        String(repeating: "Zoé ", count: 24) + "Zoée",
        String(repeating: "é", count: 100),
        String(repeating: "李雷", count: 50),
        String(repeating: "👨‍👩‍👧‍👦", count: 100),
        String(repeating: "e\u{301}", count: 100),
        "Z" + String(repeating: "\u{301}", count: 100) + "algo",
        "Zo" + String(repeating: "👩🏽‍🚀 ok", count: 25),
    ]
    private static let names = [
        "Zoe", "Zoe Weber", "Jean-François d'Hœuvre", "O'Brien, Pat", "李雷", "J. R. Smith", "a@b",
        "Say \"hi\"", "back\\slash",
        "\"", "\\", "\\\"", "(comment)", "<x@y.z>", "=?utf-8?q?fake?=", "=?utf-8?q?fake?=, Inc.", "a =?x?= b",
        "é=?utf-8?q?fake?=",
        " leading", "trailing ", "double  blank", " ", "   ", " é ", "é  é", "", "Zoé_Weber =C3=A9",
        "a,b;c:d", "\u{2028}x\u{85}", "\u{A0}",
    ]
    private static let subjects = [
        "Votre véhicule est prêt", "=?utf-8?q?fake?=", "a=?utf-8?b?ZmFrZQ==?=b", "Subject: x", "", " ",
        "  two  ", "tail ",
        " head", "é é  é", String(repeating: "w", count: 68), String(repeating: "w", count: 69),
        String(repeating: "w", count: 2_000), String(repeating: "é", count: 2_000), "%0d%0aBcc: x@y.z",
        String((String(repeating: "The car is ready. ", count: 17)).prefix(299)) + "x",
        String((String(repeating: "Le véhicule est prêt. ", count: 17)).prefix(299)) + "x",
        String(repeating: "交車通知", count: 75), String(repeating: "👩🏽‍🚀🚗", count: 150),
        String(repeating: "? = _ ", count: 49) + "end",
    ]
    private static let bodies = [
        "", "\n", "\r\n\r\n", "x", "x\n", ".", "..", ".x\n.\n..\nend.", "\n.\n",
        "From here\nFrom there\n>From x\nFrom", "tail \ntab\t\n  \n\t\nend ",
        "a\r\nb\nc\rd\n\re\r\r\nf", String(repeating: "x", count: 5_000),
        String(repeating: "é", count: 3_000), "👨‍👩‍👧‍👦 🚗\n",
        String(repeating: " ", count: 400), String(repeating: ".", count: 400),
        String(repeating: "From ", count: 200), "= =3D =\n=20=",
        String(repeating: "x", count: 75), String(repeating: "x", count: 76) + "\ny",
        String(repeating: "x", count: 75) + " \ny",
        "--=_msg0190f3e07c1b70008000000000000001--\n--=_msg0190f3e07c1b70008000000000000001\n\nx",
        "\0\u{1}\u{7F}\u{85}\u{2028}\u{FEFF}",
    ]

    @Test func `every named case comes back unchanged`() throws {
        var messages: [MailMessage] = []
        for name in Self.names + Self.hundred {
            messages.append(
                .sample {
                    $0.from.displayName = name
                    $0.to.displayName = name
                    $0.replyTo?.displayName = name
                    $0.subject = name
                })
        }
        messages += Self.subjects.map { subject in .sample { $0.subject = subject } }
        for body in Self.bodies {
            messages.append(
                .sample {
                    $0.text = body
                    $0.html = body
                })
        }
        for length in [1, 20, 30, 60, 61, 77, 78, 79, 200, 900, 970] {
            let uri = "<https://gw.example/u/" + String(repeating: "t", count: length) + ">"
            messages.append(
                .sample {
                    $0.headers.append(
                        MailHeader(name: "List-Unsubscribe", value: "\(uri), <mailto:u@gw.example>"))
                    $0.headers.append(
                        MailHeader(name: "List-Unsubscribe-Post", value: "List-Unsubscribe=One-Click"))
                })
        }
        messages.append(.sample { $0.replyTo = nil })
        messages.append(.sample { $0.from.displayName = nil })
        messages.append(.sample { $0.messageID = String(repeating: "m", count: 200) + "@garage.example" })
        try judge(messages)
    }

    @Test(arguments: [1, 20_260_829]) func `random messages come back unchanged`(seed: UInt64) throws {
        var random = RandomMail(seed: seed)
        try judge((0..<1_000).map { _ in random.message() })
    }

    private func judge(_ messages: [MailMessage]) throws {
        let encoded = try messages.map { try $0.encoded() }
        let verdicts = try CPythonJudge.read(encoded)
        try #require(verdicts.count == messages.count)
        for (index, message) in messages.enumerated() {
            let differences = Comparison.differences(message, verdicts[index])
            #expect(differences.isEmpty, "message \(index)")
            let violations = WireFormat.violations(encoded[index])
            #expect(violations.isEmpty, "message \(index)")
        }
    }
}
