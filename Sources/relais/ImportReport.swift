// What is told of an import: with `--json` each line's fate, else how many had which, and the first refused ones.

import Intake
import JSON

struct ImportReport {
    /// Refused lines that are told one by one; all of them are with `--json`.
    private static let refusalLimit = 20

    private let isJSON: Bool
    private var counts: [ConsentImport.Fate.Kind: Int] = [:]
    private var output = OutputBuffer()
    private var progress = ProgressLine(counting: "lines")

    init(asJSON: Bool) {
        isJSON = asJSON
    }

    var isEmpty: Bool { counts.isEmpty }

    var hasRefusals: Bool { count(.refused) > 0 }

    mutating func add(_ fate: ConsentImport.Fate) {
        counts[fate.kind, default: 0] += 1
        progress.advance()
        let reason = fate.reasons.isEmpty ? nil : fate.reasons.joined(separator: "; ")
        if isJSON {
            let line: JSONValue = [
                "line": .integer(fate.line), "fate": .string(fate.kind.rawValue),
                "entries": .array(fate.entries.map { .string($0.description) }), "reason": .optional(reason),
            ]
            output.write(line.bytes() + [0x0A])
        } else if let reason {
            let refused = count(.refused)
            if refused <= Self.refusalLimit {
                let rest = fate.entries.isEmpty ? "" : "; its block is recorded"
                Terminal.complain("line \(fate.line): \(reason)\(rest)")
            } else if refused == Self.refusalLimit + 1 {
                Terminal.complain("more lines are refused; --json tells them all")
            }
        }
    }

    /// Tells the rest: also when the import ended early, because what was told is on disk.
    mutating func finish() {
        progress.finish()
        if !isJSON {
            let total = counts.values.reduce(0, +)
            let parts = ConsentImport.Fate.Kind.allCases.map { "\(count($0)) \($0.rawValue)" }
            output.write(Array("\(total) lines: \(parts.joined(separator: ", "))\n".utf8))
        }
        output.flush()
    }

    private func count(_ kind: ConsentImport.Fate.Kind) -> Int { counts[kind] ?? 0 }
}
