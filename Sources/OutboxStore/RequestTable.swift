// The register of people's requests about their data: opened, listed by what is due, closed once. It decides nothing; that an erasure or
// an export was done is said by whoever closes the request.

import Domain
import SQLite

struct RequestTable {
    private static let columns = """
        id, dealership, contact, customer, other_address, kind, received_by, received_at_ms, due_at_ms, identity_check, note, outcome, \
        closed_at_ms, answer
        """

    let connection: Connection

    func insert(_ request: SubjectRequest) throws {
        try connection.run(
            "INSERT INTO request (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .blob(request.id.bytes), .text(request.dealership.text),
                .blob(request.references.address.bytes), .blob(request.references.customer?.bytes),
                .blob(request.references.otherAddress?.bytes),
                .text(request.kind.rawValue), .text(request.receivedBy.rawValue),
                .integer(request.receivedAt.milliseconds), .integer(request.dueAt.milliseconds),
                .text(request.identityCheck), .text(request.note), .text(request.outcome?.rawValue),
                .integer(request.closedAt?.milliseconds), .text(request.answer),
            ])
    }

    /// Ends an open request; false when it is not there or ended before.
    func close(_ closing: RequestClosing, at now: Timestamp) throws -> Bool {
        try connection.run(
            "UPDATE request SET outcome = ?, closed_at_ms = ?, answer = ? WHERE id = ? AND outcome IS NULL",
            [
                .text(closing.outcome.rawValue), .integer(now.milliseconds), .text(closing.answer),
                .blob(closing.id.bytes),
            ]) == 1
    }

    func request(_ id: SubjectRequestID) throws -> SubjectRequest? {
        try connection.first(
            "SELECT \(Self.columns) FROM request WHERE id = ?", [.blob(id.bytes)], Self.request
        )?.get()
    }

    /// Open ones by when they are due, so that the overdue stand first; then the closed ones, the last first.
    func requests(dealership: DealershipID?, isOpen: Bool) throws -> [SubjectRequest] {
        try connection.all(
            """
            SELECT \(Self.columns) FROM request WHERE (?1 IS NULL OR dealership = ?1) AND (outcome IS NULL OR NOT ?2)
            ORDER BY outcome IS NOT NULL, CASE WHEN outcome IS NULL THEN due_at_ms ELSE -closed_at_ms END, id
            """, [.text(dealership?.text), .integer(isOpen ? 1 : 0)], Self.request
        ).map { try $0.get() }
    }

    private static func request(_ row: SQLRow) -> Result<SubjectRequest, StoreError> {
        guard let id = SubjectRequestID(bytes: row.blob(0)), let dealership = try? DealershipID(row.text(1)),
            let contact = ContactReference(bytes: row.blob(2)),
            let kind = SubjectRequest.Kind(rawValue: row.text(5)),
            let receivedBy = SubjectRequest.Way(rawValue: row.text(6))
        else { return .failure(.unusable("a request of \(row.text(1)) cannot be read")) }
        return .success(
            SubjectRequest(
                id: id, dealership: dealership,
                references: ContactReferences(
                    address: contact, customer: row.optionalBlob(3).flatMap(ContactReference.init(bytes:)),
                    otherAddress: row.optionalBlob(4).flatMap(ContactReference.init(bytes:))), kind: kind,
                receivedBy: receivedBy,
                receivedAt: Timestamp(milliseconds: row.integer(7)),
                dueAt: Timestamp(milliseconds: row.integer(8)),
                identityCheck: row.optionalText(9), note: row.optionalText(10),
                outcome: row.optionalText(11).flatMap(SubjectRequest.Outcome.init(rawValue:)),
                closedAt: row.optionalInteger(12).map(Timestamp.init(milliseconds:)),
                answer: row.optionalText(13)))
    }
}

/// How a request ended.
package struct RequestClosing: Codable, Sendable {
    package let id: SubjectRequestID
    package let outcome: SubjectRequest.Outcome
    package let answer: String?

    package init(_ id: SubjectRequestID, outcome: SubjectRequest.Outcome, answer: String?) {
        self.id = id
        self.outcome = outcome
        self.answer = answer
    }
}
