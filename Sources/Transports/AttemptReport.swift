// What comes back from a transport: everything in it may be stored and shown. The recipient's address has
// been replaced in the provider's words, and the library's words never hold an address or a secret.

import Delivery

/// How one attempt ended.
package struct AttemptReport: Sendable, Equatable {
    /// What it means.
    package let verdict: Verdict
    /// The provider's reply on one line, without the recipient, at most 512 scalars; nil if there was none.
    package let reply: String?
    /// The library's words on a failure of the transport, for the log; nil if there was none.
    package let failure: String?
    /// What the provider calls the message; nil if it has no name for it.
    package let providerReference: String?
    /// SMS segments as the provider counts them.
    package let segments: Int?

    /// A report.
    package init(
        verdict: Verdict, reply: String? = nil, failure: String? = nil, providerReference: String? = nil,
        segments: Int? = nil
    ) {
        self.verdict = verdict
        self.reply = reply
        self.failure = failure
        self.providerReference = providerReference
        self.segments = segments
    }
}
