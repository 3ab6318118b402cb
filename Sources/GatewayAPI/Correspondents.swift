// Whose an inbound SMS is. A number that answers may be known to several dealerships, because providers lend one number to many senders: a STOP
// counts for each that has written to that phone by that provider, and when one of them owns the number that was answered, for that one. A
// STOP that nobody can be found for counts for everybody whose it could be: too many blocks do no harm to the person. Words of their own are for
// whoever wrote last, and for nobody else.

import Crypto
import Domain
import Intake
import OutboxStore
import Providers
import SMS

struct Correspondents: Sendable {
    let store: OutboxStore
    let keys: KeyRing
    private let dealerships = DealershipDirectory()

    init(store: OutboxStore, keys: KeyRing) {
        self.store = store
        self.keys = keys
    }

    /// What was heard, with everybody whom it concerns; nobody where the sender's number is none.
    func heard(
        _ inbound: InboundText, provider: String, replayID: String?
    ) throws(StoreError) -> HeardText {
        let meaning: HeardText.Meaning =
            switch Keyword.read(inbound.text) {
            case .stop: .stop
            case .start: .start
            case .help: .help
            case nil: .text
            }
        // Without a name of its own no text is told from another of the same words, and a second STOP after a START must count.
        let name = inbound.providerReference ?? replayID
        let number = try? PhoneNumber(inbound.from)
        return HeardText(
            provider: provider,
            digest: name.map { Crypto.sha256(Array("\($0)\0\(inbound.from)\0\(inbound.text)".utf8)) }
                ?? Crypto.randomBytes(32),
            meaning: meaning, mayBeAnObjection: Keyword.mayBeAnObjection(inbound.text), text: inbound.text,
            correspondents: try number.map { number throws(StoreError) in
                try all(number, to: inbound.to, provider: provider, meaning).map {
                    candidate in
                    HeardText.Correspondent(
                        dealership: candidate.dealership, contact: candidate.contact,
                        evidence: EvidenceText(
                            inbound.text, salt: Crypto.randomBytes(EvidenceText.saltByteCount)))
                }
            } ?? [])
    }

    private typealias Candidate = (isOwner: Bool, dealership: DealershipID, contact: ContactReference)

    private func all(
        _ number: PhoneNumber, to owned: String, provider: String, _ meaning: HeardText.Meaning
    ) throws(StoreError) -> [Candidate] {
        let rows = try store.read { reader throws(StoreError) in try reader.dealerships() }
        var senders: [Candidate] = []
        var candidates: [(name: Int, dealership: DealershipID, contact: ContactReference)] = []
        var everybody: [Candidate] = []
        for row in rows {
            guard let id = try? DealershipID(row.id) else { continue }
            let own = (try? dealerships.dealership(id, store))?.smsSenders ?? []
            let contact = keys.reference(to: .phone(number), of: id)
            candidates.append((everybody.count, id, contact))
            everybody.append((own.contains(owned), id, contact))
            if !own.isEmpty { senders.append((own.contains(owned), id, contact)) }
        }
        let written = try store.read { [candidates] reader throws(StoreError) in
            try reader.correspondents(candidates, provider: provider)
        }.map { (candidate: everybody[$0.name], lastAt: $0.lastAt) }
        let owners = written.filter(\.candidate.isOwner)
        let concerned = owners.isEmpty ? written : owners
        switch meaning {
        case .stop where !concerned.isEmpty, .start where !concerned.isEmpty:
            return concerned.map(\.candidate)
        case .stop:
            let possible = senders.filter(\.isOwner)
            return possible.isEmpty ? senders : possible
        case .start: return []
        case .help, .text:
            // Whom they answer: nobody else reads it.
            return concerned.max { $0.lastAt < $1.lastAt }.map { [$0.candidate] } ?? senders.filter(\.isOwner)
        }
    }
}
