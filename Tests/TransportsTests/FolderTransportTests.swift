// The folder transport: whole files, private, and an honest answer when the disk fails.

import Delivery
import Foundation
import Support
import Testing
import Transports

@Suite("Folder transport")
struct FolderTransportTests {
    private func handover(_ id: String = "msg_1", _ text: String = "Subject: x\r\n\r\nx\r\n") -> Handover {
        Handover(
            authorisation: try! .ofTest(), messageID: id, sender: "a@example.com",
            recipient: "zoe@example.lu", body: Array(text.utf8))
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("writes the exact bytes into a private folder, again under the same name")
    func writes() throws {
        let parent = try TestFolder()
        let path = parent.path + "/captured"
        let transport = FolderTransport(name: "capture", path: path)
        let connection = transport.openConnection()
        for text in ["first\r\n", "second\r\n"] {
            let report = connection.deliver(handover("msg_1", text))
            #expect(report == AttemptReport(verdict: Verdict(outcome: .accepted, status: "captured")))
            #expect(try parent.bytes(of: "captured/msg_1.eml") == Array(text.utf8))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["msg_1.eml"])
        #expect(try mode(path) == 0o700)
        #expect(try mode(path + "/msg_1.eml") == 0o600)
    }

    @Test("what a crash left behind is in nobody's way")
    func leftover() throws {
        let folder = try TestFolder()
        try Data("half".utf8).write(to: URL(fileURLWithPath: folder.path + "/.msg_1.tmp"))
        let connection = FolderTransport(name: "capture", path: folder.path).openConnection()
        #expect(connection.deliver(handover()).verdict.outcome == .accepted)
        #expect(try folder.names() == ["msg_1.eml"])
    }

    @Test("a disk that fails defers and is charged to the provider")
    func failingDisk() throws {
        let folder = try TestFolder()
        try Data().write(to: URL(fileURLWithPath: folder.path + "/file"))
        try FileManager.default.createDirectory(
            atPath: folder.path + "/msg_1.eml", withIntermediateDirectories: false)
        for path in [folder.path + "/missing/captured", folder.path + "/file", folder.path] {
            let report = FolderTransport(name: "capture", path: path).openConnection().deliver(handover())
            #expect(
                report.verdict == Verdict(outcome: .deferred, status: "disk", isProviderFault: true),
                "\(path)")
            #expect(report.failure != nil)
        }
        #expect(try folder.names() == ["file", "msg_1.eml"])
    }

    @Test("an id that is no plain file name is refused")
    func fileNames() throws {
        let folder = try TestFolder()
        let connection = FolderTransport(name: "capture", path: folder.path).openConnection()
        for id in ["../escape", "a/b", "", ".", "a b", String(repeating: "x", count: 200)] {
            #expect(
                connection.deliver(handover(id)).verdict == Verdict(outcome: .rejected, status: "content"))
        }
        #expect(try folder.names().isEmpty)
    }

    @Test("a withdrawn message is not written")
    func withdrawn() throws {
        let folder = try TestFolder()
        let connection = FolderTransport(name: "capture", path: folder.path).openConnection()
        let report = connection.deliver(handover(), isStillAllowed: { false })
        #expect(report.verdict == Verdict(outcome: .deferred, status: "not-started"))
        #expect(try folder.names().isEmpty)
    }
}
