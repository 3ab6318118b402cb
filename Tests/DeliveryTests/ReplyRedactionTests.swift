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
