// Numbers as people write them, in one form or refused; kinds and countries; and what a file of plans may not say.

import Domain
import JSON
import SMS
import Testing

@Suite("Numbering plans")
struct NumberPlansTests {
    private static func read(_ text: String, _ country: String) -> String? {
        (try? CountryCode(country)).flatMap { try? NumberPlans.standard.read(text, country: $0) }?.e164
    }

    @Test(
        "read national and international notations",
        arguments: [
            ("621 123 456", "LU", "+352621123456"), ("27 12 34 56", "LU", "+35227123456"),
            ("06 12 34 56 78", "FR", "+33612345678"), ("0470 12 34 56", "BE", "+32470123456"),
            ("0151 12345678", "DE", "+4915112345678"), ("+33 (0)6 12 34 56 78", "LU", "+33612345678"),
            ("0033612345678", "LU", "+33612345678"), ("00 33 (0) 6 12 34 56 78", "LU", "+33612345678"),
            ("+33 06 12 34 56 78", "LU", "+33612345678"), ("06-12345678", "NL", "+31612345678"),
            ("079 123 45 67", "CH", "+41791234567"), ("0664 1234567", "AT", "+436641234567"),
            ("07400 123456", "GB", "+447400123456"), ("085 012 3456", "IE", "+353850123456"),
            ("912 345 678", "PT", "+351912345678"), ("612 34 56 78", "ES", "+34612345678"),
            ("06 6982 1234", "IT", "+390669821234"), ("+39 (0)6 6982 1234", "LU", "+390669821234"),
            ("+39 (0)331 123 456", "LU", "+390331123456"), ("312 345 6789", "IT", "+393123456789"),
            ("+352 (0)621 123 456", "FR", "+352621123456"), ("(+352) 621/123.456", "FR", "+352621123456"),
            ("٠٦١٢٣٤٥٦٧٨", "FR", "+33612345678"), ("＋３５２ ６２１ １２３ ４５６", "FR", "+352621123456"),
            ("\u{202A}+352 621‑123‑456\u{202C}", "FR", "+352621123456"), ("612345678", "FR", "+33612345678"),
            ("33612345678", "FR", "+33612345678"), ("+48 512 345 678", "LU", "+48512345678"),
            ("+1 (202) 555-0123", "LU", "+12025550123"),
        ])
    func read(text: String, country: String, e164: String) {
        #expect(Self.read(text, country) == e164)
    }

    @Test(
        "refuse what is no number, or somebody earns by",
        arguments: [
            ("0612345678", "LU"), ("0621123456", "LU"), ("621 123 45", "LU"), ("06 12 34 56 7", "FR"),
            ("06 12 34 56 789", "FR"), ("+33 00 12 34 56 78", "FR"), ("+352 0621 123456", "LU"),
            ("0800 FLOWERS", "FR"),
            ("06 12 34 56 78 ext. 9", "FR"), ("06 12 34 56 78 #9", "FR"), ("06 12 34 56 78,9", "FR"),
            ("", "FR"),
            ("+", "FR"), ("00", "FR"), ("++33612345678", "FR"), ("33+612345678", "FR"), ("512 345 678", "PL"),
            ("+48 (0)512 345 678", "LU"), ("0048512345678", "LU"), ("006 12 34 56 78", "FR"),
            ("0899 123 456", "FR"), ("+44 909 879 0000", "GB"),
            ("901 12345", "LU"),
            ("801 12345", "LU"), ("+870 773 111 632", "LU"), ("+881 6 1234 5678", "LU"),
            ("+882 16 1234 5678", "LU"),
            ("+883 5100 1234 5678", "LU"), ("+979 123 456 789", "LU"), ("+33 6 12 34 56 78\n", "FR"),
        ])
    func refused(text: String, country: String) {
        #expect(Self.read(text, country) == nil)
    }

    @Test("a refusal says what to do and not the number")
    func refusals() throws {
        let luxembourg = try CountryCode("LU")
        for (text, reason) in [
            ("0612345678", "is no phone number of LU; one of another country begins with + and its code"),
            ("+33 1", "is no phone number of FR: no such prefix, or a digit too many or missing"),
            ("901 12345", "must not be a premium, shared-cost or satellite number"),
        ] {
            #expect(throws: ValueError(reason)) { try NumberPlans.standard.read(text, country: luxembourg) }
        }
        #expect(throws: ValueError("must be in international form: there is no numbering plan for PL")) {
            try NumberPlans.standard.read("512345678", country: CountryCode("PL"))
        }
    }

    @Test(
        "know kind and country",
        arguments: [
            ("+352621123456", .mobile, "LU", true), ("+35227123456", .fixedLine, "LU", false),
            ("+35280012345", .tollFree, "LU", false), ("+352600000000", .invalid, nil, false),
            ("+35290112345", .premium, "LU", false), ("+447400123456", .mobile, "GB", true),
            ("+447781123456", .mobile, "GG", true), ("+447797712345", .mobile, "JE", true),
            ("+447624123456", .mobile, "IM", true), ("+390669812345", .fixedLine, "VA", false),
            ("+390666912345", .fixedLine, "IT", false), ("+870773111632", .satellite, nil, false),
            ("+80012345678", .tollFree, nil, false), ("+49121212", .invalid, nil, false),
            ("+12025550123", .unknownPlan, nil, false),
        ] as [(String, NumberKind, String?, Bool)])
    func kinds(text: String, kind: NumberKind, country: String?, mayReceiveSMS: Bool) throws {
        let plans = NumberPlans.standard
        let number = try PhoneNumber(text)
        #expect(plans.kind(of: number) == kind)
        #expect(plans.country(of: number)?.text == country)
        #expect(plans.mayReceiveSMS(number) == mayReceiveSMS)
    }

    @Test("one form: what is read is read again to the same, and kept as it was written")
    func canonical() throws {
        let country = try CountryCode("FR")
        let number = try NumberPlans.standard.read(" 06 12 34 56 78 ", country: country)
        #expect(number.written == "06 12 34 56 78")
        #expect(try PhoneNumber(number.e164).e164 == number.e164)
        #expect(try NumberPlans.standard.read(number.e164, country: country).e164 == number.e164)
    }

    @Test("a number of two kinds is of the dearer one")
    func precedence() throws {
        let text = """
            { date: "2026-11-23", source: "none", international: {}, plans: [{ country: "LU", code: "352",
              numbers: { mobile: { "9": ["6"] }, premium: { "9": ["62"] }, tollFree: { "9": ["620-621"] } } }] }
            """
        let plan = try #require(NumberPlans(JSONValue(parsing: Array(text.utf8), syntax: .json5)).plans.first)
        #expect(["611111111", "621111111", "71"].map { plan.kind(of: $0) } == [.mobile, .premium, nil])
    }

    @Test(
        "a file that says something unknown is refused",
        arguments: [
            (#"country: "lu", code: "352", numbers: {}"#, "/plans/0/country"),
            (#"country: "LU", code: "+352", numbers: {}"#, "/plans/0/code"),
            (#"country: "LU", code: "352", trunk: "x", numbers: {}"#, "/plans/0/trunk"),
            (#"country: "LU", code: "352", numbers: { mobil: {} }"#, "/plans/0/numbers/mobil"),
            (
                #"country: "LU", code: "352", numbers: { mobile: { "x": ["6"] } }"#,
                "/plans/0/numbers/mobile/x"
            ),
            (
                #"country: "LU", code: "352", numbers: { mobile: { "9-8": ["6"] } }"#,
                "/plans/0/numbers/mobile/9-8"
            ),
            (
                #"country: "LU", code: "352", numbers: { mobile: { "9": ["6-61"] } }"#,
                "/plans/0/numbers/mobile/9"
            ),
            (
                #"country: "LU", code: "352", numbers: { mobile: { "2": ["621"] } }"#,
                "/plans/0/numbers/mobile/2"
            ),
            (
                #"country: "LU", code: "352", numbers: { mobile: { "9": ["62x"] } }"#,
                "/plans/0/numbers/mobile/9"
            ),
        ])
    func strict(plan: String, pointer: String) throws {
        let text = #"{ date: "2026-11-23", source: "none", international: {}, plans: [{ \#(plan) }] }"#
        let document = try JSONValue(parsing: Array(text.utf8), syntax: .json5)
        let problems = #expect(throws: JSONProblems.self) { try NumberPlans(document) }
        #expect(problems?.problems.first?.pointer == pointer)
    }
}
