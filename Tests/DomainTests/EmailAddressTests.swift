// What an address promises: safe in an SMTP command and a header, and one canonical form for one mailbox,
// never one for two.

import Domain
import Support
import Testing

@Suite("E-mail addresses")
struct EmailAddressTests {
    static let taken: [(written: String, address: String, canonical: String)] = [
        ("zoe@example.lu", "zoe@example.lu", "zoe@example.lu"),
        ("Zoe.Weber@Example.LU", "Zoe.Weber@example.lu", "zoe.weber@example.lu"),
        ("  zoe@example.lu\t", "zoe@example.lu", "zoe@example.lu"),
        ("\u{A0}zoe@example.lu\u{3000}", "zoe@example.lu", "zoe@example.lu"),
        ("a+b-c_d!#$%&'*/=?^`{|}~@x.lu", "a+b-c_d!#$%&'*/=?^`{|}~@x.lu", "a+b-c_d!#$%&'*/=?^`{|}~@x.lu"),
        ("1@2.3com", "1@2.3com", "1@2.3com"),
    ]

    @Test("are sent as written and referred to in one form", arguments: taken)
    func forms(written: String, address: String, canonical: String) throws {
        let value = try EmailAddress(written)
        #expect(value.address == address)
        #expect(value.canonical == canonical)
    }

    /// Each group is one mailbox; no two groups are.
    static let mailboxes: [[String]] = [
        [
            "info@müller.lu", "info@MÜLLER.lu", "INFO@Müller.LU", "info@xn--mller-kva.lu",
            "info@XN--MLLER-KVA.LU", "info@mu\u{308}ller.lu", "info@MU\u{308}LLER.lu", " info@müller.lu ",
            "info@ｍüｌｌｅｒ.lu", "info@müller．lu", "info@müller。lu",
        ],
        ["info@muller.lu", "Info@Muller.lu"],
        ["info@mueller.lu"],
        ["info@mûller.lu"],
        ["info@faß.de", "info@FAẞ.de", "info@xn--fa-hia.de"],
        ["info@fass.de", "info@FASS.DE", "\tinfo@fass.de"],
        ["info@fas.de"],
        ["info@日本.jp", "info@xn--wgv71a.jp"],
        ["zoe@example.lu", "ZOE@EXAMPLE.LU", "zoe@ｅｘａｍｐｌｅ.lu"],
        ["zo.e@example.lu"],
        ["zoe+a@example.lu"],
        ["zoe@example.com"],
        ["zoe@mail.example.lu"],
        ["zoe-@example.lu"],
        // Dotless and dotted i, sharp s and its like: letters that other programs fold into ASCII.
        ["info@ımage.lu"],
        ["info@image.lu", "info@IMAGE.LU"],
    ]

    @Test("have one canonical form for a mailbox", arguments: mailboxes)
    func oneForm(spellings: [String]) throws {
        let forms = try Set(spellings.map { try EmailAddress($0).canonical })
        #expect(forms.count == 1)
        let form = try #require(forms.first)
        #expect(try EmailAddress(form).canonical == form, "the canonical form is not its own")
    }

    @Test("never have one canonical form for two mailboxes")
    func noSharedForm() throws {
        let forms = try Self.mailboxes.map { try EmailAddress($0[0]).canonical }
        #expect(Set(forms).count == forms.count)
    }

    @Test(
        "are refused outside ASCII before the @, quoted, commented, literal or without a full domain",
        arguments: [
            "", " ", "@", "zoe", "zoe@", "@example.lu", "zoë@example.lu", "zo\u{301}e@example.lu",
            "zoe＠example.lu", "\u{212A}oe@example.lu", "\"zoe\"@example.lu", "\"zoe weber\"@example.lu",
            "zoe(x)@example.lu", "zoe@example.lu(x)", "zoe@[192.0.2.1]", "zoe@[IPv6:::1]", "zoe@192.0.2.1",
            "zoe@localhost", ".zoe@example.lu", "zoe.@example.lu", "zo..e@example.lu", "zoe@example..lu",
            "zoe@.example.lu", "zoe@example.lu.", "zoe@-example.lu", "zoe@example-.lu", "zoe@exam_ple.lu",
            "zoe@example.lu:25", "zoe@example.lu/x", "zoe@example.lu?x", "zoe@example.lu#x",
            "zoe@exa%6Dple.lu", "zoe@example.lu／x", "zoe@example.lu＠evil.lu", "zoe@example.lu：25",
            "zoe@weber@example.lu", "zoe@example.lu,max@example.lu", "zoe@example.lu;max@example.lu",
            "Zoe <zoe@example.lu>", "<zoe@example.lu>", "zoe @example.lu", "zoe@ example.lu",
            "zoe@example.123", "mailto:zoe@example.lu",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try EmailAddress(text) }
    }

    @Test("end at 64 characters before the @, 63 a label and 254 in all")
    func lengths() throws {
        let local = String(repeating: "a", count: 64)
        let label = String(repeating: "b", count: 63)
        #expect(try EmailAddress("\(local)@\(label).lu").address.utf8.count == 131)
        #expect(throws: ValueError.self) { try EmailAddress("a\(local)@\(label).lu") }
        #expect(throws: ValueError.self) { try EmailAddress("\(local)@b\(label).lu") }
        // 64 + 1 + 189 = 254: three labels of 61, 62 and 61 with their points, and "lu".
        let domain = [61, 61, 62].map { String(repeating: "c", count: $0) }.joined(separator: ".") + ".lu"
        #expect(try EmailAddress("\(local)@\(domain)").address.utf8.count == 254)
        #expect(throws: ValueError.self) { try EmailAddress("\(local)@c\(domain)") }
    }

    @Test("take no byte that ends a command, a header or a path, wherever it stands")
    func injections() {
        let address = Array("zoe@example.lu")
        let controls = (0...0x20).map { String(UnicodeScalar(UInt8($0))) }
        let specials = "\u{7F}<>()[]:;,\\\"@".map { String($0) }
        let lines = ["\r\n", "\r\nRCPT TO:<x@y.lu>", "\u{85}", "\u{2028}", "\u{2029}"]
        var refused = 0
        for insertion in controls + specials + lines {
            for place in 0...address.count {
                let isTrimmed = [" ", "\t"].contains(insertion) && [0, address.count].contains(place)
                let text: String = String(address[..<place]) + insertion + String(address[place...])
                let isTaken = (try? EmailAddress(text)) != nil
                #expect(isTaken == isTrimmed, "\(text.debugDescription)")
                refused += isTrimmed ? 0 : 1
            }
        }
        #expect(refused == (33 + 13 + 5) * 15 - 4)
    }

    @Test("are safe in a command whatever they were made of")
    func safe() throws {
        var random = SeededGenerator(state: 7)
        let pieces = Array("ab.@-_<>\"\\\r\n \t%;,:()[]é\u{308}ß。．＠\u{200B}\u{AD}xn--0").map(String.init)
        var taken = 0
        for _ in 0..<40_000 {
            let text = (0..<Int.random(in: 3...12, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard let value = try? EmailAddress(text + "@b" + text.suffix(3) + "a.lu") else { continue }
            taken += 1
            for form in [value.address, value.canonical] {
                #expect(form.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "\(text.debugDescription)")
                #expect(!form.contains { "<>\"\\;,:()[] ".contains($0) }, "\(text.debugDescription)")
                #expect(form.count { $0 == "@" } == 1, "\(text.debugDescription)")
            }
        }
        #expect(taken > 50)
    }

    @Test("know their domain in ASCII")
    func domain() throws {
        #expect(try EmailAddress("Info@Müller.LU").domain == "xn--mller-kva.lu")
    }

    @Test("never stand in the error that refuses them")
    func errorIsSilent() {
        for text in ["zoe.weber@[1.2.3.4]", "zoe.weber example.lu", "zoë.weber@example.lu", "zoe.weber@b c"] {
            let error = #expect(throws: ValueError.self) { try EmailAddress(text) }
            #expect(error?.reason.contains("weber") == false)
        }
    }
}
