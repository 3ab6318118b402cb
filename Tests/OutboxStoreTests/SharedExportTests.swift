// Whoever asks by something that several people use is not shown the others' messages, and whoever names all of theirs sees all of them.

import Domain
import Support
import Testing

@testable import OutboxStore

@Suite("Shared references in an export")
struct SharedExportTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        // A mail to each of two people who share a second address.
        for person in ["zoe", "paul"] {
            _ = try fixture.acceptAnswer(
                fixture.acceptance(
                    "\(person)@example.lu", customer: person == "zoe" ? "K-1" : nil,
                    other: "family@example.lu",
                    reference: "WO-\(person)", body: "Subject: to \(person)\r\n\r\nfor \(person)\r\n",
                    timing: MessageTiming(coalesceKey: "WO-\(person)/quote"),
                    request:
                        #"{"to":{"name":"\#(person)","email":"\#(person)@example.lu","phone":"family"}}"#,
                    key: "key-\(person)"))
            try fixture.settle(#require(try fixture.claim()), .rejected, reply: "550 no \(person)")
        }
    }

    private func text(_ subject: Subject) throws -> String {
        try fixture.store.read { reader throws(StoreError) in try reader.export(subject) }
            .view(at: fixture.clock.now, countries: [:]).text()
    }

    @Test func whatWentToAnotherIsLeftOutAndSaid() throws {
        let family = try fixture.subject("family@example.lu")
        let export = try fixture.export(family)
        #expect(export["message"].elements.count == 2, "that they were sent is shown")
        for table in ["message", "content", "attempt", "idempotency"] {
            #expect(export[table].elements.count == 2, "\(table)")
            #expect(export[table].elements.allSatisfy { $0["shared"].bool == true }, "\(table)")
        }
        let text = try text(family)
        #expect(!text.contains("zoe") && !text.contains("paul"), "\(text)")
        for person in ["zoe", "paul"] {
            #expect(try !text.contains(fixture.reference("\(person)@example.lu").description))
        }
    }

    @Test func theOtherAddressOfAnOwnMessageIsLeftOutUntilItIsNamed() throws {
        let narrow = try fixture.export(fixture.subject("paul@example.lu"))
        #expect(narrow["message"][0]["shared"].bool == true && narrow["content"][0]["request"].isNull)
        #expect(narrow["message"][0]["otherAddress"].isNull)
        #expect(narrow["content"][0]["body"].string?.contains("for paul") == true)
        #expect(narrow["attempt"][0]["reply"].string == "550 no paul")
        let both = try Subject(
            dealership: fixture.dealership,
            references: [fixture.reference("paul@example.lu"), fixture.reference("family@example.lu")])
        let whole = try fixture.export(both)
        let own = try #require(whole["content"].elements.first { $0["shared"].bool == nil })
        #expect(own["request"].string?.contains("family") == true)
        #expect(whole["content"].elements.count { $0["shared"].bool == true } == 1, "zoe's")
        #expect(try !text(both).contains("zoe"))
    }

    @Test func theOwnCustomerNumberVouchesForItsMessages() throws {
        let export = try fixture.export(fixture.subject(nil, customer: "K-1"))
        #expect(export["message"].elements.count == 1 && export["message"][0]["shared"].bool == nil)
        #expect(export["content"][0]["request"].string?.contains("family") == true)
    }
}
