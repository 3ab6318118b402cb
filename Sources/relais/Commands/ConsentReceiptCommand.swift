// `relais consent receipt`: the signed receipt of one ledger entry; with `--verify` whether one is ours; with `--key` what anybody needs
// to see that for himself. 65 for a receipt that is not ours or was altered.

import Consent
import Crypto
import Domain
import Gateway
import Intake
import JSON
import OutboxStore
import Runtime

enum ConsentReceiptCommand: Command {
    static let path = ["consent", "receipt"]
    static let summary = "print the signed receipt of a ledger entry, or verify one"
    static let options = [
        Option("--entry", "led_…", "the ledger entry"),
        Option("--verify", "FILE", "verify a receipt: the JWS, or the text with the JWS as its last line"),
        Option("--key", nil, "print the public key (JWK) that receipts and checkpoints are verified with"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let asked = ["--entry", "--verify"].filter { arguments[$0] != nil }.count
        guard asked + (arguments.has("--key") ? 1 : 0) == 1 else {
            throw Failure(.usage, "needs one of --entry, --verify and --key")
        }
        let home = try arguments.home()
        if let id = try arguments.value("--entry", LedgerEntryID.init) {
            let payload = try payload(of: id, home)
            write(payload, SignedStatement.receipt.seal(payload, with: home.keys), arguments)
        } else if let file = arguments["--verify"] {
            let text = String(decoding: try Files.read(file, limit: 1 << 20), as: UTF8.self)
            let receipt = text.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
            let payload: JSONValue
            do {
                payload = try SignedStatement.receipt.open(receipt, key: home.keys.signingPublicKey)
            } catch {
                throw Failure(.dataError, "\(file): the receipt \(error)")
            }
            write(payload, receipt, arguments)
            Terminal.complain(
                "this home signed the last line, and this is what it says; text above it in the file was not compared"
            )
        } else {
            Terminal.write(home.keys.signingPublicKey.jwk)
        }
        return .ok
    }

    private static func payload(of id: LedgerEntryID, _ home: Home) throws -> JSONValue {
        try StoreSession.read(home) { reader in
            guard let stored = try reader.ledgerEntry(id) else {
                throw StoreError.notFound("ledger entry \(id)")
            }
            // What was tampered with is not vouched for.
            guard Crypto.sha256(stored.entry.canonicalBytes) == stored.hash else {
                throw Failure(
                    .dataError, "ledger entry \(id) does not match its hash: run relais consent verify")
            }
            let record = try reader.dealership(stored.entry.dealership)
            return ConsentReceipt(
                of: stored.entry, hash: stored.hash,
                controller: try record.map {
                    try DealershipReader.read(JSONValue(parsing: Array($0.utf8)))
                },
                purposes: home.configuration.purposes, processorURL: home.configuration.publicURL,
                issuedAt: WallClock.system.now()
            ).payload
        }
    }

    private static func write(_ payload: JSONValue, _ receipt: String, _ arguments: Arguments) {
        if arguments.isJSON {
            Terminal.write(["receipt": .string(receipt), "payload": payload])
        } else {
            for line in ReceiptText.lines(payload) + ["", receipt] { Terminal.write(line) }
        }
    }
}
