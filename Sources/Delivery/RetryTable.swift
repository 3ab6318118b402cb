// How a channel is tried again, by the class of the purpose: an offer need not be tried for as long as a recall. A class that
// nobody set has the channel's own policy.

import Domain

package struct RetryTable: Sendable, Hashable {
    /// The channel's policy.
    package var standard: RetryPolicy
    /// The policies of classes that have their own.
    package var classes: [PurposeClass: RetryPolicy]

    package init(_ standard: RetryPolicy, classes: [PurposeClass: RetryPolicy] = [:]) {
        self.standard = standard
        self.classes = classes
    }

    package subscript(_ purposeClass: PurposeClass) -> RetryPolicy { classes[purposeClass] ?? standard }

    package static let email = RetryTable(.email)
    package static let sms = RetryTable(.sms)
}
