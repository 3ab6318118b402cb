// A moment keeps its milliseconds through text and back, and only RFC 3339 is read.

import Domain
import Support
import Testing

@Suite("Moments")
struct TimestampTests {
    @Test(
        "are read with their offset and their fraction",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-23T08:00:00Z", 1_795_420_800_000),
            ("2026-11-23T08:00:00+00:00", 1_795_420_800_000),
            ("2026-11-23T08:00:00-00:00", 1_795_420_800_000),
            ("2026-11-23T09:00:00+01:00", 1_795_420_800_000),
            ("2026-11-23T02:30:00-05:30", 1_795_420_800_000),
            ("2026-11-22T09:01:00-22:59", 1_795_420_800_000),
            ("2026-11-24T07:59:00+23:59", 1_795_420_800_000),
            ("2026-11-23T08:00:00.5Z", 1_795_420_800_500),
            ("2026-11-23T09:00:00.007+01:00", 1_795_420_800_007),
            ("2026-11-23T08:00:00.123456789Z", 1_795_420_800_123),
            ("2026-11-23T08:00:00.9999Z", 1_795_420_800_999),
            ("2024-02-29T23:59:59.999Z", 1_709_251_199_999), ("1969-12-31T23:59:59.999Z", -1),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func read(text: String, milliseconds: Int64) throws {
        #expect(try Timestamp(text).milliseconds == milliseconds)
    }

    @Test(
        "are refused when the text is not RFC 3339",
        arguments: [
            "", "now", "2026-11-23", "2026-11-23T08:00:00", "2026-11-23T08:00Z", "2026-11-23 08:00:00Z",
            "20261123T080000Z", "2026-11-23T08:00:00Zjunk", "2026-11-23T08:00:00Z ", " 2026-11-23T08:00:00Z",
            "2026-11-23T08:00:00Z\n", "2026-11-23T08:00:00.5Z5", "2026-11-23T08:00:00+01:00x",
            "2026-11-23T08:00:00.Z", "2026-11-23T08:00:00,5Z", "2026-11-23T08:00:00+01",
            "2026-11-23T08:00:00+0100",
            "2026-11-23T08:00:00+01:0", "2026-11-23T08:00:00+24:00", "2026-11-23T08:00:00+01:60",
            "2026-11-23T08:00:00GMT", "2026-11-23T08:00:00 01:00", "26-11-23T08:00:00Z",
            "12026-11-23T08:00:00Z",
            "-2026-11-23T08:00:00Z", "2026-1-3T8:0:0Z", "２026-11-23T08:00:00Z",
        ])
    func form(text: String) {
        #expect(throws: ValueError.self) { try Timestamp(text) }
    }

    @Test(
        "are refused when the calendar or the clock does not have them",
        arguments: [
            "2026-00-10T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-31T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T25:00:00Z",
            "2026-11-23T08:60:00Z", "2026-11-23T08:00:60Z", "2016-12-31T23:59:60Z",
        ])
    func calendar(text: String) {
        #expect(throws: ValueError.self) { try Timestamp(text) }
    }

    @Test(
        "are written in UTC with their milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (-1000, "1969-12-31T23:59:59.000Z"), (1_795_420_800_123, "2026-11-23T08:00:00.123Z"),
            (1_795_420_818_510, "2026-11-23T08:00:18.510Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func written(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).text == text)
    }

    @Test("keep every millisecond of a second, and random ones of seven thousand years")
    func roundTrip() throws {
        var random = SeededGenerator(state: 17)
        let second = (1_795_420_800_000..<1_795_420_801_000).map { Int64($0) }
        let anywhere = (0..<2000).map { _ in Int64.random(in: 0...253_402_300_799_999, using: &random) }
        for milliseconds in second + anywhere {
            let moment = Timestamp(milliseconds: milliseconds)
            #expect(try Timestamp(moment.text) == moment, "\(milliseconds)")
        }
    }

    @Test("sort as text as they do as moments")
    func order() {
        var random = SeededGenerator(state: 19)
        let moments = (0..<500).map { _ in
            Timestamp(milliseconds: Int64.random(in: 0...253_402_300_799_999, using: &random))
        }
        #expect(moments.sorted().map(\.text) == moments.map(\.text).sorted())
    }

    @Test("differ by durations")
    func arithmetic() throws {
        let moment = Timestamp(milliseconds: 1_795_420_800_500)
        #expect((moment + .milliseconds(1500)).text == "2026-11-23T08:00:02.000Z")
        #expect((moment + .seconds(-1)) < moment)
        #expect((moment + .seconds(3)) - moment == .seconds(3))
        #expect(Duration.microseconds(1999).milliseconds == 1)
        #expect(Duration.seconds(4 * 86_400).milliseconds == 345_600_000)
    }
}
