// Which messages a command is about: ids, or the filters of `outbox list`. More than one by filter needs `--yes`, so that a filter
// which was meant for one message does not act on a thousand.

import Domain
import OutboxStore

enum MessageSelection {
    static let filters = [
        Option("--state", "STATE", "only this state"),
        Option("--dealership", "ID", "only this dealership"),
        Option("--contact", "ct_…", "only this contact"),
        Option("--channel", "CHANNEL", "only this channel"),
        Option("--reference", "TEXT", "only this intervention's reference"),
        Option("--since", "TIME", "only messages accepted since (RFC 3339)"),
        Option("--limit", "N", "at most this many (a listing: 100)"),
    ]

    static let options =
        filters + [Option("--yes", nil, "act on more than one message that the filters match")]

    static func filter(_ arguments: Arguments) throws -> MessageFilter {
        MessageFilter(
            state: try arguments.word("--state", MessageState.self),
            dealership: try arguments.value("--dealership", DealershipID.init),
            contact: try arguments.value("--contact", ContactReference.init),
            channel: try arguments.word("--channel", Channel.self), reference: arguments["--reference"],
            since: try arguments.value("--since") { text throws(ValueError) in try Timestamp(text) },
            limit: try arguments.value("--limit", limit) ?? 100)
    }

    /// The ids of the operands, or of what the filters match; with filters alone, only messages in one of `states`, and where
    /// `isNotResent` only those that no other repeats.
    static func ids(
        _ arguments: Arguments, states: [MessageState], isNotResent: Bool = false, _ store: any StoreCommands
    ) throws -> [MessageID] {
        let isFiltered = filters.contains { arguments[$0.name] != nil }
        guard arguments.operands.isEmpty else {
            guard !isFiltered else { throw Failure(.usage, "give ids, or filters, not both") }
            return try arguments.operands.map(id)
        }
        guard isFiltered else { throw Failure(.usage, "give ids, or filters such as --state; see --help") }
        var filter = try filter(arguments)
        if let state = filter.state, !states.contains(state) {
            throw Failure(
                .usage,
                "this is for \(states.map(\.rawValue).joined(separator: ", ")), not for \(state.rawValue)")
        }
        if let dealership = filter.dealership {
            let record = try store.read { reader throws(StoreError) in try reader.dealership(dealership) }
            guard record != nil else { throw StoreError.notFound("dealership \(dealership)") }
        }
        filter.states = states
        filter.isNotResent = isNotResent
        if arguments["--limit"] == nil { filter.limit = Int(Int32.max) }
        let ids = try store.read { reader throws(StoreError) in try reader.messageIDs(filter) }
        guard ids.count <= 1 || arguments.has("--yes") else {
            throw Failure(
                .usage, "the filters match \(ids.count) messages: look with outbox list, then add --yes")
        }
        return ids
    }

    static func id(_ text: String) throws -> MessageID {
        do {
            return try MessageID(text)
        } catch {
            throw Failure(.usage, "ID \(error.reason)")
        }
    }

    private static func limit(_ text: String) throws(ValueError) -> Int {
        guard let limit = Int(text), (1...1_000_000).contains(limit) else {
            throw ValueError("must be a number from 1 to 1000000")
        }
        return limit
    }
}
