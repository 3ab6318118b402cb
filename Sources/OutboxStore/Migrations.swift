// The schema's history: `Outbox/migrations`, embedded in the binary, applied in order, each in its own transaction with the
// number it leads to. A store from a newer version is refused untouched, and so is a file that is not a store.

import SQLite

enum Migrations {
    /// Every script with the name of its file; the first leads to version 1.
    static let all: [(name: String, script: [UInt8])] = [
        ("m001_outbox", PackageResources.m001_outbox_sql),
        ("m002_routes_and_resends", PackageResources.m002_routes_and_resends_sql),
        ("m003_consent", PackageResources.m003_consent_sql),
        ("m004_rights", PackageResources.m004_rights_sql),
        ("m005_pages", PackageResources.m005_pages_sql),
        ("m006_tenants", PackageResources.m006_tenants_sql),
        ("m007_webhooks", PackageResources.m007_webhooks_sql),
        ("m008_sms", PackageResources.m008_sms_sql),
    ]

    static func apply(to connection: Connection) throws(StoreError) {
        let version = try version(of: connection)
        for (index, migration) in all.enumerated() where index >= version {
            let script = String(decoding: migration.script, as: UTF8.self)
            do {
                try connection.runScript(
                    "BEGIN IMMEDIATE; \(script); PRAGMA user_version=\(index + 1); COMMIT")
            } catch {
                if connection.isInTransaction { try? connection.runScript("ROLLBACK") }
                throw StoreError(error)
            }
        }
    }

    /// The version of a store, checked to be one that this program knows.
    @discardableResult
    static func version(of connection: Connection) throws(StoreError) -> Int {
        let version: Int
        do {
            version = Int(try connection.first("PRAGMA user_version") { $0.integer(0) } ?? 0)
        } catch {
            throw error.isInputOutput ? .unusable("the store cannot be read: \(error)") : StoreError(error)
        }
        guard version <= all.count else {
            throw .unusable(
                "the store was written by a newer relais (schema \(version), this one knows \(all.count)): "
                    + "install that version or a later one")
        }
        return version
    }
}
