// A request in parts, as signatures are made over it; its URL is put together here alone.

import Domain

struct RequestDraft: Sendable {
    let method: String
    let base: BaseURL
    /// Encoded, behind the base's own.
    let path: String
    /// Not encoded.
    let query: [(name: String, value: String)]
    var fields: [(name: String, value: String)]
    let body: [UInt8]

    var fullPath: String { (base.path + path).isEmpty ? "/" : base.path + path }

    var url: String {
        base.origin + fullPath + (query.isEmpty ? "" : "?" + URLEncoding.form(query))
    }

    var request: ProviderRequest { ProviderRequest(method: method, url: url, fields: fields, body: body) }
}
