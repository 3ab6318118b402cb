// `relais consent record` with what the API takes: several references of one person, the notice that was shown, a soft opt-in with its sale.

import Foundation
import Support
import Testing

@Suite struct ConsentRecordTests {
    private let home: TestHome
    private let person = ["--dealership", TestHome.dealership, "--email", "zoe@example.lu"]

    init() throws {
        home = try TestHome()
        try home.write("notice.txt", "J’accepte.\n")
    }

    private func record(_ words: String, _ more: [String] = []) throws -> CommandResult {
        try home.run(
            ["consent", "record", "--json"] + person + words.split(separator: " ").map(String.init) + more)
    }

    @Test func severalReferencesAreOnePerson() throws {
        let all = "--phone +352621123456 --customer K-1"
        #expect(try record("\(all) --event objected --scope marketing --method phone").documents().count == 3)
        #expect(try record("\(all) --event withdrawn --scope all --method phone").documents().count == 3)
        let lifted = try record("--customer K-1 --event lifted --scope all --method phone")
        #expect(try lifted.documents().count == 2)
        // What was named is lifted; what still stands under it is said, and that the rest goes by itself.
        #expect(lifted.error.contains("still stands") && lifted.error.contains("objected marketing"))
        #expect(lifted.error.contains("not named") && !lifted.error.contains("withdrawn"))
        let phone = try home.succeed([
            "consent", "show", "--dealership", TestHome.dealership, "--phone", "+352621123456", "--json",
        ])
        #expect(
            try phone.document()["blocks"].elements.map { $0["event"].string } == ["objected", "withdrawn"])
    }

    @Test func aNoticeIsKeptWithItsVersionAndLanguage() throws {
        let given = "--event given --scope newsletter --channel email --method paper"
        let notice = ["--notice", "\(home.path)/notice.txt"]
        for missing in [notice, notice + ["--notice-version", "1"], ["--notice-language", "fr"]] {
            #expect(try record(given, missing).status == 64)
        }
        let unproved = try record(given)
        #expect(unproved.status == 65 && unproved.error.contains("--notice is required"))
        #expect(try home.ledgerCount() == 0)
        let taken = try record(given, notice + ["--notice-version", "1", "--notice-language", "fr"])
        #expect(try taken.document()["noticeDigest"].string?.hasPrefix("sha256:") == true, "\(taken.error)")
        try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: "\(home.path)/notice.txt"))
        let bad = try record(given, notice + ["--notice-version", "1", "--notice-language", "fr"])
        #expect(bad.status == 65 && bad.error.contains("UTF-8"))
    }

    @Test(arguments: [
        ("complained", "marketing"), ("misdirected", "channel"), ("bounced", "channel"),
        ("restricted", "all"),
    ])
    func anEventWithOneScopeNeedsNone(event: String, scope: String) throws {
        let entry = try record("--event \(event) --method phone").document()
        #expect(entry["scope"].string == scope)
        #expect(try record("--event \(event) --scope quote").status == 65)
        let missing = try record("--event objected")
        #expect(missing.status == 64 && missing.error.contains("--scope is required"))
    }

    @Test func aConsentThatABlockStopsSaysWhich() throws {
        let given = "--event given --scope newsletter --channel email --method operator"
        let free = try record(given, home.notice())
        #expect(free.status == 0 && !free.error.contains("still stands"))
        _ = try record("--event objected --scope quote --method phone")
        let block = try record("--customer K-1 --event objected --scope all --method phone").documents()
        let stopped = try record(given + " --customer K-1", home.notice())
        #expect(stopped.status == 0)
        for entry in block { #expect(stopped.error.contains(try #require(entry["id"].string))) }
        #expect(!stopped.error.contains("objected quote"), "which is about something else")
        #expect(stopped.error.contains("allows nothing") && stopped.error.contains("--event lifted"))
    }

    @Test func aSoftOptInIsTheDealershipsOwn() throws {
        let soft = "--event soft-opt-in --scope marketing --channel email --method paper"
        let proof = [
            "--notice", "\(home.path)/notice.txt", "--notice-version", "1", "--notice-language", "fr",
            "--sale",
            "F-1", "--sale-date", "2026-11-20", "--entity",
        ]
        #expect(try record(soft, proof + ["Groupe S.A."]).status == 65)
        #expect(try record(soft).status == 65)
        #expect(try record(soft, Array(proof.dropLast())).status == 65)
        #expect(try record(soft, proof.dropLast(5) + ["--sale", "F-1"]).status == 64)
        #expect(try home.ledgerCount() == 0)
        #expect(try record(soft, proof + ["Garage du Nord S.à r.l."]).status == 0)
        #expect(try record("--event objected --scope all", ["--entity", "x"]).status == 65)
    }

    @Test func anEntryNamesItsDealership() throws {
        let entry = try #require(try record("--event objected --scope all").document()["id"].string)
        let shown = try home.succeed(["consent", "show", "--entry", entry])
        #expect(shown.text.contains("objected all"))
        try home.putDealership("garage-sud")
        #expect(
            try home.run(["consent", "show", "--entry", entry, "--dealership", "garage-sud"]).status == 66)
        #expect(
            try home.run(["consent", "show", "--entry", entry, "--email", "zoe@example.lu"]).status == 64)
    }
}
