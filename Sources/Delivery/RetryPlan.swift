// How each channel is tried again.

import Domain

package struct RetryPlan: Sendable, Hashable {
    package var email: RetryTable
    package var sms: RetryTable

    package init(email: RetryTable = .email, sms: RetryTable = .sms) {
        self.email = email
        self.sms = sms
    }

    package subscript(_ channel: Channel) -> RetryTable {
        switch channel {
        case .email: email
        case .sms: sms
        }
    }
}
