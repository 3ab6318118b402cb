// The gate's truth table (contract, section 6), every cell of it: class × scope of the block × where the
// block stands × the block's channel × the message's channel × consent, before the block or after it. The
// table is a literal one, so that it is read beside the contract's and not computed as the gate computes.

import Consent
import Domain
import Testing

@Suite("The gate's truth table")
struct GateTruthTableTests {
    /// Where a block of a scope stops a class: under the message's own address (a), its customer number (c),
    /// its other address (o).
    static let cells: [(class: PurposeClass, blocks: [String: String])] = [
        (.safety, ["quote": "", "reminder": "", "marketing": "", "channel": "", "all": ""]),
        (.essential, ["quote": "aco", "reminder": "", "marketing": "", "channel": "a", "all": "aco"]),
        (.service, ["quote": "aco", "reminder": "", "marketing": "", "channel": "a", "all": "aco"]),
        (.survey, ["quote": "aco", "reminder": "", "marketing": "aco", "channel": "a", "all": "aco"]),
        (.marketing, ["quote": "aco", "reminder": "", "marketing": "aco", "channel": "a", "all": "aco"]),
    ]

    static let places: [(letter: Character, contact: ContactReference)] = [
        ("a", Ledgers.address), ("c", Ledgers.customer), ("o", Ledgers.otherAddress), ("x", Ledgers.stranger),
    ]

    /// What was given, and whether it is consent for an e-mail of purpose `quote` to the address.
    static let consents: [(entry: LedgerEntry?, counts: Bool)] = [
        (nil, false),
        (Ledgers.entry(.given, "quote", .email, by: .api), true),
        (Ledgers.entry(.given, "marketing", .email, by: .api), true),
        (Ledgers.entry(.given, "reminder", .email, by: .api), false),
        (Ledgers.entry(.given, "quote", .sms, by: .api), false),
        (Ledgers.entry(.given, "marketing", .sms, by: .api), false),
        (Ledgers.entry(.given, "quote", .email, of: Ledgers.customer, by: .api), false),
        (Ledgers.entry(.given, "quote", .email, of: Ledgers.otherAddress, by: .api), false),
        (Ledgers.entry(.given, "marketing", .email, of: Ledgers.stranger, by: .api), false),
    ]

    @Test("says what the contract says, in every cell", arguments: cells)
    func table(purposeClass: PurposeClass, blocks: [String: String]) {
        let question = Ledgers.question("quote", purposeClass, .email)
        let needsConsent = [.survey, .marketing].contains(purposeClass)
        var count = 0
        for (scope, letters) in blocks {
            for channel in [nil, .email, .sms] as [Channel?] where !(scope == "channel" && channel == nil) {
                // A purpose is blocked on the channel that the entry names; marketing and all on every one.
                let isOnChannel = ["marketing", "all"].contains(scope) || channel != .sms
                for (letter, contact) in Self.places {
                    for event in [.objected, .withdrawn, .refused] as [LedgerEvent] {
                        let block = Ledgers.entry(event, scope, channel, of: contact, by: .oneClick)
                        for (given, isConsent) in Self.consents {
                            for order in [[given, block], [block, given]] {
                                let entries = Ledgers.recorded(order.compactMap(\.self))
                                let id = entries.first { $0.event == event }?.id
                                let expected: BlockReason? =
                                    letters.contains(letter) && isOnChannel
                                    ? BlockReason(code: event.rawValue, entry: id)
                                    : needsConsent && !isConsent
                                        ? BlockReason(code: "no-consent", entry: nil) : nil
                                #expect(
                                    Gate.decide(question, ledger: entries).block == expected,
                                    "\(event) \(scope) \(channel as Any) at \(letter), consent \(isConsent)")
                                count += 1
                            }
                        }
                    }
                }
            }
        }
        #expect(count == (4 * 3 + 2) * 4 * 3 * 9 * 2)
    }

    @Test("is the same for an SMS", arguments: cells)
    func sms(purposeClass: PurposeClass, blocks: [String: String]) {
        let question = Ledgers.question("quote", purposeClass, .sms)
        let consent = Ledgers.entry(.given, "quote", .sms, by: .api)
        for (scope, letters) in blocks {
            for channel in Channel.allCases {
                let isOnChannel = ["marketing", "all"].contains(scope) || channel == .sms
                for (letter, contact) in Self.places {
                    let entries = Ledgers.recorded([
                        Ledgers.entry(.objected, scope, channel, of: contact, by: .smsKeyword), consent,
                    ])
                    let isAllowed = Gate.decide(question, ledger: entries).isAllowed
                    #expect(
                        isAllowed == !(letters.contains(letter) && isOnChannel),
                        "\(scope) \(channel) \(letter)")
                }
            }
        }
    }

    /// Where a block that says something of the address, or of what may be done with the data, stops a class.
    static let others: [(event: LedgerEvent, scope: String, cells: [PurposeClass: String])] = [
        (.complained, "marketing", [.survey: "aco", .marketing: "aco"]),
        (.restricted, "all", [.service: "aco", .survey: "aco", .marketing: "aco"]),
        (
            .misdirected, "channel",
            [.safety: "a", .essential: "a", .service: "a", .survey: "a", .marketing: "a"]
        ),
        (.bounced, "channel", [.safety: "a", .essential: "a", .service: "a", .survey: "a", .marketing: "a"]),
    ]

    @Test("knows complaints, restrictions, wrong and dead addresses", arguments: others)
    func other(event: LedgerEvent, scope: String, cells: [PurposeClass: String]) {
        for purposeClass in PurposeClass.allCases {
            for channel in Channel.allCases {
                let question = Ledgers.question("quote", purposeClass, channel)
                let consent = Ledgers.entry(.given, "quote", channel, by: .api)
                for (letter, contact) in Self.places {
                    let block = Ledgers.entry(event, scope, scope == "channel" ? .email : nil, of: contact)
                    let isAllowed = Gate.decide(question, ledger: Ledgers.recorded([consent, block]))
                        .isAllowed
                    let stops =
                        cells[purposeClass, default: ""].contains(letter)
                        && (scope != "channel" || channel == .email)
                    #expect(isAllowed == !stops, "\(event) \(purposeClass) \(channel) \(letter)")
                }
            }
        }
    }

    @Test("tries a dead address again after 180 days")
    func bounceTerm() {
        let ledger = Ledgers.recorded([Ledgers.entry(.bounced, "channel", .email, at: 50)])
        for (day, isAllowed) in [(0, false), (179, false), (180, true), (400, true)] {
            let question = Ledgers.question("quote", .essential, at: Ledgers.moment(50 + day * 86_400))
            #expect(Gate.decide(question, ledger: ledger).isAllowed == isAllowed, "day \(day)")
        }
    }

    @Test("counts only the references that the message has", arguments: PurposeClass.allCases)
    func ownReferences(purposeClass: PurposeClass) {
        let bare = Ledgers.question(
            "quote", purposeClass, references: ContactReferences(address: Ledgers.address))
        let consent = Ledgers.entry(.given, "quote", .email, by: .api)
        for (letter, contact) in Self.places {
            let entries = Ledgers.recorded([consent, Ledgers.entry(.objected, "all", of: contact)])
            let isAllowed = Gate.decide(bare, ledger: entries).isAllowed
            #expect(isAllowed == (letter != "a" || purposeClass == .safety), "\(letter)")
        }
    }

    @Test("says without a ledger what the class says", arguments: PurposeClass.allCases)
    func empty(purposeClass: PurposeClass) {
        let verdict = Gate.decide(Ledgers.question("quote", purposeClass), ledger: [])
        #expect(verdict.block == (purposeClass.needsConsent ? .noConsent : nil))
    }

    @Test("names the first block that stands, in the order of seq and not of the rows")
    func firstBlock() {
        let entries = Ledgers.recorded([
            Ledgers.entry(.objected, "reminder"), Ledgers.entry(.withdrawn, "quote", of: Ledgers.customer),
            Ledgers.entry(.objected, "all"),
        ])
        let question = Ledgers.question("quote", .essential)
        let expected = GateVerdict.blocked(BlockReason(code: "withdrawn", entry: Ledgers.id(2)))
        #expect(Gate.decide(question, ledger: entries) == expected)
        #expect(Gate.decide(question, ledger: entries.reversed()) == expected)
    }
}
