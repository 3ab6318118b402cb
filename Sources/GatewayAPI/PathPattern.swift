// A path of the route table; a `{name}` stands for one segment that is not empty. It is taken apart once, when the table is made, because
// every request is compared with it.

package struct PathPattern: Sendable {
    private enum Segment: Sendable {
        case literal([UInt8])
        case value(String)
    }

    /// A requested path, taken apart once for the whole table.
    struct Requested {
        fileprivate let segments: [Substring.UTF8View]

        init(_ path: String) {
            segments = path[...].utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        }
    }

    package let text: String
    private let segments: [Segment]

    init(_ text: String) {
        self.text = text
        segments = text.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            segment.hasPrefix("{")
                ? .value(String(segment.dropFirst().dropLast())) : .literal(Array(segment.utf8))
        }
    }

    /// The names of its values, in order.
    package var names: [String] {
        segments.compactMap { if case .value(let name) = $0 { name } else { nil } }
    }

    /// The values of the path's `{name}` segments, or nil when the path is another.
    func match(_ requested: Requested) -> [String: String]? {
        guard segments.count == requested.segments.count else { return nil }
        for (segment, part) in zip(segments, requested.segments) {
            switch segment {
            case .literal(let bytes): guard part.elementsEqual(bytes) else { return nil }
            case .value: guard !part.isEmpty else { return nil }
            }
        }
        var values: [String: String] = [:]
        for (segment, part) in zip(segments, requested.segments) {
            if case .value(let name) = segment { values[name] = String(Substring(part)) }
        }
        return values
    }
}
