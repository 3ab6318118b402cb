// A CSV of another system, by its mapping: what its cells say, and what stops a line or the whole file.

import CSV
import Domain
import Foundation
import Intake
import JSON
import OutboxStore
import Support
import Testing

private let mapping = #"""
    { delimiter: ";", email: "E-MAIL", phone: "MOBIL", customer: "KUNDENNR",
      date: { column: "DATUM", form: "dd.MM.yyyy" }, evidence: ["BELEG"],
      statements: [
        { column: "WERBUNG", values: { "N": { event: "objected", scope: "marketing" }, "": null,
            "J": { event: "given", scope: "marketing", channel: "email",
                   notice: { version: "1", language: "de", file: "Ja, gern." } } } },
        { column: "STATUS", date: { column: "RUECKLAUF", form: "yyyy-MM-dd" },
          values: { "TOT": { event: "bounced", channel: "email" }, "OK": null, "": null } } ] }
    """#
private let header = "KUNDENNR;E-MAIL;MOBIL;WERBUNG;DATUM;BELEG;STATUS;RUECKLAUF\r\n"

@Suite struct ImportTableTests {
    private let test: TestImport

    init() throws {
        test = try TestImport()
    }

    @Test func severalColumnsOfALineSpeak() throws {
        let fates = try test.csv(
            header + "1;zoe@example.lu;+352621123456;N;14.03.2024;;TOT;2024-06-01\r\n"
                + "2;paul@example.lu;;J;14.03.2024;Formular 7;OK;\r\n3;anna@example.lu;;;;;;", mapping)
        #expect(fates.map(\.kind) == [.recorded, .recorded, .contact])
        #expect(fates.map(\.line) == [2, 3, 4])
        let zoe = try test.fixture.reference("zoe@example.lu")
        #expect(try test.standing(zoe) == ["objected marketing", "bounced channel"])
        let entries = try test.fixture.store.read { reader throws(StoreError) in
            try reader.ledgerEntries(dealership: test.fixture.dealership, contact: zoe)
        }
        #expect(entries.map(\.occurredAt.text) == ["2024-03-13T23:00:00.000Z", "2024-05-31T22:00:00.000Z"])
        #expect(entries.allSatisfy { $0.method == .import && $0.actor == "operator:test" })
        #expect(try test.standing(test.fixture.reference("paul@example.lu")) == ["given marketing"])
        let store = try test.fixture.rawConnection()
        #expect(try store.all("SELECT text FROM evidence") { $0.text(0) } == ["BELEG: Formular 7"])
        #expect(try store.all("SELECT text FROM notice") { $0.text(0) } == ["Ja, gern."])
        #expect(try store.all("SELECT 1 FROM customer_address") { _ in 1 }.count == 4)
    }

    /// An unknown word, another letter case, an empty cell that the mapping does not name: none of them is consent.
    @Test(arguments: ["j", "JA", "X", "J N", "given"])
    func aValueThatIsNotNamedIsNoConsent(value: String) throws {
        let fates = try test.csv(header + "1;zoe@example.lu;;\(value);14.03.2024;;TOT;2024-06-01\n", mapping)
        #expect(fates.map(\.kind) == [.refused])
        #expect(
            fates[0].reasons == ["column WERBUNG: a value that the mapping does not name; it is no consent"])
        #expect(
            try test.standing(test.fixture.reference("zoe@example.lu")) == ["bounced channel"],
            "the block of the other column stands")
    }

    @Test func aLineThatIsWrongCostsItselfAlone() throws {
        let fates = try test.csv(
            header + "1;a@example.lu;;N;14.03.2024;;;\n2;b@example.lu;N\n3;\"c\"@example.lu\";;N;;;;\n"
                + "4;d@example.lu;;N;30.02.2024;;;\n5;e@example.lu;;J;;;;\n6;f@example;;N;14.03.2024;;;\n"
                + "7;g@example.lu;;N;14.03.2024;;;\n8;\"h@example.lu;;N;14.03.2024;;;\n9;i@example.lu;;N;;;;\n",
            mapping)
        #expect(fates.map(\.line) == [2, 3, 4, 5, 6, 7, 8, 9])
        #expect(
            fates.map(\.kind) == [
                .recorded, .refused, .refused, .refused, .refused, .refused, .recorded, .refused,
            ])
        #expect(fates[1].reasons == ["has 3 columns instead of 8"])
        #expect(fates[2].reasons == ["a quote inside a quoted field must be doubled"])
        #expect(fates[3].reasons == ["column DATUM: must be a date of the form dd.MM.yyyy"])
        #expect(fates[4].reasons == ["given needs the date that it was given on"])
        #expect(fates[5].reasons[0].hasPrefix("e-mail address: must have a full domain"))
        #expect(fates[5].entries.count == 1, "the customer number is known, and blocks")
        #expect(fates[7].reasons == ["a quote is opened and never closed (it goes on to line 11)"])
    }

    @Test(
        arguments: [
            ("E-MAIL;X", "the file has no column \"MOBIL\""),
            ("E-MAIL;E-MAIL", "the column \"E-MAIL\" twice"),
            ("E-MAIL,MOBIL", "it has 1 column(s)"), ("\"E-MAIL", "the header cannot be read"),
        ])
    func aHeaderThatDoesNotFitStopsTheFile(header: String, reason: String) throws {
        let thrown = #expect(throws: ValueError.self) {
            try test.csv(header + "\na;b\n", "{ delimiter: ';', email: 'E-MAIL', phone: 'MOBIL' }")
        }
        #expect(thrown?.reason.contains(reason) == true, "\(thrown?.reason ?? "-")")
        #expect(try test.entryCount() == 0)
    }
}

@Suite struct ImportMappingReaderTests {
    private static let refusals = [
        Refusal("/delimiter", #""|""#, "invalid-value"), Refusal("/delimter", #"",""#, "unknown-field"),
        Refusal("/email", "1", "wrong-type"), Refusal("/date/form", #""dd.MM.yy""#, "invalid-value"),
        Refusal("/date/column", "", "missing"), Refusal("/date/zone", #""UTC""#, "unknown-field"),
        Refusal("/statements/0/values/N/event", #""objects""#, "invalid-value"),
        Refusal("/statements/0/values/N/event", "", "missing"),
        Refusal(
            "/statements/0/values/N/event", #""lifted""#, "invalid-value", "an import never ends a block"),
        Refusal(
            "/statements/0/values/N/event", #""erased""#, "invalid-value", "an import never ends a block"),
        Refusal(
            "/statements/0/values/N/scope", #""offers""#, "invalid-value", at: "/statements/0/values/N/event"),
        Refusal("/statements/0/values/N/scope", "", "invalid-value", at: "/statements/0/values/N/event"),
        Refusal("/statements/0/values/N/chanel", #""sms""#, "unknown-field"),
        Refusal("/statements/0/values/N", #""objected""#, "wrong-type"),
        Refusal("/statements/0/values/J/channel", #""fax""#, "invalid-value"),
        Refusal("/statements/0/values/J/notice/file", #""missing""#, "invalid-value", "no such notice"),
        Refusal("/statements/0/values/J/notice/language", #""German""#, "invalid-value"),
        Refusal("/statements/0/values/J/notice/version", "", "missing"),
        Refusal("/statements/0/values", "", "missing"), Refusal("/statements/0/column", "", "missing"),
        Refusal("/statements/0/date/form", #""today""#, "invalid-value"),
    ]

    private static func read(_ json: JSONValue) throws(JSONProblems) {
        _ = try ImportMappingReader(purposes: PurposeTable()) { name throws(ValueError) in
            if name == "missing" { throw ValueError("no such notice") }
            return name
        }.read(json)
    }

    private static let document = #"""
        { "delimiter": ";", "email": "E-MAIL", "date": { "column": "DATUM", "form": "dd.MM.yyyy" },
          "statements": [ { "column": "WERBUNG", "date": { "column": "D", "form": "RFC 3339" }, "values": {
            "N": { "event": "objected", "scope": "marketing" }, "": null,
            "J": { "event": "soft-opt-in", "scope": "newsletter", "channel": "email",
                   "notice": { "version": "1", "language": "de", "file": "n.txt" } } } } ] }
        """#

    @Test(arguments: refusals) func whatIsWrongIsNamedWithItsPointer(refusal: Refusal) throws {
        let document = try JSONValue(parsing: Array(Self.document.utf8))
        try Self.read(document)
        try refusal.check(document, Self.read)
    }

    @Test func aMappingNamesSomebody() throws {
        #expect(throws: JSONProblems.self) { try Self.read(["delimiter": ","]) }
    }

    @Test func theShippedExampleIsOne() throws {
        let json = try JSONValue(
            parsing: RepositoryFolder.bytes(of: "Outbox/examples/import/mapping.json5"), syntax: .json5)
        try Self.read(json)
    }
}
