// What stands is a fold of the ledger, kept as rows: after every act the rows are what the entries fold to, and they can be made again.

import Consent
import Domain
import Foundation
import SQLite
import Support
import Testing

@testable import OutboxStore

@Suite struct StandingTableTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture(inMemory: true) }

    @Test func isTheFoldOfTheLedgerAfterEveryAct() throws {
        var random = SeededGenerator(state: 53)
        for index in 0..<400 {
            try act(&random)
            if index % 20 == 0 { try compare() }
        }
        try compare()
        #expect(try rows().count > 50)
    }

    @Test func isMadeAgainWhenAVersionFoldsOtherwise() throws {
        var random = SeededGenerator(state: 59)
        for _ in 0..<200 { try act(&random) }
        let before = try rows()
        let raw = try fixture.rawConnection()
        try raw.run("DELETE FROM standing WHERE seq % 2 = 0")
        try raw.run("UPDATE standing SET scope = 'all', exceptions = ''")
        try raw.run("UPDATE home SET value = '0' WHERE name = 'standing'")
        #expect(try rows() != before)
        try fixture.reopen()
        #expect(try rows() == before)
        try compare()
    }

    @Test(arguments: [
        "DELETE FROM standing WHERE event = 'objected'", "UPDATE standing SET is_ended = 1",
        "UPDATE standing SET exceptions = 'intervention/email'",
        "UPDATE standing SET scope = 'marketing' WHERE scope = 'all'",
        "INSERT INTO standing SELECT dealership, zeroblob(16), 9999, zeroblob(16), 'given', 'marketing', 'email', 1, 'page', NULL, NULL, '', 0 FROM dealership",
    ])
    func isHeldAgainstTheLedgerByVerifyAndMadeAgain(edit: String) throws {
        try fixture.accept(fixture.acceptance())
        try fixture.record(of: "zoe@example.lu", scope: .all, method: .phone)
        func fault() throws -> String? {
            try fixture.store.read { reader throws(StoreError) in try reader.verifyLedgers() }.compactMap {
                $0.fault?.description
            }.first
        }
        #expect(try fault() == nil)
        try fixture.rawConnection().run(
            edit.replacingOccurrences(
                of: "FROM dealership", with: "FROM (SELECT id AS dealership FROM dealership)"))
        #expect(try fault()?.contains("relais consent rebuild") == true)
        try fixture.store.rebuildStanding()
        #expect(try fault() == nil)
        #expect(try fixture.claim() == nil, "the objection counts again")
    }

    /// Something that one of few people says, at a time that may go back a little.
    private func act(_ random: inout SeededGenerator) throws {
        let events: [LedgerEvent] = [
            .objected, .objected, .withdrawn, .refused, .complained, .misdirected, .restricted, .unrestricted,
            .bounced, .given, .given, .given, .softOptIn, .lifted, .lifted, .requested,
        ]
        let event = events.randomElement(using: &random)!
        let scope: String =
            switch event {
            case .complained: "marketing"
            case .misdirected, .bounced: "channel"
            case .restricted, .unrestricted: "all"
            case .given, .softOptIn, .requested:
                ["newsletter", "survey", "marketing"].randomElement(using: &random)!
            default: ["newsletter", "marketing", "channel", "all"].randomElement(using: &random)!
            }
        let person = Int.random(in: 0..<6, using: &random)
        let references = ContactReferences(
            address: try fixture.reference("p\(person)@example.lu"),
            customer: try fixture.reference(customer: "K-\(person / 2)"),
            otherAddress: try fixture.reference("q\(person)@example.lu"))
        let act = ConsentAct(
            references: references, event: event, scope: try Scope(scope), channel: .email,
            occurredAt: fixture.clock.now + .seconds(Int.random(in: -5...0, using: &random)),
            method: [.page, .paper, .phone, .smsKeyword].randomElement(using: &random)!, actor: "contact",
            noticeDigest: [UInt8](repeating: 1, count: 32), evidenceDigest: [UInt8](repeating: 2, count: 32))
        fixture.clock.advance(by: .seconds(1))
        _ = try fixture.store.record(act, dealership: fixture.dealership)
    }

    private func compare() throws {
        let raw = try fixture.rawConnection()
        var ledger: [ContactReference: [LedgerEntry]] = [:]
        try LedgerTable(connection: raw).forEach(dealership: fixture.dealership.text) {
            ledger[$0.entry.contact, default: []].append($0.entry)
        }
        for (contact, entries) in ledger {
            let kept = try StandingTable(connection: raw).standing(
                dealership: fixture.dealership, references: [contact])
            #expect(kept == Standing(folding: entries))
        }
    }

    private func rows() throws -> [String] {
        try fixture.rawConnection().all(
            """
            SELECT dealership || hex(contact) || seq || hex(entry) || event || scope || coalesce(channel, '-') || occurred_at_ms \
            || method || coalesce(hex(refers_to), '-') || coalesce(hex(notice_digest), '-') || exceptions || is_ended
            FROM standing ORDER BY dealership, contact, seq
            """
        ) { $0.text(0) }
    }
}
