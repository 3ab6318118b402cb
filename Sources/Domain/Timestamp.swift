// A moment, as every table and every document of the gateway writes it: whole milliseconds of UTC since 1970 inside,
// RFC 3339 outside. The calendar is Foundation's; no date is calculated here. A text that is not RFC 3339 is refused.

import Foundation

/// A moment in UTC, in whole milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Codable, Sendable, Hashable, Comparable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads RFC 3339 with a zone, with or without a fraction: `2026-11-23T08:00:00Z`. Of a fraction finer
    /// than milliseconds the rest is dropped; a leap second is refused, because the clock here has none.
    package init(_ text: String) throws(ValueError) {
        let reason = ValueError(
            "must be a date and time with a zone (RFC 3339), such as 2026-11-23T08:00:00Z")
        // Foundation reads past the end of a date and carries 30 February over into March: what it read must
        // read the same.
        let seconds = Date.ISO8601FormatStyle()
        let local = String(decoding: text.utf8.prefix(19), as: UTF8.self) + "Z"
        guard text.utf8.count <= 40, let date = try? seconds.parse(local), date.formatted(seconds) == local
        else { throw reason }
        var rest = text.utf8.dropFirst(19)
        var fraction: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { Self.digits.contains($0) }
            guard !digits.isEmpty else { throw reason }
            for (digit, weight) in zip(digits, [100, 10, 1] as [Int64]) {
                fraction += Int64(digit - UInt8(ascii: "0")) * weight
            }
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = Self.offsetMinutes(Array(rest)) else { throw reason }
        self.init(milliseconds: (Int64(date.timeIntervalSince1970) - offset * 60) * 1000 + fraction)
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    /// The minutes of `Z`, `+01:00` or `-05:30`; nil for anything else.
    private static func offsetMinutes(_ zone: [UInt8]) -> Int64? {
        if zone == [UInt8(ascii: "Z")] { return 0 }
        guard zone.count == 6, zone[3] == UInt8(ascii: ":"),
            [1, 2, 4, 5].allSatisfy({ digits.contains(zone[$0]) }),
            let hours = Int64(String(decoding: zone[1...2], as: UTF8.self)), hours < 24,
            let minutes = Int64(String(decoding: zone[4...5], as: UTF8.self)), minutes < 60
        else { return nil }
        switch zone[0] {
        case UInt8(ascii: "+"): return hours * 60 + minutes
        case UInt8(ascii: "-"): return -(hours * 60 + minutes)
        default: return nil
        }
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds + duration.milliseconds)
    }

    package static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }

    package var date: Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-22T18:00:18.510Z`. The milliseconds are written from the
    /// integer, because Foundation cuts the fraction of a binary number: .510 would become .509.
    package var text: String {
        let fraction = (milliseconds % 1000 + 1000) % 1000
        let seconds = Date(timeIntervalSince1970: Double((milliseconds - fraction) / 1000))
            .formatted(Date.ISO8601FormatStyle())
        return seconds.dropLast() + "." + String(fraction + 1000).dropFirst() + "Z"
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
