// How far a long command is, on standard error and only where a person looks at it: one line that is written over twice a second.

import Glibc

struct ProgressLine {
    private static let interval = Duration.milliseconds(500)
    /// Looking at the clock costs more than counting.
    private static let stride = 256

    private let noun: String
    private let isShown = isatty(STDERR_FILENO) == 1
    private let start = ContinuousClock.now
    private var shownAt: ContinuousClock.Instant?
    private var count = 0

    /// - Parameter noun: what is counted: `lines`.
    init(counting noun: String) {
        self.noun = noun
    }

    mutating func advance() {
        count += 1
        guard isShown, count % Self.stride == 0 else { return }
        let now = ContinuousClock.now
        guard now - (shownAt ?? start) >= Self.interval else { return }
        shownAt = now
        show(now, end: "\r")
    }

    /// The last word, if there was a first.
    func finish() {
        if shownAt != nil { show(.now, end: "\n") }
    }

    private func show(_ now: ContinuousClock.Instant, end: String) {
        let seconds = (now - start) / .seconds(1)
        let rate = Int(Double(count) / max(seconds, 0.001))
        let bytes = Array("\(count) \(noun), \(rate)/s \(end)".utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
