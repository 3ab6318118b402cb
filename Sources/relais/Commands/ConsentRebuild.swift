// `relais consent rebuild`: folds every chain again into the table that the gate reads. For a store that was changed past the gateway, when
// `consent verify` says so; the ledger itself is not touched.

import OutboxStore

enum ConsentRebuild: Command {
    static let path = ["consent", "rebuild"]
    static let summary = "make again what stands from the ledger, when consent verify says that it differs"

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        try StoreSession.write(try arguments.home()) { try $0.rebuildStanding() }
        if !arguments.isJSON {
            Terminal.write("what stands is what the ledger says; relais consent verify tells")
        }
        return .ok
    }
}
