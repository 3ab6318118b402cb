// One line of `relais check`: about what, how bad, and what to do.

import JSON

struct Finding {
    enum Level: String {
        case good = "ok"
        /// Somebody has to do something; the gateway runs.
        case warning
        case error
    }

    let subject: String
    let text: String
    let level: Level

    init(_ subject: String, _ text: String, _ level: Level = .good) {
        self.subject = subject
        self.text = text
        self.level = level
    }

    func show(asJSON: Bool) {
        guard !asJSON else {
            return Terminal.write([
                "subject": .string(subject), "ok": .bool(level == .good), "level": .string(level.rawValue),
                "text": .string(text),
            ])
        }
        let word =
            switch level {
            case .good: "ok   "
            case .warning: "WARN "
            case .error: "ERROR"
            }
        Terminal.write("\(word)  \(subject): \(text)")
    }
}
