// P12: an objection that is imported in any spelling of an address blocks that address, or its line is refused; it never blocks another
// person, and two people are never one.

import Consent
import Domain
import Foundation
import Intake
import OutboxStore
import Support
import Testing

@Suite struct ImportedPeopleTests {
    private let test: TestImport

    init() throws {
        test = try TestImport()
    }

    private static let address = "zoe.weber@xn--mller-kva.example.lu"
    /// Spellings that must be the same person, or nobody.
    private static let spellings = [
        "zoe.weber@xn--mller-kva.example.lu", "zoe.weber@müller.example.lu",
        "zoe.weber@mu\u{308}ller.example.lu",
        "ZOE.WEBER@MÜLLER.EXAMPLE.LU", "Zoe.Weber@Müller.Example.LU", "zoe.weber@XN--MLLER-KVA.example.lu",
        "zoe.weber@MU\u{308}LLER.EXAMPLE.LU", " zoe.weber@müller.example.lu", "zoe.weber@müller.example.lu ",
        "\tzoe.weber@müller.example.lu\t", "\u{A0}zoe.weber@müller.example.lu",
        "\u{3000}zoe.weber@müller.example.lu",
        "zoe.weber@müller.example.lu.", "zoe.weber@müller.example.lu..", "zoe.weber @müller.example.lu",
        "zoe.weber@ müller.example.lu", "zoe.weber@müller .example.lu", "\"zoe.weber\"@müller.example.lu",
        "\"zoe\\.weber\"@müller.example.lu", "\"ZOE.WEBER\"@müller.example.lu",
        "<zoe.weber@müller.example.lu>",
        "mailto:zoe.weber@müller.example.lu", "Zoé <zoe.weber@müller.example.lu>",
        "(x)zoe.weber@müller.example.lu",
        "zoe.weber@müller.example.lu(x)", "zoe.weber@mü\u{AD}ller.example.lu", "zoe.weber@müller。example。lu",
        "zoe.weber@müller\u{FF0E}example\u{FF0E}lu", "zoe.weber@ｍüller.example.lu",
        "zoe.weber@müller.ｅｘａｍｐｌｅ.lu",
        "zoe.weber@m%C3%BCller.example.lu", "ｚoe.weber@müller.example.lu",
        "zoe.weber\u{FF20}müller.example.lu", "zoe.weber@müller.example.lu\u{200B}",
        "\u{FEFF}zoe.weber@müller.example.lu",
        "zoe.weber@mu\u{308}\u{200D}ller.example.lu", "zoe.weber@müller.example.lu\r",
        "zoe.weber@müller.example.lu\u{0}",
        "zoe.weber@müller.example.lu,other@example.lu", "zoe.weber@[müller.example.lu]",
        "zoe.weber@@müller.example.lu",
    ]
    /// What looks like it and is somebody else.
    private static let others = [
        "zoeweber@müller.example.lu", "zoe.weber+news@müller.example.lu", "zoe.weber@mueller.example.lu",
        "zoe.weber@muller.example.lu", "zoë.weber@müller.example.lu", "zoe-weber@müller.example.lu",
        "zoe.weber@müller.example.com", "zoe.weber@mail.müller.example.lu", "zoе.weber@müller.example.lu",
        "zoe.weber@müller.example.lu.lu", "zoe%2Eweber@müller.example.lu", "oe.weber@müller.example.lu",
        "zoe.weber@müIler.example.lu",
    ]

    private static func line(_ member: String, _ value: String) throws -> String {
        let object = [member: value, "event": "objected", "scope": "all"]
        return String(decoding: try JSONEncoder().encode(object), as: UTF8.self)
    }

    /// Each spelling in a dealership of its own, so that it is the only thing that can block there.
    @Test func everySpellingBlocksItsPersonOrIsRefused() throws {
        var recorded = 0
        #expect(Self.spellings.count >= 40)
        for (number, spelling) in Self.spellings.enumerated() {
            let dealership = try DealershipID("garage-\(number)")
            _ = try test.fixture.store.put(dealership, record: "{}")
            let fates = try test.lines([Self.line("email", spelling)], for: dealership)
            let reference = StoreFixture.keys.reference(
                to: .email(try EmailAddress(Self.address)), of: dealership)
            let entries = try test.fixture.store.read { reader throws(StoreError) in
                try reader.verifyLedgers()
            }.first { $0.dealership == dealership.text }?.entries
            switch fates[0].kind {
            case .recorded:
                recorded += 1
                #expect(entries == 1)
                #expect(try test.standing(reference, of: dealership) == ["objected all"], "\(spelling)")
            case .refused: #expect(entries == 0, "\(spelling)")
            case .standing, .contact: Issue.record("\(spelling) became \(fates[0].kind)")
            }
        }
        #expect(recorded >= 12, "the spellings that people use are understood")
    }

    @Test(arguments: others) func whoeverLooksAlikeIsNotBlocked(other: String) throws {
        _ = try test.lines([Self.line("email", other)])
        #expect(try test.standing(test.fixture.reference(Self.address)) == [])
        let message = try test.fixture.accept(test.fixture.acceptance(Self.address))
        #expect(message.state == .queued)
    }

    @Test(
        arguments: [
            "+352621123456", "+352 621 123 456", "+352-621-123-456", "+352.621.123.456", "+352/621/123456",
            "+352 (621) 123456", "+352\u{A0}621\u{A0}123\u{A0}456", "+352\u{202F}621 123 456",
            " +352621123456 ",
            "00352621123456", "00 352 621 123 456", "0621123456", "621123456", "352621123456",
            "+3520621123456",
            "+352 (0) 621 123 456", "(+352) 621 123 456", "tel:+352621123456", "+352621123456;ext=5",
            "\u{FF0B}352621123456", "+３５２621123456", "+352 621 123 456 (privat)", "++352621123456",
            "+352\u{2011}621123456",
        ])
    func everyNotationOfANumberIsThatNumberOrRefused(notation: String) throws {
        let fate = try test.lines([Self.line("phone", notation)])[0]
        let standing = try test.standing(test.phone("+352621123456"))
        #expect(standing == (fate.kind == .recorded ? ["objected all"] : []))
        #expect(try test.entryCount() == (fate.kind == .recorded ? 1 : 0))
        let isInternational = notation.drop { $0.isWhitespace || $0 == "(" }.hasPrefix("+")
        #expect(isInternational || fate.kind == .refused)
    }

    @Test(arguments: ["+35262112345", "+3526211234567", "+352621123457", "+353621123456"])
    func anotherNumberIsAnotherPerson(number: String) throws {
        #expect(try test.lines([Self.line("phone", number)])[0].kind == .recorded)
        #expect(try test.standing(test.phone("+352621123456")) == [])
    }

    /// 10 000 objections of few people in random spellings: a line adds an entry exactly when its person is new. One merged with another
    /// would be `standing` too early, one taken for two would be `recorded` twice.
    @Test func peopleAreNeverMergedNorSplit() throws {
        var random = SeededGenerator(state: 12)
        let locals = [
            "zoe", "zoe.weber", "zoe-weber", "z.oe", "zo.e", "zoe+1", "zoe1", "o'zoe", "z", "zz", "paul",
            "pau1",
        ]
        let domains = [
            ["müller.lu", "mu\u{308}ller.lu", "xn--mller-kva.lu"], ["muller.lu"], ["mueller.lu"],
            ["straße.de", "xn--strae-oqa.de"], ["strasse.de"], ["example.lu", "ｅxample.lu"],
            ["example.lu.example.lu"],
            ["éxample.fr", "e\u{301}xample.fr", "xn--xample-9ua.fr"], ["example.fr"], ["sub.example.lu"],
        ]
        var people: [(key: String, line: String)] = []
        for _ in 0..<10_000 {
            let kind = Int.random(in: 0..<10, using: &random)
            let text: (key: String, member: String, value: String)
            if kind < 7 {
                let local = locals.randomElement(using: &random) ?? "zoe"
                let domain = Int.random(in: 0..<domains.count, using: &random)
                let number = Int.random(in: 0..<20, using: &random)
                var value = "\(local).\(number)@\(domains[domain].randomElement(using: &random) ?? "")"
                value = value.map { Bool.random(using: &random) ? $0.uppercased() : String($0) }.joined()
                if kind == 0 { value = " \(value)\t" }
                // The capital of ß is SS, which is another domain.
                if domain == 3 { value = value.replacingOccurrences(of: "SS", with: "ß") }
                text = ("\(local).\(number)@\(domain)", "email", value)
            } else if kind < 9 {
                let number = "+3526210000" + String(Int.random(in: 10...99, using: &random))
                let separated = number.map { digit in
                    String(digit)
                        + ([" ", "-", ".", "/", "", "", "", "\u{A0}"].randomElement(using: &random) ?? "")
                }.joined()
                text = (number, "phone", separated)
            } else {
                let number =
                    ["K-1", "k-1", "K1", "K-10", "+3526210000", "zoe.1@example.lu"].randomElement(
                        using: &random) ?? ""
                text = ("customer \(number)", "customer", " \(number) ")
            }
            people.append((text.key, try Self.line(text.member, text.value)))
        }
        let fates = try test.lines(people.map(\.line))
        var known: Set<String> = []
        for (person, fate) in zip(people, fates) {
            let expected: ConsentImport.Fate.Kind = known.insert(person.key).inserted ? .recorded : .standing
            #expect(fate.kind == expected, "\(person)")
        }
        #expect(known.count > 2_000)
        #expect(try test.entryCount() == Int64(known.count))
    }
}
