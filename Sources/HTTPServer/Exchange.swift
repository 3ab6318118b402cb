// One request and its answer, between the http thread that collects and sends and any thread that answers.
// The first answer wins: the handler's, the 500 of a dropped responder, or the 503 of a deadline; later ones
// are ignored. A connection is suspended and resumed under this exchange's lock, so that it is resumed
// exactly once, and never after libmicrohttpd has ended the request.

import CMicroHTTPD
import Runtime

/// One request in progress.
///
/// `@unchecked Sendable`: everything but the state, which is locked, belongs to the http thread alone.
final class Exchange: @unchecked Sendable {
    private enum State {
        /// No answer yet, and the connection runs.
        case open
        /// No answer yet; the connection is suspended until there is one.
        case parked(OpaquePointer)
        /// Answered, not yet sent.
        case settled(HTTPResponse)
        /// The answer is with libmicrohttpd, or the request is gone.
        case over
    }

    /// The connection that it came on.
    let entry: ConnectionTable.Entry
    /// The request target, undecoded.
    let target: String
    /// Where the target lies in the read buffer, and its length there.
    let targetSpan: Range<UInt>
    /// Set when the gate has let the request in.
    var head: HTTPRequestHead?
    /// What it is called; a trusted proxy's own name for it once the header is known.
    var id = RequestID()
    /// What has arrived of the body.
    var body: [UInt8] = []
    /// What the request is granted.
    var allowance = RequestAllowance(bodyLimit: 0)
    /// True while it is one of the few with a large body.
    var isCountedAsLarge = false
    /// True once the handler has been called.
    var isHandedOver = false
    private let state = Lock(State.open)

    init(entry: ConnectionTable.Entry, target: String, targetSpan: Range<UInt>) {
        self.entry = entry
        self.target = target
        self.targetSpan = targetSpan
    }

    /// Gives the answer from any thread; only the first counts.
    func settle(_ response: HTTPResponse) {
        state.withLock { state in
            switch state {
            case .open:
                state = .settled(response)
            case .parked(let connection):
                state = .settled(response)
                MHD_resume_connection(connection)
            case .settled, .over:
                break
            }
        }
    }

    /// Takes the answer, or suspends the connection until there is one.
    ///
    /// On the http thread only.
    func takeAnswerOrPark(_ connection: OpaquePointer) -> HTTPResponse? {
        state.withLock { state in
            switch state {
            case .settled(let response):
                state = .over
                return response
            case .open:
                MHD_suspend_connection(connection)
                state = .parked(connection)
                return nil
            case .parked, .over:
                return nil
            }
        }
    }

    /// Marks the request as ended, so that a late answer touches nothing.
    ///
    /// On the http thread only.
    func finish() {
        state.withLock { $0 = .over }
    }
}
