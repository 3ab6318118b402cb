// A refusal as the rules look at it: made once from what happened on the wire, so that every rule compares the same values.

/// The reply that refused, where, by whom.
struct Refusal: Sendable {
    let phase: RefusalPhase
    let code: Int
    /// The enhanced status by component.
    let status: [Int]?
    /// All lines joined by blanks, in lower case, without codes, statuses and words with an "@".
    let text: String
    /// The relay's host name in lower case.
    let provider: String

    /// The refusal in `evidence`; nil when there is no complete 4yz or 5yz reply.
    init?(_ evidence: HandoverEvidence, provider: String) {
        guard let reply = evidence.reply, [4, 5].contains(reply.digit) else { return nil }
        phase = RefusalPhase(evidence)
        code = reply.code
        status = reply.enhancedStatus.map { $0.split(separator: ".").compactMap { Int($0) } }
        text = Self.words(of: reply)
        self.provider = provider.lowercased()
    }

    /// A phrase may be broken over two lines, each with code and status in front; and an address that a server repeats may be
    /// called anything.
    private static func words(of reply: SMTPReply) -> String {
        reply.text.lowercased().split(separator: "\n").flatMap { line in
            let words = line.dropFirst(4).split { $0 == " " || $0 == "\t" }
            return words.first.map(String.init) == reply.enhancedStatus ? words.dropFirst() : words[...]
        }.filter { !$0.contains("@") }.joined(separator: " ")
    }
}
