// The log: one line an event on standard error, as text for a person or as JSON for a program. What an event is called and what its fields
// are called stands in the source; what a field says is a `LogValue`, which nothing personal and nothing secret becomes by mistake. All
// copies share their settings, so that a reload counts everywhere.

import Domain
import Glibc
import JSON

package struct Log: Sendable {
    /// What is written: a level and everything above it.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case debug
        case info
        case warning
        case error

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .debug: 0
            case .info: 1
            case .warning: 2
            case .error: 3
            }
        }
    }

    package enum Format: String, Sendable, CaseIterable {
        case text
        case json
    }

    package struct Settings: Sendable, Equatable {
        package var format: Format
        package var level: Level

        package init(format: Format = .text, level: Level = .info) {
            self.format = format
            self.level = level
        }
    }

    private let settings: Lock<Settings>
    private let clock: WallClock
    private let write: @Sendable (String) -> Void

    package init(
        _ settings: Settings = Settings(), clock: WallClock = .system,
        write: @escaping @Sendable (String) -> Void = Log.toStandardError
    ) {
        self.settings = Lock(settings)
        self.clock = clock
        self.write = write
    }

    /// Goes on with other settings, in every copy.
    package func adopt(_ new: Settings) { settings.withLock { $0 = new } }

    package func callAsFunction(
        _ level: Level, _ event: StaticString,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        let settings = settings.withLock { $0 }
        guard level >= settings.level else { return }
        switch settings.format {
        case .text: write(text(level, event, fields()))
        case .json: write(json(level, event, fields()))
        }
    }

    /// RFC 3339 time, level, event, then `name=value`; quotes where a value has blanks.
    private func text(
        _ level: Level, _ event: StaticString, _ fields: KeyValuePairs<StaticString, LogValue>
    ) -> String {
        let tail = fields.map { name, value in
            let value = value.text
            let isPlain = !value.isEmpty && !value.contains { $0.isWhitespace || $0 == "\"" || $0 == "=" }
            let oneLine = value.replacing("\"", with: "'").replacing("\n", with: " ")
            return " \(name)=\(isPlain ? value : "\"\(oneLine)\"")"
        }
        return "\(clock.now().text) \(level.rawValue) \(event)\(tail.joined())"
    }

    private func json(
        _ level: Level, _ event: StaticString, _ fields: KeyValuePairs<StaticString, LogValue>
    ) -> String {
        let head = [
            JSONMember(name: "time", value: .string(clock.now().text)),
            JSONMember(name: "level", value: .string(level.rawValue)),
            JSONMember(name: "event", value: .string("\(event)")),
        ]
        let tail = fields.map { JSONMember(name: "\($0)", value: $1.json) }
        return JSONValue.object(head + tail).text()
    }

    /// One write(2) a line, so that lines of several threads do not mix.
    package static let toStandardError: @Sendable (String) -> Void = { line in
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
