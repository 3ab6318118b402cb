// The exact form of header fields: which of the three forms a text takes, where it folds, how the date looks.

import Foundation
import Testing

@testable import MIME

struct HeaderTests {
    @Test func `a message is written like this`() throws {
        let expected = """
            Date: Fri, 27 Nov 2026 10:00:00 +0000
            From: Garage <service@garage.example>
            To: Zoe Weber <zoe@example.lu>
            Reply-To: luc@garage.example
            Subject: Your car is ready
            Message-ID: <0123456789abcdef.0190f3e0@garage.example>
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: multipart/alternative;
             boundary="=_msg0190f3e07c1b70008000000000000001"

            --=_msg0190f3e07c1b70008000000000000001
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Hello

            --=_msg0190f3e07c1b70008000000000000001
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            <p>Hello</p>

            --=_msg0190f3e07c1b70008000000000000001--

            """
        #expect(try MailMessage.sample().encodedText() == expected.replacing("\n", with: "\r\n"))
    }

    @Test(arguments: [
        ("Zoe Weber", "Zoe Weber"),
        ("O'Brien Pat", "O'Brien Pat"),
        ("O'Brien, Pat", "\"O'Brien, Pat\""),
        ("J. Smith", "\"J. Smith\""),
        ("a \"b\" \\", "\"a \\\"b\\\" \\\\\""),
        ("Zoé", "=?utf-8?q?Zo=C3=A9?="),
        ("Jean-François d'Hœuvre", "=?utf-8?q?Jean-Fran=C3=A7ois_d=27H=C5=93uvre?="),
        ("李雷", "=?utf-8?b?5p2O6Zu3?="),
        ("=?utf-8?q?fake?=", "=?utf-8?q?=3D=3Futf-8=3Fq=3Ffake=3F=3D?="),
        ("a  b", "=?utf-8?q?a__b?="),
        (" a", "=?utf-8?q?_a?="),
        ("a ", "=?utf-8?q?a_?="),
    ])
    func `a display name takes the plainest form that keeps it`(name: String, form: String) throws {
        let text = try MailMessage.sample { $0.to.displayName = name }.encodedText()
        #expect(text.contains("\r\nTo: \(form) <zoe@example.lu>\r\n"), "\(text.prefix(400))")
    }

    @Test func `a quoted string that its backslashes make too long becomes encoded words`() throws {
        let text = try MailMessage.sample { $0.to.displayName = String(repeating: "\"", count: 40) }
            .encodedText()
        #expect(text.contains("\r\nTo: =?utf-8?b?"))
    }

    @Test func `an address without a name stands alone`() throws {
        for name in [nil, ""] {
            let text = try MailMessage.sample { $0.to.displayName = name }.encodedText()
            #expect(text.contains("\r\nTo: zoe@example.lu\r\n"))
        }
    }

    @Test func `an unsubscribe link stays whole and folds only between links`() throws {
        let web = "<https://gw.example/u/" + String(repeating: "t", count: 300) + ">"
        let mail = "<mailto:u@gw.example?subject=" + String(repeating: "s", count: 40) + ">"
        let text = try MailMessage.sample {
            $0.headers = [MailHeader(name: "List-Unsubscribe", value: "\(web), \(mail)")]
        }.encodedText()
        #expect(text.contains("\r\nList-Unsubscribe: \(web),\r\n \(mail)\r\n"))
    }

    @Test func `a structured value folds neither in brackets nor in quotes`() throws {
        let quoted = "\"" + String(repeating: "a b\\\" ", count: 30) + "\""
        let bracketed = "<" + String(repeating: "c \" ", count: 30) + ">"
        let text = try MailMessage.sample {
            $0.headers = [MailHeader(name: "X-One", value: "\(quoted); \(bracketed) end")]
        }.encodedText()
        #expect(text.contains("\r\nX-One: \(quoted);\r\n \(bracketed)\r\n end\r\n"))
    }

    @Test func `a part folds behind the field name when it then fits a line`() throws {
        let text = try MailMessage.sample { $0.messageID = String(repeating: "m", count: 60) + "@b.example" }
            .encodedText()
        #expect(text.contains("\r\nMessage-ID:\r\n <mmm"))
    }

    @Test(arguments: [
        (-2_208_988_800.0, "Mon, 01 Jan 1900 00:00:00 +0000"),
        (-0.5, "Wed, 31 Dec 1969 23:59:59 +0000"),
        (951_782_400.0, "Tue, 29 Feb 2000 00:00:00 +0000"),
        (1_795_773_600.999, "Fri, 27 Nov 2026 10:00:00 +0000"),
        (253_402_300_799.0, "Fri, 31 Dec 9999 23:59:59 +0000"),
    ])
    func `the date is English, in UTC and cut to the second`(seconds: Double, form: String) throws {
        #expect(try MailDate.format(Date(timeIntervalSince1970: seconds)) == form)
    }

    @Test func `the boundary keeps to its length and alphabet whatever the seed is`() throws {
        for seed in ["", "é\"\r\n--", String(repeating: "a-b", count: 200)] {
            let octets = try MailMessage.sample { $0.boundarySeed = seed }.encoded()
            #expect(WireFormat.violations(octets).isEmpty)
            let text = String(decoding: octets, as: UTF8.self)
            let boundary = try #require(text.firstMatch(of: #/boundary="(=_[a-zA-Z0-9]*)"/#)).output.1
            #expect(boundary.utf8.count <= 70)
        }
    }
}
