// CPython's mail parser as a judge that nobody here wrote: `email.policy.default` lists what it thinks wrong with a message,
// on every part and on every header field. Throws when python3 cannot be run.

import Foundation

/// What CPython read in one message.
package struct PythonVerdict: Decodable, Sendable {
    /// Defects of parts and of header fields; empty for a good message.
    package let defects: [String]
    /// Header fields by lower-case name, unfolded and decoded.
    package let fields: [String: String]
    package let text: String
    package let html: String
}

package enum PythonJudge {
    /// One verdict a message, in order.
    package static func read(_ messages: [[UInt8]]) throws -> [PythonVerdict] {
        let folder = try TestFolder()
        for (index, message) in messages.enumerated() {
            try Data(message).write(to: URL(fileURLWithPath: "\(folder.path)/\(index).eml"))
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-I", "-c", script, folder.path, "\(messages.count)"]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("python3: \(process.terminationStatus)")
        }
        return try JSONDecoder().decode([PythonVerdict].self, from: Data(try folder.bytes(of: "verdicts")))
    }

    private static let script = #"""
        import email, email.policy, json, sys
        folder, count = sys.argv[1], int(sys.argv[2])
        verdicts = []
        for index in range(count):
            with open(f"{folder}/{index}.eml", "rb") as file:
                message = email.message_from_bytes(file.read(), policy=email.policy.default)
            defects = []
            for part in message.walk():
                defects += [repr(defect) for defect in part.defects]
                for name, value in part.items():
                    defects += [name + ": " + repr(defect) for defect in value.defects]
            verdicts.append({"defects": defects,
                             "fields": {name.lower(): str(value).strip() for name, value in message.items()},
                             "text": message.get_body(("plain",)).get_content(),
                             "html": message.get_body(("html",)).get_content()})
        with open(f"{folder}/verdicts", "w") as file:
            json.dump(verdicts, file)
        """#
}
