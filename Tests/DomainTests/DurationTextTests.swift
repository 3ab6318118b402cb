import Domain
import Testing

@Suite("Durations as an operator writes them")
struct DurationTextTests {
    @Test(
        "are a whole number and one unit",
        arguments: [
            ("0s", 0), ("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("2h", 7_200_000),
            ("4d", 345_600_000),
            ("007s", 7000), ("999999999ms", 999_999_999), ("3650d", 315_360_000_000),
            ("87600h", 315_360_000_000),
        ] as [(String, Int64)])
    func taken(text: String, milliseconds: Int64) throws {
        #expect(try Duration(configured: text) == .milliseconds(milliseconds))
    }

    @Test(
        "are refused in any other form, or beyond ten years",
        arguments: [
            "", "s", "30", "-5s", "+5s", "1.5h", "1,5h", "5 m", " 5m", "5m ", "5M", "5min", "13mo", "1w",
            "1y",
            "1h30m", "P1D", "٣s", "３s", "5\u{301}s", "3651d", "87601h", "9999999999s",
            "99999999999999999999d",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try Duration(configured: text) }
    }
}
