// T4 of what people write back. A STOP is an objection to the channel for every dealership that has written to that phone, a START lifts what a
// STOP wrote and nothing else, and whatever else was said reaches the dealership by its feed. The same text of the same provider is
// heard once, or an old START could be played again after a newer STOP.

import Consent
import Domain
import SQLite

extension WriteTransaction {
    private static let heardTerm = Duration.seconds(-30 * 86_400)

    /// The dealerships that it was recorded for or told to; none when it was heard before.
    func hear(_ inbound: HeardText) throws -> [DealershipID] {
        try connection.run(
            "DELETE FROM inbound WHERE at_ms < ?", [.integer((now + Self.heardTerm).milliseconds)])
        let isNew = try connection.run(
            "INSERT OR IGNORE INTO inbound (provider, reference, at_ms) VALUES (?, ?, ?)",
            [.text(inbound.provider), .blob(inbound.digest), .integer(now.milliseconds)])
        guard isNew == 1 else { return [] }
        for person in inbound.correspondents { try hear(inbound, of: person) }
        return inbound.correspondents.map(\.dealership)
    }

    private func hear(_ inbound: HeardText, of person: HeardText.Correspondent) throws {
        switch inbound.meaning {
        case .stop: try record(.objected, inbound, of: person)
        case .start: try record(.lifted, inbound, of: person)
        case .help, .text:
            try events.tell(
                reply: inbound.text, mayBeAnObjection: inbound.mayBeAnObjection, of: person.contact,
                person.dealership, at: now)
        }
    }

    private func record(
        _ event: LedgerEvent, _ inbound: HeardText, of person: HeardText.Correspondent
    ) throws {
        let act = ConsentAct(
            references: ContactReferences(address: person.contact), event: event, scope: .channel,
            channel: .sms, occurredAt: now, method: .smsKeyword, actor: "provider:\(inbound.provider)",
            evidenceDigest: person.evidence.digest)
        _ = try record(act, dealership: person.dealership, proof: ConsentProof(evidence: person.evidence))
    }
}

extension StoreReader {
    /// Those of some references whose dealership has handed an SMS to a provider for them, and when it last did.
    package func correspondents<Name>(
        _ candidates: [(name: Name, dealership: DealershipID, contact: ContactReference)], provider: String
    ) throws(StoreError) -> [(name: Name, lastAt: Timestamp)] {
        try read {
            try candidates.compactMap { candidate in
                let last = try connection.first(
                    """
                    SELECT max(a.at_ms) FROM (
                        SELECT seq FROM message WHERE dealership = ?1 AND contact = ?2
                        UNION ALL SELECT seq FROM message INDEXED BY message_other_address
                            WHERE dealership = ?1 AND other_address = ?2)
                    JOIN attempt a ON a.message = seq WHERE a.channel = 'sms' AND a.provider = ?3
                    """,
                    [
                        .text(candidate.dealership.text), .blob(candidate.contact.bytes), .text(provider),
                    ]
                ) { $0.optionalInteger(0) }
                return (last ?? nil).map { (candidate.name, Timestamp(milliseconds: $0)) }
            }
        }
    }
}
