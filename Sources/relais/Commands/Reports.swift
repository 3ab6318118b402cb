// `relais report …`: the processor's papers, for a controller, an auditor or an authority; read beside a running gateway.

import Domain
import Gateway
import JSON
import OutboxStore
import Runtime

enum ReportProcessing: Command {
    static let path = ["report", "processing"]
    static let summary = "the record of processing activities (GDPR, article 30(2))"
    static let options = [Option("--dealership", "ID", "of one controller only")]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let dealership = try arguments.value("--dealership", DealershipID.init)
        return try arguments.write { papers throws(StoreError) in try papers.processing(of: dealership) }
    }
}

enum ReportSubprocessors: Command {
    static let path = ["report", "subprocessors"]
    static let summary = "who else has the messages in hand, and where (article 28(2))"

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        try arguments.write { papers throws(StoreError) in try papers.subprocessors() }
    }
}

enum ReportMeasures: Command {
    static let path = ["report", "measures"]
    static let summary = "where the data are, and what protects them (article 32)"

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        try arguments.write { papers throws(StoreError) in try papers.measures() }
    }
}

enum ReportBreach: Command {
    static let path = ["report", "breach"]
    static let summary = "whose data were held in a time, which, and how many (article 33(2))"
    static let options = [
        Option("--from", "TIME", "when it began (RFC 3339)"),
        Option("--to", "TIME", "when it ended (RFC 3339; now)"),
        Option("--dealership", "ID", "of one controller only"),
        Option("--contacts", nil, "list every contact, with the address while it is kept"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let start = try arguments.requiredValue("--from") { text throws(ValueError) in try Timestamp(text) }
        let end =
            try arguments.value("--to") { text throws(ValueError) in try Timestamp(text) }
            ?? WallClock.system.now()
        guard start < end else { throw Failure(.usage, "--from must be before --to") }
        let dealership = try arguments.value("--dealership", DealershipID.init)
        let listsContacts = arguments.has("--contacts")
        return try arguments.write { papers throws(StoreError) in
            try papers.breach(from: start, to: end, of: dealership, listsContacts: listsContacts)
        }
    }
}

extension Arguments {
    fileprivate func write(_ make: (ProcessorPapers) throws(StoreError) -> JSONValue) throws -> ExitStatus {
        let home = try home()
        let paper = try StoreSession.read(home) { reader in
            try make(ProcessorPapers(home, reader, at: WallClock.system.now()))
        }
        isJSON ? Terminal.write(paper) : Terminal.write(PaperText.text(paper))
        return .ok
    }
}
