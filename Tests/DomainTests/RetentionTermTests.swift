// Terms of retention and amounts of disk, as an operator writes them.

import Domain
import Testing

@Suite("Retention terms")
struct RetentionTermTests {
    @Test(arguments: [
        ("30d", "2026-03-31T10:00:00Z", "2026-03-01T10:00:00Z"),
        ("1d", "2026-03-31T10:00:00Z", "2026-03-30T10:00:00Z"),
        ("1mo", "2026-03-31T10:00:00Z", "2026-02-28T10:00:00Z"),
        ("13mo", "2025-03-29T12:00:00.500Z", "2024-02-29T12:00:00.500Z"),
        ("12mo", "2026-11-22T00:00:00Z", "2025-11-22T00:00:00Z"),
    ])
    func goBackByTheCalendar(term: String, now: String, cutoff: String) throws {
        #expect(
            try RetentionTerm(configured: term).cutoff(at: Timestamp(now)).text == Timestamp(cutoff).text)
    }

    @Test(arguments: ["", "13", "0mo", "121mo", "mo", "-1mo", "1.5mo", "23h", "0d", "1 mo", "13MO"])
    func areRefused(text: String) {
        #expect(throws: ValueError.self) { try RetentionTerm(configured: text) }
    }

    @Test func theDefaultsAreTheContracts() throws {
        #expect(try RetentionTerm.content == RetentionTerm(configured: "30d"))
        #expect(try RetentionTerm.attempts == RetentionTerm(configured: "13mo"))
        #expect(try RetentionTerm.evidence == RetentionTerm(configured: "60mo"))
    }
}

@Suite("Amounts of bytes")
struct ByteCountTests {
    @Test(arguments: [
        ("0", 0), ("1KB", 1024), ("512MB", 512 << 20), ("2GB", 2 << 30), ("1024GB", 1 << 40),
    ])
    func areRead(text: String, bytes: Int64) throws {
        #expect(try ByteCount(configured: text).bytes == bytes)
    }

    @Test(arguments: ["", "5", "MB", "1025GB", "-1MB", "1.5GB", "1 GB", "1gb", "9999999999KB"])
    func areRefused(text: String) {
        #expect(throws: ValueError.self) { try ByteCount(configured: text) }
    }
}
