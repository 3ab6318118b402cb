// Ledger entries out of few values, so that two random ones are often alike but for one field.

import Consent
import Domain
import Support

enum RandomEntry {
    static func make(_ random: inout SeededGenerator) -> LedgerEntry {
        var entry = Ledgers.entry(.objected, "quote")
        entry.prevHash = [UInt8](repeating: 0, count: 32)
        for field in 0..<fieldCount { set(field, of: &entry, &random) }
        return entry
    }

    /// Gives one field of the entry another value; never `seq` and `prevHash`, which the chain sets.
    static func change(_ entry: inout LedgerEntry, _ random: inout SeededGenerator) {
        let before = entry
        while entry == before { set(Int.random(in: 0..<fieldCount, using: &random), of: &entry, &random) }
    }

    private static let fieldCount = 14
    private static let scopes = ["quote", "quote-reminder", "marketing", "channel", "all"]
    private static let actors = ["contact", "gateway", "operator:zoe", "", "a", "ab", "\u{0}", "\u{1}\u{0}"]
    private static let dealerships = ["a", "ab", "garage"]

    private static func set(_ field: Int, of entry: inout LedgerEntry, _ random: inout SeededGenerator) {
        switch field {
        case 0: entry.id = Ledgers.id(Int.random(in: 0...3, using: &random))
        case 1: entry.dealership = try! DealershipID(dealerships.randomElement(using: &random)!)
        case 2: entry.contact = Ledgers.reference(UInt8.random(in: 0...2, using: &random))
        case 3:
            entry.relatedContact =
                Bool.random(using: &random) ? Ledgers.reference(UInt8.random(in: 0...2, using: &random)) : nil
        case 4: entry.channel = [nil, .email, .sms].randomElement(using: &random)!
        case 5: entry.scope = Ledgers.scope(scopes.randomElement(using: &random)!)
        case 6: entry.event = LedgerEvent.allCases.randomElement(using: &random)!
        case 7:
            entry.refersTo =
                Bool.random(using: &random) ? Ledgers.id(Int.random(in: 0...3, using: &random)) : nil
        case 8: entry.occurredAt = Timestamp(milliseconds: Int64.random(in: -1...2, using: &random))
        case 9: entry.recordedAt = Timestamp(milliseconds: Int64.random(in: -1...2, using: &random))
        case 10: entry.method = ConsentMethod.allCases.randomElement(using: &random)!
        case 11: entry.actor = actors.randomElement(using: &random)!
        case 12: entry.noticeDigest = digest(&random)
        default: entry.evidenceDigest = digest(&random)
        }
    }

    private static func digest(_ random: inout SeededGenerator) -> [UInt8]? {
        [nil, [], [0], [1], [0, 0], [1, 0, 0, 0, 1, 7]].randomElement(using: &random)!
    }
}
