// No spelling of the recipient survives in a stored reply, and no control does.

import Delivery
import Testing

@Suite("Reply redaction")
struct ReplyRedactionTests {
    @Test(
        "every spelling of the recipient is replaced",
        arguments: [
            ("550 5.1.1 <zoe.weber@example.lu>: unknown", "550 5.1.1 <recipient>: unknown"),
            ("550 ZOE.Weber@EXAMPLE.lu unknown", "550 <recipient> unknown"),
            ("550 zoe.weber+car@example.lu", "550 <recipient>"),
            ("550 user zoe.weber: no", "550 user <recipient>: no"),
            ("550 'zoe.weber+car'", "550 '<recipient>'"),
            ("550 bounce+zoe.weber=example.lu@gw", "550 bounce+<recipient>@gw"),
            ("550 see https://x/?e=zoe.weber%40example.lu&a", "550 see https://x/?e=<recipient>&a"),
            ("550-zoe.weber\n550 zoe.weber", "550-<recipient> 550 <recipient>"),
            ("250 2.0.0 queued as 4F2", "250 2.0.0 queued as 4F2"),
            ("550 zoe.weberine", "550 zoe.weberine"),
        ])
    func spellings(text: String, expected: String) {
        #expect(ReplyRedaction.storable(text, recipient: "zoe.weber+car@example.lu") == expected)
    }

    @Test(
        "every spelling of a number is replaced",
        arguments: [
            ("no +352621123456 here", "no <recipient> here"), ("352621123456", "<recipient>"),
            ("to=%2B352621123456&x", "to=%2B<recipient>&x"), ("00352621123456.", "<recipient>."),
            ("(+352) 621 123-456!", "(<recipient>!"), ("621.12.34.56", "<recipient>"),
            ("0621/123456", "<recipient>"),
            ("621\u{A0}123\u{202F}456", "<recipient>"), ("62112\u{200B}3456", "<recipient>"),
            ("621%20123%20456", "<recipient>"), ("٦٢١١٢٣٤٥٦", "<recipient>"),
            ("'+352621123456'+352621123456", "'<recipient>"),
            ("{\"code\":21211,\"to\":\"352621123456\"}", "{\"code\":21211,\"to\":\"<recipient>\"}"),
            ("21211: no", "21211: no"), ("2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"),
            ("352621123457", "352621123457"), ("+", "+"), ("% 1 %3", "% 1 %3"), ("123456", "<recipient>"),
        ])
    func numbers(text: String, expected: String) {
        #expect(ReplyRedaction.storable(text, recipient: "+352621123456") == expected)
    }

    @Test("a short local part is replaced as a word only, a quoted one without its quotes too")
    func shortLocal() {
        #expect(
            ReplyRedaction.storable("550 a mailbox of a@b.lu", recipient: "a@b.lu")
                == "550 <recipient> mailbox of <recipient>")
        #expect(
            ReplyRedaction.storable("550 mark.x \"mark.x\"@b.lu", recipient: "\"mark.x\"@b.lu")
                == "550 <recipient> <recipient>")
        #expect(
            ReplyRedaction.storable("550 recipient@b.lu", recipient: "recipient@b.lu") == "550 <recipient>")
    }

    @Test("an address that begins with a plus is an address, and no phone number")
    func plus() {
        #expect(ReplyRedaction.storable("550 +zoe@b.lu", recipient: "+zoe@b.lu") == "550 <recipient>")
    }

    @Test("controls and invisible formatting become one space, and 512 scalars are the end")
    func controls() {
        #expect(
            ReplyRedaction.storable("550 \u{1B}[31mred\r\n\t\0\u{202E}x\u{85}\u{2028}y ", recipient: "z@b.lu")
                == "550 [31mred x y")
        let long = ReplyRedaction.storable(
            "550 e" + String(repeating: "\u{301}", count: 9_000), recipient: "z@b.lu")
        #expect(long.unicodeScalars.count == 512)
        let cut = ReplyRedaction.storable(
            String(repeating: "x", count: 505) + " zoe@example.lu", recipient: "zoe@example.lu")
        #expect(!cut.contains("zoe"))
    }
}
