// What of its own record a dealership may not change: each reserved member alone, and nothing else.

import JSON
import Testing

@testable import Intake

struct ReservedMembersTests {
    private static let example = DealershipReaderTests.example

    private func pointers(_ pointer: String, _ value: JSONValue?, of record: JSONValue = example) -> [String]
    {
        ReservedMembers.changes(from: record, to: record.setting(pointer, to: value)).map(\.pointer)
    }

    @Test(arguments: [
        ("/kind", "\"operator\""), ("/smsSender", "\"Other\""), ("/smsSender", ""),
        ("/countries", "[\"LU\"]"),
        ("/countries", "[]"), ("/countries", ""), ("/mediaHosts", "[\"evil.example\"]"), ("/mediaHosts", ""),
        ("/quotas", "{\"messagesPerDay\": 100000}"),
    ])
    func aReservedMemberIsNamed(pointer: String, value: String) throws {
        let json = value.isEmpty ? nil : try JSONValue(parsing: Array(value.utf8))
        #expect(pointers(pointer, json) == [pointer])
    }

    @Test(arguments: ["service", "marketing"])
    func aSendersDomainIsReservedAndTheRestOfItIsNot(sender: String) {
        #expect(
            pointers("/senders/\(sender)/address", "atelier@evil.example") == ["/senders/\(sender)/address"])
        #expect(pointers("/senders/\(sender)/address", "a@sub.example.lu") == ["/senders/\(sender)/address"])
        #expect(pointers("/senders/\(sender)/address", "other@EXAMPLE.lu").isEmpty)
        #expect(pointers("/senders/\(sender)/replyTo", "me@evil.example").isEmpty)
    }

    @Test func theRestIsTheDealershipsOwn() {
        for (pointer, value) in [
            ("/name", "N"), ("/legalName", nil), ("/address", "A"), ("/country", "BE"), ("/locale", "de-LU"),
            ("/timeZone", "Europe/Brussels"), ("/phone", nil), ("/senders/marketing", nil), ("/brand", nil),
            ("/advisors", []), ("/kind", nil),
        ] as [(String, JSONValue?)] {
            #expect(pointers(pointer, value).isEmpty, "\(pointer)")
        }
        let none = Self.example.setting("/senders/marketing", to: nil).setting("/smsSender", to: nil)
        #expect(pointers("/senders/marketing", ["address": "new@example.lu"], of: none).isEmpty)
        #expect(pointers("/smsSender", .null, of: none).isEmpty)
        #expect(
            pointers("/senders/marketing", ["address": "new@other.lu"], of: none)
                == ["/senders/marketing/address"])
    }

    @Test func everyChangeIsNamedAndTheOrderOfMembersIsNone() {
        let quotas = Self.example.setting("/quotas", to: ["messagesPerDay": 1, "smsSegmentsPerDay": 2])
        #expect(pointers("/quotas", ["smsSegmentsPerDay": 2, "messagesPerDay": 1], of: quotas).isEmpty)
        let two = quotas.setting("/kind", to: "operator").setting("/quotas", to: nil)
        #expect(
            ReservedMembers.changes(from: quotas, to: two).map(\.pointer) == ["/kind", "/quotas"])
    }
}
