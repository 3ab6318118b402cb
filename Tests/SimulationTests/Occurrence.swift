// What can happen in a run and has to happen in some: a promise about something that never occurred says nothing. The counts are
// printed.

enum Occurrence: String, CaseIterable {
    case accepted
    case blocked
    case replayed
    case refusedKey = "key refused"
    case coalesced
    case expired
    case blockedAtClaim = "blocked at the claim"
    case attempts
    case withdrawn
    case doubts
    case interrupted
    case poison = "held as poison"
    case secondCopies = "second copies"
    case staleSettles = "stale settles"
    case lateAccepted = "late accepted"
    case objections
    case deadAddresses = "dead addresses"
    case acts
    case refusedActs = "acts refused"
    case stops = "provider stopped"
    case crashesBefore = "crashes before a commit"
    case crashesAfter = "crashes after a commit"
    case backwards = "clock set back"
    case restarts
}
