// `relais dealership export ID`: everything that is held of one dealership, for a controller that leaves (GDPR, article 28(3)(g)): a line of
// JSON a thing, under the name of what it is. People are contact references but in evidence and in requests' notes; the messages' words
// and addresses are not in it (`contact export` gives one person's). Read beside a running gateway, in constant memory.

import Domain
import JSON
import OutboxStore
import Runtime

enum DealershipExport: Command {
    static let path = ["dealership", "export"]
    static let summary = "write everything that is held of a dealership, a line each"
    static let operands = "ID"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let id = try arguments.dealership()
        var export = Export(id: id)
        try StoreSession.read(try arguments.home()) { try export.write($0) }
        return .ok
    }

    private struct Export {
        let id: DealershipID
        var output = OutputBuffer()
        var progress = ProgressLine(counting: "lines")

        mutating func write(_ reader: StoreReader) throws {
            try reader.requireDealership(id)
            if let record = try reader.dealership(id) {
                line("dealership", try JSONValue(parsing: Array(record.utf8)))
            }
            try writeLedger(reader)
            for notice in try reader.notices(of: id) {
                line(
                    "notice",
                    [
                        "digest": .string("sha256:" + Hexadecimal.text(of: notice.digest)),
                        "version": .string(notice.version), "language": .string(notice.language.text),
                        "text": .string(notice.text),
                    ])
            }
            try writeMessages(reader)
            let now = WallClock.system.now()
            for request in try reader.requests(dealership: id) { line("request", request.view(at: now)) }
            try writeEvents(reader)
            output.flush()
            progress.finish()
        }

        /// The entries in the order of the chain, as `consent export` has them, each followed by its evidence.
        private mutating func writeLedger(_ reader: StoreReader) throws {
            var seq: Int64 = 0
            while let page = try reader.ledgerPage(dealership: id, after: seq).nilIfEmpty {
                for stored in page {
                    line("ledger", stored.exportView)
                    if let evidence = try reader.evidence(of: stored.entry.id) {
                        line(
                            "evidence",
                            [
                                "entry": .string(stored.entry.id.description),
                                "salt": .string(Hexadecimal.text(of: evidence.salt)),
                                "text": .string(evidence.text),
                            ])
                    }
                    seq = stored.entry.seq
                }
            }
        }

        /// The newest first, as every listing has them.
        private mutating func writeMessages(_ reader: StoreReader) throws {
            var filter = MessageFilter(dealership: id, limit: 500)
            while let page = try reader.messages(filter).nilIfEmpty {
                for message in page { line("message", message.view) }
                filter.before = page.last?.id
            }
        }

        private mutating func writeEvents(_ reader: StoreReader) throws {
            var place = EventCursor.start
            while let page = try reader.events(dealership: id, after: place, limit: 500).nilIfEmpty {
                for event in page {
                    line("event", event.view)
                    place = event.place
                }
            }
        }

        private mutating func line(_ name: String, _ value: JSONValue) {
            output.write(JSONValue.object([JSONMember(name: name, value: value)]).bytes() + [0x0A])
            progress.advance()
        }
    }
}

extension Array {
    /// The elements; nil where there is none.
    fileprivate var nilIfEmpty: Self? { isEmpty ? nil : self }
}
