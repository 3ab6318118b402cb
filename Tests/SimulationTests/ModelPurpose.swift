// Three purposes are enough to tell the scopes of an objection apart.

import Domain

/// What the messages of a run are for: one purpose of each kind of class.
enum ModelPurpose: String, CaseIterable {
    case intervention
    case reminder
    case newsletter

    var `class`: PurposeClass {
        switch self {
        case .intervention: .essential
        case .reminder: .service
        case .newsletter: .marketing
        }
    }
}
