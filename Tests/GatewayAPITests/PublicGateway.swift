// The HTTP side of the gateway in the test's own process, over a real store whose clock the test moves, with the shipped templates and
// kinds of every class; and a customer's view of it: the links of a mail, the forms of a page, what a click answers.

import Composer
import Consent
import Crypto
import Domain
import Foundation
import GatewayAPI
import HTTPServer
import Intake
import JSON
import OutboxStore
import Providers
import Runtime
import Support

final class PublicGateway {
    /// The kinds beside the shipped ones, each `intervention-ready` under another purpose.
    private static let kinds = [
        "quote-approval": "quote", "quote-reminder": "quote-reminder", "service-reminder": "reminder",
        "satisfaction-survey": "survey", "safety-recall": "recall",
    ]

    let fixture: StoreFixture
    let client: HTTPClient
    private let templates: TestFolder
    private let intake: Intake
    private let api: GatewayAPI
    private let server: HTTPServer
    private let workers = RequestWorkers()

    /// Every route of the service, with what it says of itself.
    var routes: [Route] { api.service.routes }

    init(limit: RateLimit = .standard, accounts: [String: ProviderAccount] = [:]) throws {
        fixture = try StoreFixture(
            record: RepositoryFolder.text(of: "Outbox/examples/dealership.json"), inMemory: true)
        templates = try TestFolder()
        try Self.write(Self.kinds, templates.path + "/Templates")
        let library = try TemplateLibrary(folder: templates.path + "/Templates", purposes: PurposeTable())
        let composer = Composer(
            library: library, keys: StoreFixture.keys, publicURL: "https://gw.example.lu",
            offersOneClick: true)
        intake = Intake(
            store: fixture.store, library: library, composer: composer, recipients: .all,
            routes: [.email, .sms], clock: fixture.clock.wallClock)
        api = GatewayAPI(
            store: fixture.store, intake: intake, keys: StoreFixture.keys,
            purposes: PurposeTable(), publicURL: "https://gw.example.lu",
            pages: try PageRenderer(library: library), library: library,
            pageLifetime: .content, countries: [:], accounts: accounts, providers: { [] },
            onAccept: { _ in }, limit: limit, workers: workers, startedAt: fixture.clock.now,
            clock: fixture.clock.wallClock, log: Log(write: { _ in }))
        let router = api.service
        server = try HTTPServer(
            configuration: HTTPServerConfiguration(), allowance: { router.allowance($0) },
            handler: { router.handle($0, $1) })
        client = HTTPClient(port: server.port, patienceSeconds: 60)
    }

    deinit {
        server.stop(grace: .zero)
        workers.stop()
    }

    private static func write(_ kinds: [String: String], _ path: String) throws {
        let manager = FileManager.default
        try manager.copyItem(atPath: RepositoryFolder.path + "/Templates", toPath: path)
        for (kind, purpose) in kinds {
            try manager.copyItem(atPath: path + "/intervention-ready", toPath: path + "/" + kind)
            try Data(#"{ "purpose": "\#(purpose)", "channels": ["email"] }"#.utf8)
                .write(to: URL(fileURLWithPath: "\(path)/\(kind)/template.json"))
        }
    }

    // MARK: Messages

    /// Accepts a message that says as little as its kind allows.
    func accept(
        _ template: String, _ email: String, locale: String = "fr-LU", customer: String? = nil,
        phone: String? = nil, data: JSONValue? = nil
    ) throws -> MessageRecord {
        var request: JSONValue = [
            "template": .string(template), "to": ["email": .string(email), "locale": .string(locale)],
        ]
        if let customer { request = request.setting("/to/id", to: .string(customer)) }
        if let phone { request = request.setting("/to/phone", to: .string(phone)) }
        if !["newsletter", "confirm-subscription", "terms-change"].contains(template) {
            request = request.setting("/intervention", to: ["reference": "WO-1"])
        }
        let usual: JSONValue? =
            switch template {
            case "newsletter": ["title": "T", "lead": "L"]
            case "terms-change": ["effectiveOn": "2028-01-31", "summary": "S"]
            default: nil
            }
        if let data = data ?? usual { request = request.setting("/data", to: data) }
        return try accept(request)
    }

    /// Accepts a message as its caller wrote it.
    func accept(_ request: JSONValue) throws -> MessageRecord {
        let answer = Monitor<Result<AcceptedMessage, IntakeError>?>(nil)
        intake.accept(request.bytes(), key: .header(nil), for: fixture.dealership) { result in
            answer.update { $0 = result }
        }
        return try fixture.message(answer.wait { $0 }.get().id)
    }

    /// The path of a link in a stored mail, `/u/…`, `/c/…` or `/m/…`, as the mail's reader has it.
    func link(_ path: String, in message: MessageRecord) throws -> String {
        let content = try fixture.store.read { reader throws(StoreError) in try reader.content(message.id) }
        let text = String(decoding: content ?? [], as: UTF8.self).replacing("=\r\n", with: "")
        guard let start = text.range(of: "https://gw.example.lu\(path)")?.upperBound else {
            throw TestFailure("no \(path) in the mail")
        }
        return path + text[start...].prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    }

    /// The path of the unsubscribe link of a new message of a kind.
    func unsubscribeLink(
        _ template: String = "intervention-ready", _ email: String = "zoe@example.lu",
        locale: String = "fr-LU", customer: String? = nil, phone: String? = nil
    ) throws -> String {
        try link("/u/", in: accept(template, email, locale: locale, customer: customer, phone: phone))
    }

    // MARK: Clicks

    func get(_ path: String, _ fields: [(String, String)] = []) throws -> HTTPAnswer {
        try client.send("GET", path, fields)
    }

    /// Posts fields as a browser does, or as multipart/form-data.
    func post(_ path: String, _ fields: KeyValuePairs<String, String>, asMultipart: Bool = false) throws
        -> HTTPAnswer
    {
        guard asMultipart else {
            let body = fields.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
            return try client.send(
                "POST", path, [("Content-Type", "application/x-www-form-urlencoded")], body: Array(body.utf8))
        }
        let parts = fields.map {
            "--relais\r\nContent-Disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n"
        }
        return try client.send(
            "POST", path, [("Content-Type", "multipart/form-data; boundary=relais")],
            body: Array((parts.joined() + "--relais--\r\n").utf8))
    }

    // MARK: The ledger

    /// Every entry of the dealership under an address, in order.
    func entries(_ email: String = "zoe@example.lu") throws -> [LedgerEntry] {
        try entries(fixture.reference(email))
    }

    func entries(_ contact: ContactReference) throws -> [LedgerEntry] {
        try fixture.store.read { reader throws(StoreError) in
            try reader.ledgerEntries(dealership: fixture.dealership, contact: contact)
        }
    }

    /// How many entries the whole ledger has.
    func ledgerCount() throws -> Int64 {
        let chains = try fixture.store.read { reader throws(StoreError) in try reader.verifyLedgers() }
        guard chains.allSatisfy({ $0.fault == nil }) else { throw TestFailure("the chain does not hold") }
        return chains.map(\.entries).reduce(0, +)
    }

    /// Consent on paper for a purpose.
    func consent(_ email: String = "zoe@example.lu", to purpose: String = "newsletter") throws {
        try fixture.record(
            .given, of: email, scope: .purpose(try Purpose(purpose)), channel: .email, method: .paper)
    }
}

/// A page as its reader has it.
extension HTTPAnswer {
    /// The values of the radio buttons.
    var choices: [String] {
        text.matches(of: /<input type="radio" name="scope" value="([^"]*)"/).map { String($0.output.1) }
    }

    /// The value of a hidden field.
    func hidden(_ name: String) -> String? {
        text.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)">/)
            .first { $0.output.1 == name }.map { String($0.output.2) }
    }

    /// Where its form posts.
    var action: String? {
        text.firstMatch(of: /<form method="post" action="([^"]*)">/).map { String($0.output.1) }
    }

    /// What a page says that is stopped.
    var stopped: [String] { text.matches(of: /<dd>([^<]*)<\/dd>/).map { String($0.output.1) } }

    /// The receipt's number.
    var reference: String? {
        text.firstMatch(of: /<dd class="reference">([^<]*)<\/dd>/).map { String($0.output.1) }
    }

    var language: String? { text.firstMatch(of: /<html lang="([^"]*)">/).map { String($0.output.1) } }

    /// The notice, as it is shown.
    var notice: String? {
        text.firstMatch(of: /<p class="notice">([^<]*)<\/p>/).map {
            String($0.output.1).replacing("&#39;", with: "'").replacing("&amp;", with: "&")
        }
    }
}

/// Programs that fetch the links of a mail before, or instead of, a person (field.md 3.3).
enum Scanners {
    static let agents = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
        "Mozilla/5.0 (compatible; Barracuda Sentinel)", "BarracudaCentral/1.0", "Mimecast-URL-Protect",
        "Proofpoint URL Defense", "Microsoft Office Outlook", "SafeLinks/1.0", "GoogleImageProxy",
        "YahooMailProxy", "Symantec.cloud", "TrendMicro WRS", "Cisco IronPort", "FireEye ETP", "Sophos-UTM",
        "curl/7.88.1", "Wget/1.21", "python-requests/2.31", "Slackbot-LinkExpanding 1.0", "WhatsApp/2.23",
        "facebookexternalhit/1.1",
    ]
}
