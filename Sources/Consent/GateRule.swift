// The rows of the gate's truth table (contract, section 6) in words, for whoever asks why a message was sent or not. The decision
// itself reads none of this.

import Domain

extension PurposeClass {
    /// When a message of this class is sent, and what blocks it.
    package var rule: String {
        switch self {
        case .safety: "safety: always sent; blocked by a dead address and by misdirected alone"
        case .essential:
            "essential: sent by default; blocked by its purpose, channel, all, a dead address and misdirected"
        case .service:
            "service: sent by default; blocked by its purpose, channel, all, a dead address, misdirected and restricted"
        case .survey, .marketing:
            "\(rawValue): sent with a consent or a recorded soft opt-in alone; blocked by its purpose, marketing, "
                + "channel, all, a dead address, misdirected and restricted"
        }
    }
}
