// No value gets out of its place. Random values, read back by parsers that nobody here wrote: Foundation's URL components and JSON, Python's forms.

import Foundation
import JSON
import Providers
import Support
import Testing

@Suite("Values stay in their places")
struct BreakoutTests {
    /// Characters that end something somewhere, and some that look as if they did.
    private static let pieces: [String] = [
        "a", "Z", "9", " ", "&", "=", "?", "#", "/", "..", "%", "%0d%0a", "\r\n", "\n", "\u{0}", "\"", "\\",
        "\\u0022", "'", "{", "}",
        "{text}", "{token}", "[", "]", ",", ":", ";", "<", ">", "+", "é", "e\u{301}", "😀", "\u{2028}",
        "\u{7F}", "\u{85}",
        "日", "}}", "\",\"to\":\"", "&to=", "$1", "%s",
    ]

    private static func word(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }
            .joined()
    }

    private static func isClean(_ request: ProviderRequest) -> Bool {
        let visible: (UInt8) -> Bool = { (0x21...0x7E).contains($0) }
        return request.url.utf8.allSatisfy(visible)
            && request.fields.allSatisfy { field in
                field.name.utf8.allSatisfy(visible)
                    && field.value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
            }
    }

    @Test("form, JSON and query give back what was put in", arguments: 0..<60)
    func messages(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        let submission = ShippedProfile.submission(
            text: Self.word(&random), sender: Self.word(&random), recipient: "+" + Self.word(&random))
        for name in ShippedProfile.names {
            let account = try ShippedProfile.account(name)
            let plain = account.request(for: ShippedProfile.submission(), now: ShippedProfile.now)
            let request = account.request(for: submission, now: ShippedProfile.now)
            #expect(Self.isClean(request), "\(name) \(submission)")
            let type = request["Content-Type"]
            #expect(request.fields.map(\.name) == plain.fields.map(\.name))
            if type == "application/json" {
                #expect(request.url == plain.url)
                let (document, sample) = (try JSONDocument(request.body), try JSONDocument(plain.body))
                #expect(document.shape == sample.shape, "\(name)")
                #expect(
                    document.texts.contains { Self.areSame($0, submission.text) }, "\(name) \(submission)")
            } else {
                #expect(request.pairs.map { $0[0] } == plain.pairs.map { $0[0] }, "\(name)")
                #expect(
                    request.pairs.contains { Self.areSame($0[1], submission.text) }, "\(name) \(submission)")
            }
        }
    }

    /// By scalars, not by canonical equivalence.
    private static func areSame(_ left: String, _ right: String) -> Bool {
        Array(left.unicodeScalars) == Array(right.unicodeScalars)
    }

    @Test("Python's form parser reads what Foundation's does")
    func python() throws {
        var random = SeededGenerator(state: 42)
        // Foundation's parsers drop a byte order mark that begins a value; Python's does not.
        let texts = (0..<200).map { _ in (Bool.random(using: &random) ? "\u{FEFF}" : "") + Self.word(&random)
        }
        let account = try ShippedProfile.account("twilio")
        let forms = texts.map { text in
            String(
                decoding: account.request(
                    for: ShippedProfile.submission(text: text), now: ShippedProfile.now
                ).body, as: UTF8.self)
        }
        let read: [[[String]]] = try VendorJudge.answer(
            "from urllib.parse import parse_qsl\nanswer = [parse_qsl(form, keep_blank_values=True, strict_parsing=True) for form in question]",
            to: forms)
        for (text, pairs) in zip(texts, read) {
            #expect(pairs.count == 5)
            #expect(pairs.contains { $0[0] == "Body" && Self.areSame($0[1], text) }, "\(text)")
        }
    }

    @Test("a parameter stays in its path segment, header or field, or is refused", arguments: 0..<150)
    func parameters(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed + 1000))
        let word = Self.word(&random)
        let hasControl = word.unicodeScalars.contains { $0.properties.generalCategory == .control }
        let isVisible = word.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        let request: (String, [String: String]) -> ProviderRequest? = { name, parameters in
            (try? ShippedProfile.account(name, parameters))?.request(
                for: ShippedProfile.submission(), now: ShippedProfile.now)
        }
        // A header takes visible ASCII alone.
        let header = request("sinch", ["token": word])
        #expect((header != nil) == (isVisible && !hasControl), "\(word)")
        if let header { #expect(header["Authorization"] == "Bearer " + word && Self.isClean(header)) }
        // A segment of a path is one segment.
        if let path = request("sinch", ["plan": word]) {
            #expect(Self.isClean(path) && !hasControl)
            let segments = path.url.dropFirst("https://api.example.com".count).split(
                separator: "/", omittingEmptySubsequences: false)
            #expect(segments.count == 5 && segments[4] == "batches", "\(path.url)")
            #expect(segments[3].removingPercentEncoding.map { Self.areSame($0, word) } == true)
        } else {
            #expect(hasControl || word == "..", "\(word)")
        }
        // Credentials of Basic are one pair.
        if let basic = request("twilio", ["token": word]) {
            let pair = Data(base64Encoded: String(basic["Authorization"]?.dropFirst(6) ?? ""))
            #expect(pair.map { String(decoding: $0, as: UTF8.self) } == "its-account:" + word && !hasControl)
        } else {
            #expect(hasControl)
        }
        // A field is one field, and a value is never read for tags.
        if let kannel = request("kannel", ["password": word]) {
            #expect(kannel.pairs.count == 11 && Self.areSame(kannel.pairs[1][1], word))
        } else {
            #expect(hasControl)
        }
    }
}

extension JSONDocument {
    /// Names and kinds, without values.
    var shape: String {
        if !names.isEmpty {
            return "{" + names.sorted().map { "\($0):\(self[$0].shape)" }.joined(separator: ",") + "}"
        }
        return elements.isEmpty ? "." : "[" + elements.map(\.shape).joined(separator: ",") + "]"
    }

    /// Every string in it.
    var texts: [String] {
        [string].compactMap { $0 } + names.flatMap { self[$0].texts } + elements.flatMap(\.texts)
    }
}
