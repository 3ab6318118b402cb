// Many commands, one transaction: what one of them does wrong is its caller's alone, and what is answered is there.

import Consent
import Crypto
import Delivery
import Dispatch
import Domain
import Runtime
import SQLite
import Support
import Testing

@testable import OutboxStore

struct GroupCommitTests {
    /// Queues commands while the store thread is held, so that they share one transaction; their results in order.
    private func inOneGroup(
        _ fixture: StoreFixture, _ acceptances: [Acceptance]
    ) throws -> [Result<AcceptedMessage, StoreError>] {
        let gate = Monitor(false)
        let results = Monitor<[Int: Result<AcceptedMessage, StoreError>]>([:])
        fixture.store.accept(try fixture.acceptance("holder@example.lu")) { _ in gate.wait { $0 ? () : nil } }
        for (index, acceptance) in acceptances.enumerated() {
            fixture.store.accept(acceptance) { result in results.update { $0[index] = result } }
        }
        gate.update { $0 = true }
        let found = results.wait(atMost: .seconds(30)) { $0.count == acceptances.count ? $0 : nil }
        let all = try #require(found, "somebody was never answered")
        return acceptances.indices.compactMap { all[$0] }
    }

    @Test(arguments: [nil, "K-1"] as [String?])
    func oneThatFailsHarmsNoOther(customer: String?) throws {
        let fixture = try StoreFixture()
        // With a customer number the failing command has written before it fails, and must be undone.
        var group = try (0..<5).map { try fixture.acceptance("p\($0)@example.lu", customer: customer) }
        let duplicate = try fixture.acceptance("new@example.lu", customer: customer.map { $0 + "x" })
        group[2] = duplicate
        group[2].id = group[0].id
        let results = try inOneGroup(fixture, group)
        for (index, result) in results.enumerated() where index != 2 {
            #expect(throws: Never.self) { try result.get() }
            #expect(try fixture.message(group[index].id).state == .queued)
        }
        guard case .failure(.conflict) = results[2] else {
            Issue.record("the second message of one id is a conflict: \(results[2])")
            return
        }
        #expect(fixture.brokenErrors.isEmpty, "a refused row is not a failing disk")
        #expect(try fixture.messages().count == 5)
        let raw = try fixture.rawConnection()
        #expect(
            try raw.first(
                "SELECT count(*) FROM customer_address WHERE address = ?",
                [
                    .blob(duplicate.contents[0].references.address.bytes)
                ]
            ) { $0.integer(0) } == 0)
        try fixture.reopen()
        #expect(try fixture.messages().count == 5)
    }

    @Test func anUnknownDealershipIsItsCallersProblem() throws {
        let fixture = try StoreFixture()
        var acceptance = try fixture.acceptance(customer: "K-1")
        acceptance.dealership = try DealershipID("nobody")
        #expect(throws: StoreError.self) { try fixture.accept(acceptance) }
        #expect(fixture.brokenErrors.isEmpty)
        try fixture.accept(fixture.acceptance())
    }

    @Test func everythingFromManyThreadsIsThere() throws {
        let fixture = try StoreFixture()
        let threadCount = 8
        let messagesEach = 100
        let answered = Monitor<[MessageID]>([])
        let threads = try (0..<threadCount).map { thread in
            let acceptances = try (0..<messagesEach).map { number in
                try fixture.acceptance("p\(thread)-\(number)@example.lu", customer: "K-\(thread)-\(number)")
            }
            return NamedThread("accept-\(thread)") {
                for acceptance in acceptances {
                    fixture.store.accept(acceptance) { result in
                        if let id = try? result.get().id { answered.update { $0.append(id) } }
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        let ids = try #require(
            answered.wait(atMost: .seconds(60)) { $0.count == threadCount * messagesEach ? Set($0) : nil })
        try fixture.reopen()
        #expect(try Set(fixture.messages().map(\.id)) == ids)
        #expect(ids.count == threadCount * messagesEach)
    }

    @Test func aFullDiskWritesNothingAndPasses() throws {
        let fixture = try StoreFixture()
        fixture.close()
        let broken = Lock<[StoreError]>([])
        let writer = try writer(on: fixture.path) { error in broken.withLock { $0.append(error) } }
        defer { writer.stop() }
        let now = fixture.clock.now
        let large = try fixture.acceptance(customer: "K-1", body: String(repeating: "x", count: 1 << 20))
        let small = try fixture.acceptance(customer: "K-2")
        let accept: (Acceptance) throws(StoreError) -> AcceptedMessage = { acceptance throws(StoreError) in
            try writer.perform {
                try WriteTransaction(file: $0, now: now, policy: RetryPlan()).accept(acceptance)
            }
        }
        try writer.perform { try Self.fill($0.connection) }
        #expect(throws: StoreError.full) { _ = try accept(large) }
        let (rows, addresses) = try writer.perform { file in
            (
                try file.connection.first("SELECT count(*) FROM message") { $0.integer(0) },
                try file.connection.first("SELECT count(*) FROM customer_address") { $0.integer(0) }
            )
        }
        #expect(rows == 0 && addresses == 0)
        // A small one still fits, and space that comes back is used: nothing has to be restarted.
        #expect(try accept(small).state == .queued)
        try writer.perform { try $0.connection.query("PRAGMA max_page_count=1000000") { _ in } }
        #expect(try accept(large).state == .queued)
        #expect(broken.withLock { $0 }.isEmpty)
    }

    @Test func aFullDiskIsHeardByTheOneThatDoesNotFit() throws {
        let fixture = try StoreFixture()
        fixture.close()
        let writer = try writer(on: fixture.path) { _ in Issue.record("a full disk is not a broken one") }
        defer { writer.stop() }
        try writer.perform { try Self.fill($0.connection) }
        let now = fixture.clock.now
        let bodies = ["small", String(repeating: "x", count: 1 << 20), "small too"]
        let group = try bodies.enumerated().map { try fixture.acceptance("p\($0)@example.lu", body: $1) }
        let found = try inOneGroup(
            writer,
            group.map { acceptance in
                { @Sendable in
                    try WriteTransaction(file: $0, now: now, policy: RetryPlan()).accept(acceptance)
                }
            })
        #expect(try found[0].get().state == .queued)
        #expect(throws: StoreError.full) { try found[1].get() }
        #expect(try found[2].get().state == .queued)
    }

    @Test func nobodyInAGroupThatBrokeHearsThatItStands() throws {
        let fixture = try StoreFixture()
        fixture.close()
        let broken = Monitor<[StoreError]>([])
        let writer = try writer(on: fixture.path) { error in broken.update { $0.append(error) } }
        let put: @Sendable (StoreFile) throws -> Int = { file in
            try file.connection.run("INSERT INTO home (name, value) VALUES (hex(randomblob(8)), 'x')")
        }
        let fail: @Sendable (StoreFile) throws -> Int = { file in
            _ = try put(file)
            throw StoreError.broken("EIO")
        }
        let results = try inOneGroup(writer, [put, fail, put])
        for result in results { #expect(throws: StoreError.broken("EIO")) { try result.get() } }
        #expect(broken.wait(atMost: .seconds(30)) { $0.isEmpty ? nil : $0 } == [.broken("EIO")])
        writer.stop()
        let raw = try fixture.rawConnection()
        #expect(
            try raw.first("SELECT count(*) FROM home WHERE value = 'x'") { $0.integer(0) } == 0)
    }

    // MARK: A writer without its store

    private func writer(
        on path: String, onBroken: @escaping @Sendable (StoreError) -> Void
    ) throws -> StoreWriter {
        try StoreWriter(
            open: { () throws(StoreError) in
                do {
                    return try StoreFile(
                        try Connection(path: path, access: .writer), keyFingerprint: "k", mirrorPath: nil,
                        startCountPath: path + ".starts")
                } catch {
                    throw .unusable("\(error)")
                }
            }, onBroken: onBroken)
    }

    /// SQLite's own limit of pages stands for the disk: the same error by the same way, on any machine.
    private static func fill(_ connection: Connection) throws {
        let pages = try connection.first("PRAGMA page_count") { $0.integer(0) } ?? 0
        try connection.query("PRAGMA max_page_count=\(pages + 20)") { _ in }
    }

    /// Queues commands while the thread is held, so that they share one transaction; their results in order.
    private func inOneGroup<Value: Sendable>(
        _ writer: StoreWriter, _ commands: [@Sendable (StoreFile) throws -> Value]
    ) throws -> [Result<Value, StoreError>] {
        let gate = Monitor(false)
        let results = Monitor<[Int: Result<Value, StoreError>]>([:])
        writer.submit({ _ in }, completion: { _ in gate.wait { $0 ? () : nil } })
        for (index, command) in commands.enumerated() {
            writer.submit(command) { result in results.update { $0[index] = result } }
        }
        gate.update { $0 = true }
        let found = results.wait(atMost: .seconds(30)) { $0.count == commands.count ? $0 : nil }
        let all = try #require(found, "somebody was never answered")
        return commands.indices.compactMap { all[$0] }
    }
}
