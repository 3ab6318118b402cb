// Many messages in one go, over a real store: every line has its answer, in order, whatever becomes of the others, and a store that fails in
// the middle is asked for nothing more.

import Composer
import Domain
import Intake
import OutboxStore
import Runtime
import Support
import Testing

@Suite("Many lines through the intake")
struct LinesTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture(record: RepositoryFolder.text(of: "Outbox/examples/dealership.json"))
    }

    private func line(_ number: Int, key: String? = nil) -> ArraySlice<UInt8> {
        let key = key.map { "\"key\":\"\($0)\"," } ?? ""
        let text =
            "{\(key)\"template\":\"intervention-ready\",\"to\":{\"email\":\"p\(number)@example.lu\"},"
            + "\"intervention\":{\"reference\":\"WO-\(number)\"}}"
        return Array(text.utf8)[...]
    }

    private func accept(
        _ lines: some Sequence<ArraySlice<UInt8>>, store: (any StoreCommands)? = nil,
        while mayGoOn: () -> Bool = { true }
    ) throws -> [Result<AcceptedMessage, IntakeError>] {
        let library = try TemplateLibrary(
            folder: RepositoryFolder.path + "/Templates", purposes: PurposeTable())
        let composer = Composer(
            library: library, keys: StoreFixture.keys, publicURL: "https://gw.example.lu",
            offersOneClick: false)
        let intake = Intake(
            store: store ?? fixture.store, library: library, composer: composer, recipients: .all,
            clock: fixture.clock.wallClock)
        var results: [Result<AcceptedMessage, IntakeError>] = []
        intake.acceptEach(lines, for: fixture.dealership, while: mayGoOn) { results.append($0) }
        return results
    }

    private func reference(_ result: Result<AcceptedMessage, IntakeError>) throws -> String? {
        try fixture.message(result.get().id).reference
    }

    @Test func everyLineHasItsAnswerInOrder() throws {
        // More than the window, with bad lines on both sides of its end.
        let bad: Set<Int> = [0, 3, 499, 500, 777]
        let results = try accept(
            (0..<800).map { bad.contains($0) ? Array("{".utf8)[...] : line($0) })
        #expect(results.count == 800)
        for (number, result) in results.enumerated() {
            guard bad.contains(number) else {
                #expect(try reference(result) == "WO-\(number)")
                continue
            }
            guard case .failure(.malformed) = result else {
                Issue.record("line \(number) is no JSON: \(result)")
                return
            }
        }
        #expect(try fixture.messages().count == 795)
    }

    @Test func aKeyCountsOnceInOneGoToo() throws {
        let results = try accept([line(1, key: "a"), line(1, key: "a"), line(2, key: "a"), line(2, key: "b")])
        #expect(try results[1].get().id == results[0].get().id && results[1].get().isReplayed)
        guard case .failure(.refused(let problems)) = results[2] else {
            Issue.record("another request came under the same key")
            return
        }
        #expect(problems.problems.map(\.code) == ["key-reused"])
        #expect(try reference(results[3]) == "WO-2")
        #expect(try fixture.messages().count == 2)
    }

    @Test func aStoreThatFailsInTheMiddleIsAskedForNothingMore() throws {
        let room = Lock(5)
        let results = try accept(
            (0..<3000).map { line($0) }, store: FillingStore(store: fixture.store, room: room))
        let accepted = results.prefix { if case .success = $0 { true } else { false } }
        #expect(accepted.count == 5)
        for result in results.dropFirst(5) {
            guard case .failure(.store(.full)) = result else {
                Issue.record("\(result)")
                return
            }
        }
        #expect(results.count < 3000, "lines after the failure are not begun")
        #expect(try fixture.messages().count == 5, "what was accepted is there, and nothing else")
    }

    @Test func whatWasBegunIsAnswered() throws {
        var asked = 0
        let results = try accept((0..<100).map { line($0) }) {
            asked += 1
            return asked <= 7
        }
        #expect(results.count == 7)
        #expect(try fixture.messages().count == 7)
    }

    @Test func aLineIsNoLongerThanAMessage() throws {
        let long = Array(line(1)) + [UInt8](repeating: 0x20, count: Intake.requestLimit)
        let fitting = Array(line(2)) + [UInt8](repeating: 0x20, count: Intake.requestLimit - line(2).count)
        let results = try accept([long[...], fitting[...]])
        guard case .failure(.tooLarge) = results[0] else {
            Issue.record("\(results[0])")
            return
        }
        #expect(try reference(results[1]) == "WO-2")
    }
}
