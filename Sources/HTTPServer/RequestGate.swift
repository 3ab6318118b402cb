// The strict gate: decides from the header alone whether a request may exist. Pure: a value in, a value out.
// libmicrohttpd 0.9.75 takes what RFC 9112 forbids (both framings, repeated framings, repeated Host, blanks
// in names, folded lines) and then runs the bytes that a proxy took for a body as a second request (CWE-444).
// So: whatever two parsers could read in two ways is refused, even where the RFC lets a server be lenient.
// On a refusal the caller answers 400 and closes, so that nothing after it on the connection is ever read.

/// The judgement over a received header section.
enum RequestGate {
    /// Lets a request in, or throws the first reason against it.
    static func admit(
        _ received: ReceivedHead, from remoteAddress: String
    ) throws(RequestRefusal) -> HTTPRequestHead {
        guard received.hasExactLines else { throw .inexactLines }
        guard isToken(received.method) else { throw .method }
        let isOldVersion = received.version == "HTTP/1.0"
        guard isOldVersion || received.version == "HTTP/1.1" else { throw .version }
        for field in received.fields {
            guard isToken(field.name) else { throw .fieldName }
            guard field.value.utf8.allSatisfy(isFieldValueByte) else { throw .fieldValue }
        }
        let host = try soleHost(in: received.fields, isOptional: isOldVersion)
        let contentLength = try framing(of: received.fields, isOldVersion: isOldVersion)
        let (path, query) = try resource(of: received, host: host)
        return HTTPRequestHead(
            method: received.method, path: path, query: query, headers: received.fields.map(trimmed),
            contentLength: contentLength, remoteAddress: remoteAddress)
    }

    /// RFC 9112, 3.2: not exactly one valid Host is a 400; HTTP/1.0 may come without one.
    private static func soleHost(
        in fields: [HTTPField], isOptional: Bool
    ) throws(RequestRefusal) -> String? {
        let hosts = fields.filter { $0.isNamed("Host") }
        if hosts.isEmpty && isOptional { return nil }
        guard hosts.count == 1, let host = hosts.first.map(trimmed)?.value else { throw .hostCount }
        guard !host.isEmpty, host.utf8.allSatisfy(isHostByte) else { throw .host }
        return host
    }

    /// RFC 9112, 6: one framing, stated once.
    ///
    /// The untrimmed value counts, because the library compares that.
    private static func framing(
        of fields: [HTTPField], isOldVersion: Bool
    ) throws(RequestRefusal) -> Int? {
        let lengths = fields.filter { $0.isNamed("Content-Length") }
        let codings = fields.filter { $0.isNamed("Transfer-Encoding") }
        guard lengths.isEmpty || codings.isEmpty else { throw .contentLengthWithTransferEncoding }
        if let coding = codings.first {
            guard codings.count == 1, coding.value == "chunked", !isOldVersion else {
                throw .transferEncoding
            }
        }
        guard let length = lengths.first?.value else { return nil }
        // `Int` alone would also take a sign, so digits are asked for first.
        guard lengths.count == 1, length.utf8.allSatisfy(isDigit), let count = Int(length) else {
            throw .contentLength
        }
        return count
    }

    /// RFC 9112, 3.2: origin form, absolute form with Host's own authority, or `*` for OPTIONS.
    private static func resource(
        of received: ReceivedHead, host: String?
    ) throws(RequestRefusal) -> (path: String, query: String?) {
        let target = received.target
        guard target.utf8.allSatisfy(isTargetByte) else { throw .target }
        if target == "*" && received.method == "OPTIONS" { return ("*", nil) }
        if target.utf8.first == UInt8(ascii: "/") { return split(target[...]) }
        for scheme in ["http://", "https://"] {
            let (start, rest) = (target.prefix(scheme.count), target.dropFirst(scheme.count))
            guard equalsIgnoringCase(String(start), scheme) else { continue }
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            guard let host, equalsIgnoringCase(String(authority), host) else { throw .authorityMismatch }
            let (path, query) = split(rest.dropFirst(authority.count))
            return (path.isEmpty ? "/" : path, query)
        }
        throw .target
    }

    private static func split(_ target: Substring) -> (path: String, query: String?) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (String(target), nil) }
        return (String(target[..<mark]), String(target[target.index(after: mark)...]))
    }

    private static func trimmed(_ field: HTTPField) -> HTTPField {
        let bytes = field.value.utf8
        guard let first = bytes.first, let last = bytes.last, isBlank(first) || isBlank(last) else {
            return field
        }
        let start = bytes.drop(while: isBlank)
        let end = start.lastIndex { !isBlank($0) }.map { start.index(after: $0) } ?? start.startIndex
        return HTTPField(name: field.name, value: String(field.value[start.startIndex..<end]))
    }
}

// The alphabets of RFC 9110 and RFC 3986, one predicate each.

private func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}

/// Everything but control characters; a bare CR in a value is one line to some parsers and two to others.
private func isFieldValueByte(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t")
}

/// Visible ASCII without `#`: a target has no blanks, no control characters and no fragment.
private func isTargetByte(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "#")
}

/// A name or an address with a port.
///
/// A comma is left out: it is how repeated fields get merged.
private func isHostByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "-._~%:[]".utf8.contains(byte)
}
