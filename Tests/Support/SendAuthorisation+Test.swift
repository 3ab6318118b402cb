// A yes of the gate for tests that begin at the wire: it is asked about an essential message to somebody of whom the ledger says nothing.

import Consent
import Domain

extension SendAuthorisation {
    package static func ofTest() throws -> SendAuthorisation {
        let question = GateQuestion(
            at: Timestamp(milliseconds: 0), purpose: try Purpose("intervention"), class: .essential,
            channel: .email,
            references: ContactReferences(
                address: try ContactReference("ct_" + String(repeating: "0", count: 32))))
        guard let authorisation = Gate.decide(question, entries: []).authorisation else {
            throw TestFailure("the gate stops a message of which the ledger says nothing")
        }
        return authorisation
    }
}
