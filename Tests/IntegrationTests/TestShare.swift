// A share folder with the shipped templates and kinds of other classes beside them, so that the gate can be seen at work on more than
// the one kind that is shipped: each is the shipped kind under another name and purpose.

import Foundation
import Support

struct TestShare {
    let folder: TestFolder

    /// - Parameter kinds: purpose by kind.
    init(kinds: [String: String] = [:]) throws {
        folder = try TestFolder()
        let manager = FileManager.default
        try manager.copyItem(atPath: Relais.repository + "/Templates", toPath: templates)
        for (kind, purpose) in kinds {
            try manager.copyItem(atPath: templates + "/intervention-ready", toPath: templates + "/" + kind)
            try write(kind + "/template.json", #"{ "purpose": "\#(purpose)", "channels": ["email"] }"#)
        }
    }

    /// What `RELAIS_SHARE` is set to.
    var environment: [String: String] { ["RELAIS_SHARE": folder.path] }
    var templates: String { folder.path + "/Templates" }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(templates)/\(name)"))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(templates)/\(name)")
    }
}
