// Changed terms are told in time: a message of purpose `account-notice` names the day that they take effect (`data.effectiveOn`), and it
// is delivered at least eight days before that day begins where the dealership is, or not at all.

import Domain
import Foundation

struct TermsNotice {
    /// Days between the notice and the day that it is about.
    static let leadDays = 8

    /// The day, as the reader's language writes it.
    let effectiveOn: String
    /// The last moment for delivering the notice.
    let deliverBy: Timestamp

    /// Nil for a message that is about something else.
    init?(
        _ request: MessageRequest, _ kind: MessageKind, _ dealership: Dealership, locale: LocaleTag,
        at now: Timestamp
    ) throws(CompositionError) {
        guard kind.purpose.text == "account-notice" else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: dealership.timeZone) ?? .gmt
        let days = Date.ISO8601FormatStyle(timeZone: calendar.timeZone).year().month().day()
        guard case .string(let text) = request.data["effectiveOn"], let day = try? days.parse(text),
            days.format(day) == text,
            let last = calendar.date(byAdding: .day, value: -Self.leadDays, to: calendar.startOfDay(for: day))
        else {
            throw .invalidValue(
                pointer: "/data/effectiveOn",
                reason: "must be the day that the terms take effect, such as 2027-01-31")
        }
        deliverBy = Timestamp(milliseconds: Int64(last.timeIntervalSince1970 * 1000))
        guard request.timing.start(createdAt: now) < deliverBy else {
            throw .invalidValue(
                pointer: "/data/effectiveOn",
                reason: "must be at least \(Self.leadDays) days after the notice may leave")
        }
        if let asked = request.timing.deliverBy, asked > deliverBy {
            throw .invalidValue(
                pointer: "/deliverBy", reason: "must be at least \(Self.leadDays) days before effectiveOn")
        }
        effectiveOn = day.formatted(
            Date.FormatStyle(
                date: .long, time: .omitted, locale: Locale(identifier: locale.text), calendar: calendar,
                timeZone: calendar.timeZone))
    }
}
