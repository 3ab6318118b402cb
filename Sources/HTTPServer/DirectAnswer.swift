// An answer written straight to the socket, for the two moments in which libmicrohttpd takes none: while the
// header or the body is still arriving. The connection ends right after it, so it can never be taken for
// another answer.
// It is written without waiting: a peer that does not read gets the end of the connection and nothing else.

import Glibc

/// The last words on a connection that is about to be ended.
enum DirectAnswer {
    /// Sends a response with `Connection: close` to a socket, best effort.
    static func send(_ response: HTTPResponse, to descriptor: Int32, withoutBody: Bool = false) {
        var text = "HTTP/1.1 \(response.status) \(reason(for: response.status))\r\nDate: \(date())\r\n"
        for field in response.headers { text += "\(field.name): \(field.value)\r\n" }
        text += "Connection: close\r\nContent-Length: \(response.body.count)\r\n\r\n"
        let bytes = Array(text.utf8) + (withoutBody ? [] : response.body)
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    private static func reason(for status: Int) -> StaticString {
        status == 408 ? "Request Timeout" : "Content Too Large"
    }

    /// The IMF-fixdate of RFC 9110, 5.6.7; the process never leaves the C locale for times.
    private static func date() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { text in
            guard let start = text.baseAddress else { return "" }
            strftime(start, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            return String(cString: start)
        }
    }
}
