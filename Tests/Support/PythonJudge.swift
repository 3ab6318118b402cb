// Judges that nobody here wrote, run by Debian's python3. CPython's mail parser: `email.policy.default` lists what it thinks wrong with a
// message, on every part and on every header field. html5lib in its strict mode, and what its tree tells of who cannot see or point: labels,
// texts instead of pictures, the order of headings. jwcrypto: opens signed statements with a public key. Throws when they cannot be run.

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

    /// What html5lib finds wrong with each page, in order; empty for a good one.
    package static func html(_ pages: [[UInt8]]) throws -> [[String]] {
        let folder = try TestFolder()
        for (index, page) in pages.enumerated() {
            try Data(page).write(to: URL(fileURLWithPath: "\(folder.path)/\(index).html"))
        }
        try run(htmlScript, folder, ["\(pages.count)"])
        return try JSONDecoder().decode([[String]].self, from: Data(try folder.bytes(of: "verdicts")))
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

    private static let htmlScript = #"""
        import html5lib, json, sys
        folder, count = sys.argv[1], int(sys.argv[2])
        H = "{http://www.w3.org/1999/xhtml}"
        def judge(path):
            parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"))
            with open(path, "rb") as file:
                root = parser.parse(file.read(), override_encoding="utf-8")
            found = [f"{place}: {code}" for place, code, _ in parser.errors]
            def all(name): return list(root.iter(H + name))
            def text(element): return "".join(element.itertext()).strip()
            if not root.get("lang"): found.append("html without lang")
            if len(all("title")) != 1 or not text(all("title")[0]): found.append("title")
            if len(all("main")) != 1: found.append("main")
            headings = [int(element.tag[-1]) for element in root.iter() if str(element.tag)[len(H):] in ("h1", "h2", "h3", "h4")]
            if headings.count(1) != 1 or headings[0] != 1: found.append(f"headings {headings}")
            if any(after > before + 1 for before, after in zip(headings, headings[1:])): found.append(f"headings {headings}")
            ids = [element.get("id") for element in root.iter() if element.get("id")]
            if len(ids) != len(set(ids)): found.append("an id twice")
            for element in root.iter():
                named = element.get("aria-labelledby")
                if named and named not in ids: found.append("aria-labelledby of nothing")
                if element.get("tabindex") or any(name.startswith("on") for name in element.keys()): found.append("script or tabindex")
            labelled = {id(field) for label in all("label") if text(label) for field in label.iter(H + "input")}
            for field in all("input"):
                if field.get("type") != "hidden" and id(field) not in labelled: found.append("input without label")
            for image in all("img"):
                if image.get("alt") is None: found.append("img without alt")
            for name in ("a", "button"):
                for element in all(name):
                    if not text(element) and not any(image.get("alt") for image in element.iter(H + "img")):
                        found.append(f"{name} without a name")
            for element in all("a"):
                if not element.get("href"): found.append("a without href")
            for element in all("fieldset"):
                if element.find(H + "legend") is None: found.append("fieldset without legend")
            for element in all("table"):
                if any(not head.get("scope") for head in element.iter(H + "th")): found.append("th without scope")
            for element in all("video"):
                if element.get("controls") is None or not element.get("aria-label"): found.append("video")
            for name in ("script", "iframe", "object", "embed", "link", "base"):
                if all(name): found.append(name)
            return found
        verdicts = [judge(f"{folder}/{index}.html") for index in range(count)]
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
