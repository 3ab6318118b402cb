// The shipped templates load, a broken folder is refused as a whole with the file's name, and the digest names exactly the files.

import Composer
import Domain
import Foundation
import Support
import Testing

struct TemplateLibraryTests {
    @Test func theShippedTemplatesLoad() throws {
        let library = try Workshop.library()
        let kind = try #require(library.kinds["intervention-ready"])
        #expect(
            kind.purpose.text == "intervention" && kind.class == .essential
                && kind.channels == [.email, .sms])
        #expect(Set(kind.texts.keys.map(\.text)) == ["de", "en", "fr"])
        let pages = try PageRenderer(library: library)
        #expect(Set(pages.locales.map(\.text)) == ["de", "en", "fr", "lb", "nl"])
        let kinds = library.kinds.mapValues { "\($0.purpose) \($0.class.rawValue)" }
        #expect(
            kinds == [
                "intervention-ready": "intervention essential",
                "confirm-subscription": "confirmation service",
                "newsletter": "newsletter marketing",
                "terms-change": "account-notice essential",
                "who-writes": "confirmation service",
            ])
    }

    /// `{{{`, `{{&` and another delimiter pass by the escaping.
    @Test func noShippedTemplatePassesByTheEscaping() throws {
        let files = try RepositoryFolder.files(under: "Templates")
        #expect(files.count > 30)
        for file in files {
            let text = try RepositoryFolder.text(of: file)
            #expect(text.firstMatch(of: /\{\{\s*[{&=]/) == nil, "\(file)")
        }
    }

    /// What is done to a copy of the folder, and the file and the words of the error. An empty text removes the file.
    private static let breakages: [(file: String, text: String, named: String, reason: String)] = [
        ("intervention-ready/fr/subject.txt", "", "intervention-ready/fr/subject.txt", "No such file"),
        ("intervention-ready/de/body.html", "", "intervention-ready/de/body.html", "No such file"),
        ("intervention-ready/en/body.txt", "", "intervention-ready/en/body.txt", "No such file"),
        ("intervention-ready/fr/body.html", "a\n{{#x}}", "intervention-ready/fr/body.html", "line 2"),
        ("intervention-ready/fr/body.txt", "{{x", "intervention-ready/fr/body.txt", "not closed"),
        (
            "intervention-ready/fr/body.html", "{{> none.html}}", "intervention-ready/fr/body.html",
            "none.html"
        ),
        ("partials/footer.html", "{{> none.html}}", "partials/footer.html", "none.html"),
        ("partials/footer.html", "", "", "footer.html"),
        ("partials/footer.txt", "{{/x}}", "partials/footer.txt", "not opened"),
        ("partials/fr/words.json", "{", "partials/fr/words.json", "line 1"),
        ("partials/fr/words.json", "[]", "partials/fr/words.json", "must be an object"),
        ("partials/fr/words.json", "{\"a\":1,\"a\":2}", "partials/fr/words.json", "a"),
        ("pages/de/words.json", "{\"a\":}", "pages/de/words.json", "line 1"),
        ("pages/unsubscribe.html", "{{> none.css}}", "pages/unsubscribe.html", "none.css"),
        ("pages/lb/notice.txt", "", "pages/lb/notice.txt", "No such file"),
        ("pages/lb/notice.txt", "{{> none.txt}}", "pages/lb/notice.txt", "none.txt"),
        ("intervention-ready/fr/words.json", "no", "intervention-ready/fr/words.json", "line 1"),
        ("intervention-ready/template.json", "{", "intervention-ready/template.json", "line 1"),
        (
            "intervention-ready/template.json", "{\"purpose\":\"gossip\",\"channels\":[\"email\"]}",
            "intervention-ready/template.json", "\"gossip\" has no class"
        ),
        (
            "intervention-ready/template.json", "{\"purpose\":\"all\",\"channels\":[\"email\"]}",
            "intervention-ready/template.json", "must be a purpose"
        ),
        (
            "intervention-ready/template.json", "{\"purpose\":\"quote\",\"channels\":[\"fax\"]}",
            "intervention-ready/template.json", "must name email or sms"
        ),
        (
            "intervention-ready/template.json",
            "{\"purpose\":\"quote\",\"channels\":[\"email\"],\"class\":\"safety\"}",
            "intervention-ready/template.json", "unknown field \"class\""
        ),
        (
            "survey/template.json", "{\"purpose\":\"survey\",\"channels\":[\"email\"]}", "survey",
            "folder of a language"
        ),
    ]

    @Test(arguments: breakages.indices)
    func aBrokenFileIsNamed(index: Int) throws {
        let (file, text, named, reason) = Self.breakages[index]
        let (folder, path) = try Workshop.copyOfTemplates()
        if text.isEmpty {
            try FileManager.default.removeItem(atPath: path + "/" + file)
        } else {
            try Workshop.write(text, path + "/" + file)
        }
        let error = try #require(throws: TemplateLibraryError.self) { _ = try Workshop.library(path) }
        #expect(named.isEmpty || error.file.hasSuffix(named), "\(error)")
        #expect(error.reason.contains(reason), "\(error)")
        withExtendedLifetime(folder) {}
    }

    @Test func bytesThatAreNoUTF8AreNamed() throws {
        let (folder, path) = try Workshop.copyOfTemplates()
        try Data([0x41, 0xFF]).write(to: URL(fileURLWithPath: path + "/partials/footer.txt"))
        let error = try #require(throws: TemplateLibraryError.self) { _ = try Workshop.library(path) }
        #expect(error.file.hasSuffix("partials/footer.txt") && error.reason == "is not UTF-8")
        withExtendedLifetime(folder) {}
    }

    @Test func aMissingFolderIsNamed() throws {
        let error = try #require(throws: TemplateLibraryError.self) { _ = try Workshop.library("/nowhere") }
        #expect(error.file.hasPrefix("/nowhere"))
    }

    @Test(arguments: [
        "unsubscribe.html", "unsubscribed.html", "misdirected.html", "undone.html", "unclear.html",
        "confirm.html",
        "confirmed.html", "expired.html", "not-found.html", "problem.html", "en",
    ])
    func aMissingPageIsNamed(name: String) throws {
        let (folder, path) = try Workshop.copyOfTemplates()
        try FileManager.default.removeItem(atPath: path + "/pages/" + name)
        let library = try Workshop.library(path)
        let error = try #require(throws: TemplateLibraryError.self) { _ = try PageRenderer(library: library) }
        #expect(error.file.hasPrefix("pages/" + name))
        withExtendedLifetime(folder) {}
    }

    private func digest(_ path: String, _ locale: String = "fr") throws -> [UInt8] {
        let library = try Workshop.library(path)
        let text = try #require(library.kinds["intervention-ready"]?.text(for: [LocaleTag(locale)])?.text)
        return text.digest
    }

    @Test func theDigestChangesWithEveryFileThatTakesPart() throws {
        let (folder, path) = try Workshop.copyOfTemplates()
        let digest = try digest(path)
        #expect(try self.digest(path) == digest && digest.count == 32)
        #expect(try self.digest(Workshop.templates) == digest, "wherever the folder is")
        let partials = try FileManager.default.contentsOfDirectory(atPath: path + "/partials")
            .filter { $0.contains(".") }.map { "partials/" + $0 }
        let files =
            partials + [
                "partials/fr/words.json", "intervention-ready/template.json",
                "intervention-ready/fr/subject.txt",
                "intervention-ready/fr/body.html", "intervention-ready/fr/body.txt",
            ]
        #expect(files.count > 20)
        for file in files {
            let url = URL(fileURLWithPath: path + "/" + file)
            let original = try Data(contentsOf: url)
            try (original + Data("\n".utf8)).write(to: url)
            #expect(try self.digest(path) != digest, "\(file)")
            try original.write(to: url)
        }
        // A file of another language and a page do not take part, a kind's own words do.
        try Workshop.write("{}", path + "/partials/de/words.json")
        #expect(try self.digest(path) == digest)
        try Workshop.write("{\"total\":\"Somme\"}", path + "/intervention-ready/fr/words.json")
        #expect(try self.digest(path) != digest)
        withExtendedLifetime(folder) {}
    }

    @Test(
        arguments: [
            ("fr-LU", "de", "fr"), ("fr", "de", "fr"), ("de-CH", "fr-LU", "de"), ("nl-BE", "fr-LU", "fr"),
            ("nl", "nl-NL", "en"), (nil, "de-DE", "de"), (nil, "lb", "en"), ("en-GB", "fr-LU", "en"),
        ] as [(String?, String, String)])
    func theTextIsLookedForInTheChain(contact: String?, dealership: String, found: String) throws {
        let kind = try #require(try Workshop.library().kinds["intervention-ready"])
        let chain = LocaleTag.chain(
            contact: try contact.map { try LocaleTag($0) }, dealership: try LocaleTag(dealership))
        #expect(kind.text(for: chain)?.locale.text == found)
    }

    @Test func aRegionsOwnTextComesFirst() throws {
        let (folder, path) = try Workshop.copyOfTemplates()
        try FileManager.default.copyItem(
            atPath: path + "/intervention-ready/fr", toPath: path + "/intervention-ready/fr-LU")
        let kind = try #require(try Workshop.library(path).kinds["intervention-ready"])
        let chain = LocaleTag.chain(contact: try LocaleTag("fr-LU"), dealership: try LocaleTag("de"))
        #expect(kind.text(for: chain)?.locale.text == "fr-LU")
        withExtendedLifetime(folder) {}
    }
}
