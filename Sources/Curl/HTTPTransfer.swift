// One easy handle for one HTTP POST: no redirect followed, no proxy, no netrc, no cookie; TLS verified; an address that the guard refuses is never
// connected to. If any option is refused there is no transfer, because a missing option here is a missing guard.
//
// libcurl may send a POST once more by itself when a kept-alive connection dies before the first byte of the answer. That is allowed here: a webhook
// arrives at least once, under the same id.

import CCurl
import Delivery
import Glibc

final class HTTPTransfer {
    /// An answer's body is read so far and no further.
    private static let replyLimit = 64 << 10

    let pointer: UnsafeMutableRawPointer
    let tag: Int64
    private let addressGuard: AddressGuard?
    private var fields: UnsafeMutablePointer<curl_slist>?
    private var replyCount = 0
    private var hasRefusedAddress = false
    private var isWhole = true

    /// Nil if libcurl refuses any of it, and then nothing was sent.
    init?(_ post: HTTPPost, tag: Int64, guard addressGuard: AddressGuard?, timeout: Duration) {
        guard CurlLibrary.isReady, let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        self.tag = tag
        self.addressGuard = addressGuard
        set(CURLOPT_URL, post.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_NOSIGNAL, 1)
        // A name server that does not answer holds this transfer alone: its thread is not waited for.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_TIMEOUT_MS, max(1, Int(timeout / .milliseconds(1))))
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_USERAGENT, "relais")
        set(post)
        let context = Unmanaged.passUnretained(self).toOpaque()
        require(relais_curl_set_write(pointer, httpWrite))
        require(relais_curl_set_pointer(pointer, CURLOPT_WRITEDATA, context))
        require(relais_curl_set_open_socket(pointer, httpOpenSocket))
        require(relais_curl_set_pointer(pointer, CURLOPT_OPENSOCKETDATA, context))
        guard isWhole else { return nil }
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(fields)
    }

    /// Some of the answer's body came; false when it was enough.
    func took(_ count: Int) -> Bool {
        replyCount += count
        return replyCount <= Self.replyLimit
    }

    /// A socket for an address, or `CURL_SOCKET_BAD` when it may not be reached.
    func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let family = address.pointee.family
        if let addressGuard, !addressGuard.allows(Self.bytes(of: address)) {
            hasRefusedAddress = true
            return CURL_SOCKET_BAD
        }
        return socket(
            family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.`protocol`)
    }

    /// What came of it, once libcurl says that it ended.
    func end(_ result: CURLcode) -> HTTPPostEnd {
        var status = 0
        let isAnswered = result == CURLE_OK || (result == CURLE_WRITE_ERROR && replyCount > Self.replyLimit)
        if isAnswered, relais_curl_get_long(pointer, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK, status > 0
        {
            var seconds: curl_off_t = 0
            let isTold =
                relais_curl_get_offset(pointer, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0
            return .answered(status: status, retryAfter: isTold ? .seconds(Int64(seconds)) : nil)
        }
        if hasRefusedAddress, result == CURLE_COULDNT_CONNECT { return .failed("address") }
        if result == CURLE_SSL_CONNECT_ERROR { return .failed(HandoverFault.handshake.rawValue) }
        return .failed((HandoverFault(result: result, explanation: "") ?? .library).rawValue)
    }

    private func set(_ post: HTTPPost) {
        // An empty `Expect` keeps libcurl from waiting for 100 Continue.
        for (name, value) in post.fields + [(name: "Expect", value: "")] {
            guard let longer = curl_slist_append(fields, "\(name): \(value)") else {
                isWhole = false
                return
            }
            fields = longer
        }
        require(relais_curl_set_list(pointer, CURLOPT_HTTPHEADER, fields))
        set(CURLOPT_POST, 1)
        require(
            relais_curl_set_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(post.body.count)))
        post.body.withUnsafeBytes { bytes in
            // The size is set before, and libcurl copies so many bytes.
            require(
                relais_curl_set_pointer(
                    pointer, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress)))
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
