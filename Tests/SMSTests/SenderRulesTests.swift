// Which sender a country sees: the first that it shows, or an error that says what to do; and what a sender and a rule may not be.

import Domain
import JSON
import SMS
import Testing

@Suite("Senders of SMS")
struct SenderRulesTests {
    @Test(
        "a sender is a name, a number or a short code",
        arguments: [
            ("GarageNord", .alphanumeric), ("A&B 4x4", .alphanumeric), ("Auto-Lux.1", .alphanumeric),
            ("ABC", .alphanumeric),
            ("+352621000000", .numeric), ("64000", .shortCode), ("809", .shortCode),
        ] as [(String, SenderID.Form)])
    func forms(text: String, form: SenderID.Form) throws {
        let sender = try SenderID(text)
        #expect(sender.form == form)
        #expect(sender.text == text)
        #expect(sender.isReplyable == (form != .alphanumeric))
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "AB", "ABCDEFGHIJKL", "Garäge", "Škoda", " Garage", "Garage ", "Gar\nage", "Gar\u{0}age",
            "12", "0621123456", "352621123456",
            "---", "+", "+33 06 12 34 56 78", "Garage!", "a\tb", "日本語",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try SenderID(text) }
    }

    private static func choose(
        _ senders: [String], _ country: String, _ purposeClass: PurposeClass = .essential
    ) throws -> String {
        try SenderRules.standard.choose(
            from: senders.map { try SenderID($0) }, to: CountryCode(country), class: purposeClass
        ).text
    }

    @Test(
        "the first that the country shows",
        arguments: [
            (["GarageNord", "+352621000000"], "LU", "GarageNord"),
            (["+352621000000", "GarageNord"], "LU", "+352621000000"),
            (["+352621000000", "GarageNord"], "FR", "GarageNord"),
            (["GarageNord", "+352621000000"], "BE", "+352621000000"),
            (["64000", "GarageNord"], "DE", "GarageNord"),
            (["+352621000000", "+34612000000"], "ES", "+34612000000"),
            (["+41791234567", "+352621000000"], "CH", "+352621000000"), (["GarageNord"], "AT", "GarageNord"),
        ])
    func choice(senders: [String], country: String, chosen: String) throws {
        #expect(try Self.choose(senders, country) == chosen)
    }

    @Test(
        "none is an error of the configuration, in words",
        arguments: [
            (
                ["GarageNord"], "BE", .essential,
                "no sender for SMS to BE: none of the dealership's smsSender; its networks show "
                    + "a phone number or a short code that is registered"
            ),
            (
                ["+352621000000"], "IT", .essential,
                "no sender for SMS to IT: none of the dealership's smsSender; its networks show "
                    + "a name that is registered or a phone number of IT or a short code"
            ),
            (
                [], "DE", .safety,
                "no sender for SMS to DE: the dealership has no smsSender; its networks show a name or a phone number"
            ),
            (["GarageNord"], "PL", .essential, "no SMS to PL: Outbox/sender-rules.json has no rule for it"),
            (
                ["GarageNord"], "AT", .survey,
                "no survey by SMS to AT: the networks carry no bulk traffic; names cost a monthly fee, "
                    + "numbers are replaced by one"
            ),
        ] as [([String], String, PurposeClass, String)])
    func noSender(senders: [String], country: String, purposeClass: PurposeClass, reason: String) {
        #expect(throws: ValueError(reason)) { try Self.choose(senders, country, purposeClass) }
    }

    @Test("every country with mobile numbers has a rule, and every rule a plan")
    func countries() {
        let mobile = NumberPlans.standard.plans.filter { plan in
            plan.ranges.contains { $0.kind.mayReceiveSMS }
        }
        #expect(Set(mobile.map(\.country)) == Set(SenderRules.standard.rules.map(\.country)))
    }

    @Test(
        "a file that says something unknown is refused",
        arguments: [
            (
                #"country: "LUX", alphanumeric: "yes", numeric: "yes", shortCode: "yes", source: "x""#,
                "/countries/0/country"
            ),
            (
                #"country: "LU", alphanumeric: "maybe", numeric: "yes", shortCode: "yes", source: "x""#,
                "/countries/0/alphanumeric"
            ),
            (
                #"country: "LU", alphanumeric: "national", numeric: "yes", shortCode: "yes", source: "x""#,
                "/countries/0/alphanumeric"
            ),
            (#"country: "LU", alphanumeric: "yes", numeric: "yes", source: "x""#, "/countries/0/shortCode"),
            (#"country: "LU", alphanumeric: "yes", numeric: "yes", shortCode: "yes""#, "/countries/0/source"),
            (
                #"country: "LU", alphanumeric: "yes", numeric: "yes", shortCode: "yes", source: "x", x: 1"#,
                "/countries/0/x"
            ),
            (
                #"country: "LU", alphanumeric: "yes", numeric: "yes", shortCode: "yes", source: "x" }, { country: "LU", alphanumeric: "no", numeric: "no", shortCode: "no", source: "x""#,
                "/countries/1/country"
            ),
        ])
    func strict(rule: String, pointer: String) throws {
        let text = #"{ date: "2026-11-23", countries: [{ \#(rule) }] }"#
        let document = try JSONValue(parsing: Array(text.utf8), syntax: .json5)
        let problems = #expect(throws: JSONProblems.self) { try SenderRules(document) }
        #expect(problems?.problems.first?.pointer == pointer)
    }
}
