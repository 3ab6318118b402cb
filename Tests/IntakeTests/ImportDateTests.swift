// Dates as other systems write them: which moment they mean where the dealership is, and which are none.

import Domain
import Foundation
import Intake
import Testing

private func moment(_ text: String, _ form: ImportDateForm, _ zone: String = "Europe/Luxembourg") -> String? {
    guard let timeZone = TimeZone(identifier: zone) else { return nil }
    return try? ImportDateReader(form, timeZone: timeZone).read(text).text
}

@Suite struct ImportDateTests {
    @Test(
        arguments: [
            ("14.03.2024", .dotted, "2024-03-13T23:00:00.000Z"),
            ("14/07/2024", .slashed, "2024-07-13T22:00:00.000Z"),
            ("2024-02-29", .hyphenated, "2024-02-28T23:00:00.000Z"),
            ("2024-03-14T10:00:00+01:00", .rfc3339, "2024-03-14T09:00:00.000Z"),
        ] as [(String, ImportDateForm, String)])
    func aDayBeginsWhereTheDealershipIs(text: String, form: ImportDateForm, expected: String) {
        #expect(moment(text, form) == expected)
    }

    /// In Beirut the clocks went from 23:59 to 1:00 that night: the day has no midnight.
    @Test func aDayWithoutAMidnightBeginsAtItsFirstMoment() {
        #expect(moment("26.03.2023", .dotted, "Asia/Beirut") != nil)
        #expect(moment("2018-11-04", .hyphenated, "America/Sao_Paulo") == "2018-11-04T03:00:00.000Z")
    }

    @Test(
        arguments: [
            ("30.02.2024", .dotted), ("29.02.2023", .dotted), ("1.3.2024", .dotted), ("14.03.24", .dotted),
            ("14.03.2024 ", .dotted), ("14/03/2024", .dotted), ("03/14/2024", .slashed), ("", .dotted),
            ("14.03.2024 10:00", .dotted), ("2024-13-01", .hyphenated), ("٢٠٢٤-٠١-٠١", .hyphenated),
            ("2024-03-14", .rfc3339), ("00.00.0000", .dotted),
        ] as [(String, ImportDateForm)])
    func whatIsNoDateOfTheForm(text: String, form: ImportDateForm) {
        #expect(moment(text, form) == nil)
    }

    @Test func aReaderGivesTheSameAgain() throws {
        let reader = ImportDateReader(.dotted, timeZone: try #require(TimeZone(identifier: "Europe/Paris")))
        let first = try reader.read("01.02.2024")
        for _ in 0..<3 { #expect(try reader.read("01.02.2024") == first) }
        #expect(try reader.read("02.02.2024") == first + .seconds(86_400))
    }
}
