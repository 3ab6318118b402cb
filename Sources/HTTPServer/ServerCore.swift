// What the http thread does with a request: judge the header, collect the body, call the handler once, send
// the answer. Everything here but the handler's own work runs on that one thread and never waits.
// A refusal is answered with `Connection: close`, which makes libmicrohttpd read nothing more from the
// connection: bytes behind a refused request are never taken for another one.

import CMicroHTTPD
import Synchronization

/// The callbacks' common context.
final class ServerCore: Sendable {
    let table: ConnectionTable
    private let limits: HTTPServerConfiguration
    private let allowance: @Sendable (HTTPRequestHead) -> RequestAllowance
    private let largeRequestCount = Atomic(0)
    private let handler: @Sendable (HTTPRequest, Responder) -> Void
    private let onRefusal: @Sendable (RefusedRequest) -> Void

    init(
        configuration: HTTPServerConfiguration,
        allowance: @escaping @Sendable (HTTPRequestHead) -> RequestAllowance,
        handler: @escaping @Sendable (HTTPRequest, Responder) -> Void,
        onRefusal: @escaping @Sendable (RefusedRequest) -> Void
    ) {
        table = ConnectionTable(limits: configuration, onRefusal: onRefusal)
        self.onRefusal = onRefusal
        limits = configuration
        self.allowance = allowance
        self.handler = handler
    }

    /// The header is complete: the gate decides before a byte of the body is read.
    func headCompleted(
        _ exchange: Exchange, on connection: OpaquePointer, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>
    ) -> MHD_Result {
        let received = HeadReader.read(exchange, on: connection, method: method, version: version)
        do throws(RequestRefusal) {
            let head = try RequestGate.admit(received, from: exchange.entry.remoteAddress)
            exchange.head = head
            exchange.id = limits.trustedProxies.requestID(head) ?? exchange.id
            exchange.allowance = allowance(head)
            let announced = head.contentLength ?? 0
            guard announced <= exchange.allowance.bodyLimit else {
                return refuse(exchange, with: .contentTooLarge, RefusedRequest.tooLong, on: connection)
            }
            guard mayHold(exchange, head) else {
                return refuse(
                    exchange, with: .tooManyLargeRequests, RefusedRequest.tooManyLarge, on: connection)
            }
            // An announcement is a promise of the peer, not a reason to hold memory for it in full.
            exchange.body.reserveCapacity(min(announced, 64 * 1024))
            table.enter(.body, exchange.entry)
            return .YES
        } catch {
            return refuse(exchange, with: .badRequest(error.detail), error.detail, on: connection)
        }
    }

    /// Counts a request whose body may be large; false when there are too many already. A chunked body may be as long as is allowed.
    private func mayHold(_ exchange: Exchange, _ head: HTTPRequestHead) -> Bool {
        let isChunked = head["Transfer-Encoding"] != nil
        let longest = head.contentLength ?? (isChunked ? exchange.allowance.bodyLimit : 0)
        guard longest > limits.largeBodyBytes else { return true }
        guard largeRequestCount.load(ordering: .relaxed) < limits.largeRequestLimit else { return false }
        largeRequestCount.add(1, ordering: .relaxed)
        exchange.isCountedAsLarge = true
        return true
    }

    /// The request has ended, well or not.
    func requestEnded(_ exchange: Exchange) {
        if exchange.isCountedAsLarge { largeRequestCount.subtract(1, ordering: .relaxed) }
        table.enter(.idle, exchange.entry)
    }

    /// A part of the body has come.
    ///
    /// Returning `.NO` ends the connection.
    func bodyArrived(_ part: UnsafeRawBufferPointer, for exchange: Exchange) -> MHD_Result {
        // Only a chunked body gets here too long; the library takes no answer in the midst of a body.
        guard exchange.body.count + part.count <= exchange.allowance.bodyLimit else {
            let isHead = exchange.head?.method == "HEAD"
            let response = HTTPResponse.contentTooLarge
            DirectAnswer.send(
                response.identified(by: exchange.id), to: exchange.entry.descriptor, withoutBody: isHead)
            onRefusal(RefusedRequest(exchange.id, response, RefusedRequest.tooLong))
            return .NO
        }
        exchange.body.append(contentsOf: part)
        return .YES
    }

    /// The request is complete, or its answer has come and the connection was resumed.
    func requestCompleted(_ exchange: Exchange, on connection: OpaquePointer) -> MHD_Result {
        if !exchange.isHandedOver, let head = exchange.head {
            exchange.isHandedOver = true
            if table.beginHandling(exchange, on: exchange.entry) {
                let request = HTTPRequest(
                    head: head, body: exchange.body, id: exchange.id,
                    client: limits.trustedProxies.client(head))
                exchange.body = []
                handler(request, Responder(exchange))
            } else {
                exchange.settle(.unavailable)
            }
        }
        guard let response = exchange.takeAnswerOrPark(connection) else { return .YES }
        let mayKeep = table.enter(.answering, exchange.entry)
        return queue(response, of: exchange, on: connection, closing: !mayKeep)
    }

    /// Answers in the first call and ends the connection.
    ///
    /// 0.9.75 closes by itself after an answer this early; it is said all the same, because everything hangs on it.
    private func refuse(
        _ exchange: Exchange, with response: HTTPResponse, _ reason: StaticString,
        on connection: OpaquePointer
    ) -> MHD_Result {
        table.enter(.answering, exchange.entry)
        onRefusal(RefusedRequest(exchange.id, response, reason))
        return queue(response, of: exchange, on: connection, closing: true)
    }

    /// Gives an answer to libmicrohttpd; one that it does not take is replaced by a 500.
    private func queue(
        _ response: HTTPResponse, of exchange: Exchange, on connection: OpaquePointer, closing: Bool
    ) -> MHD_Result {
        guard (200...599).contains(response.status),
            let raw = rawResponse(for: response.identified(by: exchange.id), closing: closing)
        else {
            // Without memory even for the 500 there is only the end of the connection.
            return response == .internalError
                ? .NO : queue(.internalError, of: exchange, on: connection, closing: closing)
        }
        defer { MHD_destroy_response(raw) }
        return MHD_queue_response(connection, UInt32(response.status), raw)
    }

    private func rawResponse(for response: HTTPResponse, closing: Bool) -> OpaquePointer? {
        let raw = response.body.withUnsafeBytes { body in
            MHD_create_response_from_buffer(
                body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let raw else { return nil }
        var isComplete = true
        for field in response.headers where !Self.ownFields.contains(where: field.isNamed) {
            isComplete = isComplete && MHD_add_response_header(raw, field.name, field.value) == .YES
        }
        if closing {
            isComplete = isComplete && MHD_add_response_header(raw, "Connection", "close") == .YES
        }
        guard isComplete else {
            MHD_destroy_response(raw)
            return nil
        }
        return raw
    }

    /// The fields that frame a message: the server's business, not the handler's.
    private static let ownFields = ["Content-Length", "Transfer-Encoding", "Connection"]
}
