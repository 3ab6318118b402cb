// HTTP requests under way, driven by one thread: start some, wait until one of them ends or somebody wakes the thread. One multi handle keeps
// connections alive between requests. A slow server holds nobody up but itself, and each request has an end within its time.
// (SMTP never goes this way: libcurl would block in it, see SMTPConnection.)

import CCurl
import Delivery
import Runtime

/// Everything but `wake` is for the one thread that drives it.
package final class HTTPCalls: @unchecked Sendable {
    /// Connections that are kept without a request.
    private static let keptConnections = 16

    private let multi: UnsafeMutableRawPointer
    private let options: HTTPTransferOptions
    private var transfers: [UnsafeMutableRawPointer: HTTPTransfer] = [:]
    private let isWoken = Lock(false)
    /// What has ended and was not handed over yet.
    private var ended: [(tag: Int64, end: HTTPCallEnd)] = []

    /// - Parameters:
    ///   - addressGuard: which addresses may be reached; nil for every one, where the operator chose the URL.
    ///   - timeout: of a whole request.
    package init?(guard addressGuard: AddressGuard?, timeout: Duration = .seconds(15)) {
        guard CurlLibrary.isReady, let multi = curl_multi_init() else { return nil }
        self.multi = multi
        options = HTTPTransferOptions(addressGuard: addressGuard, timeout: timeout)
        relais_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.keptConnections)
    }

    /// Ends what is under way, without an answer.
    deinit {
        for pointer in transfers.keys { curl_multi_remove_handle(multi, pointer) }
        transfers = [:]
        curl_multi_cleanup(multi)
    }

    /// Requests under way.
    package var count: Int { transfers.count + ended.count }

    /// Begins a request; `tag` comes back with its end.
    package func start(_ call: HTTPCall, tag: Int64) {
        guard
            let transfer = HTTPTransfer(options, tag: tag), transfer.begin(call),
            curl_multi_add_handle(multi, transfer.pointer) == CURLM_OK
        else {
            ended.append((tag, .failed(HandoverFault.library.rawValue)))
            return
        }
        transfers[transfer.pointer] = transfer
    }

    /// Drives what is under way until something ended, somebody woke the thread, or the time is over; what has ended.
    package func wait(atMost limit: Duration) -> [(tag: Int64, end: HTTPCallEnd)] {
        let deadline = ContinuousClock.now + limit
        while true {
            collect()
            let left = deadline - .now
            if !ended.isEmpty || isWoken.withLock({ $0 }) || left <= .zero { break }
            curl_multi_poll(multi, nil, 0, Int32(clamping: Int64(left / .milliseconds(1)) + 1), nil)
        }
        isWoken.withLock { $0 = false }
        defer { ended = [] }
        return ended
    }

    /// Ends a wait, now or the next one; from any thread.
    package func wake() {
        isWoken.withLock { $0 = true }
        curl_multi_wakeup(multi)
    }

    private func collect() {
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let pointer = message.pointee.easy_handle,
                let transfer = transfers.removeValue(forKey: pointer)
            else { continue }
            let end = transfer.evidence(message.pointee.data.result).end
            curl_multi_remove_handle(multi, pointer)
            ended.append((transfer.tag, end))
        }
    }
}
