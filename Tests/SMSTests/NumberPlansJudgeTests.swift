// PyPI's phonenumbers as the judge of the numbering plans: 10 000 numbers a country, half of them near a number that exists, written as people
// write them. Left out are numbers that E.164 has no room for (15 digits, with the code) and those of fewer than 7, which PhoneNumber refuses
// (phonenumbers takes some of Germany's and Austria's, none of them mobile); and those where a trunk 0 before a 0 calls a third country. What
// is known to differ: phonenumbers drops the prefixes of Luxembourg's carriers (15…), which nobody writes any more.

import Domain
import SMS
import Support
import Testing

@Suite("Numbering plans and their judge")
struct NumberPlansJudgeTests {
    private struct Verdict: Codable, Equatable {
        /// What the number is worth to us: mobile, other, or refused.
        let worth: String
        let e164: String
        let kind: String
    }

    @Test(
        "phonenumbers says the same of valid, invalid and mobile",
        arguments: ["LU", "FR", "BE", "DE", "NL", "PT", "IT", "ES", "CH", "AT", "GB", "IE"])
    func agreement(country text: String) throws {
        let count = 10_000
        let country = try CountryCode(text)
        let plans = NumberPlans.standard.plans
        let plan = try #require(plans.first { $0.country == country })
        let family = plans.filter { $0.code == plan.code }.flatMap(\.ranges)
        var random = SeededGenerator(state: UInt64(text.utf8.reduce(0) { $0 * 256 + Int($1) }))
        let lengths = max(4, 7 - plan.code.count)...15 - plan.code.count
        let numbers = (0..<count).map { index in
            Self.written(
                index % 2 == 0
                    ? Self.nearValid(family, lengths, &random)
                    : Self.anyDigits(Int.random(in: lengths, using: &random), &random),
                plan, &random)
        }
        let judged = try SMSJudge.answer(of: Self.script, to: [[text]] + [numbers], as: [Verdict].self)
        var differences: [String] = []
        for (number, judged) in zip(numbers, judged) {
            let own = Self.verdict(on: number, in: country)
            if own != judged {
                differences.append(
                    "\(text) \(number): \(own.worth) \(own.e164) \(own.kind), judge \(judged.worth) \(judged.e164) \(judged.kind)"
                )
            }
        }
        let agreement = 1 - Double(differences.count) / Double(count)
        print(
            "\(text): \(count) numbers, \(judged.count { $0.worth == "mobile" }) mobile, \(judged.count { $0.worth == "other" }) other, "
                + "agreement \(agreement * 100) %" + differences.map { "\n  " + $0 }.joined())
        #expect(agreement >= 0.999, "\(text): \(differences.count) differences")
        #expect(judged.count { $0.worth == "mobile" } > count / 50)
    }

    private static func verdict(on text: String, in country: CountryCode) -> Verdict {
        guard let number = try? NumberPlans.standard.read(text, country: country) else {
            return Verdict(worth: "refused", e164: "", kind: "")
        }
        let kind = NumberPlans.standard.kind(of: number)
        return Verdict(worth: kind.mayReceiveSMS ? "mobile" : "other", e164: number.e164, kind: kind.rawValue)
    }

    /// A prefix of a plan with the right count of digits behind it, sometimes one more or less; the last digit of the prefix is sometimes another.
    private static func nearValid(
        _ ranges: [NumberRange], _ possible: ClosedRange<Int>, _ random: inout SeededGenerator
    ) -> String {
        let kinds = NumberKind.allCases.filter { kind in ranges.contains { $0.kind == kind } }
        let kind = Bool.random(using: &random) ? .mobile : kinds.randomElement(using: &random)!
        let range = ranges.filter { $0.kind == kind }.randomElement(using: &random)!
        let prefix = String(Int.random(in: range.prefixes, using: &random))
        var digits = String(repeating: "0", count: range.prefixLength - prefix.count) + prefix
        if Int.random(in: 0..<5, using: &random) == 0 { digits = digits.dropLast() + anyDigits(1, &random) }
        let offByOne = [0, 0, 0, 0, 0, 0, 1, -1].randomElement(using: &random)!
        let wanted = Int.random(in: range.lengths, using: &random) + offByOne
        let length = min(max(wanted, possible.lowerBound), possible.upperBound)
        return String((digits + anyDigits(max(length - digits.count, 0), &random)).prefix(length))
    }

    private static func anyDigits(_ count: Int, _ random: inout SeededGenerator) -> String {
        String((0..<count).map { _ in "0123456789".randomElement(using: &random)! })
    }

    private static func written(_ digits: String, _ plan: NumberPlan, _ random: inout SeededGenerator)
        -> String
    {
        let callsAbroad = (plan.trunk + digits).hasPrefix("00")
        return switch Int.random(in: 0..<(callsAbroad ? 3 : 5), using: &random) {
        case 0: "+\(plan.code) \(digits)"
        case 1: "00\(plan.code)\(digits)"
        case 2: "+\(plan.code)/\(digits.prefix(3))-\(digits.dropFirst(3))"
        default: plan.trunk + digits.prefix(2) + " " + digits.dropFirst(2)
        }
    }

    private static let script = """
        import json, sys
        import phonenumbers
        from phonenumbers import PhoneNumberType as T
        (country,), numbers = json.load(open(sys.argv[1] + "/question"))
        names = {T.MOBILE: "mobile", T.FIXED_LINE: "fixedLine", T.FIXED_LINE_OR_MOBILE: "fixedLineOrMobile", T.VOICEMAIL: "voicemail",
                 T.UAN: "corporate", T.PAGER: "pager", T.PERSONAL_NUMBER: "personal", T.VOIP: "voip", T.TOLL_FREE: "tollFree"}
        def verdict(text):
            refused = {"worth": "refused", "e164": "", "kind": ""}
            try:
                number = phonenumbers.parse(text, country)
            except phonenumbers.NumberParseException:
                return refused
            kind = phonenumbers.number_type(number)
            if not phonenumbers.is_valid_number(number) or kind in (T.PREMIUM_RATE, T.SHARED_COST):
                return refused
            mobile = kind in (T.MOBILE, T.FIXED_LINE_OR_MOBILE)
            return {"worth": "mobile" if mobile else "other", "kind": names[kind],
                    "e164": phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}
        json.dump([verdict(text) for text in numbers], open(sys.argv[1] + "/answer", "w"))
        """
}
