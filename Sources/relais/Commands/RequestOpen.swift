// `relais request open`: registers what a person asks about their data, also by letter, with the day by which it must be answered. An
// objection is not only registered: `consent record` stops the messages at once.

import Crypto
import Domain
import Gateway
import Intake
import OutboxStore
import Runtime

enum RequestOpen: Command {
    static let path = ["request", "open"]
    static let summary = "register a person's request about their data; due in one month"
    static let options =
        ContactOptions.all + [
            Option("--kind", "KIND", "access, portability, rectification, erasure, restriction or objection"),
            Option("--received-by", "WAY", "letter, email, phone or person (email)"),
            Option("--received-at", "TIME", "when it reached the dealership (RFC 3339; now)"),
            Option(
                "--identity", "NOTE",
                "what was checked and by whom, in case of doubt; keep no copy of a document"),
            Option("--note", "TEXT", "what was asked"),
        ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let (dealership, references) = try person(arguments, home)
        _ = try arguments.required("--kind")
        guard let kind = try arguments.word("--kind", SubjectRequest.Kind.self) else { return .usage }
        let receivedBy = try arguments.word("--received-by", SubjectRequest.Way.self) ?? .email
        let now = WallClock.system.now()
        let receivedAt =
            try arguments.value("--received-at") { text throws(ValueError) in try Timestamp(text) } ?? now
        let request = try StoreSession.write(home) { store in
            let file = try DealershipDirectory().dealership(dealership, store)
            return try store.open(
                SubjectRequest(
                    id: SubjectRequestID(at: now, random: Crypto.randomBytes(10)), dealership: dealership,
                    references: references, kind: kind, receivedBy: receivedBy, receivedAt: receivedAt,
                    dueAt: try SubjectRequest.dueDate(receivedAt: receivedAt, timeZone: file.timeZone),
                    identityCheck: arguments["--identity"], note: arguments["--note"]))
        }
        arguments.isJSON
            ? Terminal.write(request.view(at: now)) : Terminal.write(RequestLine.text(request, at: now))
        if kind == .objection {
            Terminal.complain(
                "note: an objection acts when it is recorded: relais consent record --event objected, for each of the person's "
                    + "addresses")
        }
        return .ok
    }
    /// By every identity that is known of them, because the answer is about all of it.
    private static func person(
        _ arguments: Arguments, _ home: Home
    ) throws -> (DealershipID, ContactReferences) {
        let (dealership, subject) = try ContactOptions.subject(arguments, home)
        switch subject {
        case .reference(let reference): return (dealership, ContactReferences(address: reference))
        case .person(let person):
            return (dealership, try person.references(of: dealership, channel: nil, keys: home.keys))
        }
    }
}
