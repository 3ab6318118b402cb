// Lines in our own words, into a real store: what each becomes, under which references it stands, and what it never does.

import Consent
import Domain
import Foundation
import Intake
import OutboxStore
import Runtime
import SQLite
import Support
import Testing

@Suite struct ConsentImportTests {
    private let test: TestImport

    init() throws {
        test = try TestImport()
    }

    private static let person = #""email":"zoe@example.lu","phone":"+352621123456","customer":"K-1""#

    @Test func aBlockStandsUnderEveryReferenceOfItsLine() throws {
        let fates = try test.lines([#"{\#(Self.person),"event":"objected","scope":"marketing"}"#])
        #expect(fates.map(\.kind) == [.recorded] && fates[0].entries.count == 3)
        for reference in [
            try test.fixture.reference("zoe@example.lu"), try test.phone("+352621123456"),
            try test.fixture.reference(customer: "K-1"),
        ] { #expect(try test.standing(reference) == ["objected marketing"]) }
    }

    /// Nobody said on which channel, so no address is left out.
    @Test func aBlockOfAPurposeWithoutAChannelCountsForEveryAddress() throws {
        try test.lines([#"{\#(Self.person),"event":"objected","scope":"reminder"}"#])
        #expect(try test.standing(test.fixture.reference("zoe@example.lu")) == ["objected reminder"])
        #expect(try test.standing(test.phone("+352621123456")) == ["objected reminder"])
        #expect(try test.standing(test.fixture.reference(customer: "K-1")) == ["objected reminder"])
        #expect(try test.entryCount() == 3)
    }

    @Test func whatCountsForAChannelStandsUnderItsAddressAlone() throws {
        try test.lines([
            #"{\#(Self.person),"event":"bounced","channel":"email"}"#,
            #"{\#(Self.person),"event":"given","scope":"marketing","channel":"sms","occurredAt":"2024-01-01T00:00:00Z"}"#,
        ])
        #expect(try test.standing(test.fixture.reference("zoe@example.lu")) == ["bounced channel"])
        #expect(try test.standing(test.phone("+352621123456")) == ["given marketing"])
    }

    @Test func aCustomerNumberAloneIsAPersonToo() throws {
        let fates = try test.lines([
            #"{"customer":"K-1","event":"objected","scope":"all"}"#,
            #"{"customer":"K-1","event":"bounced","channel":"email"}"#,
            #"{"customer":"K-1","event":"given","scope":"marketing","channel":"email","occurredAt":"2024-01-01T00:00:00Z"}"#,
        ])
        #expect(fates.map(\.kind) == [.recorded, .refused, .refused])
        #expect(fates[1].reasons == ["bounced counts for an e-mail address, and the line has none"])
        #expect(try test.standing(test.fixture.reference(customer: "K-1")) == ["objected all"])
        #expect(try test.entryCount() == 1)
    }

    @Test(arguments: ["lifted", "unrestricted", "rectified", "erased", "requested"])
    func whatWouldEndABlockIsRefused(event: String) throws {
        try test.lines([#"{\#(Self.person),"event":"objected","scope":"all"}"#])
        let before = try test.entryCount()
        let fates = try test.lines([#"{\#(Self.person),"event":"\#(event)","scope":"all","channel":"email"}"#]
        )
        #expect(fates.map(\.kind) == [.refused])
        #expect(fates[0].reasons[0].contains("\(event) is not imported"))
        #expect(try test.entryCount() == before)
    }

    /// What the fold has ended since, or never counted, does not stand; the file says it no more for that.
    @Test func theSameFileAgainAddsNothingWhateverBecameOfItsLines() throws {
        let notice = #""notice":{"version":"1","language":"de","text":"Ja"}"#
        let ignored =
            #"{"email":"paul@example.lu","event":"given","scope":"marketing","channel":"email","#
            + #""occurredAt":"2024-01-01T00:00:00Z",\#(notice)}"#
        let file = [
            #"{"email":"paul@example.lu","event":"withdrawn","scope":"marketing","occurredAt":"2025-01-01T00:00:00Z"}"#,
            ignored,
            #"{\#(Self.person),"event":"objected","scope":"marketing","occurredAt":"2024-02-01T00:00:00Z"}"#,
            #"{"email":"anna@example.lu","event":"objected","scope":"all","occurredAt":"2024-03-01T00:00:00Z"}"#,
        ]
        #expect(try test.lines(file).map(\.kind) == [.recorded, .recorded, .recorded, .recorded])
        let zoe = try test.fixture.reference("zoe@example.lu")
        for (event, scope, contact) in [
            (LedgerEvent.given, Scope.purpose(try Purpose("newsletter")), zoe),
            (.lifted, .all, try test.fixture.reference("anna@example.lu")),
        ] {
            _ = try test.fixture.store.record(
                ConsentAct(
                    references: ContactReferences(address: contact), event: event, scope: scope,
                    channel: event == .given ? .email : nil, occurredAt: test.fixture.clock.now,
                    method: .paper,
                    actor: "operator:test",
                    noticeDigest: event == .given ? [UInt8](repeating: 1, count: 32) : nil),
                dealership: test.fixture.dealership)
        }
        let before = try test.entryCount()
        for isRehearsal in [true, false] {
            let fates = try test.lines(file, isRehearsal: isRehearsal)
            #expect(fates.map(\.kind) == [.standing, .standing, .standing, .standing])
            #expect(fates.allSatisfy { !$0.entries.isEmpty }, "which entries say it already")
        }
        #expect(try test.entryCount() == before)
        #expect(try test.standing(test.fixture.reference("anna@example.lu")) == [])
    }

    /// Lines may be long; a batch is one frame on the socket beside a gateway (64 MB), and its JSON writes some bytes as six.
    @Test func aBatchIsBoundedByItsBytesToo() throws {
        let sizes = Lock<[Int]>([])
        let escaped = String(repeating: "\\u0001", count: 40 << 10)
        let lines = (0..<120).map { number -> String in
            let person = #""email":"p\#(number)@example.lu","phone":"+3526211234\#(10 + number % 90)""#
            if number % 2 == 0 {
                return #"{\#(person),"event":"objected","scope":"reminder","evidence":"\#(escaped)"}"#
            }
            return #"{\#(person),"event":"given","scope":"marketing","channel":"email","#
                + #""occurredAt":"2024-01-01T00:00:00Z","#
                + #""notice":{"version":"1","language":"de","text":"\#(number) \#(escaped)"}}"#
        }
        let store = MeasuringStore(store: test.fixture.store, sizes: sizes)
        let fates = try test.lines(lines, store: store)
        #expect(fates.count == 120 && fates.allSatisfy { $0.kind == .recorded }, "\(fates[0].reasons)")
        let measured = sizes.withLock { $0 }
        #expect(measured.reduce(0, +) > 16 << 20, "of all batches together")
        #expect(measured.allSatisfy { $0 < 16 << 20 }, "\(measured)")
    }

    /// Where dates are days, somebody who objects again on the day of the first time says the same line: it must never be lost.
    @Test func whatWasLiftedOnItsOwnDayIsWrittenAgain() throws {
        let day = String(test.fixture.clock.now.text.prefix(10))
        let line =
            #"{"email":"anna@example.lu","event":"objected","scope":"all","occurredAt":"\#(day)T00:00:00Z"}"#
        let anna = try test.fixture.reference("anna@example.lu")
        #expect(try test.lines([line]).map(\.kind) == [.recorded])
        try test.fixture.record(.lifted, of: "anna@example.lu", method: .paper)
        #expect(try test.standing(anna) == [])
        #expect(try test.lines([line]).map(\.kind) == [.recorded])
        #expect(try test.standing(anna) == ["objected all"])
        #expect(try test.lines([line]).map(\.kind) == [.standing])
    }

    @Test func whoObjectsAnewIsRecordedAndSoIsANumberThatCame() throws {
        func line(_ more: String, _ day: String) -> String {
            #"{"email":"anna@example.lu"\#(more),"event":"objected","scope":"all","occurredAt":"2024-03-\#(day)T00:00:00Z"}"#
        }
        let first = try test.lines([line("", "01")])[0].entries
        try test.fixture.record(.lifted, of: "anna@example.lu", method: .paper)
        let numbered = try test.lines([line(#","customer":"K-9""#, "01")])
        #expect(numbered[0].kind == .recorded && numbered[0].entries.count == 1)
        let number = try test.fixture.reference(customer: "K-9")
        let entries = try test.fixture.store.read { reader throws(StoreError) in
            try reader.ledgerEntries(dealership: test.fixture.dealership, contact: number)
        }
        #expect(entries.map(\.refersTo) == [first[0]], "refers to the entry that is there")
        #expect(try test.lines([line("", "02")])[0].kind == .recorded)
        #expect(try test.standing(test.fixture.reference("anna@example.lu")) == ["objected all"])
    }

    @Test(arguments: ["marketing", "newsletter"])
    func aConsentThatIsImportedEndsNoBlock(scope: String) throws {
        try test.lines([#"{\#(Self.person),"event":"objected","scope":"marketing"}"#])
        let fates = try test.lines([
            #"{\#(Self.person),"event":"given","scope":"\#(scope)","channel":"email","occurredAt":"2026-01-01T00:00:00Z","#
                + #""notice":{"version":"1","language":"de","text":"Ja"}}"#,
            #"{\#(Self.person),"event":"soft-opt-in","scope":"\#(scope)","channel":"email","#
                + #""occurredAt":"2026-01-01T00:00:00Z","evidence":"sale 1","#
                + #""notice":{"version":"1","language":"de","text":"Ja"}}"#,
        ])
        #expect(fates.map(\.kind) == [.recorded, .recorded])
        let message = try test.fixture.accept(
            test.fixture.acceptance("zoe@example.lu", purpose: "newsletter", class: .marketing))
        #expect(message.state == .blocked && message.reasonCode == "objected")
    }

    @Test func aConsentThatIsImportedAllowsWhatItSays() throws {
        let consent =
            #"{\#(Self.person),"event":"given","scope":"marketing","channel":"email","occurredAt":"2026-01-01T00:00:00Z","#
            + #""notice":{"version":"1","language":"de","text":"Ja, gern."},"evidence":"Formular 7"}"#
        #expect(try test.lines([consent, consent]).map(\.kind) == [.recorded, .standing])
        let message = try test.fixture.accept(
            test.fixture.acceptance("zoe@example.lu", purpose: "newsletter", class: .marketing))
        #expect(message.state == .queued)
        let store = try test.fixture.rawConnection()
        #expect(try store.all("SELECT text FROM notice") { $0.text(0) } == ["Ja, gern."])
        #expect(try store.all("SELECT text FROM evidence") { $0.text(0) } == ["Formular 7"])
    }

    @Test func aConsentNeedsItsDateAndABlockDoesNot() throws {
        let fates = try test.lines([
            #"{\#(Self.person),"event":"given","scope":"marketing","channel":"email"}"#,
            #"{\#(Self.person),"event":"objected","scope":"all"}"#,
            #"{"email":"a@example.lu","event":"objected","scope":"all","occurredAt":"2999-01-01T00:00:00Z"}"#,
            #"{"email":"a@example.lu","event":"objected","scope":"all","occurredAt":"yesterday"}"#,
        ])
        #expect(fates.map(\.kind) == [.refused, .recorded, .refused, .refused])
        #expect(fates[0].reasons[0].contains("needs the date"))
        #expect(fates[2].reasons[0].contains("future"))
    }

    /// Whoever objected must not be written to because their phone number was written badly; a consent needs the whole line.
    @Test func aRefusedLineStillBlocksAndNeverAllows() throws {
        let fates = try test.lines([
            #"{"email":"a@example.lu","phone":"0621 123 456","customer":"K-2","event":"objected","scope":"all"}"#,
            #"{"email":"b@example.lu","phone":"0621 123 456","event":"given","scope":"marketing","#
                + #""channel":"email","occurredAt":"2026-01-01T00:00:00Z"}"#,
            #"{"phone":"0621 123 456","event":"objected","scope":"all"}"#,
            #"{"event":"objected","scope":"all"}"#, "{", #"{"email":"a@example.lu","evnet":"objected"}"#,
        ])
        #expect(fates.map(\.kind) == [ConsentImport.Fate.Kind](repeating: .refused, count: 6))
        #expect(fates.map(\.line) == [1, 2, 3, 4, 5, 6])
        #expect(fates[0].entries.count == 2 && fates.dropFirst().allSatisfy { $0.entries.isEmpty })
        #expect(fates[0].reasons[0].contains("/phone: must be a phone number in international form"))
        #expect(fates[3].reasons == ["names nobody: no e-mail address, phone number or customer number"])
        #expect(try test.standing(test.fixture.reference("a@example.lu")) == ["objected all"])
        #expect(try test.entryCount() == 2)
        for fate in fates { #expect(!fate.reasons.joined().contains("0621"), "no reason tells a number") }
    }

    @Test func aContactNotesWhoseAddressesTheseAreAndNothingElse() throws {
        let fates = try test.lines(
            (1...8).map { #"{"customer":"0","email":"p\#($0)@example.lu"}"# }
                + [#"{"email":"p@example.lu"}"#, #"{"customer":"0"}"#])
        #expect(Set(fates.map(\.kind)) == [.contact])
        #expect(try test.entryCount() == 0)
        func counters() throws -> Int {
            try test.fixture.store.read { reader throws(StoreError) in try reader.counterCustomers() }.count
        }
        #expect(try counters() == 0)
        // A statement's line notes it as well: the ninth address makes it a counter customer, and nobody is blocked by it.
        try test.lines([#"{"customer":"0","email":"p9@example.lu","event":"objected","scope":"all"}"#])
        #expect(try counters() == 1)
        #expect(try test.standing(test.fixture.reference(customer: "0")) == [])
        #expect(try test.standing(test.fixture.reference("p9@example.lu")) == ["objected all"])
    }

    @Test func theSameAgainWritesNothing() throws {
        let lines = [
            #"{\#(Self.person),"event":"objected","scope":"marketing"}"#,
            #"{"email":"A@example.lu","event":"withdrawn","scope":"all","occurredAt":"2024-01-01T00:00:00Z"}"#,
            #"{"email":"a@example.lu","event":"bounced","channel":"email"}"#,
        ]
        let first = try test.lines(lines)
        let count = try test.entryCount()
        test.fixture.clock.advance(by: .seconds(86_400))
        let second = try test.lines(lines)
        #expect(first.map(\.kind) == [.recorded, .recorded, .recorded])
        #expect(second.map(\.kind) == [.standing, .standing, .standing])
        #expect(second.map(\.entries) == first.map(\.entries))
        #expect(try test.entryCount() == count)
    }

    /// More than a window of batches, every fourth line wrong, and each of the others new.
    @Test func manyLinesAreToldInTheirOrder() throws {
        let lines = (1...6_000).map { number in
            number % 4 == 0
                ? "{" : #"{"email":"p\#(number)@example.lu","event":"objected","scope":"marketing"}"#
        }
        let fates = try test.lines(lines)
        #expect(fates.map(\.line) == Array(1...6_000))
        #expect(fates.allSatisfy { ($0.kind == .refused) == ($0.line % 4 == 0) })
        #expect(try test.entryCount() == 4_500)
        #expect(Set(fates.flatMap(\.entries)).count == 4_500)
    }

    @Test func aStoreThatFailsEndsItAndTheRestComesLater() throws {
        let lines = (1...3_000).map { #"{"email":"p\#($0)@example.lu","event":"objected","scope":"all"}"# }
        var told: [ConsentImport.Fate] = []
        #expect(throws: StoreError.full) {
            try test.lines(
                lines, store: FillingStore(store: test.fixture.store, room: Lock(3)),
                tell: { told.append($0) })
        }
        #expect(told.count == 1_500 && told.allSatisfy { $0.kind == .recorded })
        let again = try test.lines(lines)
        #expect(again.filter { $0.kind == .standing }.map(\.line) == Array(1...1_500))
        #expect(again.filter { $0.kind == .recorded }.map(\.line) == Array(1_501...3_000))
        #expect(try test.entryCount() == 3_000)
    }

    @Test func aRehearsalTellsAndWritesNothing() throws {
        try test.lines([#"{\#(Self.person),"event":"objected","scope":"all"}"#])
        let count = try test.entryCount()
        let fates = try test.lines(
            [
                #"{\#(Self.person),"event":"objected","scope":"all"}"#,
                #"{\#(Self.person),"event":"objected","scope":"marketing"}"#,
                #"{\#(Self.person)}"#, #"{"phone":"0621","event":"objected","scope":"all"}"#,
            ], isRehearsal: true)
        #expect(fates.map(\.kind) == [.standing, .recorded, .contact, .refused])
        #expect(fates[1].entries.isEmpty)
        #expect(try test.entryCount() == count)
        let noted = try test.fixture.rawConnection().all("SELECT 1 FROM customer_address") { _ in 1 }
        #expect(noted.count == 2, "those of the first import")
    }
}

/// The store, and how long each command is as JSON.
private struct MeasuringStore: StoreCommands {
    let store: OutboxStore
    let sizes: Lock<[Int]>

    func submit(
        _ command: StoreCommand, completion: @escaping @Sendable (Result<StoreAnswer, StoreError>) -> Void
    ) {
        let size = (try? JSONEncoder().encode(command).count) ?? 0
        sizes.withLock { $0.append(size) }
        store.submit(command, completion: completion)
    }

    func read<Value>(_ body: (StoreReader) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try store.read(body)
    }
}
