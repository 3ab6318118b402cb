// The words of the ledger (contract, section 6). The vocabulary is complete from the first entry on, because entries are
// never rewritten; `isRecordable` says which of them this version folds, and the others are refused, never guessed at.

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

    /// Whether this version records and folds the event.
    package var isRecordable: Bool {
        switch self {
        case .objected, .withdrawn, .given, .lifted: true
        default: false
        }
    }
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
