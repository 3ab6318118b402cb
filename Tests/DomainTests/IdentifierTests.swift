// Ids are UUIDs of version 7 (RFC 9562, section 5.7): time first, so that they sort by time as text and as
// bytes.

import Domain
import Foundation
import Support
import Testing

@Suite("Ids")
struct IdentifierTests {
    @Test("place the time and the random bits as RFC 9562 does")
    func layout() {
        // The example of RFC 9562, appendix A.6: 2022-02-22T19:22:22Z, 017F22E2-79B0-7CC3-98C4-DC0C0C07398F.
        let id = MessageID(
            at: Timestamp(milliseconds: 0x017F_22E2_79B0),
            random: [0xFC, 0xC3, 0xD8, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F])
        #expect(id.description == "msg_017f22e279b07cc398c4dc0c0c07398f")
    }

    @Test(
        "have version 7 and the RFC's variant whatever is random",
        arguments: [0x00, 0xFF, 0x55, 0xAA] as [UInt8])
    func versionAndVariant(random: UInt8) {
        let id = MessageID(
            at: Timestamp(milliseconds: 1_763_800_000_000), random: [UInt8](repeating: random, count: 10))
        #expect(id.bytes.count == 16)
        #expect(id.bytes[6] >> 4 == 7)
        #expect(id.bytes[8] >> 6 == 0b10)
        #expect(id.bytes[6] & 0x0F == random & 0x0F)
        #expect(id.bytes[8] & 0x3F == random & 0x3F)
        #expect(id.bytes[7] == random && id.bytes[9...].allSatisfy { $0 == random })
    }

    @Test("sort by time, as text and as bytes")
    func order() {
        var random = SeededGenerator(state: 3)
        let moments = [
            0, 1, 255, 256, 65_535, 65_536, 1_763_800_000_000, 1_763_800_000_001, 0xFFFF_FFFF_FFFF,
        ]
        for (earlier, later) in zip(moments, moments.dropFirst()) {
            for _ in 0..<50 {
                let (first, second) = (Self.id(at: earlier, &random), Self.id(at: later, &random))
                #expect(first.description < second.description)
                #expect(first.bytes.lexicographicallyPrecedes(second.bytes))
            }
        }
    }

    @Test("differ within one millisecond")
    func apart() {
        var random = SeededGenerator(state: 5)
        #expect(Set((0..<1000).map { _ in Self.id(at: 1_763_800_000_000, &random) }).count == 1000)
    }

    @Test("are read back from text and from bytes")
    func roundTrip() throws {
        var random = SeededGenerator(state: 9)
        let id = Self.id(at: 1_763_800_000_000, &random)
        #expect(try MessageID(id.description) == id)
        #expect(MessageID(bytes: id.bytes) == id)
        #expect(MessageID(bytes: Array(id.bytes.dropLast())) == nil)
    }

    @Test(
        "are refused without their prefix, in capitals or in another length",
        arguments: [
            "", "msg_", "017f22e279b07cc398c4dc0c0c07398f", "led_017f22e279b07cc398c4dc0c0c07398f",
            "msg_017F22E279B07CC398C4DC0C0C07398F", "msg_017f22e279b07cc398c4dc0c0c07398",
            "msg_017f22e279b07cc398c4dc0c0c07398f00", "msg_017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "MSG_017f22e279b07cc398c4dc0c0c07398f", "msg_017f22e279b07cc398c4dc0c0c07398f ",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try MessageID(text) }
    }

    @Test("say what they are of")
    func prefixes() {
        let (moment, random) = (Timestamp(milliseconds: 0), [UInt8](repeating: 0, count: 10))
        let digits = "00000000000070008000000000000000"
        #expect(MessageID(at: moment, random: random).description == "msg_" + digits)
        #expect(LedgerEntryID(at: moment, random: random).description == "led_" + digits)
        #expect(APIKeyID(at: moment, random: random).description == "key_" + digits)
    }

    @Test(
        "are what Python calls a UUID of version 7",
        .enabled(if: FileManager.default.isExecutableFile(atPath: python), "NOT RUN: no \(python)"))
    func judgedByPython() throws {
        var random = SeededGenerator(state: 13)
        let digits = Self.id(at: 1_763_800_000_000, &random).description.dropFirst(4)
        let script = "import uuid; u = uuid.UUID('\(digits)'); print(u.version, u.variant, u.int >> 80)"
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = ["-c", script]
        process.standardOutput = output
        try process.run()
        let answer = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(answer == "7 specified in RFC 4122 1763800000000\n")
    }

    private static let python = "/usr/bin/python3"

    private static func id(at milliseconds: Int, _ random: inout SeededGenerator) -> MessageID {
        MessageID(
            at: Timestamp(milliseconds: Int64(milliseconds)),
            random: (0..<10).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
}
