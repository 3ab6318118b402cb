// Data of others that the project is held against. They are not part of this repository: RELAIS_CONFORMANCE names the folder that holds
// them, else `../shared/conformance` beside the repository is used.

import Foundation

package enum Conformance {
    /// A file or folder of the data.
    package static func path(_ name: String) -> URL {
        let root =
            if let named = ProcessInfo.processInfo.environment["RELAIS_CONFORMANCE"] {
                URL(fileURLWithPath: named)
            } else {
                // <repository>/Tests/Support/this file
                URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                    .deletingLastPathComponent().appendingPathComponent("../shared/conformance")
                    .standardizedFileURL
            }
        return root.appendingPathComponent(name)
    }

    /// Whether the data can be expected: a folder that was named and is not there is a failure, not a skip.
    package static func isExpected(_ name: String) -> Bool {
        ProcessInfo.processInfo.environment["RELAIS_CONFORMANCE"] != nil
            || FileManager.default.fileExists(atPath: path(name).path)
    }
}
