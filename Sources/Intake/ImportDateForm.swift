// How another system writes a date, and what moment it means. A date without a time is the beginning of that day where the dealership
// is. The calendar is Foundation's; a date that it would have to correct (30 February) is refused.

import Domain
import Foundation

package enum ImportDateForm: String, Sendable, CaseIterable {
    case rfc3339 = "RFC 3339"
    case dotted = "dd.MM.yyyy"
    case slashed = "dd/MM/yyyy"
    case hyphenated = "yyyy-MM-dd"
}

/// Reads the dates of one form. It belongs to one thread.
package final class ImportDateReader {
    /// Files have few distinct days in them, and Foundation takes its time for each.
    private static let memoryLimit = 10_000

    private let form: ImportDateForm
    private let formatter: DateFormatter
    private let calendar: Calendar
    private var known: [String: Timestamp] = [:]

    package init(_ form: ImportDateForm, timeZone: TimeZone) {
        self.form = form
        // The day's name is read in UTC, which has every hour; only then is it looked for in the zone.
        formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.calendar = Calendar(identifier: .gregorian)
        formatter.timeZone = .gmt
        formatter.dateFormat = form.rawValue
        formatter.isLenient = false
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        self.calendar = calendar
    }

    package func read(_ text: String) throws(ValueError) -> Timestamp {
        if form == .rfc3339 { return try Timestamp(text) }
        if let moment = known[text] { return moment }
        let moment = try beginning(of: text)
        if known.count >= Self.memoryLimit { known = [:] }
        known[text] = moment
        return moment
    }

    private func beginning(of text: String) throws(ValueError) -> Timestamp {
        var utc = Calendar(identifier: .gregorian)
        utc.timeZone = .gmt
        guard let day = formatter.date(from: text), formatter.string(from: day) == text,
            let noon = calendar.date(
                from: DateComponents(
                    year: utc.component(.year, from: day), month: utc.component(.month, from: day),
                    day: utc.component(.day, from: day), hour: 12))
        else { throw ValueError("must be a date of the form \(form.rawValue)") }
        return Timestamp(milliseconds: Int64(calendar.startOfDay(for: noon).timeIntervalSince1970) * 1000)
    }
}
