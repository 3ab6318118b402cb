// Where a template stands, and which tags may stand there. A customer's number or text never gets into a path or a header, which intermediaries log
// and whose syntax it could leave; credentials are the operator's alone.

enum TemplatePlace: Sendable {
    case path
    case header
    /// A value of a query, a form or a JSON document.
    case field
    case credential

    func takes(_ tag: MessageTag) -> Bool {
        switch self {
        case .path: tag == .reference || tag == .providerReference
        case .header: tag == .reference
        case .field: true
        case .credential: false
        }
    }
}
