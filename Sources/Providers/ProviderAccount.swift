// A profile with one account's parameters: makes requests of messages, judges answers, reads callbacks. Values in, values out. It never repeats a secret, a
// number or a text in an error.

import Domain
import JSON

package struct ProviderAccount: Sendable, Equatable, CustomStringConvertible {
    /// What an account is made of: two of the same are the same.
    struct Origin: Sendable, Equatable {
        let document: JSONValue
        let baseURL: String
        let parameters: [String: String]
    }

    let origin: Origin
    let base: BaseURL
    let rules: ProfileRules

    package static func == (left: ProviderAccount, right: ProviderAccount) -> Bool {
        left.origin == right.origin
    }

    /// Where it is, and none of its secrets.
    package var description: String { base.origin }

    /// The request that asks the provider to send.
    ///
    /// - Parameter now: signed with the request, where requests are signed.
    package func request(for submission: SMSSubmission, now: Timestamp) -> ProviderRequest {
        let request = rules.request.request(base: base, now: now) { tag in
            tag.value(in: submission, now: now, rules: rules)
        }
        // Of a message only our own reference gets into a path, and what the parameters make of it was checked.
        guard let request else { preconditionFailure("a path that was checked is none") }
        return request
    }

    /// What an HTTP answer means; an answer that never came is `SMTPOutcomeRule`'s matter, by phase.
    ///
    /// - Parameters:
    ///   - retryAfter: what `Retry-After` asks for, from now; nil without one that can be read.
    ///   - recipient: as in the submission; it is taken out of the reply.
    package func answer(
        status: Int, retryAfter: Duration?, body: [UInt8], recipient: String
    ) -> ProviderAnswer {
        rules.answer.answer(status: status, retryAfter: retryAfter, body: body, recipient: recipient)
    }

    /// Whether the provider calls back at all: receipts, and what people write.
    package var hasHooks: Bool { rules.hooks != nil }

    /// The method of the provider's callbacks, for `Allow`; nil when it has none.
    package var hookMethod: String? { rules.hooks?.method }

    /// Whether callbacks are signed. Where they are not, the token in the path is all that protects them.
    package var signsHooks: Bool { rules.hooks?.isSigned == true }

    /// What a callback says. The signature is verified over the raw bytes before anything is read from them.
    package func events(in request: HookRequest, now: Timestamp) throws(HookRefusal) -> HookDelivery {
        guard let hooks = rules.hooks else { throw .method }
        return try hooks.delivery(in: request, now: now)
    }

    /// Whether the provider can be asked to erase one message.
    package var canErase: Bool { rules.erasure != nil }

    /// The request that asks the provider to erase what it keeps of a message; nil when it cannot be asked, or not for this one. 2xx, 404 and 410 say
    /// that it is gone.
    package func erasure(of providerReference: String, now: Timestamp) -> ProviderRequest? {
        rules.erasure?.request(base: base, now: now) { $0 == .providerReference ? providerReference : nil }
    }
}
