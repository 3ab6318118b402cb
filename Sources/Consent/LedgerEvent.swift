// The words of the ledger (contract, section 6). The vocabulary is complete from the first entry on, because entries are
// never rewritten.

import Domain

/// What happened.
package enum LedgerEvent: String, Codable, Sendable, CaseIterable {
    case objected
    case withdrawn
    case refused
    case complained
    case misdirected
    case restricted
    case unrestricted
    case bounced
    case given
    case lifted
    case softOptIn = "soft-opt-in"
    case requested
    case rectified
    case erased

    /// Whether the entry stops messages until something ends it.
    package var isBlock: Bool {
        switch self {
        case .objected, .withdrawn, .refused, .complained, .misdirected, .restricted, .bounced: true
        case .unrestricted, .given, .lifted, .softOptIn, .requested, .rectified, .erased: false
        }
    }

    /// Whether the entry allows what needs consent.
    package var isConsent: Bool { self == .given || self == .softOptIn }

    /// The one scope that the event can have, where there is one.
    package var onlyScope: Scope? {
        switch self {
        case .complained: .marketing
        case .misdirected, .bounced: .channel
        case .restricted, .unrestricted: .all
        case .objected, .withdrawn, .refused, .given, .lifted, .softOptIn, .requested, .rectified, .erased:
            nil
        }
    }

    /// Whether the entry says that consent is no longer there: it ends what was given, for good. An objection only stands before it.
    package var endsConsent: Bool { self == .withdrawn || self == .refused }
}

/// How it reached us.
package enum ConsentMethod: String, Codable, Sendable, CaseIterable {
    case oneClick = "one-click"
    case page
    case smsKeyword = "sms-keyword"
    case mailto
    case api
    case `operator`
    case paper
    case phone
    case feedbackLoop = "feedback-loop"
    case dsn
    case `import`

    /// The person's own act, by which consent and the end of a block can be proved.
    package var isOwnAct: Bool {
        switch self {
        case .page, .smsKeyword, .paper, .phone: true
        case .oneClick, .mailto, .api, .operator, .feedbackLoop, .dsn, .import: false
        }
    }
}
