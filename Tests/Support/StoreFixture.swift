// A real store in a temporary folder with a clock of its own, and short words for what tests do with it.

import Consent
import Crypto
import Delivery
import Domain
import JSON
import OutboxStore
import Runtime
import SQLite

/// A store with one dealership; it is closed and removed with its owner.
package final class StoreFixture: @unchecked Sendable {
    package static let keyFingerprint = "00112233aabbccdd"
    package static let keys = KeyRing(
        referenceKey: [UInt8](repeating: 7, count: 32),
        tokenKeys: [KeyRing.TokenKey(id: 1, key: [UInt8](repeating: 9, count: 32))])

    package let folder: TestFolder
    package let clock = TestClock()
    package let dealership: DealershipID
    private let current: Lock<OutboxStore?>
    private let broken = Lock<[StoreError]>([])

    package init(dealership: String = "garage-nord", record: String = "{}", inMemory: Bool = false) throws {
        folder = try TestFolder(inMemory: inMemory)
        self.dealership = try DealershipID(dealership)
        current = Lock(nil)
        try open()
        _ = try store.put(self.dealership, record: record)
    }

    deinit { close() }

    package var path: String { folder.path + "/data/relais.sqlite" }

    package var mirrorPath: String { path + ".ledger" }

    package var store: OutboxStore {
        guard let store = current.withLock({ $0 }) else { preconditionFailure("the store is closed") }
        return store
    }

    /// What was reported as a failing disk.
    package var brokenErrors: [StoreError] { broken.withLock { $0 } }

    package func open(policy: RetryPlan = RetryPlan(), route: [String] = []) throws {
        let store = try OutboxStore(
            path: path, keyFingerprint: Self.keyFingerprint, policy: policy, routes: [.email: route],
            mirrorPath: mirrorPath,
            clock: clock.wallClock,
            onBroken: { [broken] error in broken.withLock { $0.append(error) } })
        current.withLock { $0 = store }
    }

    package func close() {
        current.withLock { store in
            store?.close()
            store = nil
        }
    }

    /// Closes the store for one that a test opens by itself: a process that another test is just starting has a copy of the lock
    /// between fork and exec.
    package func closeAndUnlock() throws {
        close()
        for file in [path + ".lock", mirrorPath] where Files.exists(file) {
            let isFree = try Patience.wait { try FileLock(path: file).map { _ in true } }
            guard isFree == true else { throw TestFailure("\(file) stays locked") }
        }
    }

    /// What a restart does: everything that is not in the file is lost.
    package func reopen(policy: RetryPlan = RetryPlan(), route: [String] = []) throws {
        try closeAndUnlock()
        try open(policy: policy, route: route)
    }

    /// A second connection of its own, past every rule of the store.
    package func rawConnection() throws -> Connection { try Connection(path: path, access: .writer) }

    // MARK: Values

    package func reference(_ email: String) throws -> ContactReference {
        Self.keys.reference(to: .email(try EmailAddress(email)), of: dealership)
    }

    package func reference(phone: String) throws -> ContactReference {
        Self.keys.reference(to: .phone(try PhoneNumber(phone)), of: dealership)
    }

    package func reference(customer: String) throws -> ContactReference {
        Self.keys.reference(to: .customer(try CustomerNumber(customer)), of: dealership)
    }

    /// A person by what is known of them.
    package func subject(
        _ email: String?, phone: String? = nil, customer: String? = nil
    ) throws -> Subject {
        let identities = try [
            email.map { ContactIdentity.email(try EmailAddress($0)) },
            phone.map { ContactIdentity.phone(try PhoneNumber($0)) },
            customer.map { ContactIdentity.customer(try CustomerNumber($0)) },
        ].compactMap(\.self)
        return try Subject(
            dealership: dealership, references: identities.map { Self.keys.reference(to: $0, of: dealership) }
        )
    }

    package func acceptance(
        _ email: String = "zoe@example.lu", customer: String? = nil, other: String? = nil,
        channel: Channel = .email, purpose: String = "intervention",
        class purposeClass: PurposeClass = .essential,
        reference: String? = nil, body: String = "Subject: test\r\n\r\nbody\r\n",
        isRecipientAllowed: Bool = true, timing: MessageTiming = MessageTiming(), request: String = "{}",
        resendOf: MessageID? = nil, key: String? = nil
    ) throws -> Acceptance {
        Acceptance(
            id: MessageID(at: clock.now, random: Crypto.randomBytes(10)), dealership: dealership,
            contents: [
                MessageContent(
                    channel: channel,
                    references: ContactReferences(
                        address: try self.reference(email),
                        customer: try customer.map { try self.reference(customer: $0) },
                        otherAddress: try other.map { try self.reference($0) }),
                    sender: "atelier@example.lu", recipient: email, body: Array(body.utf8),
                    isRecipientAllowed: isRecipientAllowed)
            ],
            template: "intervention-ready", templateDigest: [UInt8](repeating: 5, count: 32),
            purpose: try Purpose(purpose), class: purposeClass, reference: reference,
            createdAt: clock.now, timing: timing, request: request, resendOf: resendOf,
            idempotency: try key.map {
                IdempotentRequest(key: try IdempotencyKey($0), digest: Crypto.sha256(Array(body.utf8)))
            })
    }

    /// A message for a mailbox and a phone, in the order of `channels`.
    package func acceptance(
        by channels: [Channel], _ email: String = "zoe@example.lu", phone: String = "+352621123456",
        class purposeClass: PurposeClass = .essential, segments: Int = 1, quota: DayQuota? = nil
    ) throws -> Acceptance {
        var acceptance = try acceptance(email, class: purposeClass)
        let (mailbox, mobile) = (try reference(email), try reference(phone: phone))
        acceptance.contents = channels.map { channel in
            switch channel {
            case .email:
                MessageContent(
                    channel: .email,
                    references: ContactReferences(address: mailbox, otherAddress: mobile),
                    sender: "atelier@example.lu", recipient: email, body: Array("Subject: x\r\n\r\n".utf8),
                    isRecipientAllowed: true)
            case .sms:
                MessageContent(
                    channel: .sms, references: ContactReferences(address: mobile, otherAddress: mailbox),
                    sender: "GarageNord", recipient: phone, body: Array("Votre devis".utf8),
                    segments: segments, isRecipientAllowed: true)
            }
        }
        acceptance.quota = quota
        return acceptance
    }

    // MARK: Commands

    /// Erases a person, as an operator does.
    @discardableResult
    package func erase(_ subject: Subject) throws -> [String: Int] {
        try store.erase(subject, by: Author(method: .operator, actor: "operator:test"))
    }

    package func export(_ subject: Subject) throws -> JSONDocument {
        let export = try store.read { reader throws(StoreError) in try reader.export(subject) }
        return try JSONDocument(export.view(at: clock.now, countries: ["relay": "LU"]).bytes())
    }

    /// Accepts a message and waits for its commit.
    @discardableResult
    package func accept(_ acceptance: Acceptance) throws -> MessageRecord {
        try message(acceptAnswer(acceptance).id)
    }

    /// Accepts a message and returns its caller's answer.
    package func acceptAnswer(_ acceptance: Acceptance) throws -> AcceptedMessage {
        let answer = Monitor<Result<AcceptedMessage, StoreError>?>(nil)
        store.accept(acceptance) { result in answer.update { $0 = result } }
        return try answer.wait { $0 }.get()
    }

    /// Claims the next message; nil when nothing is due.
    package func claim(
        _ channel: Channel = .email, provider: String = "relay", position: Int = 0,
        standingInFor places: [Int] = [],
        isRecipientAllowed: @escaping @Sendable (String) -> Bool = { _ in true }
    ) throws -> Claim? {
        let request = ClaimRequest(
            channel: channel, provider: provider, position: position, standingInFor: places,
            isRecipientAllowed: isRecipientAllowed)
        guard case .claimed(let claim) = try store.settle(nil, thenClaim: request) else { return nil }
        return claim
    }

    /// Settles a claim as the lane does, by the rules of Delivery with the plain gaps.
    package func settle(
        _ claim: Claim, _ outcome: Outcome, status: String = "250", reply: String? = nil,
        isProviderFault: Bool = false, nextPosition: Int? = nil, providerReference: String? = nil
    ) throws {
        let verdict = Verdict(outcome: outcome, status: status, isProviderFault: isProviderFault)
        let settlement = Settlement.decide(
            verdict, attempts: claim.tries + 1, isInDoubt: claim.isInDoubt, expiresAt: claim.expiresAt,
            now: clock.now, policy: claim.question.channel == .email ? .email : .sms,
            nextPosition: nextPosition, random: 0.5)
        _ = try store.settle(
            AttemptEnd(
                claim: claim, verdict: verdict, reply: reply, settlement: settlement,
                providerReference: providerReference), thenClaim: nil)
    }

    /// Records an objection, or another act, under an address alone.
    @discardableResult
    package func record(
        _ event: LedgerEvent = .objected, of email: String, scope: Scope = .all, channel: Channel? = nil,
        method: ConsentMethod = .page
    ) throws -> RecordedConsent {
        try store.record(
            ConsentAct(
                references: ContactReferences(address: try reference(email)), event: event, scope: scope,
                channel: channel, occurredAt: clock.now, method: method, actor: "contact"),
            dealership: dealership)
    }

    /// A message as it stands.
    package func message(_ id: MessageID) throws -> MessageRecord {
        let found = try store.read { reader throws(StoreError) in try reader.message(id) }
        guard let found else { throw StoreError.notFound("\(id)") }
        return found
    }

    /// The stored bytes of a message; nil when there are none.
    package func content(_ id: MessageID) throws -> String? {
        try store.read { reader throws(StoreError) in try reader.content(id) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// What a dealership is told, oldest first.
    package func events(
        after place: EventCursor = .start, type: EventType? = nil, limit: Int = 1000,
        of dealership: DealershipID? = nil
    ) throws -> [FeedEvent] {
        let dealership = dealership ?? self.dealership
        return try store.read { reader throws(StoreError) in
            try reader.events(dealership: dealership, after: place, type: type, limit: limit)
        }
    }

    package func messages(_ filter: MessageFilter = MessageFilter(limit: 100_000)) throws -> [MessageRecord] {
        try store.read { reader throws(StoreError) in try reader.messages(filter) }
    }
}

extension AcceptedMessage {
    package var state: MessageState? {
        guard case .string(let text) = try? JSONValue(parsing: Array(answer.utf8))["state"] else {
            return nil
        }
        return MessageState(rawValue: text)
    }
}
