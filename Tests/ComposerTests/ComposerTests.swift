// From a request to the bytes: every shipped example, the header fields that the contract promises, and what is refused.

import Composer
import Crypto
import Domain
import Foundation
import JSON
import MIME
import Support
import TemplateEngine
import Testing

@testable import Intake

struct ComposerTests {
    private let library: TemplateLibrary
    private let composer: Composer

    init() throws {
        library = try Workshop.library()
        composer = Workshop.composer(library)
    }

    @Test func everyExampleIsComposed() throws {
        let examples = try Workshop.examples()
        #expect(examples.count >= 8)
        for (name, json) in examples {
            if name.contains("missing") {
                #expect(throws: CompositionError.self) {
                    _ = try Workshop.compose(json, with: composer, library: library)
                }
                continue
            }
            let message = try Workshop.compose(json, with: composer, library: library)
            let language = try #require(name.split(separator: "-").dropFirst().first)
            #expect(message.locale.text == language, "\(name)")
            #expect(!message.subject.isEmpty && !message.subject.contains("\n"), "\(name)")
            #expect(message.html.contains("<html lang=\"\(language)\""), "\(name)")
            #expect(!message.html.contains("{{") && !message.text.contains("{{"), "\(name)")
            for text in [message.html, message.text] {
                #expect(text.contains("Garage du Nord") && text.contains("L-7540 Mersch"), "\(name)")
                #expect(text.contains("https://gw.example.lu/u/"), "\(name)")
            }
        }
    }

    @Test func amountsAndDurationsAreWrittenAsTheReaderDoes() throws {
        let french = try Workshop.compose(Workshop.example(), with: composer, library: library)
        #expect(french.text.contains("0:48"))
        #expect(french.text.contains(/574,75\s€/), "the caller's total, never summed")
        let english = try Workshop.compose(
            Workshop.example("03-en-quote-and-attachments"), with: composer, library: library)
        #expect(english.text.contains("€618.30"))
    }

    @Test func bothPartsHaveTheSameLinks() throws {
        for (name, json) in try Workshop.examples() where !name.contains("missing") {
            let message = try Workshop.compose(json, with: composer, library: library)
            let html = Set(
                message.html.matches(of: /href="(https?:[^"]*)"/).map {
                    String($0.output.1.replacing("&amp;", with: "&"))
                })
            let text = Set(message.text.matches(of: /https?:[^\s>]+/).map { String($0.output) })
            #expect(html == text, "\(name)")
            #expect(html.count >= 2 || json["intervention"]?["media"] == nil, "\(name)")
        }
    }

    @Test(arguments: [
        ("/intervention/reference", "intervention.reference", "/intervention/reference"),
        ("/intervention", "intervention.reference", "/intervention/reference"),
    ])
    func aMissingVariableIsNamed(removed: String, variable: String, pointer: String) throws {
        let json = try Workshop.example().setting(removed, to: nil)
        let error = try #require(throws: CompositionError.self) {
            _ = try Workshop.compose(json, with: composer, library: library)
        }
        guard case .template(let fault, let kind) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(fault.reason == .missingVariable(variable) && fault.line >= 1)
        #expect(error.pointer == pointer)
        #expect(
            error.description.contains(fault.template) && error.description.contains("line \(fault.line)"))
        #expect(fault.template.hasPrefix("intervention-ready/fr/") || fault.template.hasPrefix("partials/"))
        #expect(kind.hasPrefix("intervention-ready/fr/") && error.description.hasPrefix(kind))
    }

    @Test func aVariableOfOursHasNoPointer() {
        let reason = TemplateError.Reason.missingVariable("words.total")
        #expect(
            CompositionError.template(TemplateError(template: "a", line: 1, reason: reason), kind: "a")
                .pointer
                == nil)
    }

    @Test func theFieldsOfEveryMessage() throws {
        let message = try Workshop.compose(Workshop.example(), with: composer, library: library)
        let names = Workshop.headers(message).map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Workshop.header("Date", of: message)?.contains("23 Nov 2026 08:00:00") == true)
        #expect(Workshop.header("Auto-Submitted", of: message) == "auto-generated")
        #expect(Workshop.header("From", of: message)?.contains("<atelier@example.lu>") == true)
        #expect(Workshop.header("To", of: message)?.contains("<zoe.weber@example.lu>") == true)
        #expect(message.sender.address == "atelier@example.lu")
        let link = try #require(Workshop.header("List-Unsubscribe", of: message)?.dropFirst().dropLast())
        #expect(link.hasPrefix("https://gw.example.lu/u/"))
        let token = try #require(
            UnsubscribeToken(
                String(link.dropFirst("https://gw.example.lu/u/".count)), keys: StoreFixture.keys))
        #expect(token.message == message.id && token.references == message.references)
        #expect(token.references.customer != nil && token.references.otherAddress != nil)
        #expect(
            token.purpose.text == "intervention" && token.class == .essential && token.locale.text == "fr")
        #expect(message.body.allSatisfy { $0 < 0x80 }, "no provider is asked for 8BITMIME")
    }

    @Test func messageIDsAndIDsAreNeverTheSame() throws {
        let messages = try (0..<200).map { _ in
            try Workshop.compose(Workshop.example(), with: composer, library: library)
        }
        #expect(Set(messages.compactMap { Workshop.header("Message-ID", of: $0) }).count == 200)
        #expect(Set(messages.map(\.id)).count == 200)
        let one = try #require(messages.first)
        let id = try #require(Workshop.header("Message-ID", of: one))
        #expect(id.hasSuffix(".\(one.id)@example.lu>"))
    }

    @Test(arguments: [true, false], [PurposeClass.safety, .essential, .service, .survey, .marketing])
    func oneClickIsOfferedUnderItsConditionsAlone(isOffered: Bool, purposeClass: PurposeClass) throws {
        let purposes: [PurposeClass: String] = [
            .safety: "recall", .essential: "intervention", .service: "reminder", .survey: "survey",
            .marketing: "newsletter",
        ]
        let (folder, path) = try Workshop.copyOfTemplates()
        try Workshop.write(
            "{\"purpose\":\"\(purposes[purposeClass] ?? "")\",\"channels\":[\"email\"]}",
            path + "/intervention-ready/template.json")
        let library = try Workshop.library(path)
        let composer = Workshop.composer(library, offersOneClick: isOffered)
        let message = try Workshop.compose(Workshop.example(), with: composer, library: library)
        #expect(Workshop.header("List-Unsubscribe", of: message) != nil)
        let post = Workshop.header("List-Unsubscribe-Post", of: message)
        #expect(post == (isOffered && purposeClass != .safety ? "List-Unsubscribe=One-Click" : nil))
        let sender = purposeClass.needsConsent ? "nouvelles@example.lu" : "atelier@example.lu"
        #expect(message.sender.address == sender)
        withExtendedLifetime(folder) {}
    }

    @Test func answersGoToTheSendersAddressElseToTheAdvisor() throws {
        let plain = try Workshop.dealership { $0.setting("/senders/service/replyTo", to: nil) }
        let replyTo = { (json: JSONValue, dealership: Dealership?) in
            Workshop.header(
                "Reply-To",
                of: try Workshop.compose(json, with: composer, library: library, from: dealership))
        }
        let example = try Workshop.example()
        #expect(try replyTo(example, nil)?.contains("accueil@example.lu") == true)
        #expect(try replyTo(example, plain)?.contains("luc.ferreira@example.lu") == true)
        #expect(try replyTo(example.setting("/advisor", to: nil), plain) == nil)
        #expect(try replyTo(example.setting("/advisor", to: ["name": "Eve"]), plain) == nil)
    }

    @Test func aSenderThatIsMissingIsSaid() throws {
        let (folder, path) = try Workshop.copyOfTemplates()
        try Workshop.write(
            "{\"purpose\":\"newsletter\",\"channels\":[\"email\"]}",
            path + "/intervention-ready/template.json")
        let library = try Workshop.library(path)
        let dealership = try Workshop.dealership { $0.setting("/senders/marketing", to: nil) }
        let error = try #require(throws: CompositionError.self) {
            _ = try Workshop.compose(
                Workshop.example(), with: Workshop.composer(library), library: library, from: dealership)
        }
        guard case .notConfigured(let reason) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(reason.contains("senders.marketing"))
        withExtendedLifetime(folder) {}
    }

    @Test func hostileValuesStayText() throws {
        let hostile = #"<script>alert("1")</script>'&{{dealership.name}}"#
        var json = try Workshop.example()
        for pointer in [
            "/to/name", "/intervention/reference", "/intervention/vehicle/model",
            "/intervention/media/0/title",
            "/intervention/media/1/title", "/intervention/quote/lines/0/label", "/data/note",
        ] { json = json.setting(pointer, to: .string(hostile)) }
        let message = try Workshop.compose(json, with: composer, library: library)
        #expect(!message.html.contains("<script"))
        #expect(
            message.html.contains(
                "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;{{dealership.name}}"))
        #expect(message.text.contains(hostile), "no entities in plain text, and nothing rendered twice")
    }

    /// What Intake would refuse already; the composer does not rely on it.
    @Test(arguments: ["a\r\nBcc: evil@example.org", "a\nb", "a\rb", "a\u{0}b", "a\u{7F}b"])
    func aLineBreakInAHeaderIsRefused(value: String) throws {
        let (folder, path) = try Workshop.copyOfTemplates()
        try Workshop.write("News: {{data.title}}!", path + "/intervention-ready/fr/subject.txt")
        let library = try Workshop.library(path)
        let composer = Workshop.composer(library)
        let json = try Workshop.example().setting("/data/title", to: .string(value))
        #expect(throws: CompositionError.mail(.controlCharacter(field: "Subject"))) {
            _ = try Workshop.compose(json, with: composer, library: library)
        }
        let dealership = try Workshop.dealership()
        var request = try MessageRequestReader.read(
            Workshop.example().setting("/data/title", to: "x"), dealership: dealership,
            now: Timestamp(milliseconds: 1_795_420_800_000))
        request.recipient.name = value
        #expect(throws: CompositionError.mail(.controlCharacter(field: "To"))) {
            _ = try Workshop.compose(request, with: composer, library: library, from: dealership)
        }
        withExtendedLifetime(folder) {}
    }
}
