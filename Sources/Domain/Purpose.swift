// Why we write, and the class that decides what may stop it (contract, section 6). A kind of message fixes its purpose; a
// purpose belongs to one class. The shipped purposes cannot change class, and nothing but them is `safety`.

/// Why a message is sent: `intervention`, `quote`, `newsletter` …
package struct Purpose: Codable, Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) throws(ValueError) {
        guard Slug.isValid(text), !Scope.reservedWords.contains(text) else {
            throw ValueError("must be a purpose of a-z, 0-9 and -, and not marketing, channel, all or not-me")
        }
        self.text = text
    }

    package var description: String { text }
}

/// What may stop a purpose: the rows of the gate's truth table.
package enum PurposeClass: String, Codable, Sendable, CaseIterable {
    case safety
    case essential
    case service
    case survey
    case marketing

    /// Sent only with consent (`given`, or a recorded `soft-opt-in`).
    package var needsConsent: Bool { self == .survey || self == .marketing }
}

/// The class of every purpose that this gateway knows.
package struct PurposeTable: Sendable {
    private let classes: [String: PurposeClass]

    /// The shipped purposes alone.
    package init() {
        classes = Self.shipped
    }

    /// The shipped purposes and the configured ones; a configured one may not be shipped, nor `safety`.
    package init(configured: [(purpose: Purpose, class: PurposeClass)]) throws(ValueError) {
        var classes = Self.shipped
        for (purpose, purposeClass) in configured {
            guard Self.shipped[purpose.text] == nil else {
                throw ValueError("purpose \(purpose) is shipped and cannot change its class")
            }
            guard purposeClass != .safety else { throw ValueError("the class safety cannot be configured") }
            classes[purpose.text] = purposeClass
        }
        self.classes = classes
    }

    /// Every purpose, sorted by name.
    package var names: [String] { classes.keys.sorted() }

    package subscript(_ purpose: Purpose) -> PurposeClass? { classes[purpose.text] }

    private static let shipped: [String: PurposeClass] = [
        "intervention": .essential,
        "quote": .essential,
        "quote-reminder": .service,
        "reminder": .service,
        "confirmation": .service,
        "survey": .survey,
        "newsletter": .marketing,
        "account-notice": .essential,
        "recall": .safety,
    ]
}
