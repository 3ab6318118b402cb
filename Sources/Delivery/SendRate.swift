// How much a provider takes, as an operator writes it: `30/s`, `600/min`, `5000/h`. Anything else is refused.

import Domain

package struct SendRate: Sendable, Hashable, CustomStringConvertible {
    /// Messages in one ``period``; 1 to 1 000 000.
    package let count: Int
    package let period: Duration

    package init(configured text: String) throws(ValueError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let period = Self.periods[String(parts[1])],
            parts[0].allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int(parts[0]),
            (1...1_000_000).contains(count)
        else {
            throw ValueError("must be a whole number up to 1000000 and a period: 30/s, 600/min or 5000/h")
        }
        self.count = count
        self.period = period
        description = text
    }

    /// As it was written.
    package let description: String

    private static let periods: [String: Duration] = [
        "s": .seconds(1), "min": .seconds(60), "h": .seconds(3600),
    ]
}
