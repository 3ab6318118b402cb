// The last look at a message's bytes before they leave. libcurl sends a bare LF as it is and stuffs no dot
// after it: the raw material of SMTP smuggling. It must not be told to repair either (CURLOPT_CRLF makes
// CR CR LF of a CR LF). So bytes that are not clean are refused, and the composer has a defect.

/// What may be sent after DATA.
enum MessageContent {
    /// The most bytes of a line before its CR LF (RFC 5322 section 2.1.1).
    static let lineLimit = 998

    /// Whether the bytes are lines of at most 998 bytes, each ended by CR LF, without NUL, bare CR or LF.
    static func isSendable(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return false }
        return bytes.withUnsafeBufferPointer { buffer in
            var lineStart = 0
            var index = 0
            while index < buffer.count {
                switch buffer[index] {
                case 0, 0x0A:
                    return false
                case 0x0D:
                    guard index + 1 < buffer.count, buffer[index + 1] == 0x0A,
                        index - lineStart <= lineLimit
                    else { return false }
                    index += 2
                    lineStart = index
                default:
                    index += 1
                }
            }
            return lineStart == buffer.count
        }
    }
}
