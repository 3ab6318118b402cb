// Short texts of a provider that are stored and filtered on: what does not look like one is none.

import Delivery

enum ProviderText {
    /// An id, at most 128 visible ASCII characters.
    static func reference(_ text: String) -> String? {
        isVisible(text, limit: 128) ? text : nil
    }

    /// A code that cannot be mistaken for one of ours ("timeout", "not-started").
    static func status(_ text: String) -> String? {
        isVisible(text, limit: 64) && HandoverFault(rawValue: text) == nil && text != "no-reply" ? text : nil
    }

    /// A count of parts; 0 is said by those that have not counted yet.
    static func segments(_ text: String) -> Int? {
        Int(text).flatMap { (1...255).contains($0) ? $0 : nil }
    }

    private static func isVisible(_ text: String, limit: Int) -> Bool {
        (1...limit).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
