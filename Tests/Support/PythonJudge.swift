// Judges that nobody here wrote, run by Debian's python3. CPython's mail parser: `email.policy.default` lists what it thinks wrong with a
// message, on every part and on every header field. jwcrypto: opens signed statements with a public key. Throws when they cannot be run.

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
        try run(mailScript, folder, ["\(messages.count)"])
        return try JSONDecoder().decode([PythonVerdict].self, from: Data(try folder.bytes(of: "verdicts")))
    }

    /// What jwcrypto finds in JWS under a JWK: for each the payload, or nil where it refuses it.
    ///
    /// - Parameter type: the `typ` that the header must have, beside the thumbprint of the key as its `kid`.
    package static func open(_ statements: [String], key: String, type: String) throws -> [String?] {
        let folder = try TestFolder()
        try JSONEncoder().encode(statements).write(to: URL(fileURLWithPath: "\(folder.path)/statements"))
        try run(signatureScript, folder, [key, type])
        return try JSONDecoder().decode([String?].self, from: Data(try folder.bytes(of: "verdicts")))
    }

    /// What a script of Python's own library writes to the file `answer` of the folder in `sys.argv[1]` about the file `input` there.
    package static func answer(of script: String, to input: [UInt8]) throws -> [UInt8] {
        let folder = try TestFolder()
        try Data(input).write(to: URL(fileURLWithPath: folder.path + "/input"))
        try run(script, folder, [])
        return try folder.bytes(of: "answer")
    }

    private static func run(_ script: String, _ folder: TestFolder, _ words: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-I", "-c", script, folder.path] + words
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("python3: \(process.terminationStatus)")
        }
    }

    private static let signatureScript = #"""
        import json, sys
        from jwcrypto import jwk, jws
        from jwcrypto.common import JWException
        folder, key, kind = sys.argv[1], jwk.JWK.from_json(sys.argv[2]), sys.argv[3]
        verdicts = []
        for statement in json.load(open(f"{folder}/statements")):
            token = jws.JWS()
            try:
                token.deserialize(statement, key)
                header = token.jose_header
                right = header["kid"] == key.thumbprint() and header["typ"] == kind and header["alg"] == "EdDSA"
                verdicts.append(token.payload.decode() if right else None)
            except (JWException, ValueError):
                verdicts.append(None)
        with open(f"{folder}/verdicts", "w") as file:
            json.dump(verdicts, file)
        """#

    private static let mailScript = #"""
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
