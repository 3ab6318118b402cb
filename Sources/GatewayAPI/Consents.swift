// `POST /v1/consents` records what a person said: 201 with the ledger's entry and its receipt, 200 with the one that says it already. `POST
// /v1/consents/query` shows what the ledger holds of a person. An address travels in a body, never in a URL, and no answer repeats it.

import Consent
import Crypto
import Domain
import HTTPServer
import Intake
import JSON
import OutboxStore
import Runtime

struct Consents: Sendable {
    static let recording = Operation(
        "recordConsent", "Records what a person said: an objection, a consent, its withdrawal.",
        scope: .consent, body: .json("ConsentStatement"), bodyLimit: Intake.requestLimit,
        answers: [200: .json("RecordedConsent"), 201: .json("RecordedConsent")])
    static let querying = Operation(
        "queryConsents", "What the ledger holds of a person, and what stands.", scope: .consent,
        body: .json("Person"), bodyLimit: 4 << 10, answers: [200: .json("ConsentHistory")])

    let store: OutboxStore
    let keys: KeyRing
    let purposes: PurposeTable
    /// Where this gateway is, for the receipts.
    let publicURL: String
    /// Where receipts are signed after the commit: never on the store's thread.
    let work: WorkQueue
    let clock: WallClock
    let log: Log
    private let dealerships = DealershipDirectory()

    init(
        store: OutboxStore, keys: KeyRing, purposes: PurposeTable, publicURL: String, work: WorkQueue,
        clock: WallClock, log: Log
    ) {
        self.store = store
        self.keys = keys
        self.purposes = purposes
        self.publicURL = publicURL
        self.work = work
        self.clock = clock
        self.log = log
    }

    func record(_ call: Call, _ answer: @escaping Answer) {
        guard let caller = call.caller else { return answer(Problem.notFound) }
        let now = clock.now()
        let dealership: Dealership
        let prepared: (act: ConsentAct, proof: ConsentProof)
        do {
            let statement = try ConsentStatementReader.read(
                try call.json(), actor: caller.id.description, now: now)
            dealership = try dealerships.dealership(caller.dealership, store)
            prepared = try statement.act(of: dealership, keys: keys, purposes: purposes)
            try prepared.act.checkFields(now: now)
        } catch {
            return answer(refusal(error))
        }
        store.record(prepared.act, dealership: caller.dealership, proof: prepared.proof) { result in
            switch result {
            case .success(let recorded):
                let respond: @Sendable () -> Void = {
                    answer(self.answer(recorded, prepared.act, dealership))
                }
                if !work.submit(respond) { respond() }
            case .failure(let error): answer(Problem.response(error, log))
            }
        }
    }

    private func answer(
        _ recorded: RecordedConsent, _ act: ConsentAct, _ dealership: Dealership
    ) -> HTTPResponse {
        let stops: [JSONMember]
        do {
            stops = try blockedBy(act, dealership.id)
        } catch {
            // It is recorded; only what stands beside it could not be read.
            log(.error, "request-failed", ["reason": .error(error)])
            stops = []
        }
        if let entry = recorded.added.first, case .object(let members) = entry.view {
            // The entry as it was just written: its hash in the ledger is this one.
            let receipt = ConsentReceipt(
                of: entry, hash: Crypto.sha256(entry.canonicalBytes), controller: dealership,
                purposes: purposes, processorURL: publicURL, issuedAt: clock.now())
            let sealed = SignedStatement.receipt.seal(receipt.payload, with: keys)
            let view = JSONValue.object(
                members + stops + [JSONMember(name: "receipt", value: .string(sealed))])
            return .json(201, view.text())
        }
        if let entry = recorded.standing.first, case .object(let members) = entry.view {
            return .json(200, JSONValue.object(members + stops).text())
        }
        return Problem.response(409, "conflict", "nothing stands that this would end; nothing was written")
    }

    /// Of a consent: the entries that stop it all the same, or an empty list.
    private func blockedBy(_ act: ConsentAct, _ dealership: DealershipID) throws(StoreError) -> [JSONMember] {
        guard act.event.isConsent else { return [] }
        let now = clock.now()
        let history = try store.read { reader throws(StoreError) in
            try reader.consents(of: act.references, dealership: dealership, at: now)
        }
        let blocks = history.blocks(against: act, purposes: purposes, at: now)
        return [JSONMember(name: "blockedBy", value: .array(blocks.map { .string($0.id.description) }))]
    }

    func query(_ call: Call, _ answer: @escaping Answer) {
        guard let caller = call.caller else { return answer(Problem.notFound) }
        do {
            let person = try ConsentStatementReader.person(try call.json())
            let references = try person.references(of: caller.dealership, channel: nil, keys: keys)
            let now = clock.now()
            let history = try store.read { reader throws(StoreError) in
                try reader.consents(of: references, dealership: caller.dealership, at: now)
            }
            answer(.json(200, history.view.text()))
        } catch {
            answer(refusal(error))
        }
    }

    private func refusal(_ error: any Error) -> HTTPResponse {
        switch error {
        case let refusal as RequestRefused: refusal.response
        case let problems as JSONProblems: invalid(problems.problems)
        case let fault as ConsentFault: invalid([fault.problem])
        case let error as IntakeError: Problem.response(error, log)
        case let error as StoreError: Problem.response(error, log)
        default: Problem.response(StoreError.failed("\(error)"), log)
        }
    }

    private func invalid(_ problems: [JSONProblem]) -> HTTPResponse {
        Problem.response(422, "refused", "nothing was written", errors: problems)
    }
}
