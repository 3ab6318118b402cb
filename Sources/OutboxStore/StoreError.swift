// Why the store refused or failed. The first group is an answer to the caller; the second is the disk's, and decides whether
// the process may go on: after `broken`, whether the last commit stands is not known, and only a restart can tell.

import Domain
import Runtime
import SQLite

package enum StoreError: LoggableError, Codable, Sendable, Equatable {
    /// No such message, dealership or key.
    case notFound(String)
    /// The state of the message forbids the act (409).
    case conflict(String)
    /// What is being sent right now forbids it for as long as that lasts (409).
    case inFlight(String)
    /// It is done in the store, but somebody who reads keeps the old pages in its log.
    case logHeld
    /// An idempotency key that came with another request before (422).
    case keyReused
    /// A value that the contract refuses.
    case refused(ValueError)
    /// Another process writes this store.
    case locked(path: String)
    /// More waits to be written than the mailbox holds; try again shortly.
    case overloaded
    /// The store was stopped before it could write this.
    case stopped
    /// The gateway went away before it answered: whether this was written is not known.
    case unanswered
    /// There is no space; nothing of this was written.
    case full
    /// The disk has less free space than the floor: new work is refused while objections and settlements still fit.
    case belowFloor(free: Int64, floor: Int64)
    /// It is in the ledger and counts, but not in the mirror file yet.
    case notMirrored(String)
    /// The store belongs to a newer version, another key, or is not a store.
    case unusable(String)
    /// SQLite refused a statement: a defect of this program, not of the disk; nothing of the command was written.
    case failed(String)
    /// The disk failed under the store.
    case broken(String)

    /// A row that the schema refuses (an id that is there already, a dealership that is not) is its caller's conflict; it says
    /// nothing against the disk.
    init(_ error: SQLiteError) {
        self =
            if error.isFull {
                .full
            } else if error.isInputOutput {
                .broken(error.description)
            } else if error.isBusy {
                .overloaded
            } else if error.isConstraint {
                .conflict(error.message)
            } else {
                .failed(error.description)
            }
    }

    package var description: String {
        switch self {
        case .notFound(let what): "there is no \(what)"
        case .conflict(let reason), .inFlight(let reason): reason
        case .logHeld:
            "this is erased, but a long reader (a backup, a listing) keeps the old pages in the store's -wal file: do it again when "
                + "it has ended"
        case .keyReused:
            "this idempotency key came with another request before; a new message needs a new key"
        case .refused(let error): error.reason
        case .locked(let path): "another relais process is writing \(path); stop it, or use its API"
        case .overloaded: "the outbox has too much waiting to be written; try again shortly"
        case .stopped: "the outbox is stopping; try again shortly"
        case .unanswered:
            "the gateway went away before it answered; look whether it was done before you do it again"
        case .full: "no space is left on the outbox's disk; nothing was written: free some and try again"
        case .belowFloor(let free, let floor):
            "the outbox's disk has \(free >> 20) MB left, less than its floor of \(floor >> 20) MB (limits.diskFloor); "
                + "nothing was written: free some and try again"
        case .notMirrored(let reason):
            "this is in the ledger and counts, but the ledger's mirror cannot be written (\(reason)): mend its disk, "
                + "and it is written with the next entry"
        case .unusable(let reason): reason
        case .failed(let reason):
            "the outbox could not do this and wrote nothing (\(reason)): please report it"
        case .broken(let reason): "the outbox's disk failed (\(reason)); relais must be restarted to recover"
        }
    }
}
