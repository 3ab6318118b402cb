// What an inbound SMS asks for in one word: STOP, START, HELP, in the languages of KeywordTable. Only a whole message counts, or a first word
// STOP with at most two others ("STOP SMS", "Stop merci"): a wrong match would end what somebody wants, a missed one is asked twice. What is no
// keyword goes to the dealership, marked where it sounds like an objection.

import Foundation

package enum Keyword: Sendable, Equatable {
    /// Ends what comes from this sender on the channel; `all` when the person said so ("STOP ALL").
    case stop(all: Bool)
    /// Lifts what STOP set on the same channel, and nothing else.
    case start
    /// Asks who writes.
    case help

    /// The keyword that the text is; nil for any other text.
    package static func read(_ text: String) -> Keyword? {
        let words = words(of: text)
        let message = words.joined(separator: " ")
        if KeywordTable.start.contains(message) { return .start }
        if KeywordTable.help.contains(message) { return .help }
        guard let first = words.first else { return nil }
        let isStop = first.hasPrefix("stop") && words.count <= 3 && KeywordTable.stop.contains(first)
        guard isStop || KeywordTable.stop.contains(message) else { return nil }
        return .stop(all: first == "stopall" || !KeywordTable.all.isDisjoint(with: words))
    }

    /// Whether a text that is no keyword sounds like one and should be looked at by a person ("arrêtez vos messages svp"). It decides nothing.
    package static func mayBeAnObjection(_ text: String) -> Bool {
        guard read(text) == nil else { return false }
        let words = words(of: text)
        let message = " " + words.joined(separator: " ") + " "
        return words.contains { word in KeywordTable.objectionStems.contains { word.hasPrefix($0) } }
            || KeywordTable.objectionPhrases.contains { message.contains(" " + $0 + " ") }
    }

    /// In compatibility form (full-width letters, ligatures), without diacritics, case, punctuation and signs: `«Arrêter!»` is `arreter`.
    private static func words(of text: String) -> [String] {
        let folded = text.precomposedStringWithCompatibilityMapping.decomposedStringWithCanonicalMapping
            .lowercased()
        var plain = String.UnicodeScalarView()
        for scalar in folded.unicodeScalars
        where ![.nonspacingMark, .format].contains(scalar.properties.generalCategory) {
            let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            plain.append(isWord ? scalar : " ")
        }
        return String(plain).split(separator: " ").map(String.init)
    }
}
