// Why a message was not accepted; nothing of it was kept.

import Composer
import JSON
import OutboxStore

package enum IntakeError: Error, Sendable, CustomStringConvertible {
    /// Not JSON (400).
    case malformed(JSONSyntaxError)
    /// Longer than `Intake.requestLimit` (413).
    case tooLarge
    /// A value, a field or a variable (422), each with its pointer.
    case refused(JSONProblems)
    /// The store could not take it.
    case store(StoreError)

    package var description: String {
        switch self {
        case .malformed(let error): "not JSON: \(error)"
        case .tooLarge: "a message has at most \(Intake.requestLimit >> 10) KB"
        case .refused(let problems): problems.description
        case .store(let error): error.description
        }
    }
}
