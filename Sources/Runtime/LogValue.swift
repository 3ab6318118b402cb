// What a field of the log may say: a word of the source, a number, a moment, an id. It promises that no other text becomes one by itself: a
// literal with an interpolation does not compile, and no initialiser takes a `String`. The two ways in for text, `operational` and
// `redacted`, say by their names what whoever calls them vouches for, so that a review finds every one of them by these words.

import Domain
import JSON

package struct LogValue: Sendable, ExpressibleByStringLiteral {
    /// As JSON has it.
    let json: JSONValue

    private init(_ json: JSONValue) {
        self.json = json
    }

    /// A word or a sentence that stands in the source.
    package init(stringLiteral word: StaticString) {
        json = .string("\(word)")
    }

    package static func number(_ number: some BinaryInteger) -> LogValue { LogValue(.integer(number)) }

    package static func flag(_ flag: Bool) -> LogValue { LogValue(.bool(flag)) }

    /// In milliseconds, to the microsecond.
    package static func milliseconds(_ duration: Duration) -> LogValue {
        let microseconds = duration / .microseconds(1)
        return LogValue(.number("\(microseconds.rounded() / 1000)"))
    }

    package static func moment(_ moment: Timestamp) -> LogValue { LogValue(.string(moment.text)) }

    package static func id<Kind>(_ id: Identifier<Kind>) -> LogValue { LogValue(.string(id.description)) }

    package static func request(_ id: RequestID) -> LogValue { LogValue(.string(id.text)) }

    package static func dealership(_ id: DealershipID) -> LogValue { LogValue(.string(id.text)) }

    /// A case of a closed list.
    package static func word<Word: RawRepresentable<String> & CaseIterable>(_ word: Word) -> LogValue {
        LogValue(.string(word.rawValue))
    }

    /// An error's own words if its type vouches for them, else the name of its type alone.
    package static func error(_ error: any Error) -> LogValue {
        LogValue(.string((error as? any LoggableError)?.description ?? "\(type(of: error))"))
    }

    /// What the operator wrote or owns: a provider's name, an address to listen on, a path, a remedy made of these. Nothing of a request
    /// or of a message.
    package static func operational(_ text: String) -> LogValue { LogValue(.string(text)) }

    /// What a provider said, after `ReplyRedaction`.
    package static func redacted(_ reply: String) -> LogValue { LogValue(.string(reply)) }

    /// As a line of text has it.
    var text: String {
        switch json {
        case .string(let text): text
        case .number(let digits): digits
        default: json.text()
        }
    }
}

/// An error whose description may stand in the log: it repeats no value of a request, a message or a secret.
package protocol LoggableError: Error, CustomStringConvertible {}
