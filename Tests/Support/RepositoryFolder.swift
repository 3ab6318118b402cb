// The repository that these tests stand in, for what is shipped beside the code: templates, examples, migrations.

import Foundation

/// The root of the repository, found through this file's own place.
package enum RepositoryFolder {
    package static let path = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The bytes of a file, by its path from the root.
    package static func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }

    package static func text(of name: String) throws -> String {
        String(decoding: try bytes(of: name), as: UTF8.self)
    }

    /// Every file under a folder, by its path from the root, sorted.
    package static func files(under folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path + "/" + folder).map { folder + "/" + $0 }
            .filter {
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: path + "/" + $0, isDirectory: &isFolder)
                    && !isFolder.boolValue
            }.sorted()
    }
}
