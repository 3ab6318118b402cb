// Locks, threads and files: what waits, wakes up; what is full, says so; what is there, is never overwritten.

import Glibc
import Runtime
import Support
import Testing

struct RuntimeTests {
    // MARK: Monitor

    @Test func aWaitEndsAtItsLimitAndNotBefore() {
        let monitor = Monitor(0)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(monitor.wait(atMost: .milliseconds(50)) { $0 == 1 ? true : nil } == nil)
        let waited = clock.now - start
        #expect(waited >= .milliseconds(50) && waited < .seconds(20), "\(waited)")
        #expect(monitor.wait(atMost: .zero) { $0 == 0 ? "at once" : nil } == "at once")
        #expect(monitor.wait { $0 == 0 ? "at once" : nil } == "at once")
    }

    @Test func anUpdateWakesEveryWaiter() {
        let monitor = Monitor((waiting: 0, isOpen: false, passed: 0))
        let threads = (0..<4).map { number in
            NamedThread("waiter-\(number)") {
                monitor.update { $0.waiting += 1 }
                let isOpen = monitor.wait(atMost: .seconds(30)) { $0.isOpen ? true : nil }
                if isOpen == true { monitor.update { $0.passed += 1 } }
            }
        }
        monitor.wait { $0.waiting == 4 ? () : nil }
        monitor.update { $0.isOpen = true }
        for thread in threads { thread.join() }
        #expect(monitor.update { $0.passed } == 4)
    }

    @Test func aLockLetsOneThreadIn() {
        let count = Lock(0)
        let threads = (0..<8).map { number in
            NamedThread("adder-\(number)") {
                for _ in 0..<10_000 { count.withLock { $0 += 1 } }
            }
        }
        for thread in threads { thread.join() }
        #expect(count.withLock { $0 } == 80_000)
    }

    // MARK: WorkQueue

    @Test func aFullQueueSaysSoAndAStoppedOneRunsWhatItTook() {
        let queue = WorkQueue(name: "test", threads: 1, capacity: 2)
        let gate = Monitor((isRunning: false, isOpen: false))
        let ran = Lock<[Int]>([])
        #expect(
            queue.submit {
                gate.update { $0.isRunning = true }
                gate.wait { $0.isOpen ? () : nil }
                ran.withLock { $0.append(0) }
            })
        gate.wait { $0.isRunning ? () : nil }
        for number in 1...2 { #expect(queue.submit { ran.withLock { $0.append(number) } }) }
        #expect(!queue.submit { ran.withLock { $0.append(3) } })
        gate.update { $0.isOpen = true }
        queue.stop()
        #expect(ran.withLock { $0 } == [0, 1, 2])
        #expect(!queue.submit {})
    }

    // MARK: Files

    @Test func aLockIsHeldByOneAndEndsWithItsHolder() throws {
        let folder = try TestFolder()
        let path = folder.path + "/lock"
        var holder = try FileLock(path: path)
        #expect(holder != nil)
        #expect(try FileLock(path: path) == nil)
        holder = nil
        #expect(try FileLock(path: path) != nil)
        #expect(throws: SystemError.self) { _ = try FileLock(path: folder.path + "/none/lock") }
    }

    @Test func aFileIsCreatedWholeAndNeverOverwritten() throws {
        let folder = try TestFolder()
        let path = folder.path + "/secret"
        try Files.create(path, [1, 2, 3], mode: 0o600)
        let error = try #require(throws: SystemError.self) { try Files.create(path, [9], mode: 0o600) }
        #expect(error.description.contains(path) && error.description.contains("exists"))
        #expect(try Files.read(path) == [1, 2, 3])
        #expect(try !Files.isExposed(path))
        try Files.create(folder.path + "/open", [], mode: 0o644)
        #expect(try Files.isExposed(folder.path + "/open"))
        // Nor through a link that somebody put there.
        try #require(symlinkPath(from: folder.path + "/link", to: folder.path + "/elsewhere"))
        #expect(throws: SystemError.self) { try Files.create(folder.path + "/link", [1], mode: 0o600) }
        #expect(try folder.names() == ["link", "open", "secret"])
    }

    @Test func readingEndsAtTheLimit() throws {
        let folder = try TestFolder()
        let path = folder.path + "/large"
        let bytes = [UInt8](repeating: 7, count: 100_000)
        try Files.create(path, bytes, mode: 0o600)
        #expect(try Files.read(path, limit: 100_000) == bytes)
        #expect(throws: SystemError.self) { _ = try Files.read(path, limit: 99_999) }
        #expect(throws: SystemError.self) { _ = try Files.read(folder.path) }
        #expect(throws: SystemError.self) { _ = try Files.read(folder.path + "/none") }
    }

    @Test func foldersAndNames() throws {
        let folder = try TestFolder()
        try Files.createFolder(folder.path + "/a/b/c")
        try Files.createFolder(folder.path + "/a/b/c")
        #expect(Files.isFolder(folder.path + "/a/b/c") && !Files.isFolder(folder.path + "/x"))
        #expect(try !Files.isExposed(folder.path + "/a"))
        try Files.create(folder.path + "/a/z", [], mode: 0o600)
        try Files.create(folder.path + "/a/.hidden", [], mode: 0o600)
        #expect(try Files.names(in: folder.path + "/a") == ["b", "z"])
        #expect(Files.parentFolder(of: "/a/b") == "/a" && Files.parentFolder(of: "/a") == "/")
        #expect(Files.parentFolder(of: "a") == ".")
        #expect(Files.resolve("b", in: "/a") == "/a/b" && Files.resolve("/b", in: "/a") == "/b")
    }

}

private func symlinkPath(from link: String, to target: String) -> Bool { symlink(target, link) == 0 }
