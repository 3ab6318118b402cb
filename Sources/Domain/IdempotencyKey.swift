// A caller's name for one request (`Idempotency-Key`, draft-ietf-httpapi-idempotency-key-header; `key` in a line of NDJSON): however often
// the request comes, there is one message. It counts per dealership, for every way of creating a message.

package struct IdempotencyKey: Codable, Sendable, Hashable {
    package let text: String

    /// 1 to 255 printable ASCII characters; a header's quoted string is taken without its quotes.
    package init(_ text: String) throws(ValueError) {
        let isQuoted = text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
        let bare = isQuoted ? String(text.dropFirst().dropLast()) : text
        guard (1...255).contains(bare.utf8.count),
            bare.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        else {
            throw ValueError(
                "must be 1 to 255 printable ASCII characters without blanks, quotes and backslashes")
        }
        self.text = bare
    }
}
