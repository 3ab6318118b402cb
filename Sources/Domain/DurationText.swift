// Durations as an operator writes them in `relais.json` and on the command line: a whole number and one unit.
// Anything else is refused; there is no calendar here, so a month is not offered as a unit.

extension Duration {
    /// Reads `500ms`, `30s`, `5m`, `2h` or `4d`; at least 0, at most 3650d.
    package init(configured text: String) throws(ValueError) {
        let reason = ValueError(
            "must be a whole number and a unit: ms, s, m, h or d, such as \"30s\" or \"4d\"")
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), digits.count <= 9 else { throw reason }
        let milliseconds: Int64
        switch text.dropFirst(digits.count) {
        case "ms": milliseconds = 1
        case "s": milliseconds = 1000
        case "m": milliseconds = 60_000
        case "h": milliseconds = 3_600_000
        case "d": milliseconds = 86_400_000
        default: throw reason
        }
        guard count <= 3650 * 86_400_000 / milliseconds else { throw ValueError("must be at most 3650d") }
        self = .milliseconds(count * milliseconds)
    }
}
