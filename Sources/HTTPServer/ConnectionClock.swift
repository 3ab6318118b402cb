// Which phase a connection is in, until when that may last, and what happens then. Pure: times come in as
// values.
// libmicrohttpd's own timeout counts inactivity, so a peer that drips one byte a second holds a connection
// for ever. Here a deadline is set when a phase begins and no byte moves it.
//
//   phase       begins with                       lasts at most     when overdue
//   opening     connection accepted               headerDeadline    close
//   head        request line read                 headerDeadline    408, close   (opening's deadline stays)
//   body        header let in                     bodyDeadline      408, close
//   handling    handler about to be called        handlerDeadline   503 through the exchange
//   answering   answer given to libmicrohttpd     responseDeadline  close
//   idle        answer sent, connection kept      idleDeadline      close

/// The time line of one connection; times are nanoseconds of the monotonic clock.
struct ConnectionClock {
    /// What a connection is doing.
    enum Phase {
        case opening
        case head
        case body
        case handling
        case answering
        case idle
    }

    /// What to do with an overdue connection.
    enum Remedy: Equatable {
        case close
        case timeoutAndClose
        case answerUnavailable
    }

    private(set) var phase = Phase.opening
    private(set) var deadline: Int64

    /// Starts with a connection just accepted.
    init(at now: Int64, limits: HTTPServerConfiguration) {
        deadline = now + limits.headerDeadline.nanoseconds
    }

    /// Moves to the next phase and sets its deadline.
    mutating func enter(_ next: Phase, at now: Int64, limits: HTTPServerConfiguration) {
        let isFirstHead = phase == .opening && next == .head
        phase = next
        if isFirstHead { return }
        let limit =
            switch next {
            case .opening, .head: limits.headerDeadline
            case .body: limits.bodyDeadline
            case .handling: limits.handlerDeadline
            case .answering: limits.responseDeadline
            case .idle: limits.idleDeadline
            }
        deadline = now + limit.nanoseconds
    }

    /// What is due now, if anything; asks once, because the deadline is then spent.
    mutating func takeRemedy(at now: Int64) -> Remedy? {
        guard now >= deadline else { return nil }
        deadline = .max
        switch phase {
        case .opening, .answering, .idle: return .close
        case .head, .body: return .timeoutAndClose
        case .handling: return .answerUnavailable
        }
    }
}

extension Duration {
    /// Whole nanoseconds; a century at most, so that sums with a clock never overflow.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return min(max(seconds, 0), 3_155_760_000) * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
