// A look at the store through a read-only connection: listings, dealerships, keys, a contact's entries, the check of the
// chains. It belongs to one thread at a time, never writes and never checkpoints, and works beside a running gateway.

import Consent
import Crypto
import Delivery
import Domain
import SQLite

package final class StoreReader {
    let connection: Connection

    /// Opens an existing store; one of a newer version, or of another reference key, is refused.
    package init(path: String, keyFingerprint: String) throws(StoreError) {
        do {
            connection = try Connection(path: path, access: .reader)
        } catch {
            throw .unusable(
                "the store \(path) cannot be opened (\(error.message)): a new home needs relais init, one that lost its store "
                    + "its backup (Outbox/README.md, Backups)")
        }
        guard try Migrations.version(of: connection) == Migrations.all.count else {
            throw .unusable("the store is of an older version: start relais serve once to bring it up")
        }
        try OutboxStore.checkKey(keyFingerprint, connection)
    }

    package func message(_ id: MessageID) throws(StoreError) -> MessageRecord? {
        try read { try MessageTable(connection: connection).record(id) }
    }

    /// - Parameter attemptLimit: of each message's attempts, the last ones.
    package func messages(
        _ filter: MessageFilter, attemptLimit: Int = 100_000
    ) throws(StoreError) -> [MessageRecord] {
        try read { try MessageTable(connection: connection).records(filter, attemptLimit: attemptLimit) }
    }

    /// The bytes that every attempt of a message sends; nil when there is none, or it was pruned.
    package func content(_ id: MessageID) throws(StoreError) -> [UInt8]? {
        try read {
            try connection.first(
                "SELECT body FROM content WHERE message = (SELECT seq FROM message WHERE id = ?)",
                [.blob(id.bytes)]
            ) { $0.blob(0) }
        }
    }

    /// What a message was composed from, and in whose name; a conflict when it may not be sent once more.
    package func resendable(_ id: MessageID) throws(StoreError) -> (dealership: DealershipID, request: String)
    {
        try read { try MessageTable(connection: connection).resendable(id) }
    }

    /// Why nothing is sent although it is due: an older store was put back; nil when that is not so.
    package func restoreFence() throws(StoreError) -> String? {
        try read {
            let fence = RestoreFence(connection: connection)
            // A backup that nobody has started yet will raise it.
            return try fence.reason() ?? fence.stamp().map(RestoreFence.reason(ofBackup:))
        }
    }

    /// How much of one kind is over its term; nothing is removed.
    package func prunable(_ first: RetentionStep) throws(StoreError) -> Int {
        try read { try RetentionTable(connection: connection).count(first) }
    }

    /// Whether an attempt is due.
    package func isAnythingDue(at now: Timestamp) throws(StoreError) -> Bool {
        try read { try MessageTable(connection: connection).isAnythingDue(at: now) }
    }

    /// The answer that a request with this key got before; nil if its key is new.
    package func answer(
        to request: IdempotentRequest, dealership: DealershipID, now: Timestamp
    ) throws(StoreError) -> AcceptedMessage? {
        try read {
            try IdempotencyTable(connection: connection).answer(to: request, dealership: dealership, now: now)
        }
    }

    package func messageIDs(_ filter: MessageFilter) throws(StoreError) -> [MessageID] {
        try read { try MessageTable(connection: connection).ids(filter) }
    }

    /// Messages in each state.
    package func counts() throws(StoreError) -> [MessageState: Int] {
        try read {
            let rows = try connection.all("SELECT state, count(*) FROM message GROUP BY state") {
                ($0.text(0), Int($0.integer(1)))
            }
            return Dictionary(
                rows.compactMap { row in MessageState(rawValue: row.0).map { ($0, row.1) } },
                uniquingKeysWith: +)
        }
    }

    /// Throws `notFound` for a dealership that the store has never heard of; what is held of one without a file is still shown.
    package func requireDealership(_ id: DealershipID) throws(StoreError) {
        let isThere = try read {
            try connection.first("SELECT 1 FROM dealership WHERE id = ?", [.text(id.text)]) { _ in true }
        }
        guard isThere != nil else { throw .notFound("dealership \(id)") }
    }

    /// Asks the gate again about a claimed message whose content has not begun to leave.
    package func isStillAllowed(_ claim: Claim, at now: Timestamp) throws(StoreError) -> Bool {
        try verdict(claim.question.asked(at: now), dealership: claim.dealership).isAllowed
    }

    /// What the gate says now.
    package func verdict(_ question: GateQuestion, dealership: DealershipID) throws(StoreError) -> GateVerdict
    {
        try read { try GateDesk(connection: connection).decide(question, dealership: dealership).verdict }
    }

    /// A contact's entries under one reference, in the order of the chain.
    package func ledgerEntries(
        dealership: DealershipID, contact: ContactReference
    ) throws(StoreError) -> [LedgerEntry] {
        try read {
            try LedgerTable(connection: connection).entries(dealership: dealership, references: [contact])
        }
    }

    /// Whose ledger an entry is in, and the reference that it is recorded under.
    package func contact(
        ofEntry id: LedgerEntryID
    ) throws(StoreError) -> (dealership: DealershipID, contact: ContactReference)? {
        try read {
            let row = try connection.first(
                "SELECT dealership, contact FROM ledger WHERE id = ?", [.blob(id.bytes)]
            ) { ($0.text(0), ContactReference(bytes: $0.blob(1))) }
            guard let row, let contact = row.1 else { return nil }
            return (try DealershipID(row.0), contact)
        }
    }

    /// Customer numbers that came with more than eight addresses and therefore count for nothing.
    package func counterCustomers() throws(StoreError) -> [(dealership: String, contact: ContactReference)] {
        try read {
            try connection.all(
                "SELECT dealership, customer FROM customer_address GROUP BY dealership, customer HAVING count(*) > 8"
            ) { row in ContactReference(bytes: row.blob(1)).map { (row.text(0), $0) } }.compactMap(\.self)
        }
    }

    /// The next entries of one dealership with their hashes, in the order of its chain; none at its end. Each page is a look of its own:
    /// a reader that takes its time does not keep the store's log from ending.
    package func ledgerPage(
        dealership: DealershipID, after seq: Int64
    ) throws(StoreError) -> [StoredLedgerEntry] {
        try read { try LedgerTable(connection: connection).page(dealership: dealership, after: seq) }
    }

    /// Walks every chain from its first entry to its last, against checkpoints that were kept elsewhere.
    package func verifyLedgers(
        against checkpoints: [LedgerCheckpoint] = []
    ) throws(StoreError) -> [LedgerVerification] {
        try read { try LedgerVerification.all(connection, against: checkpoints) }
    }

    /// One entry of any dealership, with its stored hash.
    package func ledgerEntry(_ id: LedgerEntryID) throws(StoreError) -> StoredLedgerEntry? {
        try read { try LedgerTable(connection: connection).entry(id) }
    }

    /// One look at one state of the store, however many statements it takes; gives every failure the store's error type.
    func read<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try connection.snapshot(body)
        } catch let error as StoreError {
            throw error
        } catch let error as SQLiteError {
            throw StoreError(error)
        } catch {
            throw .failed("\(error)")
        }
    }
}
