// Counts and cuts of an SMS: the vectors of the standards page, what no cut may split, and PyPI's smsutil as the judge of every
// character of the basic plane and of random texts whose lengths lie around the limits.

import SMS
import Support
import Testing

@Suite("Text of an SMS")
struct SMSTextTests {
    private static func times(_ count: Int, _ text: String) -> String {
        String(repeating: text, count: count)
    }

    @Test(
        "the vectors of TS 23.038: units of each part",
        arguments: [
            ("", "gsm7", [0]),
            (times(160, "a"), "gsm7", [160]),
            (times(161, "a"), "gsm7", [153, 8]),
            (times(152, "a") + "€" + times(10, "b"), "gsm7", [152, 12]),
            (times(158, "a") + "€", "gsm7", [160]),
            (times(159, "a") + "€", "gsm7", [153, 8]),
            (times(70, "ж"), "ucs2", [70]),
            (times(71, "ж"), "ucs2", [67, 4]),
            (times(66, "ж") + "😀xxx", "ucs2", [66, 5]),
            (times(34, "😀") + "xxx", "ucs2", [66, 5]),
            (times(307, "a"), "gsm7", [153, 153, 1]),
        ])
    func vectors(text: String, encoding: String, units: [Int]) {
        let sms = SMSText(text)
        #expect(sms.encoding.rawValue == encoding)
        #expect(sms.parts.map { SMSText($0).encoding == .ucs2 ? $0.utf16.count : Self.septets($0) } == units)
        #expect(sms.units == units.reduce(0, +))
        #expect(sms.segments == units.count)
        #expect(sms.parts.joined() == text)
    }

    private static func septets(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + (GSMAlphabet.septets(of: $1) ?? 1_000) }
    }

    @Test("a grapheme stays whole where the number of parts is the same")
    func graphemes() {
        let family = "👩‍👩‍👧"
        let roomy = SMSText(Self.times(64, "ж") + family + "xxx")
        #expect(roomy.parts == [Self.times(64, "ж"), family + "xxx"])
        // Flags are two regional indicators, four units; eight graphemes straddle no cut of 67.
        let flags = SMSText(Self.times(40, "🇱🇺"))
        #expect(flags.parts.map(\.count) == [16, 16, 8])
        // Two full parts hold 134 units: kept whole, the mark's letter would need a third.
        let full = SMSText(Self.times(66, "ж") + "x\u{301}" + Self.times(66, "ж"))
        #expect(full.segments == 2)
        #expect(full.parts.map(\.utf16.count) == [67, 67])
        // A grapheme of more than one part is cut between scalars.
        let tower = SMSText("x" + Self.times(100, "\u{301}"))
        #expect(tower.parts.map(\.utf16.count) == [67, 34])
    }

    @Test("what forces UCS-2 is named, each once, in order")
    func offendingCharacters() {
        #expect(SMSText("Préparé à 8 h, 20 €").offendingCharacters == [])
        #expect(SMSText("être ça, être là… 👍🏽").offendingCharacters == ["ê", "ç", "…", "👍🏽"])
    }

    @Test(
        "the sent form: composed, line feeds, no control character",
        arguments: [
            ("a\r\nb\rc\nd", "a\nb\nc\nd"), ("a\r\n\r\nb\n\rc", "a\n\nb\n\nc"),
            ("a\u{2028}b\u{85}c\u{C}d\u{B}e", "a\nb\nc\nd\ne"), ("a\tb", "a b"),
            ("a\u{1B}e\u{0}\u{7F}\u{9B}b", "aeb"), ("e\u{301} \u{2126}", "é Ω"), ("ç\u{200B}x", "ç\u{200B}x"),
        ])
    func sentForm(text: String, sent: String) {
        #expect(Array(SMSText(text).text.unicodeScalars) == Array(sent.unicodeScalars))
    }

    @Test("smsutil knows the same alphabet: every character of the basic plane")
    func alphabet() throws {
        let scalars = (0..<0x10000).compactMap { Unicode.Scalar($0) }
        let script = """
            import json, sys
            from smsutil.codecs import GSM_BASIC_CHARSET, GSM_EXT_CHARSET
            costs = {c: 1 for c in GSM_BASIC_CHARSET if c != "\\x1b"} | {c: 2 for c in GSM_EXT_CHARSET}
            question = json.load(open(sys.argv[1] + "/question"))
            json.dump([costs.get(c, 0) for c in question], open(sys.argv[1] + "/answer", "w"))
            """
        let judged = try SMSJudge.answer(of: script, to: scalars.map { String($0) }, as: [Int].self)
        for (scalar, cost) in zip(scalars, judged) {
            #expect(GSMAlphabet.septets(of: scalar) ?? 0 == cost, "U+\(String(scalar.value, radix: 16))")
        }
        #expect(judged.count { $0 == 1 } == 127)
        #expect(judged.count { $0 == 2 } == 10)
    }

    private struct Count: Decodable {
        let encoding: String
        let units: Int
        let segments: Int
    }

    @Test("smsutil counts the same in 4 000 random texts around the limits")
    func counts() throws {
        var random = SeededGenerator(state: 6)
        let alphabets = [
            ["a", "€"], ["a", "é", "€", "^", "\n", "Ω"], ["ж", "😀"], ["a", "x\u{301}", "ñ"],
            ["👩‍👩‍👧", "🇱🇺", "a", "e\u{301}"], ["a", "b", "c", "d", "e", "f", "g", "h", "ê"], ["😀"],
            ["\r\n", "|", "ê"],
        ]
        let limits = [67, 70, 134, 153, 160, 201, 306, 459, 35]
        let texts = (0..<4_000).map { _ in
            let alphabet = alphabets.randomElement(using: &random)!
            let wanted = limits.randomElement(using: &random)! + Int.random(in: -4...4, using: &random)
            var text = Self.times(Int.random(in: 0...wanted, using: &random), alphabet[0])
            while text.utf16.count < wanted { text += alphabet.randomElement(using: &random)! }
            return SMSText(text)
        }
        let script = """
            import json, sys
            from smsutil import split
            def count(text):
                result = split(text)
                unit = 1 if result.encoding == "gsm0338" else 2
                return {"encoding": {1: "gsm7", 2: "ucs2"}[unit], "units": result.total_bytes // unit,
                        "segments": len(result.parts)}
            question = json.load(open(sys.argv[1] + "/question"))
            json.dump([count(text) for text in question], open(sys.argv[1] + "/answer", "w"))
            """
        let judged = try SMSJudge.answer(of: script, to: texts.map(\.text), as: [Count].self)
        for (text, judged) in zip(texts, judged) {
            #expect(
                text.encoding.rawValue == judged.encoding && text.units == judged.units
                    && text.segments == judged.segments, "\(text)")
            #expect(text.parts.joined().unicodeScalars.elementsEqual(text.text.unicodeScalars))
            let isSingle = text.segments == 1
            let limit = text.encoding == .gsm7 ? (isSingle ? 160 : 153) : (isSingle ? 70 : 67)
            for part in text.parts {
                let units = text.encoding == .gsm7 ? Self.septets(part) : part.utf16.count
                #expect(units <= limit && (units > 0 || isSingle))
            }
        }
    }
}
