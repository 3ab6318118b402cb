// The rows of API keys. A key is looked up by its id at every request, so that one that was revoked is none from the next request on.

import Domain
import SQLite

struct KeyTable {
    let connection: Connection

    private static let columns = "id, dealership, secret_digest, scopes, name, expires_at_ms, revoked_at_ms"

    func insert(_ key: APIKeyRecord, at now: Timestamp) throws {
        try connection.run(
            """
            INSERT INTO api_key (\(Self.columns), created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .blob(key.id.bytes), .text(key.dealership?.text), .blob(key.secretDigest),
                .text(key.scopeText), .text(key.name), .integer(key.expiresAt?.milliseconds),
                .integer(key.revokedAt?.milliseconds), .integer(now.milliseconds),
            ])
    }

    func key(_ id: APIKeyID) throws -> APIKeyRecord? {
        try connection.first(
            "SELECT \(Self.columns) FROM api_key WHERE id = ?", [.blob(id.bytes)], Self.record
        )?.get()
    }

    /// A dealership's keys, or all of them, in the order of their making.
    func keys(of dealership: DealershipID?) throws -> [APIKeyRecord] {
        let condition = dealership == nil ? "TRUE" : "dealership = ?"
        return try connection.all(
            "SELECT \(Self.columns) FROM api_key WHERE \(condition) ORDER BY id",
            dealership.map { [.text($0.text)] } ?? [], Self.record
        ).map { try $0.get() }
    }

    /// Ends a key; one that was revoked before keeps its time.
    func revoke(_ id: APIKeyID, at now: Timestamp) throws {
        try connection.run(
            "UPDATE api_key SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL",
            [.integer(now.milliseconds), .blob(id.bytes)])
    }

    func revokeAll(of dealership: DealershipID, at now: Timestamp) throws {
        try connection.run(
            "UPDATE api_key SET revoked_at_ms = ? WHERE dealership = ? AND revoked_at_ms IS NULL",
            [.integer(now.milliseconds), .text(dealership.text)])
    }

    private static func record(_ row: SQLRow) -> Result<APIKeyRecord, StoreError> {
        let dealership = row.optionalText(1)
        guard let id = APIKeyID(bytes: row.blob(0)),
            let owner = dealership.map({ try? DealershipID($0) }) ?? .some(nil)
        else { return .failure(.unusable("a key's row cannot be read")) }
        let scopes = row.text(3).split(separator: ",").compactMap { APIKeyScope(rawValue: String($0)) }
        return .success(
            APIKeyRecord(
                id: id, dealership: owner, secretDigest: row.blob(2), scopes: Set(scopes),
                name: row.optionalText(4),
                expiresAt: row.optionalInteger(5).map(Timestamp.init(milliseconds:)),
                revokedAt: row.optionalInteger(6).map(Timestamp.init(milliseconds:))))
    }
}

extension StoreReader {
    package func apiKey(_ id: APIKeyID) throws(StoreError) -> APIKeyRecord? {
        try read { try KeyTable(connection: connection).key(id) }
    }

    /// A dealership's keys, or all of them, the oldest first.
    package func apiKeys(of dealership: DealershipID? = nil) throws(StoreError) -> [APIKeyRecord] {
        try read { try KeyTable(connection: connection).keys(of: dealership) }
    }
}
