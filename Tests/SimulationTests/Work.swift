// One message in the hands of one worker: claimed, then handed over, then to be settled. It is a value of the process's memory, so a
// crash loses it, unless its worker outlives the process that claimed it and comes back late.

import Domain
import OutboxStore

struct Work {
    struct End {
        let product: AttemptEnd
        let judgement: Judgement
        let at: Timestamp
    }

    let claim: Claim
    /// Its place among the model's messages, and the attempt's among the message's.
    let message: Int
    let attempt: Int
    var end: End?
}
