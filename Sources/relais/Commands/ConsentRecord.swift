// `relais consent record`: adds what a person said to the ledger. Saying it again while it stands writes nothing.

import Consent
import Crypto
import Domain
import Gateway
import Intake
import JSON
import OutboxStore
import Runtime

enum ConsentRecord: Command {
    static let path = ["consent", "record"]
    static let summary = "record an objection, a withdrawal, a consent, or the end of a block"
    static let options =
        ContactOptions.all + [
            Option(
                "--event", "EVENT", "objected, withdrawn, given, soft-opt-in, lifted … (Outbox/README.md)"),
            Option(
                "--scope", "SCOPE",
                "a purpose, marketing, channel or all; not needed where the event has but one"),
            Option("--channel", "CHANNEL", "email or sms; needed for consent and for the scope channel"),
            Option("--method", "METHOD", "how it reached you: phone, paper, operator, api, … (operator)"),
            Option("--occurred-at", "TIME", "when it was said (RFC 3339; now)"),
            Option(
                "--notice", "FILE", "the text that was shown (UTF-8); it is kept, and its digest recorded"),
            Option("--notice-version", "TEXT", "what its author calls the notice: a date, a number"),
            Option("--notice-language", "TAG", "the notice's language: fr, de, …"),
            Option("--evidence", "TEXT", "what proves it; kept beside the chain"),
            Option("--sale", "REFERENCE", "the sale that a soft-opt-in rests on"),
            Option("--sale-date", "DATE", "the day of that sale: 2026-11-20"),
            Option("--entity", "NAME", "the legal person that made it: the dealership's own legalName"),
        ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let (dealership, subject) = try ContactOptions.subject(arguments, home)
        let statement = try statement(arguments, subject)
        let (act, recorded) = try StoreSession.write(home) { store in
            let (act, proof) = try prepared(statement, dealership, home, store)
            return (act, try store.record(act, dealership: dealership, proof: proof))
        }
        for entry in recorded.added + recorded.standing {
            arguments.isJSON ? Terminal.write(entry.view) : Terminal.write(EntryLine.text(entry))
        }
        if recorded.added.isEmpty {
            Terminal.complain(
                recorded.standing.isEmpty
                    ? "nothing stands that this would end; nothing was written"
                    : "it stands already; nothing was written")
        }
        if act.event == .lifted || act.event.isConsent { try sayWhatStands(home, dealership, act) }
        return .ok
    }

    /// A dealership is told from its record; what does not fit together is a matter of the options.
    static func prepared(
        _ statement: ConsentStatement, _ dealership: DealershipID, _ home: Home, _ store: any StoreCommands
    ) throws -> (act: ConsentAct, proof: ConsentProof) {
        let record: Dealership
        do {
            record = try DealershipDirectory().dealership(dealership, store)
        } catch .store(.notFound) {
            throw StoreError.notFound("dealership \(dealership); put it first")
        }
        do throws(ConsentFault) {
            return try statement.act(of: record, keys: home.keys, purposes: home.configuration.purposes)
        } catch {
            let isUsage = [.contact, .channel, .scope].contains(error.field)
            let option = error.field == .contact ? "" : "--\(error.field.rawValue) "
            throw Failure(isUsage ? .usage : .dataError, option + error.reason)
        }
    }

    private static func statement(
        _ arguments: Arguments, _ subject: ConsentStatement.Subject
    ) throws -> ConsentStatement {
        guard let event = try arguments.word("--event", LedgerEvent.self) else {
            throw Failure(.usage, "--event is required")
        }
        guard let scope = try arguments.value("--scope", Scope.init) ?? event.onlyScope else {
            throw Failure(.usage, "--scope is required: \(event.rawValue) can have several")
        }
        let now = WallClock.system.now()
        return ConsentStatement(
            subject: subject, event: event, scope: scope,
            channel: try arguments.word("--channel", Channel.self),
            occurredAt: try arguments.value("--occurred-at") { text throws(ValueError) in try Timestamp(text)
            }
                ?? now,
            method: try arguments.word("--method", ConsentMethod.self) ?? .operator,
            actor: Author.atKeyboard.actor,
            notice: try notice(arguments), evidence: arguments["--evidence"],
            sale: try sale(arguments, now), entity: arguments["--entity"])
    }

    private static func notice(_ arguments: Arguments) throws -> Notice? {
        let names = ["--notice", "--notice-version", "--notice-language"]
        guard names.contains(where: { arguments[$0] != nil }) else { return nil }
        let file = try arguments.required(names[0])
        let version = try arguments.required(names[1])
        let language = try arguments.requiredValue(names[2], LocaleTag.init)
        guard let text = String(validating: try Files.read(file, limit: 64 << 10), as: UTF8.self),
            !text.isEmpty
        else { throw Failure(.dataError, "\(file): a notice is a text in UTF-8") }
        return Notice(version: version, language: language, text: text)
    }

    private static func sale(_ arguments: Arguments, _ now: Timestamp) throws -> ConsentStatement.Sale? {
        guard arguments["--sale"] != nil || arguments["--sale-date"] != nil else { return nil }
        return ConsentStatement.Sale(
            reference: try arguments.required("--sale"),
            date: try arguments.requiredValue("--sale-date") { text throws(ValueError) in
                try ConsentStatement.Sale.date(text, now: now)
            })
    }

    /// Blocks stand under each reference by themselves; whoever lifts one hears of those that go on, and whoever records a consent of those
    /// that stop it all the same.
    private static func sayWhatStands(_ home: Home, _ dealership: DealershipID, _ act: ConsentAct) throws {
        let now = WallClock.system.now()
        let history = try home.openReader().consents(of: act.references, dealership: dealership, at: now)
        guard act.event == .lifted else {
            let blocks = history.blocks(against: act, purposes: home.configuration.purposes, at: now)
            for block in blocks { Terminal.complain("still stands: \(EntryLine.text(block))") }
            if !blocks.isEmpty {
                Terminal.complain(
                    "note: while that stands, this consent allows nothing that it stops; `relais consent record --event lifted` ends it"
                )
            }
            return
        }
        for block in history.blocks { Terminal.complain("still stands: \(EntryLine.text(block))") }
        Terminal.complain(
            "note: a block under a reference of the person that was not named still stands; name it to lift it too"
        )
    }
}
