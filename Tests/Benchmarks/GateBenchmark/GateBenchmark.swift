// Asks the gate about people of a store, chosen at random, each with three references, as the claim does; prints microseconds a question.
// `make bench` runs it on stores of 10 000 and of 10 000 000 entries. Arguments: store, key fingerprint, dealership, questions.

import Consent
import Domain
import OutboxStore
import SQLite

@main
enum GateBenchmark {
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 5, let count = Int(words[4]) else {
            fatalError("usage: GateBenchmark STORE FINGERPRINT DEALERSHIP QUESTIONS")
        }
        let contacts = try Connection(path: words[1], access: .reader).all(
            "SELECT contact FROM standing WHERE seq % max(1, (SELECT max(seq) FROM ledger) / 30000) = 0 LIMIT 30000"
        ) { ContactReference(bytes: $0.blob(0)) }.compactMap(\.self).shuffled()
        let reader = try StoreReader(path: words[1], keyFingerprint: words[2])
        let dealership = try DealershipID(words[3])
        let purpose = try Purpose("intervention")
        let clock = ContinuousClock()
        var blocked = 0
        func ask(_ index: Int) throws {
            let question = GateQuestion(
                at: Timestamp(milliseconds: 1_795_420_800_000), purpose: purpose, class: .essential,
                channel: .email,
                references: ContactReferences(
                    address: contacts[index % contacts.count],
                    customer: contacts[(index * 7 + 1) % contacts.count],
                    otherAddress: contacts[(index * 13 + 2) % contacts.count]))
            blocked += try reader.verdict(question, dealership: dealership).isAllowed ? 0 : 1
        }
        for index in 0..<count { try ask(index) }
        let time = try clock.measure { for index in 0..<count { try ask(index) } }
        let microseconds =
            Double(time.components.seconds) * 1e6 + Double(time.components.attoseconds) / 1e12
        print(microseconds / Double(count))
    }
}
