// Numbers of one kind that begin alike, as `Outbox/number-plans.json` lists them: `"9": ["621 655-658"]`.

import JSON

/// Numbers of some lengths whose first digits lie between two prefixes of the same length.
package struct NumberRange: Sendable, Equatable {
    package let kind: NumberKind
    /// How many digits a prefix has; it may begin with 0.
    package let prefixLength: Int
    package let prefixes: ClosedRange<Int>
    /// Digits of the whole number, behind country code and trunk prefix.
    package let lengths: ClosedRange<Int>

    /// Reads a member of `numbers`: every range of one kind.
    static func all(
        of kind: NumberKind, in reader: JSONObjectReader
    ) throws(JSONProblems) -> [NumberRange] {
        var ranges: [NumberRange] = []
        for name in reader.names {
            guard let lengths = span(name[...]), (2...15).contains(lengths.lowerBound) else {
                throw reader.problem(name, detail: "must be a count of digits, such as 9 or 4-11")
            }
            for word in try reader.strings(name).flatMap({ $0.split(separator: " ") }) {
                let ends = word.split(separator: "-")
                guard let prefixes = span(word), ends.allSatisfy({ $0.count == ends[0].count }),
                    ends[0].count <= lengths.lowerBound
                else {
                    throw reader.problem(
                        name, detail: "must be prefixes, such as 621 or 655-658, not \(word)")
                }
                ranges.append(
                    NumberRange(kind: kind, prefixLength: ends[0].count, prefixes: prefixes, lengths: lengths)
                )
            }
        }
        return ranges
    }

    /// `9` or `4-11`.
    private static func span(_ text: Substring) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(ends.count),
            ends.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let first = Int(ends[0]), let last = Int(ends[ends.count - 1]), first <= last
        else { return nil }
        return first...last
    }
}
