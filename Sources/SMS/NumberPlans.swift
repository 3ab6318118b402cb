// The list of `Outbox/number-plans.json`, embedded in the program: reads national notations against a country's plan, so that one number
// has one form in E.164 and what is no number is refused before anything is sent to it. Reading the file is strict; one that cannot be
// read cannot be shipped, because the tests read it.
//
// A number without a plan stays what PhoneNumber makes of it: it can be an address, and gets no SMS.

import Domain
import JSON

package struct NumberPlans: Sendable {
    package let plans: [NumberPlan]
    private let byCode: [String: [NumberPlan]]
    /// Codes of no country.
    private let international: [String: NumberKind]

    /// The plans of this program.
    package static let standard: NumberPlans = {
        do {
            return try NumberPlans(JSONValue(parsing: PackageResources.number_plans_json, syntax: .json5))
        } catch {
            preconditionFailure("Outbox/number-plans.json: \(error)")
        }
    }()

    /// Reads the file's value.
    package init(_ document: JSONValue) throws(JSONProblems) {
        let reader = try JSONObjectReader(document)
        _ = try (reader.string("date"), reader.string("source"))  // For people.
        var international: [String: NumberKind] = [:]
        let codes = try reader.object("international")
        for name in codes.names {
            guard let kind = NumberKind(rawValue: name) else {
                throw codes.problem(name, detail: "must be a kind of number")
            }
            for code in try codes.strings(name).flatMap({ $0.split(separator: " ") }) {
                international[String(code)] = kind
            }
        }
        self.international = international
        var plans: [NumberPlan] = []
        for plan in try reader.objects("plans") { plans.append(try NumberPlan(plan)) }
        try reader.finish()
        self.plans = plans
        byCode = Dictionary(grouping: plans, by: \.code)
    }

    /// Reads a number as somebody wrote it: in international form (`+`, `00`), or as it is dialled inside `country`, with its trunk prefix or
    /// without, where that is a number of the country.
    ///
    /// - Throws: when it is no number of its country's plan, or somebody earns by each message to it; the error does not repeat it.
    package func read(_ text: String, country: CountryCode) throws(ValueError) -> PhoneNumber {
        let dialled = try DialledNumber(text)
        let e164 =
            dialled.isInternational ? try readInternational(dialled) : try readNational(dialled, country)
        let number = try PhoneNumber(e164: e164, written: text)
        guard !kind(of: number).isCharged else {
            throw ValueError("must not be a premium, shared-cost or satellite number")
        }
        return number
    }

    /// What kind of number it is, by its country's plan.
    package func kind(of number: PhoneNumber) -> NumberKind {
        let (code, digits) = split(number.e164.dropFirst())
        if let plans = byCode[code] { return Self.find(digits, in: plans)?.kind ?? .invalid }
        return international[code] ?? .unknownPlan
    }

    /// The country whose plan has the number; nil when it is of no plan here, or invalid in it.
    package func country(of number: PhoneNumber) -> CountryCode? {
        let (code, digits) = split(number.e164.dropFirst())
        return Self.find(digits, in: byCode[code] ?? [])?.plan.country
    }

    /// Whether an SMS may be sent to it at all: a mobile number of a country with a plan.
    package func mayReceiveSMS(_ number: PhoneNumber) -> Bool { kind(of: number).mayReceiveSMS }

    private func readInternational(_ dialled: DialledNumber) throws(ValueError) -> String {
        let (code, digits) = split(dialled.digits[...])
        guard let plans = byCode[code] else {
            // Nothing can check it: behind a 00, one 0 too many would make it another country's.
            guard dialled.hasPlus, dialled.digitsWithoutMarkedZero == nil else {
                throw ValueError(
                    "must begin with + and have no (0): there is no numbering plan for its country")
            }
            return "+" + dialled.digits
        }
        // Kept first: behind Italy's code the 0 belongs to the number.
        let rest = [digits, dialled.digitsWithoutMarkedZero.map { split($0[...]).digits }]
        for case let rest? in rest {
            if let found = Self.subscriber(rest, in: plans) { return "+" + code + found }
        }
        throw ValueError(
            "is no phone number of \(plans[0].country): no such prefix, or a digit too many or missing")
    }

    private func readNational(_ dialled: DialledNumber, _ country: CountryCode) throws(ValueError) -> String {
        guard let plan = plans.first(where: { $0.country == country }), let plans = byCode[plan.code] else {
            throw ValueError("must be in international form: there is no numbering plan for \(country)")
        }
        let digits = dialled.digits[...]
        if let found = Self.subscriber(digits, in: plans) { return "+" + plan.code + found }
        // `33612345678`: the + was lost, as spreadsheets do.
        if digits.hasPrefix(plan.code),
            let found = Self.subscriber(digits.dropFirst(plan.code.count), in: plans)
        {
            return "+" + plan.code + found
        }
        throw ValueError(
            "is no phone number of \(country); one of another country begins with + and its code")
    }

    /// The number behind the country code, its trunk prefix dropped; nil when no plan has it.
    private static func subscriber(_ digits: Substring, in plans: [NumberPlan]) -> Substring? {
        let trunk = plans[0].trunk
        let stripped = !trunk.isEmpty && digits.hasPrefix(trunk) ? digits.dropFirst(trunk.count) : nil
        for case let candidate? in [stripped, digits] where find(candidate, in: plans) != nil {
            return candidate
        }
        return nil
    }

    private static func find(
        _ digits: Substring, in plans: [NumberPlan]
    ) -> (plan: NumberPlan, kind: NumberKind)? {
        for plan in plans {
            if let kind = plan.kind(of: digits) { return (plan, kind) }
        }
        return nil
    }

    /// Country code and what follows. No code begins another one; an unknown code is empty.
    private func split(_ digits: Substring) -> (code: String, digits: Substring) {
        for count in 1...3 {
            let code = String(digits.prefix(count))
            if byCode[code] != nil || international[code] != nil { return (code, digits.dropFirst(count)) }
        }
        return ("", digits)
    }
}
