// The log as it is written: one line an event in either form, nothing below its level, and of a value only what its type lets through.

import Domain
import Foundation
import Runtime
import Support
import Testing

struct LogTests {
    private struct Careless: Error {
        let address = "zoe@example.com"
    }

    private func lines(_ settings: Log.Settings, _ body: (Log) -> Void) -> [String] {
        let lines = Lock<[String]>([])
        body(Log(settings, clock: TestClock().wallClock) { line in lines.withLock { $0.append(line) } })
        return lines.withLock { $0 }
    }

    @Test func aLineOfTextStaysOneLine() {
        let written = lines(Log.Settings()) { log in
            log(
                .warning, "attempt-deferred",
                ["provider": "relay", "reply": .redacted("451 \"later\"\nx=y"), "empty": ""])
        }
        #expect(
            written == [
                "2026-11-23T08:00:00.000Z warning attempt-deferred provider=relay reply=\"451 'later' x=y\" empty=\"\""
            ])
    }

    @Test func aLineOfJSONIsOneValue() throws {
        let id = MessageID(at: Timestamp(milliseconds: 0), random: Array(repeating: 0, count: 10))
        let written = lines(Log.Settings(format: .json)) { log in
            log(
                .error, "made",
                [
                    "message": .id(id), "count": .number(3), "capture": .flag(true),
                    "milliseconds": .milliseconds(.microseconds(1_500)),
                    "until": .moment(Timestamp(milliseconds: 0)), "level2": .word(Log.Level.debug),
                    "reply": .redacted("451 \"later\"\nx=y"),
                ])
        }
        #expect(
            written == [
                #"{"time":"2026-11-23T08:00:00.000Z","level":"error","event":"made","#
                    + #""message":"msg_00000000000070008000000000000000","count":3,"capture":true,"milliseconds":1.5,"#
                    + #""until":"1970-01-01T00:00:00.000Z","level2":"debug","reply":"451 \"later\"\nx=y"}"#
            ])
        #expect(try JSONDocument(Array(written[0].utf8))["count"].integer == 3)
    }

    @Test(arguments: Log.Level.allCases)
    func nothingBelowTheLevelIsWritten(_ level: Log.Level) {
        let written = lines(Log.Settings(level: level)) { log in
            for level in Log.Level.allCases { log(level, "event") }
        }
        let expected = Log.Level.allCases.drop { $0 != level }.map {
            "2026-11-23T08:00:00.000Z \($0.rawValue) event"
        }
        #expect(written == expected)
    }

    @Test func everyCopyFollowsNewSettings() {
        let written = lines(Log.Settings(level: .error)) { log in
            let copy = log
            copy(.debug, "before")
            log.adopt(Log.Settings(format: .json, level: .debug))
            copy(.debug, "after")
        }
        #expect(written == [#"{"time":"2026-11-23T08:00:00.000Z","level":"debug","event":"after"}"#])
    }

    /// An error speaks for itself only when its type says that it may.
    @Test func anErrorOfAnUnknownKindIsItsTypesNameAlone() {
        let written = lines(Log.Settings()) { log in
            log(.error, "failed", ["reason": .error(Careless())])
            log(.error, "failed", ["reason": .error(SystemError(2, "open", "/x"))])
        }
        #expect(written[0].hasSuffix("reason=Careless"))
        #expect(written[1].hasSuffix("reason=\"cannot open /x: No such file or directory\""))
    }

    @Test func aProxysRequestIDIsTakenOnlyWhenItCanBeNothingElse() {
        for text in [
            "0123456789abcdef", "01234567-89AB-cdef-0123-456789abcdef", String(repeating: "a", count: 64),
            RequestID().text,
        ] {
            #expect(RequestID(given: text)?.text == text)
        }
        for text in [
            "", "abc", "+352621123456", "352621123456", String(repeating: "a", count: 65), "zoe@example.com",
            "0123456789abcdeg", "0123456789abcdef\n", "0123456789 abcdef", String(repeating: "-", count: 20),
            "0123456789abcdé0",
        ] {
            #expect(RequestID(given: text) == nil, "\(text)")
        }
        #expect(RequestID() != RequestID() && RequestID().text.utf8.count == 32)
    }
}
