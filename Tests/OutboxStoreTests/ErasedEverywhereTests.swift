// A mark in every column that can hold a word about a person: all of them are in the export, and after the erasure none is in any byte of the
// store, its log, its mirror, or a backup made then (reliability P14). And an older copy that is put back is erased again.

import Consent
import Crypto
import Domain
import Foundation
import SQLite
import Support
import Testing

@testable import OutboxStore

@Suite("Erased everywhere")
struct ErasedEverywhereTests {
    /// Columns of text that hold words of this program, a configured name or an operator's login, and none of a contact's.
    private static let ownWords: Set = [
        "message.dealership", "message.state", "message.channel", "message.template", "message.purpose",
        "message.class", "message.gate_verdict", "message.priority", "message.reason_code", "attempt.channel",
        "attempt.provider",
        "attempt.outcome", "attempt.status", "attempt.provider_reference", "later_content.channel",
        "idempotency.dealership",
        "event.dealership", "event.type",
        "event.reason", "event.webhook",
        "webhook_delivery.dealership", "webhook_delivery.webhook", "webhook_delivery.status",
        "customer_address.dealership", "request.dealership", "request.kind", "request.received_by",
        "request.outcome",
        "ledger.dealership", "ledger.channel", "ledger.scope", "ledger.event", "ledger.method",
        "ledger.actor",
        "standing.dealership", "standing.event", "standing.scope", "standing.channel", "standing.method",
        "standing.exceptions",
    ]
    /// Columns of bytes that hold a text; the others are references, ids and digests.
    private static let textInBytes: Set = ["content.body", "later_content.body"]

    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture(
            record: #"{"webhooks":[{"id":"dms","url":"https://dms.example.lu/","types":["message.*"]}]}"#)
    }

    private var folder: URL { URL(fileURLWithPath: fixture.path).deletingLastPathComponent() }

    private func email(_ person: String) -> String { "\(person).zmark-address@example.lu" }

    private func subject(_ person: String) throws -> Subject {
        try fixture.subject(email(person), customer: "\(person)-zmark-customer")
    }

    /// Everything that can be known about somebody, through the ways in.
    private func live(_ person: String) throws {
        func mark(_ column: String) -> String { "\(person).zmark-\(column)" }
        var acceptance = try fixture.acceptance(
            email(person), customer: "\(person)-zmark-customer", reference: mark("reference"),
            body: "Subject: \(mark("subject"))\r\n\r\n\(mark("body"))\r\n",
            timing: MessageTiming(coalesceKey: mark("coalesce")),
            request: #"{"data":{"note":"\#(mark("request"))"}}"#, key: mark("key"))
        acceptance.contents[0].sender = "\(mark("sender"))@example.lu"
        _ = try fixture.acceptAnswer(acceptance)
        try fixture.settle(
            #require(try fixture.claim()), .rejected, status: "5.1.1", reply: "550 no \(mark("reply"))")
        var waiting = try fixture.acceptance(
            email(person), timing: MessageTiming(coalesceKey: mark("coalesce")))
        waiting.contents.append(
            MessageContent(
                channel: .sms, references: waiting.contents[0].references, sender: mark("number"),
                recipient: mark("phone"), body: Array(mark("sms").utf8), isRecipientAllowed: true))
        try fixture.accept(waiting)
        _ = try fixture.store.perform(
            .hear(
                HeardText(
                    provider: "sms", digest: Crypto.sha256(Array(person.utf8)), meaning: .text,
                    mayBeAnObjection: false, text: mark("answer-by-sms"),
                    correspondents: [
                        HeardText.Correspondent(
                            dealership: fixture.dealership, contact: try fixture.reference(email(person)),
                            evidence: EvidenceText("", salt: [UInt8](repeating: 0, count: 16)))
                    ])))
        let evidence = EvidenceText(mark("evidence"), salt: Crypto.randomBytes(16))
        _ = try fixture.store.record(
            ConsentAct(
                references: ContactReferences(
                    address: try fixture.reference(email(person)),
                    customer: try fixture.reference(customer: "\(person)-zmark-customer")),
                event: .objected, scope: .all, occurredAt: fixture.clock.now, method: .paper,
                actor: "operator:test",
                evidenceDigest: evidence.digest),
            dealership: fixture.dealership, proof: ConsentProof(evidence: evidence))
        let blocked = try fixture.accept(fixture.acceptance(email(person)))
        #expect(blocked.state == .blocked, "an event: \(blocked)")
        let request = try fixture.store.open(
            SubjectRequest(
                id: SubjectRequestID(at: fixture.clock.now, random: Crypto.randomBytes(10)),
                dealership: fixture.dealership,
                references: ContactReferences(
                    address: try fixture.reference(email(person)),
                    customer: try fixture.reference(customer: "\(person)-zmark-customer")), kind: .erasure,
                receivedBy: .letter, receivedAt: fixture.clock.now, dueAt: fixture.clock.now,
                identityCheck: mark("identity"), note: mark("note")))
        _ = try fixture.store.close(
            RequestClosing(request.id, outcome: .fulfilled, answer: mark("answer")))
    }

    /// The files in which a mark stands, as a word or as part of one.
    private func hits(_ mark: String, in more: [String] = []) throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try (files + more.map { URL(fileURLWithPath: $0) }).filter {
            try Data(contentsOf: $0).range(of: Data(mark.utf8)) != nil
        }
        .map(\.lastPathComponent)
    }

    @Test func theMarksStandInEveryColumnThatCanHoldOne() throws {
        try live("zoe")
        let raw = try fixture.rawConnection()
        for table in SubjectTable.all {
            let columns = try raw.all(
                "SELECT name, type FROM pragma_table_info(?)", [.text(table.name)]
            ) { (name: $0.text(0), type: $0.text(1)) }
            for column in columns where column.type != "INTEGER" {
                let name = "\(table.name).\(column.name)"
                let isFree =
                    column.type == "TEXT" ? !Self.ownWords.contains(name) : Self.textInBytes.contains(name)
                guard isFree else { continue }
                let count = try raw.first(
                    "SELECT count(*) FROM \(table.name) WHERE CAST(\(column.name) AS TEXT) LIKE '%zmark%'"
                ) { $0.integer(0) }
                #expect(count ?? 0 > 0, "no mark in \(name): is it covered by this test?")
            }
        }
    }

    @Test func everythingIsInTheExport() throws {
        // The next one's claim sends the waiting message of the one before on by its other channel.
        try live("paul")
        try live("zoe")
        let zoe = try subject("zoe")
        let export = try fixture.export(zoe)
        let text = try fixture.store.read { reader throws(StoreError) in try reader.export(zoe) }
            .view(at: fixture.clock.now, countries: [:]).text()
        for mark in [
            "address", "reference", "subject", "body", "coalesce", "request", "key", "sender", "reply",
            "evidence",
            "identity", "note", "answer", "number", "phone", "sms", "answer-by-sms",
        ] {
            #expect(text.contains("zoe.zmark-\(mark)"), "\(mark)")
        }
        #expect(!text.contains("paul"))
        let tables = Set(SubjectTable.all.map(\.name))
            .subtracting(["customer_address", "webhook_delivery", "later_content"])
            .union(["customerAddress", "webhookDelivery", "laterContent"])
        for table in tables { #expect(!export[table].elements.isEmpty, "\(table)") }
        #expect(export["message"].elements.count == 3)
        #expect(export["message"][0]["id"].string?.hasPrefix("msg_") == true)
        #expect(export["content"][0]["message"].string == export["message"][0]["id"].string)
        #expect(export["ledger"][0]["contact"].string == (try fixture.reference(email("zoe"))).description)
        #expect(export["evidence"][0]["entry"].string?.hasPrefix("led_") == true)
        #expect(export["recipient"][0]["provider"].string == "relay")
        #expect(export["recipient"][0]["country"].string == "LU")
        #expect(export["message"][0]["createdAt"].string == fixture.clock.now.text)
    }

    @Test func ofTenPeopleNineAreGoneAndOneIsWhole() throws {
        let people = (0..<10).map { "person\($0)" }
        for person in people { try live(person) }
        let reader = try Connection(path: fixture.path, access: .reader)
        _ = try reader.first("SELECT count(*) FROM message") { $0.integer(0) }
        #expect(try hits("person3.zmark-body") != [], "the search finds what is there")
        for person in people.dropLast() { try fixture.erase(subject(person)) }
        let backup = fixture.folder.path + "/backup.sqlite"
        try Backup.write(of: fixture.path, to: backup, at: fixture.clock.now)
        for person in people.dropLast() {
            #expect(try hits("\(person).zmark", in: [backup]) == [], "\(person)")
            #expect(try hits("\(person)-zmark", in: [backup]) == [], "\(person)")
            #expect(try fixture.accept(fixture.acceptance(email(person))).state == .blocked)
            let left = try fixture.export(subject(person))
            #expect(left["content"].elements.count == 1, "of the message that was just blocked")
            #expect(left["ledger"].elements.count == 4)
            #expect(left["request"].elements.count == 1 && left["request"][0]["note"].isNull)
        }
        #expect(try hits("person9.zmark-body", in: [backup]).contains("backup.sqlite"))
        #expect(try fixture.export(subject("person9"))["content"].elements.count == 3)
        let chains = try fixture.store.read { reader throws(StoreError) in try reader.verifyLedgers() }
        #expect(chains.allSatisfy { $0.fault == nil && $0.entries == 10 * 2 + 9 * 2 })
    }

    @Test func anOlderCopyIsErasedAgainBeforeAnythingElse() throws {
        try live("zoe")
        try live("paul")
        let waiting = try fixture.accept(fixture.acceptance(email("zoe"), purpose: "recall", class: .safety))
            .id
        _ = try #require(try fixture.claim())
        let backup = fixture.folder.path + "/backup.sqlite"
        try Backup.write(of: fixture.path, to: backup, at: fixture.clock.now)
        try fixture.reopen()
        try fixture.erase(subject("zoe"))

        try fixture.closeAndUnlock()
        try FileManager.default.removeItem(atPath: fixture.path)
        try FileManager.default.copyItem(atPath: backup, toPath: fixture.path)
        #expect(try hits("zoe.zmark-body") == ["relais.sqlite"])
        try fixture.open()
        #expect(try hits("zoe.zmark") == [] && hits("zoe-zmark") == [])
        #expect(try hits("paul.zmark-body") != [])
        #expect(try fixture.message(waiting).state == .cancelled)
        #expect(try fixture.message(waiting).attempts.map(\.status) == ["interrupted"])
        #expect(throws: StoreError.self, "its key does not bring it back") {
            try fixture.acceptAnswer(
                fixture.acceptance(email("zoe"), body: "another", key: "zoe.zmark-key"))
        }
        #expect(try fixture.accept(fixture.acceptance(email("zoe"))).state == .blocked)
        try fixture.reopen()
        #expect(try fixture.store.acceptRestore() == 1, "Paul's, which his objection to mail sent on by SMS")
    }
}
