// Purposes, their classes and the scopes of the ledger (contract, section 6).

import Domain
import Testing

@Suite("Purposes and scopes")
struct PurposeTests {
    /// The contract's table of shipped kinds, by purpose.
    static let shipped: [(purpose: String, class: PurposeClass)] = [
        ("intervention", .essential), ("quote", .essential), ("quote-reminder", .service),
        ("reminder", .service), ("confirmation", .service), ("survey", .survey), ("newsletter", .marketing),
        ("account-notice", .essential), ("recall", .safety),
    ]

    @Test("are shipped in the contract's classes", arguments: shipped)
    func classes(purpose: String, purposeClass: PurposeClass) throws {
        #expect(PurposeTable()[try Purpose(purpose)] == purposeClass)
    }

    @Test("cannot be configured into another class, nor into their own", arguments: shipped)
    func shippedStay(purpose: String, purposeClass: PurposeClass) throws {
        for other in PurposeClass.allCases {
            #expect(throws: ValueError.self) {
                try PurposeTable(configured: [(purpose: try Purpose(purpose), class: other)])
            }
        }
    }

    @Test("can be configured, but not as safety", arguments: PurposeClass.allCases)
    func configured(purposeClass: PurposeClass) throws {
        let offer = try Purpose("spring-offer")
        guard purposeClass != .safety else {
            #expect(throws: ValueError.self) { try PurposeTable(configured: [(offer, .safety)]) }
            return
        }
        let table = try PurposeTable(configured: [(offer, purposeClass)])
        #expect(table[offer] == purposeClass)
        #expect(table[try Purpose("recall")] == .safety)
        #expect(table[try Purpose("summer-offer")] == nil)
    }

    @Test(
        "need consent for surveys and marketing alone",
        arguments: [
            (.safety, false), (.essential, false), (.service, false), (.survey, true), (.marketing, true),
        ] as [(PurposeClass, Bool)])
    func consent(purposeClass: PurposeClass, isNeeded: Bool) {
        #expect(purposeClass.needsConsent == isNeeded)
    }

    @Test(
        "are refused with a reserved word or another spelling",
        arguments: [
            "marketing", "channel", "all", "", "-x", "Quote", "a b", "a_b", "é", "a/b", "..", "a.b",
            String(repeating: "a", count: 65),
        ])
    func refused(text: String) throws {
        #expect(throws: ValueError.self) { try Purpose(text) }
        // A dealership's id has the same spelling, and no reserved words.
        #expect(((try? DealershipID(text)) != nil) == Scope.reservedWords.contains(text))
    }

    @Test("have scopes with one word each")
    func scopes() throws {
        let words = ["marketing", "channel", "all", "newsletter", "quote-reminder"]
        let scopes = try words.map { try Scope($0) }
        #expect(scopes[..<3] == [.marketing, .channel, .all])
        #expect(scopes[3] == .purpose(try Purpose("newsletter")))
        #expect(scopes.map(\.description) == words)
        #expect(throws: ValueError.self) { try Scope("Newsletter") }
    }

    @Test(
        "end with one click: the purpose, or all marketing for what needs consent",
        arguments: [
            (.essential, "quote"), (.service, "quote"), (.survey, "marketing"), (.marketing, "marketing"),
            (.safety, "marketing"),
        ] as [(PurposeClass, String)])
    func oneClick(purposeClass: PurposeClass, scope: String) throws {
        #expect(Scope.ofOneClick(purpose: try Purpose("quote"), class: purposeClass).description == scope)
    }
}
