// What a route does, for whom, and what goes in and comes out: said once, beside the handler. The OpenAPI document, the tests of authorisation
// and the labels of the metrics are read from it, so none of them can say something else than the router does.

import OutboxStore

package struct Operation: Sendable {
    /// What a body is, in either direction.
    enum Content: Sendable {
        /// JSON that a schema of `Outbox/api/components.json` describes.
        case json(String)
        /// One JSON value a line.
        case ndjson(String)
        case form(String)
        case html
        /// A page for people, a line for programs.
        case htmlOrText
        case text
        case nothing
    }

    /// A parameter of the query or a header field; every one of them may be left out.
    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case query
            case header
        }

        let name: String
        let place: Place
        let summary: String
        /// The name of its schema.
        let schema: String

        static func query(_ name: String, _ schema: String, _ summary: String) -> Parameter {
            Parameter(name: name, place: .query, summary: summary, schema: schema)
        }

        static func header(_ name: String, _ schema: String, _ summary: String) -> Parameter {
            Parameter(name: name, place: .header, summary: summary, schema: schema)
        }
    }

    /// Whose key an operation is for.
    package enum KeyHolder: Sendable {
        case dealership
        case gateway
        /// The gateway's, and a dealership's for what is its own.
        case either
    }

    /// Names it in the document, in metrics and in logs: `createMessage`.
    package let id: String
    /// One sentence for the document's reader.
    let summary: String
    /// The scope that a key needs; nil for what anybody may request.
    package let scope: APIKeyScope?
    package let holder: KeyHolder
    /// The request's body; nil where none is taken.
    let body: Content?
    /// Bytes.
    package let bodyLimit: Int
    let parameters: [Parameter]
    /// What is answered when it goes well, by status.
    let answers: [Int: Content]
    /// Refusals of its own, beside those that follow from the rest: 401, 403 and 429 with a scope, 404 with an id in the path, 400, 413, 415 and
    /// 422 with a body, 503 always.
    let refusals: [Int]
    /// How long the handler may take; nil for the server's usual time.
    let handlerDeadline: Duration?
    /// A page that one visitor may open only so often: nothing that somebody says, and nothing that a provider reports.
    let isLimitedByAddress: Bool

    init(
        _ id: String, _ summary: String, scope: APIKeyScope?, holder: KeyHolder = .dealership,
        body: Content? = nil, bodyLimit: Int = 0,
        parameters: [Parameter] = [], answers: [Int: Content], refusals: [Int] = [],
        handlerDeadline: Duration? = nil, isLimitedByAddress: Bool = false
    ) {
        self.id = id
        self.summary = summary
        self.scope = scope
        self.holder = holder
        self.body = body
        self.bodyLimit = bodyLimit
        self.parameters = parameters
        self.answers = answers
        self.refusals = refusals
        self.handlerDeadline = handlerDeadline
        self.isLimitedByAddress = isLimitedByAddress
    }
}
