// One country's numbers: `{ country: "FR", code: "33", trunk: "0", numbers: { mobile: { "9": ["60-62"] } } }`.

import Domain
import JSON

package struct NumberPlan: Sendable {
    package let country: CountryCode
    /// Of E.164, without `+`.
    package let code: String
    /// What stands before a number dialled inside the country; empty where there is none.
    package let trunk: String
    /// The kind that decides first.
    package let ranges: [NumberRange]

    init(_ reader: JSONObjectReader) throws(JSONProblems) {
        country = try reader.country("country")
        code = try Self.digits("code", of: try reader.string("code"), reader, 1...3)
        trunk = try Self.digits("trunk", of: try reader.optionalString("trunk") ?? "", reader, 0...2)
        let numbers = try reader.object("numbers")
        var ranges: [NumberRange] = []
        for kind in NumberKind.planned.reversed() {
            guard let member = try numbers.optionalObject(kind.rawValue) else { continue }
            ranges += try NumberRange.all(of: kind, in: member)
        }
        self.ranges = ranges
    }

    /// The kind of a number without country code and trunk prefix; nil when the plan has no such number.
    package func kind(of digits: some StringProtocol) -> NumberKind? {
        var values = [0]
        for digit in digits.utf8 { values.append(values[values.count - 1] * 10 + Int(digit) - 0x30) }
        let count = values.count - 1
        return ranges.first {
            $0.lengths.contains(count) && $0.prefixes.contains(values[$0.prefixLength])
        }?.kind
    }

    private static func digits(
        _ name: String, of text: String, _ reader: JSONObjectReader, _ count: ClosedRange<Int>
    ) throws(JSONProblems) -> String {
        guard count.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw reader.problem(name, detail: "must be digits, such as 352")
        }
        return text
    }
}
