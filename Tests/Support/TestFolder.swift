// A folder under the system's temporary folder that goes away with its owner.

import Foundation

/// A temporary folder for one test.
package final class TestFolder: Sendable {
    /// Its absolute path.
    package let path: String

    /// Makes the folder.
    ///
    /// - Parameters:
    ///   - isShared: other users may write into it (smtp-sink drops its privileges).
    ///   - inMemory: on the memory's file system where there is one, for tests of nothing that a disk does.
    package init(isShared: Bool = false, inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let isInMemory = inMemory && FileManager.default.isWritableFile(atPath: memory)
        let parent = isInMemory ? memory : FileManager.default.temporaryDirectory.path
        path = "\(parent)/relais-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: isShared ? 0o777 : 0o700])
        if isShared {
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The names in the folder, hidden ones too, sorted.
    package func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    /// Writes a file in it.
    package func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path).appendingPathComponent(name))
    }

    /// The bytes of a file in it.
    package func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path).appendingPathComponent(name)))
    }
}
