// How a member's name that an outsider chose is shown in an error: on one line, bounded, and next to the name that
// was probably meant.

/// Names of members, for the eyes.
enum JSONName {
    /// The name in quotes: its first 64 scalars, control and line-breaking characters as U+FFFD.
    static func quoted(_ name: String) -> String {
        "\"\(oneLine(name, limit: 64))\""
    }

    /// The text without anything that breaks a line, cut after `limit` scalars.
    static func oneLine(_ text: String, limit: Int) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if count == limit { return result + "…" }
            count += 1
            result.unicodeScalars.append(isPlain(scalar) ? scalar : "\u{FFFD}")
        }
        return result
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    /// One character for a syntax error: in quotes where it is printable ASCII, else as `U+00A0`.
    static func described(_ scalar: Unicode.Scalar) -> String {
        if scalar == "\"" { return "'\"'" }
        if (0x21...0x7E).contains(scalar.value) { return "\"\(scalar)\"" }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// The candidate nearest to `name` by edits of single letters, case aside: at most two, at most a third of it.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        let wanted = Array(name.lowercased().utf8)
        let allowed = min(2, wanted.count / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates where abs(candidate.utf8.count - wanted.count) <= allowed {
            let distance = distance(wanted, Array(candidate.lowercased().utf8))
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// The edit distance of two names, two neighbours in the wrong order counting once.
    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var previous: [Int] = []
        var row = Array(0...second.count)
        for index in first.indices {
            let beforePrevious = previous
            previous = row
            row[0] = index + 1
            for column in second.indices {
                let replaced = previous[column] + (first[index] == second[column] ? 0 : 1)
                var least = min(replaced, previous[column + 1] + 1, row[column] + 1)
                let isSwap =
                    index > 0 && column > 0 && first[index] == second[column - 1]
                    && first[index - 1] == second[column]
                if isSwap { least = min(least, beforePrevious[column - 1] + 1) }
                row[column + 1] = least
            }
        }
        return row[second.count]
    }
}
