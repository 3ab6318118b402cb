// What the composer's tests share: the shipped templates, the example dealership, requests read as Intake reads them, and a
// copy of the templates to break.

import Composer
import Crypto
import Domain
import Foundation
import JSON
import Support

@testable import Intake

enum Workshop {
    static let templates = RepositoryFolder.path + "/Templates"
    static let now = TestClock().now

    static func dealership(_ change: (JSONValue) -> JSONValue = { $0 }) throws -> Dealership {
        let json = try JSONValue(parsing: RepositoryFolder.bytes(of: "Outbox/examples/dealership.json"))
        return try DealershipReader.read(change(json))
    }

    static func library(_ folder: String = templates) throws -> TemplateLibrary {
        try TemplateLibrary(folder: folder, purposes: PurposeTable())
    }

    static func composer(
        _ library: TemplateLibrary, offersOneClick: Bool = false, publicURL: String = "https://gw.example.lu"
    ) -> Composer {
        Composer(
            library: library, keys: StoreFixture.keys, publicURL: publicURL, offersOneClick: offersOneClick)
    }

    /// An example of `Outbox/examples/messages` as JSON.
    static func example(_ name: String = "01-fr-video-and-quote") throws -> JSONValue {
        try JSONValue(parsing: RepositoryFolder.bytes(of: "Outbox/examples/messages/\(name).json"))
    }

    static func examples() throws -> [(name: String, json: JSONValue)] {
        try RepositoryFolder.files(under: "Outbox/examples/messages").map { file in
            (file, try JSONValue(parsing: RepositoryFolder.bytes(of: file)))
        }
    }

    /// Composes a request as the example dealership's.
    static func compose(
        _ json: JSONValue, with composer: Composer, library: TemplateLibrary,
        from dealership: Dealership? = nil
    ) throws -> ComposedEmail {
        let dealership = try dealership ?? self.dealership()
        let request = try MessageRequestReader.read(
            json, dealership: dealership, now: Timestamp(milliseconds: 1_795_420_800_000))
        return try compose(request, with: composer, library: library, from: dealership)
    }

    static func compose(
        _ request: MessageRequest, with composer: Composer, library: TemplateLibrary,
        from dealership: Dealership
    ) throws -> ComposedEmail {
        guard let kind = library.kinds[request.template], let address = request.recipient.email else {
            throw CocoaError(.coderValueNotFound)
        }
        return try composer.email(
            request, kind: kind, to: address, from: dealership, at: now, random: Crypto.randomBytes(26))
    }

    /// A copy of the shipped templates in a temporary folder.
    static func copyOfTemplates() throws -> (folder: TestFolder, path: String) {
        let folder = try TestFolder()
        let path = folder.path + "/Templates"
        try FileManager.default.copyItem(atPath: templates, toPath: path)
        return (folder, path)
    }

    static func write(_ text: String, _ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
            withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// The header fields of a mail, unfolded.
    static func headers(_ message: ComposedEmail) -> [(name: String, value: String)] {
        let text = String(decoding: message.body, as: UTF8.self)
        let head = text.components(separatedBy: "\r\n\r\n")[0]
            .replacing("\r\n ", with: " ").replacing("\r\n\t", with: " ")
        return head.components(separatedBy: "\r\n").compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (
                String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            )
        }
    }

    static func header(_ name: String, of message: ComposedEmail) -> String? {
        headers(message).first { $0.name == name }?.value
    }
}
