// One HTTP connection of one thread, kept alive over many requests, each of which leaves at most once (architecture.md, trap 10). It blocks while
// it works, as SMTPConnection does, so that a lane is the same whatever its wire is. What happened is evidence; it never throws.

import CCurl
import Delivery

/// A connection for one thread; not `Sendable` on purpose.
package final class HTTPConnection {
    private let options: HTTPTransferOptions
    private var transfer: HTTPTransfer?

    /// - Parameters:
    ///   - connectTimeout: for name, TCP and TLS.
    ///   - timeout: for a whole request with its answer.
    ///   - caFile: the authorities that count instead of the system's.
    ///   - isAbandoned: asked at least once a second while it waits; true ends what is under way with the fault `stopped`.
    package init(
        connectTimeout: Duration = .seconds(10), timeout: Duration = .seconds(30), caFile: String? = nil,
        isAbandoned: @escaping @Sendable () -> Bool = { false }
    ) {
        options = HTTPTransferOptions(
            connectTimeout: connectTimeout, timeout: timeout, caFile: caFile, leavesOnce: true,
            isAbandoned: isAbandoned)
    }

    /// Sends one request and waits for the end of its answer.
    package func send(_ call: HTTPCall) -> HTTPEvidence {
        if transfer?.hasUnaskedBytes == true { hangUp() }
        guard let transfer = transfer ?? HTTPTransfer(options), transfer.begin(call) else {
            hangUp()
            return HTTPEvidence(hasLeft: false, fault: .library)
        }
        self.transfer = transfer
        let result = curl_easy_perform(transfer.pointer)
        let evidence = transfer.evidence(result)
        if result != CURLE_OK { hangUp() }
        return evidence
    }

    /// Closes the connection; the next request opens another.
    package func hangUp() { transfer = nil }
}
