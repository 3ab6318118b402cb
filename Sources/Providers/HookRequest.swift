// A callback as the provider sent it. Signatures are over the URL that the provider called, not over what a proxy made of it: the handler puts
// it together from `publicURL`, path and query, all undecoded.

package struct HookRequest: Sendable {
    package let method: String
    /// Absolute, as the provider saw it, the query with it.
    package let url: String
    package let fields: [(name: String, value: String)]
    package let body: [UInt8]

    package init(method: String, url: String, fields: [(name: String, value: String)], body: [UInt8]) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }

    /// The value of the one field of this name; nil when there is none, or more than one.
    subscript(_ name: String) -> String? {
        let values = fields.filter { $0.name.lowercased() == name.lowercased() }
        return values.count == 1 ? values[0].value : nil
    }

    /// What follows the first question mark, undecoded.
    var query: Substring { url.firstIndex(of: "?").map { url[url.index(after: $0)...] } ?? "" }

    /// Says that the body is a form.
    var isForm: Bool {
        let type = (self["Content-Type"] ?? "").prefix { $0 != ";" }.lowercased()
        return type.filter { !$0.isWhitespace } == "application/x-www-form-urlencoded"
    }
}
