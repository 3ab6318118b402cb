// The Date field (RFC 5322 section 3.3): English names whatever the locale is, always UTC written as +0000.
//
// Foundation's calendar does the arithmetic; only its numbers are put in order here. Fractions of a second
// are cut off.

import Foundation

/// The form of dates in a mail.
enum MailDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    /// 1900-01-01 (RFC 5322 allows no earlier year) up to, not including, 10000-01-01, in seconds since 1970.
    private static let range = -2_208_988_800.0..<253_402_300_800.0
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// `Thu, 26 Nov 2026 10:00:00 +0000`; throws `dateOutOfRange`, also for a date that is no number.
    static func format(_ date: Date) throws(MIMEError) -> String {
        guard range.contains(date.timeIntervalSince1970) else { throw .dateOutOfRange }
        let parts = calendar.dateComponents(
            [.weekday, .day, .month, .year, .hour, .minute, .second], from: date)
        guard let weekday = parts.weekday, let day = parts.day, let month = parts.month,
            let year = parts.year,
            let hour = parts.hour, let minute = parts.minute, let second = parts.second
        else { throw .dateOutOfRange }
        let time = "\(twoDigits(hour)):\(twoDigits(minute)):\(twoDigits(second))"
        return "\(days[weekday - 1]), \(twoDigits(day)) \(months[month - 1]) \(year) \(time) +0000"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
