// The files under one folder of `Templates/`, read once: templates compiled, word lists parsed. Everything that is wrong with a
// file is found here, when the gateway starts, and named with the file's path.

import Domain
import JSON
import Runtime
import TemplateEngine

struct TemplateFolder {
    let path: String

    /// The folders of languages inside this folder.
    func locales() throws(TemplateLibraryError) -> [LocaleTag] {
        try names().filter { Files.isFolder(path + "/" + $0) }.compactMap { try? LocaleTag($0) }
    }

    func names() throws(TemplateLibraryError) -> [String] {
        do {
            return try Files.names(in: path)
        } catch {
            throw TemplateLibraryError(file: path, reason: "\(error)")
        }
    }

    func source(_ name: String) throws(TemplateLibraryError) -> TemplateSource {
        let file = path + "/" + name
        do {
            let bytes = try Files.read(file, limit: 256 << 10)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw TemplateLibraryError(file: file, reason: "is not UTF-8")
            }
            return TemplateSource(name: name, text: text)
        } catch let error as TemplateLibraryError {
            throw error
        } catch {
            throw TemplateLibraryError(file: file, reason: "\(error)")
        }
    }

    /// Compiles a file; `name` is how its errors call it, such as `intervention-ready/fr/body.html`.
    func template(_ file: String, named name: String) throws(TemplateLibraryError) -> (
        Template, TemplateSource
    ) {
        let source = try source(file)
        do {
            return (try Template(name: name, source: source.text), source)
        } catch {
            throw TemplateLibraryError(file: path + "/" + file, reason: "\(error)")
        }
    }

    /// A JSON file of this folder.
    func json(_ file: String) throws(TemplateLibraryError) -> (JSONValue, TemplateSource) {
        let source = try source(file)
        do {
            return (try JSONValue(parsing: Array(source.text.utf8)), source)
        } catch {
            throw TemplateLibraryError(file: path + "/" + file, reason: "\(error)")
        }
    }

    /// The words of a language, `<locale>/words.json`, and their source; none if the file is not there.
    func words(_ locale: LocaleTag) throws(TemplateLibraryError) -> (
        words: [String: TemplateValue], [TemplateSource]
    ) {
        let folder = TemplateFolder(path: path + "/" + locale.text)
        guard Files.exists(folder.path + "/words.json") else { return ([:], []) }
        let (json, source) = try folder.json("words.json")
        guard case .object(let words) = TemplateValue(json) else {
            throw TemplateLibraryError(file: folder.path + "/words.json", reason: "must be an object")
        }
        return (words, [source])
    }
}

/// A file's name and text, for the digest of what a message was made from.
struct TemplateSource {
    let name: String
    let text: String
}

extension TemplateValue {
    /// JSON as a template sees it.
    package init(_ json: JSONValue) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .number(let text): self = .number(text)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .list(elements.map(TemplateValue.init))
        case .object(let members):
            self = .object(
                Dictionary(
                    members.map { ($0.name, TemplateValue($0.value)) },
                    uniquingKeysWith: { first, _ in first }))
        }
    }

    /// Text, or null.
    init(_ text: String?) {
        self = text.map { .string($0) } ?? .null
    }
}
