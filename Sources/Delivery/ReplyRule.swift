// One rule of `Outbox/reply-rules.json`: when it fits, and what it says. A rule that could say too much is refused when it is read:
// about the recipient before RCPT, a failure before MAIL, a stop for what passes by itself.

import JSON

/// What a kind of refusal means. An empty list of conditions fits everything.
package struct ReplyRule: Sendable, Equatable {
    package let phases: [RefusalPhase]
    package let codes: [ClosedRange<Int>]
    /// Enhanced statuses by component; nil stands for any number.
    let statuses: [[Int?]]
    /// In lower case.
    let texts: [String]
    /// In lower case.
    let providers: [String]
    package let refusal: RefusalClass
    package let action: RefusalAction
    /// Where the meaning is written: an RFC or a vendor's document.
    package let source: String

    init(_ reader: JSONObjectReader) throws(JSONProblems) {
        phases = try Self.words("phases", in: reader)
        codes = try Self.values("codes", in: reader, "\"550\", or \"5yz\"; 4yz and 5yz", Self.code)
        statuses = try Self.values("statuses", in: reader, "\"5.1.1\", or \"5.7.x\"", Self.status)
        texts = try reader.optionalStrings("texts") ?? []
        providers = try reader.optionalStrings("providers") ?? []
        refusal = try Self.word("class", in: reader)
        action = try Self.word("action", in: reader)
        source = try reader.string("source")
        try check(reader)
    }

    /// Whether the rule is about this refusal.
    func fits(_ refusal: Refusal) -> Bool {
        (phases.isEmpty || phases.contains(refusal.phase))
            && codes.contains { $0.contains(refusal.code) }
            && (statuses.isEmpty || statuses.contains { Self.fits($0, refusal.status) })
            && (texts.isEmpty || texts.contains { refusal.text.contains($0) })
            && (providers.isEmpty || providers.contains { Self.isSuffix($0, of: refusal.provider) })
    }

    private static func fits(_ pattern: [Int?], _ status: [Int]?) -> Bool {
        guard let status else { return false }
        return zip(pattern, status).allSatisfy { $0 == nil || $0 == $1 }
    }

    private static func isSuffix(_ suffix: String, of host: String) -> Bool {
        host == suffix || host.hasSuffix("." + suffix)
    }

    private func check(_ reader: JSONObjectReader) throws(JSONProblems) {
        guard let digit = codes.first.map({ $0.lowerBound / 100 }),
            codes.allSatisfy({ $0.lowerBound / 100 == digit })
        else { throw reader.problem("codes", detail: "must be one or more, all of one digit") }
        guard statuses.allSatisfy({ $0.first == digit }) else {
            throw reader.problem("statuses", detail: "must begin with the digit of the codes (RFC 2034)")
        }
        guard (texts + providers).allSatisfy({ !$0.isEmpty && $0 == $0.lowercased() }), !source.isEmpty else {
            throw reader.problem("texts", detail: "must be in lower case, as providers; and source not empty")
        }
        guard RefusalAction.possible(afterDigit: digit).contains(action) else {
            throw reader.problem("action", detail: "cannot follow a \(digit)yz reply")
        }
        guard (action == .stop) == (refusal == .configuration && digit == 5) else {
            throw reader.problem(
                "action", detail: "must be stop for a 5yz of class configuration and only there")
        }
        if [.recipient, .mailbox, .objected, .content].contains(refusal), digit == 5, action != .fail {
            throw reader.problem("action", detail: "must be fail: every provider would refuse it")
        }
        if [.recipient, .mailbox, .objected].contains(refusal) {
            guard !phases.isEmpty, phases.allSatisfy(\.isAfterRecipient) else {
                throw reader.problem(
                    "phases", detail: "must be rcpt, data, ended: who it is for was not said before")
            }
        }
        if [.retry, .retrySoon, .fail].contains(action) {
            guard !phases.isEmpty, phases.allSatisfy(\.isOfTransaction) else {
                throw reader.problem(
                    "phases", detail: "must be mail or later: before, nothing is charged to a message")
            }
        }
    }

    // MARK: Reading

    private static func code(_ text: String) -> ClosedRange<Int>? {
        if text == "4yz" { return 400...499 }
        if text == "5yz" { return 500...599 }
        return Int(text).flatMap { (400...599).contains($0) ? $0...$0 : nil }
    }

    private static func status(_ text: String) -> [Int?]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0 == "x" || Int($0) != nil }) else { return nil }
        return parts.map { Int($0) }
    }

    private static func values<Value>(
        _ name: String, in reader: JSONObjectReader, _ expectation: String, _ value: (String) -> Value?
    ) throws(JSONProblems) -> [Value] {
        var values: [Value] = []
        for text in try reader.optionalStrings(name) ?? [] {
            guard let value = value(text) else {
                throw reader.problem(name, detail: "must hold \(expectation)")
            }
            values.append(value)
        }
        return values
    }

    private static func words<Word: RawRepresentable & CaseIterable>(
        _ name: String, in reader: JSONObjectReader
    ) throws(JSONProblems) -> [Word] where Word.RawValue == String {
        try values(name, in: reader, Word.allCases.map(\.rawValue).joined(separator: ", ")) {
            Word(rawValue: $0)
        }
    }

    private static func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, in reader: JSONObjectReader
    ) throws(JSONProblems) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try reader.string(name)) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.problem(name, detail: "must be one of \(known)")
        }
        return word
    }
}
