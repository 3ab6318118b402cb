// What one command does inside the writer's transaction: accept, claim, settle, resolve, record. Each is one function from
// values to values over the tables; the gate is asked here and nowhere else, so no path can pass it by (a reader asks it once more when
// a claimed message was slow to leave).

import Consent
import Crypto
import Delivery
import Domain
import SQLite

struct WriteTransaction {
    let file: StoreFile
    let now: Timestamp
    let policy: RetryPlan
    private let chainEnds = ChainEnds()

    var connection: Connection { file.connection }
    var messages: MessageTable { MessageTable(connection: connection, bell: bell) }
    var ledger: LedgerTable { LedgerTable(connection: connection, mirror: file.mirror, ends: chainEnds) }
    var standing: StandingTable { StandingTable(connection: connection) }
    var gate: GateDesk { GateDesk(connection: connection) }
    var events: EventTable { EventTable(connection: connection, bell: bell) }
    var bell: CommitBell { file.webhookBell }
    var fence: RestoreFence { RestoreFence(connection: connection) }

    /// One command of the API, a page or an operator.
    func run(_ command: StoreCommand) throws -> StoreAnswer {
        switch command {
        case .accept(let acceptance): .accepted(try accept(acceptance))
        case .act(let act, let id): .message(try self.act(act, on: id))
        case .resolve(let id, let resolution): .message(try resolve(id, resolution))
        case .revoke(let id): .message(try revoke(id))
        case .countOpening(let id): try countedOpening(of: id)
        case .record(let act, let dealership, let proof):
            .recorded(try record(act, dealership: dealership, proof: proof))
        case .undo(let entries, let dealership): .recorded(try undo(entries, dealership: dealership))
        case .importStatements(let batch, let dealership):
            .imported(try importStatements(batch, dealership: dealership))
        case .putDealership(let id, let record, let known):
            .put(try put(id, record: record, replacing: known))
        case .removeDealership(let id): try removed(id)
        case .holdDealership(let step): .held(try hold(step))
        case .insertKey(let key): .key(try insert(key))
        case .revokeKey(let id): .key(try revoke(id))
        case .rebuildStanding: try rebuiltStanding()
        case .acceptRestore: .restored(held: try acceptRestore())
        case .prune(let step): .pruned(try prune(step))
        case .openRequest(let request): .request(try open(request))
        case .closeRequest(let closing): .request(try close(closing))
        case .rectify(let rectification, let evidence):
            .rectified(try rectify(rectification, evidence))
        case .erase(let step): .erased(try erase(step))
        case .emptyLog: .logEmptied
        case .enableWebhook(let id, let dealership): .webhook(try enable(webhook: id, dealership))
        case .replayWebhook(let id, let dealership, let moment):
            .webhook(try replay(webhook: id, dealership, since: moment))
        case .receive(let receipt): try received(receipt)
        case .hear(let text): .heard(try hear(text))
        case .settleProviderErasures(let ends): try settle(ends)
        }
    }

    private func removed(_ id: DealershipID) throws -> StoreAnswer {
        try remove(id)
        return .removed
    }

    private func received(_ receipt: ProviderReceipt) throws -> StoreAnswer {
        try receive(receipt)
        return .counted
    }

    private func rebuiltStanding() throws -> StoreAnswer {
        try standing.rebuild()
        return .rebuilt
    }

    // MARK: T1

    func accept(_ acceptance: Acceptance) throws -> AcceptedMessage {
        let replies = IdempotencyTable(connection: connection)
        if let request = acceptance.idempotency {
            try replies.prune(now: now)
            if let kept = try replies.answer(to: request, dealership: acceptance.dealership, now: now) {
                return kept
            }
        }
        // Asked again in here, because the message may have been retried since its request was read.
        if let original = acceptance.resendOf { _ = try messages.resendable(original) }
        var choice = try choose(acceptance)
        let content = choice.content
        if choice.block == nil { try replaceWaiting(acceptance.dealership, content, acceptance.timing) }
        let holdReason = choice.block == nil ? try holdReason(acceptance, &choice) : nil
        try messages.insert(
            acceptance, choice, holdReason: holdReason,
            lifetime: policy[content.channel][acceptance.class].schedule.lifetime)
        if choice.block == nil, let scope = acceptance.asksConsentFor {
            try request(scope, content, acceptance.dealership)
        }
        if choice.block != nil, content.isRecipientAllowed, acceptance.class == .essential {
            try events.tell(
                unreachable: content.references.address, acceptance.id, acceptance.dealership, at: now)
        }
        guard let record = try messages.record(acceptance.id) else {
            throw StoreError.notFound("\(acceptance.id)")
        }
        let message = AcceptedMessage(
            id: record.id, channel: record.channel, answer: record.view.text(), isReplayed: false)
        if let request = acceptance.idempotency {
            try replies.keep(message, to: request, dealership: acceptance.dealership, now: now)
        }
        return message
    }

    /// The first channel that the gate allows, with those behind it; the first of all with what blocks it when there is none.
    private func choose(_ acceptance: Acceptance) throws -> ContentChoice {
        if let references = acceptance.contents.first?.references, let customer = references.customer {
            try share(
                [references.address, references.otherAddress].compactMap(\.self), with: customer,
                dealership: acceptance.dealership)
        }
        var first: ContentChoice?
        for (index, content) in acceptance.contents.enumerated() {
            let question = GateQuestion(
                at: now, purpose: acceptance.purpose, class: acceptance.class, channel: content.channel,
                references: content.references)
            let decision = try gate.decide(question, dealership: acceptance.dealership)
            let choice = ContentChoice(
                content: content, later: Array(acceptance.contents[(index + 1)...]), decision: decision,
                block: content.isRecipientAllowed ? decision.verdict.block : .notAllowed)
            if choice.block == nil { return choice }
            first = first ?? choice
        }
        guard let first else { preconditionFailure("a message has a content") }
        return first
    }

    /// Why an accepted message does not wait for its attempt but for an operator; nil when it may go.
    private func holdReason(_ acceptance: Acceptance, _ choice: inout ContentChoice) throws -> String? {
        let state = try dealerships.state(acceptance.dealership)
        // It left after its request was read.
        guard state != .absent else {
            throw StoreError.notFound("dealership \(acceptance.dealership); put it first")
        }
        // Before the hold, so that the end of that does not let go what is beyond the quota.
        if try isBeyondQuota(acceptance, &choice) { return Self.quotaReason }
        if !choice.content.isCountryAllowed { return Self.countryReason }
        return state == .held ? Self.heldReason : nil
    }

    /// A newer quote replaces the older one that still waits; what has begun to leave is left alone.
    private func replaceWaiting(
        _ dealership: DealershipID, _ content: MessageContent, _ timing: MessageTiming
    ) throws {
        guard let key = timing.coalesceKey else { return }
        let waiting = try messages.waiting(
            dealership: dealership, references: content.references, coalesceKey: key)
        for position in waiting {
            _ = try messages.move(
                position, to: MessageChange(state: .cancelled, reasonCode: "coalesced"), at: now)
        }
    }

    /// A double opt-in has begun: it allows nothing, and proves that the confirmation was asked for.
    private func request(
        _ scope: Scope, _ content: MessageContent, _ dealership: DealershipID
    ) throws {
        let act = ConsentAct(
            references: ContactReferences(address: content.references.address), event: .requested,
            scope: scope, channel: content.channel, occurredAt: now, method: .api, actor: "gateway")
        _ = try record(act, dealership: dealership, proof: .none)
    }

    /// Notes that a customer number came with these addresses, and writes their blocks under the number too.
    func share(
        _ addresses: [ContactReference], with customer: ContactReference, dealership: DealershipID
    ) throws {
        for address in addresses {
            try connection.run(
                "INSERT OR IGNORE INTO customer_address (dealership, customer, address) VALUES (?, ?, ?)",
                [.text(dealership.text), .blob(customer.bytes), .blob(address.bytes)])
        }
        guard try !gate.isCounterCustomer(customer, dealership: dealership) else { return }
        for address in addresses {
            let standing = try standing.standing(dealership: dealership, references: [address, customer])
            let shared = standing.entriesToShare(from: address, with: customer)
            _ = try ledger.append(
                try shared.compactMap { try ledger.entry($0.id, dealership: dealership) }.map {
                    $0.copy(under: customer, id: newEntryID(), recordedAt: now)
                })
        }
    }
}
