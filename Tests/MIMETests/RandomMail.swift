// Random messages made of the pieces that break mail programs.

import Foundation
import MIME
import Support

struct RandomMail {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(state: seed)
    }

    /// The flag of England: one grapheme of 28 octets.
    private static let flag = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}"
    private static let pieces = [
        "a", "Pat", "Jean-François", "d'Hœuvre", "O'Brien,", "李雷", "漢字かな", "Привет", "שלום", "👨‍👩‍👧‍👦", Self.flag,
        "🚗",
        "e\u{301}",
        "n\u{303}", "Z" + String(repeating: "\u{301}\u{322}", count: 40), "\u{A0}", "\u{2028}", "\u{85}",
        "\u{FEFF}",
        "\u{10FFFF}", "\u{202E}", "=?utf-8?q?fake?=", "=?", "?=", "_", "=", "=3D", "=20", "\"", "\\", "(c)",
        "<x>",
        "@", ",", ";", ":", ".", "..", "[1]", "%0d%0a", "Bcc:", String(repeating: "w", count: 90), "it's",
        "50%",
    ]
    private static let bodyPieces = [
        "\n", "\r\n", "\r", "\n\n", "\r\n.\r\n", "\n.", "\n..", "\nFrom ", "From ", " \n", "\t\r\n", "  ",
        "\t", "\0", "\u{7F}", "\u{1B}",
        "--", "--=_", "\n--=_msg", "=", "=\n", String(repeating: "x", count: 74),
        String(repeating: "y ", count: 600),
    ]
    private static let addresses = [
        "a@b.c", "zoe.weber+x=y@example.lu", "\"a,b\\\"c\"@example.org", "o'brien@example.ie",
        "x@xn--mnchen-3ya.example",
        "o'brien@example.ie", "50%off@example.com",
        String(repeating: "l", count: 64) + "@" + String(repeating: "d123456789.", count: 17) + "ex",
    ]

    mutating func message() -> MailMessage {
        let link = String(repeating: "aB3-_", count: Int.random(in: 1...150, using: &generator))
        return MailMessage(
            from: mailbox(), to: mailbox(), replyTo: Bool.random(using: &generator) ? mailbox() : nil,
            subject: line(maximum: 40),
            date: Date(
                timeIntervalSince1970: .random(in: -2_208_988_800..<253_402_300_800, using: &generator)),
            messageID: "\(generator.next()).\(link.prefix(120))@garage.example",
            headers: [
                MailHeader(name: "Auto-Submitted", value: "auto-generated"),
                MailHeader(
                    name: "List-Unsubscribe",
                    value: "<https://gw.example/u/\(link)>, <mailto:u@gw.example?s=\(link)>"),
                MailHeader(name: "List-Unsubscribe-Post", value: "List-Unsubscribe=One-Click"),
                MailHeader(name: "X-Auto-Response-Suppress", value: "All"),
            ],
            text: body(), html: body(), boundarySeed: "msg_\(generator.next())")
    }

    private mutating func mailbox() -> MailboxAddress {
        MailboxAddress(
            displayName: Int.random(in: 0..<8, using: &generator) == 0 ? nil : line(maximum: 12),
            address: Self.addresses.randomElement(using: &generator)!)
    }

    /// Mostly ordinary words, so that all three forms of a header text occur.
    private mutating func line(maximum: Int) -> String {
        let isTame = Int.random(in: 0..<3, using: &generator) == 0
        var text = ""
        for _ in 0..<Int.random(in: 0...maximum, using: &generator) {
            text += isTame ? ["Pat", "Zo", "it's", "x1"].randomElement(using: &generator)! : piece()
            if isTame || Int.random(in: 0..<2, using: &generator) == 0 { text += " " }
        }
        if isTame { text.removeLast(text.isEmpty ? 0 : 1) }
        return text
    }

    private mutating func piece() -> String {
        Self.pieces.randomElement(using: &generator)!
    }

    private mutating func body() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...60, using: &generator) {
            let isBreaking = Int.random(in: 0..<3, using: &generator) == 0
            text += isBreaking ? Self.bodyPieces.randomElement(using: &generator)! : piece()
            if Bool.random(using: &generator) { text += " " }
        }
        return text
    }
}
