// A recursive-descent parser over UTF-8 bytes: RFC 8259, and the operator's dialect of JSONSyntax.
//
// Stricter than the RFC where it leaves a choice, so that no two readers can see two documents in one text: duplicate
// names, NUL, lone surrogates, integers beyond ±2^53, a byte order mark and anything after the value are refused.
// Every read is bounds-checked, recursion ends at `limits.depth`, the time is linear. It stops at the first fault.

/// Reads one document; used once.
struct JSONParser {
    let bytes: [UInt8]
    let syntax: JSONSyntax
    let limits: JSONLimits
    var offset = 0
    private var depth = 0

    init(bytes: [UInt8], syntax: JSONSyntax, limits: JSONLimits) {
        self.bytes = bytes
        self.syntax = syntax
        self.limits = limits
    }

    /// The byte to be read next; 0, which no grammar here accepts, at the end.
    var current: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    /// Reads the whole text.
    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        try checkEncoding()
        try skipSpace()
        if offset == bytes.count { throw fault("the text is empty; expected a value") }
        let result = try value()
        try skipSpace()
        if offset < bytes.count { throw fault("the text goes on after the value has ended") }
        return result
    }

    /// Checks the encoding once, so that everything later may decode without asking.
    private func checkEncoding() throws(JSONSyntaxError) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw fault("the text begins with a byte order mark; remove it", at: 0)
        }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw fault("not valid UTF-8", at: error.byteOffsets.lowerBound)
        }
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        switch current {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "'") where syntax == .json5: return .string(try string())
        default: throw unexpected("a value")
        }
    }

    private mutating func literal(
        _ word: StaticString, _ value: JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[offset..<end].elementsEqual("\(word)".utf8) else {
            throw unexpected("a value; a string needs quotes")
        }
        offset = end
        return value
    }

    private mutating func array() throws(JSONSyntaxError) -> JSONValue {
        try open()
        var elements: [JSONValue] = []
        while current != UInt8(ascii: "]") {
            elements.append(try value())
            try separate(until: UInt8(ascii: "]"))
        }
        close()
        return .array(elements)
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONValue {
        try open()
        var members: [JSONMember] = []
        var seen: Set<String> = []
        while current != UInt8(ascii: "}") {
            let start = offset
            let name = try self.name()
            guard Self.isNew(name, among: members, &seen) else {
                throw fault("the name \(JSONName.quoted(name)) appears twice in this object", at: start)
            }
            try skipSpace()
            guard current == UInt8(ascii: ":") else { throw unexpected("\":\" after the name") }
            offset += 1
            try skipSpace()
            members.append(JSONMember(name: name, value: try value()))
            try separate(until: UInt8(ascii: "}"))
        }
        close()
        return .object(members)
    }

    /// Tells whether no member has this name; comparing is faster for a few names, a set keeps many linear.
    private static func isNew(_ name: String, among members: [JSONMember], _ seen: inout Set<String>) -> Bool
    {
        if members.count < 16 { return !members.contains { $0.name == name } }
        if seen.isEmpty { seen = Set(members.map(\.name)) }
        return seen.insert(name).inserted
    }

    private mutating func name() throws(JSONSyntaxError) -> String {
        if current == UInt8(ascii: "\"") { return try string() }
        guard syntax == .json5 else { throw unexpected("a name in double quotes") }
        if current == UInt8(ascii: "'") { return try string() }
        let start = offset
        while Self.isIdentifier(current, first: offset == start) { offset += 1 }
        if offset == start { throw unexpected("a name") }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private static func isIdentifier(_ byte: UInt8, first: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "_"), UInt8(ascii: "$"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): !first
        default: false
        }
    }

    /// Steps into an array or object.
    private mutating func open() throws(JSONSyntaxError) {
        depth += 1
        if depth > limits.depth {
            throw fault("more than \(limits.depth) arrays and objects inside each other")
        }
        offset += 1
        try skipSpace()
    }

    /// Steps out again.
    private mutating func close() {
        depth -= 1
        offset += 1
    }

    /// Moves to the next element, or stays at `end`.
    private mutating func separate(until end: UInt8) throws(JSONSyntaxError) {
        try skipSpace()
        if current == UInt8(ascii: ",") {
            let comma = offset
            offset += 1
            try skipSpace()
            if current == end, syntax == .json { throw fault("a comma after the last element", at: comma) }
        } else if current != end {
            throw unexpected("\",\" or \"\(Unicode.Scalar(end))\"")
        }
    }

    /// Skips white space, and in JSON5 comments.
    private mutating func skipSpace() throws(JSONSyntaxError) {
        while true {
            switch current {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            case UInt8(ascii: "/") where syntax == .json5: try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(JSONSyntaxError) {
        let start = offset
        offset += 1
        switch current {
        case UInt8(ascii: "/"):
            while offset < bytes.count, current != 0x0A, current != 0x0D { offset += 1 }
        case UInt8(ascii: "*"):
            offset += 1
            while offset < bytes.count {
                if current == UInt8(ascii: "*"), offset + 1 < bytes.count,
                    bytes[offset + 1] == UInt8(ascii: "/")
                {
                    offset += 2
                    return
                }
                offset += 1
            }
            throw fault("this comment does not end", at: start)
        default:
            throw unexpected("a comment: // or /* */")
        }
    }

    // MARK: Faults

    /// A fault at `place`, or here.
    func fault(_ reason: String, at place: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(at: place ?? offset, in: bytes, reason: reason)
    }

    /// A fault at the character to be read next.
    func unexpected(_ expectation: String) -> JSONSyntaxError {
        guard offset < bytes.count else { return fault("the text ends too early; expected \(expectation)") }
        let rest = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
        let character = rest.unicodeScalars.first.map(JSONName.described) ?? ""
        return fault("unexpected \(character); expected \(expectation)")
    }
}
