// The request of a profile: method, path, headers, and fields that travel as a form, as JSON or in the query. Read with an account's parameters, it makes a
// request of any message and cannot fail: what could leave a place cannot get there, or goes through that place's encoder.

import Domain
import Foundation
import JSON

struct RequestRules: Sendable {
    private enum Format: String, CaseIterable {
        case form
        case json
        case query
    }

    private let method: RequestMethod
    private let path: ValueTemplate
    private let headers: [(name: String, value: ValueTemplate)]
    private let format: Format?
    private let body: BodyNode
    private let authentication: RequestAuthentication

    init(
        _ reader: JSONObjectReader, _ parameters: ProfileParameters, tags: Set<MessageTag>
    ) throws(JSONProblems) {
        let method: RequestMethod = try reader.word("method", parameters)
        self.method = method
        let text = try reader.string("path")
        path = try reader.value(of: "path") { () throws(ValueError) in
            try Self.path(text, parameters, tags: tags)
        }
        headers = try Self.headers(reader, parameters, tags: tags)
        format = reader.value("format") == nil ? nil : try reader.word("format", parameters)
        body = try BodyNode(
            reader.value("fields") ?? .object([]), at: reader.pointer(to: "fields"), parameters, tags: tags)
        authentication = try RequestAuthentication(try reader.optionalObject("authentication"), parameters)
        guard (format == nil) == (reader.value("fields") == nil) else {
            throw reader.problem("format", detail: "must stand beside fields, and only there")
        }
        guard format == .json || body.isFlat else {
            throw reader.problem("fields", detail: "must be an object of strings unless the format is json")
        }
        guard method == .post || format == nil || format == .query else {
            throw reader.problem("format", detail: "must be query: a \(method.rawValue) has no body")
        }
        if case .none = authentication { return }
        guard !headers.contains(where: { $0.name.lowercased() == "authorization" }) else {
            throw reader.problem("headers", detail: "must not hold Authorization beside authentication")
        }
    }

    /// The request; nil when a value of the path is empty or means another path, which no id of ours does.
    func request(base: BaseURL, now: Timestamp, _ value: (MessageTag) -> String?) -> ProviderRequest? {
        guard let path = path.text(encode: { URLEncoding.encoded($0) }, value), Self.isPath(path) else {
            return nil
        }
        var fields = headers.compactMap { header in header.value.text(value).map { (header.name, $0) } }
        var content: [UInt8] = []
        switch format {
        case .form:
            fields.append(("Content-Type", "application/x-www-form-urlencoded"))
            content = Array(URLEncoding.form(body.fields(value)).utf8)
        case .json:
            fields.append(("Content-Type", "application/json"))
            content = (body.json(value) ?? .object([])).bytes()
        case .query, nil: break
        }
        let draft = RequestDraft(
            method: method.rawValue, base: base, path: path,
            query: format == .query ? body.fields(value) : [],
            fields: fields, body: content)
        return authentication.authenticate(draft, now: now).request
    }

    // MARK: Reading

    private static func path(
        _ text: String, _ parameters: ProfileParameters, tags: Set<MessageTag>
    ) throws(ValueError) -> ValueTemplate {
        let template = try ValueTemplate(text, in: .path, parameters, tags: tags)
        let sample = template.text(encode: { URLEncoding.encoded($0) }) { _ in "x" }
        guard let sample, isPath(sample) else {
            throw ValueError("must be a path: nothing, or / and segments, none of them empty, . or ..")
        }
        return template
    }

    /// Empty, or segments none of which is empty or moves up.
    private static func isPath(_ path: String) -> Bool {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        return path.isEmpty
            || path.hasPrefix("/")
                && path.utf8.allSatisfy {
                    URLEncoding.isUnreserved($0) || "/%:@!$&'()*+,;=".utf8.contains($0)
                } && segments.allSatisfy { !["", ".", ".."].contains($0) }
    }

    /// What the transport and the format say themselves.
    private static let reservedHeaders: Set<String> = [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "expect",
    ]

    private static func headers(
        _ reader: JSONObjectReader, _ parameters: ProfileParameters, tags: Set<MessageTag>
    ) throws(JSONProblems) -> [(name: String, value: ValueTemplate)] {
        guard let members = try reader.optionalObject("headers") else { return [] }
        var headers: [(name: String, value: ValueTemplate)] = []
        for name in members.names {
            guard !name.isEmpty, name.utf8.allSatisfy({ URLEncoding.isUnreserved($0) }),
                !reservedHeaders.contains(name.lowercased()),
                !headers.contains(where: { $0.name.lowercased() == name.lowercased() })
            else {
                throw members.problem(
                    name, detail: "must be a header of its own, not one that the transport or format says")
            }
            let text = try members.string(name)
            let template = try members.value(of: name) { () throws(ValueError) in
                let template = try ValueTemplate(text, in: .header, parameters, tags: tags)
                guard (template.text { _ in "x" } ?? "").utf8.allSatisfy({ (0x20...0x7E).contains($0) })
                else { throw ValueError("must come out as visible ASCII: it is a header") }
                return template
            }
            headers.append((name, template))
        }
        return headers
    }
}
