// A home of its own for one test: made by `relais init` around a configuration that the test chooses, on ports that the system
// chooses, with the example dealership of the repository.

import Foundation
import SQLite

/// A temporary home directory.
package final class TestHome: Sendable {
    /// Captures messages in the home's own folder.
    package static let capture = #"{ kind: "folder", path: "data/captured", capture: true }"#

    /// An SMTP relay on a loopback port, in clear, one connection.
    package static func relay(_ port: Int, _ more: String = "") -> String {
        #"{ kind: "smtp", url: "smtp://127.0.0.1:\#(port)", tls: "off", helo: "gw.example.com", connections: 1, \#(more) }"#
    }

    package static let dealership = "garage-nord"
    private let folder: TestFolder

    /// Makes a home.
    ///
    /// - Parameters:
    ///   - provider: the one provider, `main`, that e-mail is routed to.
    ///   - settings: further members of `relais.json`, each with a comma after it.
    package init(
        provider: String = TestHome.capture, publicURL: String = "https://relais.example",
        settings: String = ""
    ) throws {
        folder = try TestFolder()
        try configure(provider: provider, publicURL: publicURL, settings: settings)
        try expectOK(run(["init", path]))
        try expectOK(run(["dealership", "put", Relais.repository + "/Outbox/examples/dealership.json"]))
    }

    package var path: String { folder.path }

    /// Writes `relais.json`.
    package func configure(
        provider: String = TestHome.capture, publicURL: String = "https://relais.example",
        settings: String = ""
    ) throws {
        try configure(route: ["main": provider], publicURL: publicURL, settings: settings)
    }

    /// Writes `relais.json` with providers that e-mail is routed to, in this order.
    package func configure(
        route: KeyValuePairs<String, String>, publicURL: String = "https://relais.example",
        settings: String = ""
    ) throws {
        let providers = route.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        let names = route.map { "\"\($0.key)\"" }.joined(separator: ", ")
        try write(
            "relais.json",
            """
            {
              listen: "127.0.0.1:0", opsListen: "127.0.0.1:0", publicURL: "\(publicURL)",
              providers: { \(providers) }, routes: { email: [\(names)] }, \(settings)
            }
            """)
    }

    /// Writes a file of the home.
    package func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    /// The options of a notice that was shown.
    package func notice() throws -> [String] {
        try write("notice.txt", "I want the newsletter.\n")
        return ["--notice", path + "/notice.txt", "--notice-version", "1", "--notice-language", "en"]
    }

    /// Puts a second dealership, like the first under another id.
    package func putDealership(_ id: String) throws {
        let example = try String(
            contentsOfFile: Relais.repository + "/Outbox/examples/dealership.json", encoding: .utf8)
        try write("\(id).json", example.replacingOccurrences(of: Self.dealership, with: id))
        try expectOK(run(["dealership", "put", "\(path)/\(id).json"]))
    }

    /// Runs a command on this home.
    package func run(
        _ words: [String], input: [UInt8] = [], environment: [String: String] = [:], output: Int32? = nil
    ) throws -> CommandResult {
        try Relais.run(
            words, input: input, environment: ["RELAIS_HOME": path].merging(environment) { $1 },
            output: output)
    }

    /// Runs a command that must end with 0.
    @discardableResult
    package func succeed(_ words: [String], input: [UInt8] = []) throws -> CommandResult {
        let result = try run(words, input: input)
        try expectOK(result)
        return result
    }

    /// Makes an API key.
    package func key(_ scopes: String = "send,read", dealership: String = TestHome.dealership) throws
        -> String
    {
        try succeed(["key", "create", "--dealership", dealership, "--scope", scopes]).lines[0]
    }

    /// Starts a gateway on this home.
    package func serve(environment: [String: String] = [:]) throws -> RelaisGateway {
        try RelaisGateway(home: path, environment: environment)
    }

    /// Enqueues one message with `relais send`; its view.
    package func send(_ message: [UInt8]) throws -> JSONDocument {
        try succeed(["send", "--json", "--dealership", Self.dealership], input: message).document()
    }

    /// The view of one message, read beside whoever writes.
    package func message(_ id: String) throws -> JSONDocument {
        try succeed(["outbox", "show", id, "--json"]).document()
    }

    /// The stored bytes of one message.
    package func content(_ id: String) throws -> [UInt8] {
        try succeed(["outbox", "show", id, "--content"]).output
    }

    /// Every message, newest first.
    package func messages() throws -> [JSONDocument] {
        try succeed(["outbox", "list", "--json", "--limit", "100000"]).documents()
    }

    /// How many entries the ledger of a dealership has; throws when its chain does not hold.
    package func ledgerCount(dealership: String = TestHome.dealership) throws -> Int {
        let chains = try succeed(["consent", "verify", "--json"]).documents()
        return chains.first { $0["dealership"].string == dealership }?["entries"].integer ?? 0
    }

    /// Edits the ledger in the database file, past every rule of the store.
    package func forge(_ statement: String) throws {
        let connection = try Connection(path: path + "/data/relais.sqlite", access: .writer)
        for trigger in ["ledger_is_never_changed", "ledger_is_never_shortened"] {
            try connection.run("DROP TRIGGER IF EXISTS \(trigger)")
        }
        guard try connection.run(statement) > 0 else { throw TestFailure("changed nothing: \(statement)") }
    }

    private func expectOK(_ result: CommandResult) throws {
        guard result.status == 0 else {
            throw TestFailure("exit \(result.status): \(result.error)\(result.text)")
        }
    }
}
