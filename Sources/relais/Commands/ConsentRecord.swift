// `relais consent record`: adds what a person said to the ledger. Saying it again while it stands writes nothing.

import Consent
import Crypto
import Domain
import Gateway
import JSON
import OutboxStore
import Runtime

enum ConsentRecord: Command {
    static let path = ["consent", "record"]
    static let summary = "record an objection, a withdrawal, a consent, or the end of a block"
    static let options =
        ContactOptions.all + [
            Option("--event", "EVENT", "objected, withdrawn, given or lifted"),
            Option("--scope", "SCOPE", "a purpose, marketing, channel or all"),
            Option("--channel", "CHANNEL", "email or sms; needed for given and for the scope channel"),
            Option("--method", "METHOD", "how it reached you: phone, paper, operator, api, … (operator)"),
            Option("--occurred-at", "TIME", "when it was said (RFC 3339; now)"),
            Option("--notice", "FILE", "the text that was shown; its digest is recorded"),
            Option("--evidence", "TEXT", "what proves it; kept beside the chain"),
        ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let (dealership, contact) = try ContactOptions.reference(arguments, home)
        _ = try arguments.required("--event")
        guard let event = try arguments.word("--event", LedgerEvent.self) else { return .usage }
        let scope = try scope(arguments, home.configuration.purposes)
        let evidence = arguments["--evidence"].map { EvidenceText($0, salt: Crypto.randomBytes(16)) }
        let act = ConsentAct(
            references: ContactReferences(address: contact), event: event,
            scope: scope,
            channel: try channel(arguments, event, scope),
            occurredAt: try arguments.value("--occurred-at") { text throws(ValueError) in try Timestamp(text)
            }
                ?? WallClock.system.now(),
            method: try arguments.word("--method", ConsentMethod.self) ?? .operator,
            actor: Author.atKeyboard.actor,
            noticeDigest: try arguments["--notice"].map { Crypto.sha256(try Files.read($0)) },
            evidenceDigest: evidence?.digest)
        let recorded = try StoreSession.write(home) { store in
            guard try store.read({ reader throws(StoreError) in try reader.dealership(dealership) }) != nil
            else {
                throw StoreError.notFound("dealership \(dealership); put it first")
            }
            return try store.record(act, dealership: dealership, proof: ConsentProof(evidence: evidence))
        }
        for entry in recorded.added + recorded.standing {
            arguments.isJSON ? Terminal.write(entry.view) : Terminal.write(EntryLine.text(entry))
        }
        if recorded.added.isEmpty { Terminal.complain("it stands already; nothing was written") }
        if event == .lifted { try sayWhatStands(home, dealership, contact) }
        return .ok
    }

    /// What counts for one channel counts for the address of that channel alone, so the two must fit.
    private static func channel(_ arguments: Arguments, _ event: LedgerEvent, _ scope: Scope) throws
        -> Channel?
    {
        let channel = try arguments.word("--channel", Channel.self)
        guard event == .given || scope == .channel else { return channel }
        if arguments["--customer"] != nil {
            throw Failure(
                .usage, "this counts for an address: name it by --email or --phone, not by --customer")
        }
        let own: Channel? = arguments["--email"] != nil ? .email : arguments["--phone"] != nil ? .sms : nil
        guard let own else { return channel }
        guard channel == nil || channel == own else {
            throw Failure(
                .usage, "--channel \(channel?.rawValue ?? "") does not fit the address that is named")
        }
        // Consent is said for a channel; an objection to an address's channel needs no second word.
        return channel ?? (scope == .channel ? own : nil)
    }

    /// Blocks stand under each reference by themselves; whoever lifts one hears of those that go on.
    private static func sayWhatStands(_ home: Home, _ dealership: DealershipID, _ contact: ContactReference)
        throws
    {
        let entries = try home.openReader().ledgerEntries(dealership: dealership, contact: contact)
        let standing = Set(Standing(folding: entries).blocks.map(\.id))
        for block in entries where standing.contains(block.id) {
            Terminal.complain("still stands: \(EntryLine.text(block))")
        }
        Terminal.complain(
            "note: a block under the person's customer number or other address is lifted there, by itself")
    }

    /// A purpose must be one that messages have: an objection to anything else would stand and stop nothing.
    private static func scope(_ arguments: Arguments, _ purposes: PurposeTable) throws -> Scope {
        let scope = try arguments.requiredValue("--scope", Scope.init)
        if case .purpose(let purpose) = scope, purposes[purpose] == nil {
            throw Failure(
                .usage,
                "--scope must be marketing, channel, all, or one of: \(purposes.names.joined(separator: ", "))"
            )
        }
        return scope
    }
}
