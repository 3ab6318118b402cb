// What a phone number is for: the words of `Outbox/number-plans.json`, in order of precedence: where two ranges hold a number, the later
// kind is what it is, so that the dear one is never taken for the cheap one.

package enum NumberKind: String, Codable, Sendable, CaseIterable {
    case mobile
    case fixedLine
    case fixedLineOrMobile
    case voicemail
    case corporate
    case pager
    case personal
    case voip
    case sharedCost
    case tollFree
    case premium
    case satellite
    /// The plan of its country has no such number.
    case invalid
    /// There is no plan for its country here.
    case unknownPlan

    /// Whether an SMS is sent to such a number.
    package var mayReceiveSMS: Bool { self == .mobile || self == .fixedLineOrMobile }

    /// Whether somebody earns by every call or message: nobody's own number, and the target of pumping fraud.
    package var isCharged: Bool { self == .premium || self == .sharedCost || self == .satellite }

    /// The kinds that a plan may list.
    static let planned = allCases.filter { ![.satellite, .invalid, .unknownPlan].contains($0) }
}
