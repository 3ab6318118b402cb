/// What a ledger entry is about: one purpose, all marketing (and surveys), everything on a channel, or everything.
package enum Scope: Codable, Sendable, Hashable, CustomStringConvertible {
    case purpose(Purpose)
    case marketing
    case channel
    case all

    /// What a page's form says instead of a scope for "this is not me"; no purpose may be called so.
    package static let notMe = "not-me"
    package static let reservedWords: Set<String> = ["marketing", "channel", "all", notMe]

    package init(_ text: String) throws(ValueError) {
        switch text {
        case "marketing": self = .marketing
        case "channel": self = .channel
        case "all": self = .all
        default:
            guard let purpose = try? Purpose(text) else {
                throw ValueError("must be marketing, channel, all, or a purpose, in lower case")
            }
            self = .purpose(purpose)
        }
    }

    package var description: String {
        switch self {
        case .purpose(let purpose): purpose.text
        case .marketing: "marketing"
        case .channel: "channel"
        case .all: "all"
        }
    }

    /// What one click on a message ends (contract, section 6): its purpose, or all marketing for what needs consent.
    package static func ofOneClick(purpose: Purpose, class purposeClass: PurposeClass) -> Scope {
        switch purposeClass {
        case .essential, .service: .purpose(purpose)
        case .survey, .marketing, .safety: .marketing
        }
    }
}
