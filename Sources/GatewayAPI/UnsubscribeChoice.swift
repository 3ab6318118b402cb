// What the form of a link can say: one of the scopes that its message's page offers, or "this is not me".

import Composer
import Consent
import Domain

enum UnsubscribeChoice: Hashable {
    case stop(Scope)
    /// The address is another person's: nothing more is sent to it, whatever it is about.
    case notMe

    /// As the form field `scope` has it.
    var value: String {
        switch self {
        case .stop(let scope): scope.description
        case .notMe: Scope.notMe
        }
    }

    /// What the page of a message offers: its purpose (never for `safety`, which nothing but "not me" stops), all marketing,
    /// everything on its channel.
    static func offered(_ token: UnsubscribeToken) -> [UnsubscribeChoice] {
        let scopes: [Scope] =
            token.class == .safety ? [.marketing] : [.purpose(token.purpose), .marketing, .channel]
        return scopes.map { .stop($0) } + [.notMe]
    }

    /// Whether a block that stands stops what the choice would.
    func isStopped(by block: StandingEntry, _ token: UnsubscribeToken, at now: Timestamp) -> Bool {
        let isOwn = block.contact == token.references.address && block.channel == token.channel
        switch self {
        case .stop(.purpose(let purpose)):
            return block.stops(
                GateQuestion(
                    at: now, purpose: purpose, class: token.class, channel: token.channel,
                    references: token.references))
        case .stop(.channel): return isOwn && block.scope == .channel && block.event != .bounced
        case .stop(let scope): return block.scope == scope || block.scope == .all
        case .notMe: return isOwn && block.event == .misdirected
        }
    }

    /// The act that the choice is, said by whoever holds the link.
    func act(_ token: UnsubscribeToken, _ method: ConsentMethod, at now: Timestamp) -> ConsentAct {
        let (event, scope): (LedgerEvent, Scope) =
            switch self {
            case .stop(let scope): (.objected, scope)
            case .notMe: (.misdirected, .channel)
            }
        return ConsentAct(
            references: token.references, event: event, scope: scope,
            channel: scope == .channel ? token.channel : nil, occurredAt: now, method: method,
            actor: "contact")
    }
}
