// A request that came with an idempotency key, with what its caller was answered: nothing yet when the answer was lost.

import Domain
import OutboxStore

struct CallerRequest {
    let acceptance: Acceptance
    var answer: String?
}
