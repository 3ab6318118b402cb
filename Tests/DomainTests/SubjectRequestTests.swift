// One calendar month, where the dealership is: the ends of months, leap years, and the nights when the clocks change.

import Domain
import Testing

@Suite("Requests of people")
struct SubjectRequestTests {
    @Test(arguments: [
        ("2026-01-31T08:00:00Z", "Europe/Luxembourg", "2026-02-28T08:00:00.000Z"),
        ("2028-01-31T08:00:00Z", "Europe/Luxembourg", "2028-02-29T08:00:00.000Z"),
        ("2026-11-23T08:00:00Z", "Europe/Luxembourg", "2026-12-23T08:00:00.000Z"),
        ("2026-12-31T23:30:00Z", "Europe/Luxembourg", "2027-01-31T23:30:00.000Z"),
        // It is 31 January there already.
        ("2026-01-30T23:30:00Z", "Europe/Luxembourg", "2026-02-27T23:30:00.000Z"),
        ("2026-01-30T23:30:00Z", "UTC", "2026-02-28T23:30:00.000Z"),
        // The same time of the day, in summer time.
        ("2026-03-15T08:00:00Z", "Europe/Luxembourg", "2026-04-15T07:00:00.000Z"),
        ("2026-10-01T07:00:00Z", "Europe/Luxembourg", "2026-11-01T08:00:00.000Z"),
        // 02:30 on 29 March is skipped there.
        ("2026-02-28T01:30:00.250Z", "Europe/Luxembourg", "2026-03-28T01:30:00.250Z"),
    ])
    func areDueInACalendarMonth(received: String, timeZone: String, due: String) throws {
        let date = try SubjectRequest.dueDate(receivedAt: Timestamp(received), timeZone: timeZone)
        #expect(date.text == due)
    }

    @Test func needATimeZone() {
        #expect(throws: ValueError.self) {
            try SubjectRequest.dueDate(receivedAt: Timestamp(milliseconds: 0), timeZone: "Mars/Olympus")
        }
    }
}
