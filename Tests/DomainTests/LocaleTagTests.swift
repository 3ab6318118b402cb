import Domain
import Testing

@Suite("Language tags")
struct LocaleTagTests {
    @Test(
        "say in which order a text is looked for",
        arguments: [
            ("fr-LU", "de", "fr-LU fr de en"), ("fr", "de-LU", "fr de-LU de en"),
            ("de-LU", "de-LU", "de-LU de en"),
            ("en", "fr", "en fr"), ("en-GB", "en-GB", "en-GB en"), ("fr", "fr", "fr en"),
            ("pt", "en", "pt en"),
            ("zh-Hant-TW", "fr-LU", "zh-Hant-TW zh fr-LU fr en"), (nil, "fr-LU", "fr-LU fr en"),
            (nil, "en", "en"),
        ] as [(String?, String, String)])
    func chain(contact: String?, dealership: String, expected: String) throws {
        let chain = LocaleTag.chain(
            contact: try contact.map { try LocaleTag($0) }, dealership: try LocaleTag(dealership))
        #expect(chain.map(\.text).joined(separator: " ") == expected)
    }

    @Test("are kept as they were written", arguments: ["fr", "lb", "fr-LU", "sr-Latn-RS", "deu", "es-419"])
    func taken(text: String) throws {
        #expect(try LocaleTag(text).description == text)
    }

    @Test(
        "are refused in another form",
        arguments: [
            "", "f", "fran", "FR", "Fr-LU", "fr_LU", "fr-", "-fr", "fr--LU", "fr-L", "fr-ABCDEFGHI",
            "fr-LU-a",
            "fr-LU-x-y", "fr-L/", "../fr", "fr-..", "fr LU", "fr-LU\n", "ｆｒ", "fr-ÉÉ",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try LocaleTag(text) }
    }
}
