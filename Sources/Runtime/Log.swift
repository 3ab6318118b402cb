// The log: one line an event on standard error, RFC 3339 time, level, event, then `name=value`. A value is an id, a number or
// a fixed word; an address, a body or a secret is never handed to it.

import Domain
import Glibc

package struct Log: Sendable {
    package enum Level: String, Sendable {
        case info
        case warning
        case error
    }

    private let clock: WallClock
    private let write: @Sendable (String) -> Void

    package init(
        clock: WallClock = .system, write: @escaping @Sendable (String) -> Void = Log.toStandardError
    ) {
        self.clock = clock
        self.write = write
    }

    package func callAsFunction(
        _ level: Level, _ event: String, _ fields: KeyValuePairs<String, String> = [:]
    ) {
        let tail = fields.map { name, value in
            let isPlain = !value.isEmpty && !value.contains { $0.isWhitespace || $0 == "\"" || $0 == "=" }
            return
                " \(name)=\(isPlain ? value : "\"" + value.replacing("\"", with: "'").replacing("\n", with: " ") + "\"")"
        }
        write("\(clock.now().text) \(level.rawValue) \(event)\(tail.joined())")
    }

    /// One write(2) a line, so that lines of several threads do not mix.
    package static let toStandardError: @Sendable (String) -> Void = { line in
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
