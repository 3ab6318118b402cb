// The reasons for which the gate refuses a request. Each becomes a 400 and ends the connection.

/// Why a request is not let in.
enum RequestRefusal: Error, Equatable, CaseIterable {
    case inexactLines
    case method
    case version
    case target
    case fieldName
    case fieldValue
    case hostCount
    case host
    case authorityMismatch
    case transferEncoding
    case contentLength
    case contentLengthWithTransferEncoding

    /// What the client is told; a constant, so that nothing it sent comes back.
    var detail: StaticString {
        switch self {
        case .inexactLines: "A line of the header is folded, holds a NUL or does not end in CR LF."
        case .method: "The method is not a token."
        case .version: "Only HTTP/1.1 and HTTP/1.0 are spoken here."
        case .target: "The request target is not valid."
        case .fieldName: "A field name is not a token."
        case .fieldValue: "A field value holds a control character."
        case .hostCount: "Exactly one Host field is needed."
        case .host: "The Host field is not valid."
        case .authorityMismatch: "The request target and the Host field differ."
        case .transferEncoding: "The only transfer coding taken is chunked, once, in HTTP/1.1."
        case .contentLength: "Content-Length must be one decimal number."
        case .contentLengthWithTransferEncoding: "Content-Length and Transfer-Encoding exclude each other."
        }
    }
}
