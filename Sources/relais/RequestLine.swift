import Domain

/// A request as one line for a person.
enum RequestLine {
    static func text(_ request: SubjectRequest, at now: Timestamp) -> String {
        let state: String =
            if let outcome = request.outcome {
                outcome.rawValue + (request.closedAt.map { " " + $0.text } ?? "")
            } else {
                (request.isOverdue(at: now) ? "OVERDUE since " : "due ") + request.dueAt.text
            }
        return
            "\(request.id)  \(request.kind.rawValue)  \(state)  \(request.dealership)  \(request.references.address)  "
            + "by \(request.receivedBy.rawValue), \(request.receivedAt.text)"
    }
}
