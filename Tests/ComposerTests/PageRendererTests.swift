// The public pages' words and style: five languages that say the same, a start that refuses a language with a hole, colours that can be
// read, and a notice that is named by its version.

import Composer
import Domain
import Foundation
import JSON
import Support
import TemplateEngine
import Testing

struct PageRendererTests {
    private static let languages = ["de", "en", "fr", "lb", "nl"]

    private static func words(_ language: String) throws -> JSONValue {
        try JSONValue(parsing: RepositoryFolder.bytes(of: "Templates/pages/\(language)/words.json"))
    }

    /// Every word by its names, `purposes.quote`.
    /// Words that several languages write alike.
    private static let sameWords: Set = [
        ".purposes.newsletter", ".message.photo", ".message.video", ".message.attachments", ".message.total",
    ]

    private static func flat(_ value: JSONValue, _ name: String = "") -> [String: String] {
        switch value {
        case .object(let members):
            members.reduce(into: [:]) { all, member in
                all.merge(flat(member.value, name + "." + member.name)) { $1 }
            }
        case .string(let text): [name: text]
        default: [name: ""]
        }
    }

    @Test func theFiveLanguagesHaveTheSameWords() throws {
        let english = try Self.flat(Self.words("en"))
        #expect(english.count > 50)
        for language in Self.languages {
            let words = try Self.flat(Self.words(language))
            #expect(Set(words.keys) == Set(english.keys), "\(language)")
            for (name, text) in words {
                #expect(
                    !text.isEmpty && text == text.trimmingCharacters(in: .whitespaces), "\(language)\(name)")
            }
            let same = words.filter { english[$0.key] == $0.value }.keys.sorted()
            #expect(
                language == "en" || Set(same).isSubset(of: Self.sameWords), "\(language) \(same)")
        }
        let purposes = Set(PurposeTable().names)
        let named = english.keys.filter { $0.hasPrefix(".purposes.") }.map { String($0.dropFirst(10)) }
        #expect(Set(named) == purposes.union(["other"]), "every shipped purpose has a name")
    }

    @Test(
        arguments: [
            ("undoButton", nil), ("undoButton", ""), ("scopes/marketing", nil), ("channels/email", ""),
        ] as [(String, JSONValue?)])
    func aLanguageWithAHoleIsRefused(name: String, value: JSONValue?) throws {
        let (folder, path) = try Workshop.copyOfTemplates()
        let words = try Self.words("lb").setting("/" + name, to: value)
        try Workshop.write(words.text(), path + "/pages/lb/words.json")
        let library = try Workshop.library(path)
        let error = try #require(throws: TemplateLibraryError.self) { _ = try PageRenderer(library: library) }
        #expect(error.file == "pages/lb/words.json")
        #expect(error.reason.contains(name.replacing("/", with: ".")))
        withExtendedLifetime(folder) {}
    }

    @Test func aGatewayMayNamePurposesOfItsOwn() throws {
        let (folder, path) = try Workshop.copyOfTemplates()
        let words = try Self.words("lb").setting("/purposes/spring-offer", to: "Fréijoersoffer")
        try Workshop.write(words.text(), path + "/pages/lb/words.json")
        let pages = try PageRenderer(library: Workshop.library(path))
        let names = ["purposes", "spring-offer"]
        #expect(pages.word(names, locale: try LocaleTag("lb-LU")) == "Fréijoersoffer")
        #expect(pages.word(names, locale: .english) == nil)
        withExtendedLifetime(folder) {}
    }

    @Test func aNoticeSaysWhoWhatHowAndThatItEnds() throws {
        let pages = try PageRenderer(library: Workshop.library())
        var versions: Set<String> = []
        for language in Self.languages {
            let notice = try pages.notice(
                locale: LocaleTag(language),
                [
                    "dealership": .object([
                        "name": .string("A & B"), "legalName": .string("A & B S.à r.l."),
                        "address": .string("1, rue X"),
                    ]), "purposeName": .string("Nouvelles"), "channel": .string("par pigeon"),
                ])
            for part in ["A & B (A & B S.à r.l.), 1, rue X,", "Nouvelles", "par pigeon"] {
                #expect(notice.text.contains(part), "\(language): \(notice.text)")
            }
            #expect(!notice.text.contains("\n") && notice.text.hasSuffix("."))
            #expect(notice.language.text == language)
            versions.insert(notice.version)
        }
        #expect(versions.count == Self.languages.count)
    }

    @Test func otherWordsOfTheNoticeAreAnotherVersion() throws {
        let (folder, path) = try Workshop.copyOfTemplates()
        let before = try PageRenderer(library: Workshop.library(path)).notice(locale: .english, values)
        try Workshop.write("I agree to everything.\n", path + "/pages/en/notice.txt")
        let after = try PageRenderer(library: Workshop.library(path)).notice(locale: .english, values)
        #expect(after.text == "I agree to everything." && after.version != before.version)
        withExtendedLifetime(folder) {}
    }

    private let values: [String: TemplateValue] = [
        "dealership": .object(["name": .string("A"), "address": .string("B")]),
        "purposeName": .string("C"), "channel": .string("D"),
    ]

    /// WCAG 2.2, 1.4.3: 4.5 : 1 for text; in light and dark.
    @Test func everyColourOfTextCanBeReadOnWhatIsBehindIt() throws {
        let css = try RepositoryFolder.text(of: "Templates/pages/page.css")
        let themes = css.matches(of: /:root \{(.*?)\}/.dotMatchesNewlines()).map { theme in
            Dictionary(
                theme.output.1.matches(of: /--([a-z-]+): #([0-9a-f]{6});/).map {
                    (String($0.output.1), Self.luminance($0.output.2))
                }, uniquingKeysWith: { $1 })
        }
        #expect(themes.count == 2)
        for theme in themes {
            for (text, behind) in [
                ("text", "card"), ("text", "soft"), ("text", "page"), ("muted", "card"), ("muted", "soft"),
                ("on-action", "action"),
            ] {
                let (one, other) = (try #require(theme[text]), try #require(theme[behind]))
                let ratio = (max(one, other) + 0.05) / (min(one, other) + 0.05)
                #expect(ratio >= 4.5, "\(text) on \(behind): \(ratio)")
            }
        }
    }

    /// WCAG 2.2, "relative luminance".
    private static func luminance(_ hexadecimal: Substring) -> Double {
        let value = Int(hexadecimal, radix: 16) ?? 0
        let parts = [value >> 16, value >> 8 & 255, value & 255].map { part -> Double in
            let share = Double(part) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
}
