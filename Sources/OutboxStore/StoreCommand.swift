// What can be asked of the store that writes, as values: the verbs of the API, the pages and the command line. One value goes the same
// way from inside the gateway and from a command beside it, which speaks through the home's socket.

import Consent
import Delivery
import Domain
import Runtime

package enum StoreCommand: Codable, Sendable {
    case accept(Acceptance)
    case act(MessageAct, MessageID)
    case resolve(MessageID, Resolution)
    /// Ends the message's page.
    case revoke(MessageID)
    case countOpening(MessageID)
    case record(ConsentAct, DealershipID, ConsentProof)
    /// Lifts what a page just wrote, entry by entry.
    case undo([LedgerEntryID], DealershipID)
    case importStatements(ImportBatch, DealershipID)
    /// A record; a conflict where another one than `replacing` stands, unless that is nil.
    case putDealership(DealershipID, record: String, replacing: String?)
    case removeDealership(DealershipID)
    case holdDealership(HoldStep)
    case insertKey(APIKeyRecord)
    case revokeKey(APIKeyID)
    case acceptRestore
    case rebuildStanding
    case prune(RetentionStep)
    case openRequest(SubjectRequest)
    case closeRequest(RequestClosing)
    case rectify(Rectification, EvidenceText)
    case erase(ErasureStep)
    /// Leaves no old page in the log: the end of an erasure.
    case emptyLog
    case enableWebhook(String, DealershipID)
    case replayWebhook(String, DealershipID, since: Timestamp)
    /// What a provider says later of a message that it took.
    case receive(ProviderReceipt)
    /// What a person wrote back.
    case hear(HeardText)
    case settleProviderErasures([ProviderErasureEnd])

    /// Refused when the outbox has too much to do, or too little space.
    package var isNewWork: Bool {
        switch self {
        case .accept, .countOpening: true
        default: false
        }
    }
    /// How long the answer may be, in units of 3 KB.
    package var answerWeight: Int { if case .importStatements = self { 24 } else { 1 } }
    /// Says something of a person that must not be lost with the database.
    var isMirrored: Bool {
        switch self {
        case .record, .undo, .importStatements, .rectify, .erase, .hear: true
        case .accept, .act, .resolve, .revoke, .countOpening, .putDealership, .removeDealership,
            .holdDealership, .insertKey, .revokeKey, .acceptRestore, .rebuildStanding, .prune, .openRequest,
            .closeRequest, .emptyLog, .enableWebhook, .replayWebhook, .receive,
            .settleProviderErasures:
            false
        }
    }
    /// What is done to a tenant or to a key, for the log: the event and whom it is about.
    var loggedAct: (event: StaticString, subject: LogValue)? {
        switch self {
        case .putDealership(let id, _, _): ("dealership-put", .dealership(id))
        case .removeDealership(let id): ("dealership-removed", .dealership(id))
        case .holdDealership(let step) where step.isFirst:
            (step.isHeld ? "dealership-held" : "dealership-released", .dealership(step.dealership))
        case .insertKey(let key): ("key-created", .id(key.id))
        case .revokeKey(let id): ("key-revoked", .id(id))
        default: nil
        }
    }
    var emptiesLog: Bool { if case .emptyLog = self { true } else { false } }
}

/// What a command answers once it is on disk.
package enum StoreAnswer: Codable, Sendable {
    case accepted(AcceptedMessage)
    case message(MessageRecord)
    case counted
    case recorded(RecordedConsent)
    /// What became of each line of a batch.
    case imported([ImportResult])
    /// A dealership was put; true when it is new.
    case put(Bool)
    case removed
    case held(HoldResult)
    case key(APIKeyRecord)
    case rebuilt
    /// The restore fence is down; so many messages are held.
    case restored(held: Int)
    case pruned(RetentionResult)
    case request(SubjectRequest)
    case rectified(RectifiedContact)
    case erased(ErasureResult)
    case logEmptied
    /// So many webhooks, or deliveries of one.
    case webhook(Int)
    /// The dealerships that were told, or for which it was recorded; none when it was heard before.
    case heard([DealershipID])
}

/// Whoever can run commands and lend readers: the store itself, or the way to the gateway that has it.
package protocol StoreCommands: Sendable {
    /// Runs a command; `completion` is called once, after the commit or with the reason, and must return quickly.
    func submit(
        _ command: StoreCommand, completion: @escaping @Sendable (Result<StoreAnswer, StoreError>) -> Void)

    /// Lends a reader to the calling thread.
    func read<Value>(_ body: (StoreReader) throws(StoreError) -> Value) throws(StoreError) -> Value
}

extension StoreCommands {
    /// T1.
    package func accept(
        _ acceptance: Acceptance,
        completion: @escaping @Sendable (Result<AcceptedMessage, StoreError>) -> Void
    ) {
        submit(.accept(acceptance)) { result in
            completion(
                result.flatMap {
                    if case .accepted(let message) = $0 { .success(message) } else { .failure(.mismatch) }
                })
        }
    }

    package func act(_ act: MessageAct, on id: MessageID) throws(StoreError) -> MessageRecord {
        guard case .message(let record) = try perform(.act(act, id)) else { throw .mismatch }
        return record
    }

    package func resolve(_ id: MessageID, _ resolution: Resolution) throws(StoreError) -> MessageRecord {
        guard case .message(let record) = try perform(.resolve(id, resolution)) else { throw .mismatch }
        return record
    }

    package func record(
        _ act: ConsentAct, dealership: DealershipID, proof: ConsentProof = .none,
        completion: @escaping @Sendable (Result<RecordedConsent, StoreError>) -> Void
    ) {
        submit(.record(act, dealership, proof), recorded: completion)
    }

    /// Lifts entries that a page wrote within the last 24 hours; an older one is a conflict.
    package func undo(
        _ entries: [LedgerEntryID], dealership: DealershipID,
        completion: @escaping @Sendable (Result<RecordedConsent, StoreError>) -> Void
    ) {
        submit(.undo(entries, dealership), recorded: completion)
    }

    private func submit(
        _ command: StoreCommand,
        recorded completion: @escaping @Sendable (Result<RecordedConsent, StoreError>) -> Void
    ) {
        submit(command) { result in
            completion(
                result.flatMap {
                    if case .recorded(let consent) = $0 { .success(consent) } else { .failure(.mismatch) }
                })
        }
    }

    package func record(
        _ act: ConsentAct, dealership: DealershipID, proof: ConsentProof = .none
    ) throws(StoreError) -> RecordedConsent {
        guard case .recorded(let consent) = try perform(.record(act, dealership, proof)) else {
            throw .mismatch
        }
        return consent
    }

    /// Records what some lines of an import say.
    package func importStatements(
        _ batch: ImportBatch, dealership: DealershipID,
        completion: @escaping @Sendable (Result<[ImportResult], StoreError>) -> Void
    ) {
        submit(.importStatements(batch, dealership)) { result in
            completion(
                result.flatMap {
                    if case .imported(let results) = $0 { .success(results) } else { .failure(.mismatch) }
                })
        }
    }

    package func insert(_ key: APIKeyRecord) throws(StoreError) {
        guard case .key = try perform(.insertKey(key)) else { throw .mismatch }
    }

    /// Ends a key; one that was revoked before stays as it is.
    package func revoke(_ id: APIKeyID) throws(StoreError) -> APIKeyRecord {
        guard case .key(let key) = try perform(.revokeKey(id)) else { throw .mismatch }
        return key
    }

    /// Folds every chain again, from its first entry.
    package func rebuildStanding() throws(StoreError) {
        guard case .rebuilt = try perform(.rebuildStanding) else { throw .mismatch }
    }

    /// Takes the restore fence down; how many messages are held now.
    package func acceptRestore() throws(StoreError) -> Int {
        guard case .restored(let held) = try perform(.acceptRestore) else { throw .mismatch }
        return held
    }

    /// Removes everything of one kind that is over its term, step by step, or until it may not go on; how much that was.
    package func prune(
        _ first: RetentionStep, while mayGoOn: () -> Bool = { true }
    ) throws(StoreError) -> Int {
        var count = 0
        var step: RetentionStep? = first
        while let current = step, mayGoOn() {
            guard case .pruned(let result) = try perform(.prune(current)) else { throw .mismatch }
            count += result.count
            step = result.next
        }
        return count
    }

    /// Runs a command and waits until it is on disk.
    package func perform(_ command: StoreCommand) throws(StoreError) -> StoreAnswer {
        let answer = Monitor<Result<StoreAnswer, StoreError>?>(nil)
        submit(command) { result in answer.update { $0 = result } }
        return try answer.wait { $0 }.get()
    }
}

extension StoreError {
    /// The other side answered something else than was asked: it is of another version.
    static let mismatch = StoreError.failed("the answer does not belong to the command")
}
