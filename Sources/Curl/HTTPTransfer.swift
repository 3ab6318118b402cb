// One easy handle for HTTP requests, one after the other: no redirect followed, no proxy, no netrc, no cookie; TLS verified; an address that the
// guard refuses is never connected to. If any option is refused there is no transfer, because a missing option here is a missing guard.
//
// libcurl may send a POST once more by itself when a kept-alive connection dies before the first byte of the answer. A webhook arrives at least
// once, under the same id, and may. An SMS would be sent twice: where a request leaves once, the second time is stopped and nobody knows.

import CCurl
import Delivery
import Glibc

/// What all requests of a transfer have in common.
struct HTTPTransferOptions {
    var addressGuard: AddressGuard?
    /// Name, TCP and TLS.
    var connectTimeout: Duration = .seconds(10)
    /// Of a whole request.
    var timeout: Duration = .seconds(15)
    /// The authorities that count instead of the system's.
    var caFile: String?
    /// A request never leaves twice, whatever becomes of its connection.
    var leavesOnce = false
    /// Asked on the thread that drives the transfer, at least once a second; true ends the request.
    var isAbandoned: (@Sendable () -> Bool)?
}

final class HTTPTransfer {
    /// An answer's body is read so far and no further.
    private static let replyLimit = 64 << 10
    /// A kept connection without a request is not used again after so long: most servers close theirs after a minute or more.
    private static let longestIdle = 20

    let pointer: UnsafeMutableRawPointer
    let tag: Int64
    private let options: HTTPTransferOptions
    private let errorText: UnsafeMutablePointer<CChar>
    private var fields: UnsafeMutablePointer<curl_slist>?
    private var reply: [UInt8] = []
    private var replyCount = 0
    private var hasRefusedAddress = false
    /// How often the request was about to leave.
    private var departures = 0
    /// The answer's header fields have come to their end; libcurl takes a connection that ends within them for an answer.
    private var isHeadWhole = false
    private var bodyCount = 0
    private var isWhole = true

    /// Nil if libcurl refuses any of it.
    init?(_ options: HTTPTransferOptions, tag: Int64 = 0) {
        guard CurlLibrary.isReady, let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        self.tag = tag
        self.options = options
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setConnection()
        setCallbacks()
        guard isWhole else { return nil }
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(fields)
        errorText.deallocate()
    }

    /// Makes the next request ready; false if libcurl refuses any of it, and then nothing may be sent.
    func begin(_ call: HTTPCall) -> Bool {
        reply = []
        replyCount = 0
        hasRefusedAddress = false
        departures = 0
        isHeadWhole = false
        bodyCount = call.body.count
        errorText.pointee = 0
        curl_slist_free_all(fields)
        fields = nil
        // An empty `Expect` keeps libcurl from waiting for 100 Continue.
        for (name, value) in call.fields + [(name: "Expect", value: "")] {
            guard !(name + value).utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }),
                let longer = curl_slist_append(fields, "\(name): \(value)")
            else { return false }
            fields = longer
        }
        set(CURLOPT_URL, call.url)
        require(relais_curl_set_list(pointer, CURLOPT_HTTPHEADER, fields))
        setBody(call)
        return isWhole
    }

    // MARK: What libcurl tells

    /// Some of the answer's body came; false when it was enough.
    func took(_ bytes: UnsafeRawBufferPointer) -> Bool {
        replyCount += bytes.count
        guard replyCount <= Self.replyLimit else { return false }
        reply += bytes
        return true
    }

    /// A line of the answer's head, or of an informational one before it, came.
    func took(headLine: UnsafeRawBufferPointer) {
        // Behind a body there may be trailers: they end no head, and begin none.
        if headLine.starts(with: "HTTP/".utf8) { isHeadWhole = false }
        if headLine.first == UInt8(ascii: "\r") || headLine.first == UInt8(ascii: "\n") { isHeadWhole = true }
    }

    /// Whether the server has said something, or has closed, since the last answer ended. It would be read as the answer to the next request.
    var hasUnaskedBytes: Bool {
        var socket = CURL_SOCKET_BAD
        guard relais_curl_get_socket(pointer, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK,
            socket != CURL_SOCKET_BAD
        else { return false }
        var state = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) != 0
    }

    /// The request is about to leave; false when it must not.
    func mayLeave() -> Bool {
        departures += 1
        return departures == 1 || !options.leavesOnce
    }

    var isAbandoned: Bool { options.isAbandoned?() ?? false }

    /// A socket for an address, or `CURL_SOCKET_BAD` when it may not be reached.
    func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let family = address.pointee.family
        if let addressGuard = options.addressGuard, !addressGuard.allows(Self.bytes(of: address)) {
            hasRefusedAddress = true
            return CURL_SOCKET_BAD
        }
        return socket(
            family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.`protocol`)
    }

    /// What came of it, once libcurl says that it ended.
    func evidence(_ result: CURLcode) -> HTTPEvidence {
        var status = 0
        let isTooLong = replyCount > Self.replyLimit
        let isAnswered = result == CURLE_OK || (result == CURLE_WRITE_ERROR && isTooLong)
        if isAnswered, isHeadWhole,
            relais_curl_get_long(pointer, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK, status > 0
        {
            var seconds: curl_off_t = 0
            let isTold =
                relais_curl_get_offset(pointer, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0
            return HTTPEvidence(
                status: status, retryAfter: isTold ? .seconds(Int64(seconds)) : nil,
                body: isTooLong ? [] : reply, hasLeft: true)
        }
        return HTTPEvidence(hasLeft: hasLeft, fault: fault(result), failure: words(of: result))
    }

    private func fault(_ result: CURLcode) -> HandoverFault {
        if hasRefusedAddress, result == CURLE_COULDNT_CONNECT { return .address }
        if result == CURLE_OK { return .closed }
        if result == CURLE_ABORTED_BY_CALLBACK { return departures > 1 ? .closed : .stopped }
        return HandoverFault(result: result, explanation: words(of: result)) ?? .library
    }

    private func words(of result: CURLcode) -> String {
        guard result != CURLE_OK else { return "the answer ended within its head" }
        return errorText.pointee == 0
            ? String(cString: curl_easy_strerror(result)) : String(cString: errorText)
    }

    /// Whether all of the request is gone. A body of which a part is still here was not acted on; without one, what was begun counts as gone.
    private var hasLeft: Bool {
        guard departures > 0 else { return false }
        guard departures == 1, bodyCount > 0 else { return true }
        var sent: curl_off_t = 0
        guard relais_curl_get_offset(pointer, CURLINFO_SIZE_UPLOAD_T, &sent) == CURLE_OK else { return true }
        return Int(sent) >= bodyCount
    }

    // MARK: Options

    private func setConnection() {
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_NOSIGNAL, 1)
        // A name server that does not answer holds this transfer alone: its thread is not waited for.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.milliseconds)
        set(CURLOPT_TIMEOUT_MS, options.timeout.milliseconds)
        set(CURLOPT_MAXAGE_CONN, Self.longestIdle)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = options.caFile {
            set(CURLOPT_CAINFO, caFile)
            // Without this, the system's directory of authorities would still count beside the file.
            require(relais_curl_set_string(pointer, CURLOPT_CAPATH, nil))
        }
        set(CURLOPT_USERAGENT, "relais")
        require(relais_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText))
    }

    private func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        require(relais_curl_set_write(pointer, httpWrite))
        require(relais_curl_set_pointer(pointer, CURLOPT_WRITEDATA, context))
        require(relais_curl_set_header(pointer, httpHeader))
        require(relais_curl_set_pointer(pointer, CURLOPT_HEADERDATA, context))
        require(relais_curl_set_open_socket(pointer, httpOpenSocket))
        require(relais_curl_set_pointer(pointer, CURLOPT_OPENSOCKETDATA, context))
        require(relais_curl_set_before_request(pointer, httpBeforeRequest))
        require(relais_curl_set_pointer(pointer, CURLOPT_PREREQDATA, context))
        guard options.isAbandoned != nil else { return }
        set(CURLOPT_NOPROGRESS, 0)
        require(relais_curl_set_progress(pointer, httpProgress))
        require(relais_curl_set_pointer(pointer, CURLOPT_XFERINFODATA, context))
    }

    private func setBody(_ call: HTTPCall) {
        guard call.method != "GET" else {
            require(relais_curl_set_string(pointer, CURLOPT_CUSTOMREQUEST, nil))
            set(CURLOPT_HTTPGET, 1)
            return
        }
        set(CURLOPT_POST, 1)
        if call.method == "POST" {
            require(relais_curl_set_string(pointer, CURLOPT_CUSTOMREQUEST, nil))
        } else {
            set(CURLOPT_CUSTOMREQUEST, call.method)
        }
        require(
            relais_curl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(call.body.count)))
        call.body.withUnsafeBytes { bytes in
            // The size is set before, and libcurl copies so many bytes.
            require(
                relais_curl_set_pointer(
                    pointer, CURLOPT_COPYPOSTFIELDS,
                    UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(errorText))))
        }
    }

    /// The address itself, without family and port; empty for a family that the guard does not know.
    private static func bytes(of address: UnsafeMutablePointer<curl_sockaddr>) -> [UInt8] {
        guard let start = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return [] }
        // `addr` is declared as the short form; what libcurl has there is as long as `addrlen` says.
        let whole = UnsafeRawBufferPointer(
            start: UnsafeRawPointer(address) + start, count: Int(address.pointee.addrlen))
        let place: (offset: Int?, count: Int)
        switch address.pointee.family {
        case AF_INET: place = (MemoryLayout<sockaddr_in>.offset(of: \.sin_addr), 4)
        case AF_INET6: place = (MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr), 16)
        default: return []
        }
        guard let offset = place.offset, offset + place.count <= whole.count else { return [] }
        return Array(whole[offset..<offset + place.count])
    }

    private func set(_ option: CURLoption, _ value: Int) {
        require(relais_curl_set_long(pointer, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) {
        require(relais_curl_set_string(pointer, option, value))
    }

    private func require(_ result: CURLcode) {
        if result != CURLE_OK { isWhole = false }
    }
}
