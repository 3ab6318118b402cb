// How long something is kept, as an operator writes it: a duration (`30d`) or calendar months (`13mo`). The calendar is Foundation's:
// a month back from 31 March is the last day of February.

import Foundation

package struct RetentionTerm: Sendable, Hashable, CustomStringConvertible {
    private enum Length: Hashable {
        case duration(Duration)
        case months(Int)
    }

    private let length: Length

    /// Reads a duration of at least a day, or `1mo` to `120mo`.
    package init(configured text: String) throws(ValueError) {
        if text.hasSuffix("mo") {
            let digits = text.dropLast(2)
            guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let months = Int(digits),
                (1...120).contains(months)
            else { throw ValueError("must be 1mo to 120mo, or a duration such as \"30d\"") }
            length = .months(months)
            return
        }
        guard let duration = try? Duration(configured: text), duration >= .seconds(86_400) else {
            throw ValueError("must be at least a day, such as \"30d\" or \"13mo\"")
        }
        length = .duration(duration)
    }

    private init(_ length: Length) { self.length = length }

    /// The bodies and addresses of messages.
    package static let content = RetentionTerm(.duration(.seconds(30 * 86_400)))
    /// Messages and their attempts, without content.
    package static let attempts = RetentionTerm(.months(13))
    /// What proves an entry of the ledger, beside the chain: five years after it was recorded.
    package static let evidence = RetentionTerm(.months(60))

    /// What dealerships were told.
    package static let events = RetentionTerm(.duration(.seconds(30 * 86_400)))

    package var description: String {
        switch length {
        case .duration(let duration): "\(duration.components.seconds / 86_400) days"
        case .months(let months): "\(months) months"
        }
    }

    /// Whether this is the shorter one, as of a moment.
    package func isShorter(than other: RetentionTerm, at now: Timestamp) -> Bool {
        cutoff(at: now) > other.cutoff(at: now)
    }

    /// What is older than this is over its term.
    package func cutoff(at now: Timestamp) -> Timestamp {
        switch length {
        case .duration(let duration): return Timestamp(milliseconds: now.milliseconds - duration.milliseconds)
        case .months(let months):
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = .gmt
            let date = calendar.date(byAdding: .month, value: -months, to: now.date) ?? .distantPast
            return Timestamp(milliseconds: Int64(date.timeIntervalSince1970 * 1000))
        }
    }
}
