// The kind `terms-change`: in each language it names the day, and it is delivered eight days before that day begins, or not at all.

import Composer
import Domain
import JSON
import Support
import Testing

@testable import Intake

/// The clock stands at 2026-11-23T08:00:00Z; the dealership is in Luxembourg, an hour ahead.
struct TermsNoticeTests {
    private let library: TemplateLibrary

    init() throws { library = try Workshop.library() }

    private func compose(
        _ effectiveOn: JSONValue, locale: String = "fr", _ more: [JSONMember] = []
    ) throws -> ComposedEmail {
        let members: [JSONMember] =
            [
                JSONMember(name: "template", value: "terms-change"),
                JSONMember(name: "to", value: ["email": "zoe@example.lu", "locale": .string(locale)]),
                JSONMember(
                    name: "data",
                    value: ["effectiveOn": effectiveOn, "summary": "La garantie dure trois ans."]),
            ] + more
        return try Workshop.compose(
            .object(members), with: Workshop.composer(library), library: library)
    }

    @Test(arguments: [
        ("fr", "1 janvier 2027"), ("de", "1. Januar 2027"), ("en", "January 1, 2027"),
    ])
    func namesTheDay(locale: String, day: String) throws {
        let message = try compose("2027-01-01", locale: locale)
        #expect(message.subject.contains(day), "\(message.subject)")
        #expect(message.html.contains(day) && message.text.contains("La garantie dure trois ans."))
        #expect(message.text.contains("https://gw.example.lu/u/") && !message.text.contains("{{"))
    }

    @Test func isDeliveredEightDaysBeforeOrNotAtAll() throws {
        #expect(try compose("2027-01-01").timing.deliverBy == Timestamp("2026-12-23T23:00:00Z"))
        // The last day that is far enough away, and the first that is not.
        _ = try compose("2026-12-02")
        #expect(pointer { try compose("2026-12-01") } == "/data/effectiveOn")
        #expect(pointer { try compose("2020-01-01") } == "/data/effectiveOn")
        let early = JSONMember(name: "deliverBy", value: "2026-12-20T00:00:00Z")
        #expect(try compose("2027-01-01", [early]).timing.deliverBy == Timestamp("2026-12-20T00:00:00Z"))
        let late = JSONMember(name: "deliverBy", value: "2026-12-24T00:00:00Z")
        #expect(pointer { try compose("2027-01-01", [late]) } == "/deliverBy")
        let begins = JSONMember(name: "notBefore", value: "2026-12-24T00:00:00Z")
        #expect(pointer { try compose("2027-01-01", [begins]) } == "/data/effectiveOn")
    }

    @Test(arguments: ["2027-02-30", "01.01.2027", "2027-1-1", "2027-01-01T00:00:00Z", "", "soon"])
    func anotherWayToWriteADayIsRefused(text: String) {
        #expect(pointer { try compose(.string(text)) } == "/data/effectiveOn")
    }

    @Test func aDayMustBeThere() {
        #expect(pointer { try compose(.null) } == "/data/effectiveOn")
        #expect(pointer { try compose(20_270_101) } == "/data/effectiveOn")
    }

    private func pointer(_ body: () throws -> ComposedEmail) -> String? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? CompositionError)?.pointer ?? "\(error)"
        }
    }
}
