// `relais.json`: what is shipped loads, every wrong or unknown setting and every one that is not honoured yet stops the start
// with its JSON path and the reason, and secrets come from where they should.

import Delivery
import Domain
import Foundation
import GatewayAPI
import JSON
import Runtime
import Support
import Testing

@testable import Curl
@testable import Gateway

/// One change to a right configuration, and the problem that must come of it.
struct Refusal: Sendable, CustomTestStringConvertible {
    let pointer: String
    let value: String
    let code: String
    let problemPointer: String
    let detail: String

    init(
        _ pointer: String, _ value: String, _ code: String, at problemPointer: String? = nil, _ detail: String
    ) {
        self.pointer = pointer
        self.value = value
        self.code = code
        self.problemPointer = problemPointer ?? pointer
        self.detail = detail
    }

    var testDescription: String { "\(pointer) = \(value)" }
}

struct ConfigurationReaderTests {
    private static let right = #"""
        {
          publicURL: "https://gw.example.lu/",
          providers: {
            capture: { kind: "folder", path: "data/captured", capture: true },
            relay: { kind: "smtp", url: "smtp://smtp.example.lu", username: "gw", password: "pw", signs: true },
            local: { kind: "smtp", url: "smtp://127.0.0.1:2525", tls: "off" },
          },
          routes: { email: ["relay"] },
          purposes: { "spring-offer": { class: "marketing" } },
          retry: { email: { schedule: ["30m", "1h"], firstConnectRetry: "5m", lifetime: "4d" } },
          recipients: { allow: ["*@staging.example"] },
        }
        """#

    private func read(
        _ json: JSONValue, home: String = "/home/x", environment: [String: String] = [:]
    ) throws(JSONProblems) -> Configuration {
        try ConfigurationReader(
            home: home, environment: environment,
            profileFolders: [RepositoryFolder.path + "/Outbox/providers"]
        ).read(json)
    }

    private func json(_ text: String = right) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8), syntax: .json5)
    }

    private func endpoint(_ configuration: Configuration, _ name: String) throws -> SMTPEndpoint {
        let provider = try #require(configuration.providers.first { $0.name == name })
        guard case .smtp(let endpoint) = provider.kind else { throw CocoaError(.coderValueNotFound) }
        return endpoint
    }

    @Test func aRightOneIsReadWhole() throws {
        let configuration = try read(json())
        #expect(configuration.publicURL == "https://gw.example.lu", "without the slash at its end")
        #expect(configuration.listen == ListenAddress(host: "127.0.0.1", port: 8025))
        #expect(configuration.opsListen == ListenAddress(host: "127.0.0.1", port: 8026))
        #expect(configuration.storePath == "/home/x/data/relais.sqlite")
        #expect(configuration.providers.map(\.name) == ["capture", "relay", "local"])
        #expect(
            configuration.routes[.email, default: []].map(\.name) == ["relay"]
                && configuration.routes[.email, default: []][0].connections == 4)
        #expect(configuration.purposes[try Purpose("spring-offer")] == .marketing)
        #expect(configuration.retry.email.standard.schedule.gaps == [.seconds(1800), .seconds(3600)])
        #expect(configuration.retry.email.standard.schedule.lifetime == .seconds(4 * 86_400))
        #expect(configuration.recipients.allows(envelope: "a@staging.example"))
        #expect(!configuration.recipients.allows(envelope: "a@example.lu"))
        #expect(configuration.shutdownGrace == .seconds(30))
        #expect(configuration.mirrorPath == "/home/x/data/ledger.ndjson")
        #expect(configuration.diskFloor == nil && configuration.retention == Retention())
        #expect(configuration.pageLifetime == .content)
        #expect(configuration.rateLimit == .standard)
        let relay = try endpoint(configuration, "relay")
        #expect(relay.encryption == .startTLS && relay.port == 587 && relay.helo == "gw.example.lu")
        #expect(relay.credentials?.password == "pw")
        #expect(try endpoint(configuration, "local").encryption == .off)
        guard case .folder("/home/x/data/captured") = configuration.providers[0].kind else {
            Issue.record("a folder under the home")
            return
        }
    }

    @Test func aKeysBurstIsTwiceItsRateUnlessSaid() throws {
        let cases: [(String, RateLimit)] = [
            ("{ requestsPerSecond: 50 }", RateLimit(requestsPerSecond: 50, burst: 100)),
            (
                "{ requestsPerSecond: 50, burst: 7, diskFloor: '1GB' }",
                RateLimit(requestsPerSecond: 50, burst: 7)
            ),
            ("{ diskFloor: '1GB' }", .standard),
        ]
        for (limits, expected) in cases {
            let text = "{ publicURL: 'https://gw.example.lu', limits: \(limits) }"
            #expect(try read(json(text)).rateLimit == expected, "\(limits)")
        }
    }

    @Test func theShippedOnesLoad() throws {
        let demo = try read(json(RepositoryFolder.text(of: "Outbox/relais.json")))
        #expect(demo.isCapturing && !demo.offersOneClick)
        let fresh = try read(json(HomeTemplate.configuration))
        #expect(fresh.isCapturing && fresh.retry.email == .email)
    }

    /// Every setting that the commented file of `init` offers is one that can be used by removing its slashes.
    @Test func whatTheFreshFileOffersIsHonoured() throws {
        let offered = HomeTemplate.configuration.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line -> Substring in
                let isSetting = line.firstMatch(of: /^\s+\/\/\s+(\w+: |\},)/) != nil
                return isSetting ? line.drop { $0 == " " }.dropFirst(2) : line
            }.joined(separator: "\n")
        let configuration = try read(
            json(offered), environment: ["RELAY_PASSWORD": "pw", "TWILIO_TOKEN": "t"])
        #expect(
            configuration.retry.email == .email && !configuration.recipients.allows(envelope: "a@example.lu"))
        #expect(configuration.templatesPath == "/home/x/../Templates")
        #expect(configuration.providers.map(\.signs) == [false, true, false])
        #expect(configuration.providers.map(\.name) == ["capture", "relay", "sms"])
        #expect(try endpoint(configuration, "relay").credentials?.password == "pw")
        #expect(configuration.purposes[try Purpose("spring-offer")] == .marketing)
    }

    private static let refusals: [Refusal] = [
        Refusal("/publicURL", "null", "missing", "is required"),
        Refusal("/publicURL", "1", "wrong-type", "a string"),
        Refusal("/publicURL", "\"http://gw.example.lu\"", "invalid-value", "https"),
        Refusal("/publicURL", "\"https://gw.example.lu/?a\"", "invalid-value", "no query"),
        Refusal("/publicURL", "\"https://gw.example.lu/#a\"", "invalid-value", "no fragment"),
        Refusal("/publicURL", "\"https://user@gw.example.lu\"", "invalid-value", "https link"),
        Refusal("/listen", "8025", "wrong-type", "a string"),
        Refusal("/listen", "\"127.0.0.1\"", "invalid-value", "a port"),
        Refusal("/listen", "\"127.0.0.1:65536\"", "invalid-value", "a port"),
        Refusal("/listen", "\"0.0.0.0:8025\"", "invalid-value", "loopback"),
        Refusal("/listen", "\":8025\"", "invalid-value", "loopback"),
        Refusal("/opsListen", "\"192.168.1.1:8026\"", "invalid-value", "loopback"),
        Refusal("/store", "\"postgres://db\"", "invalid-value", "sqlite:"),
        Refusal("/store", "\"sqlite:\"", "invalid-value", "sqlite:"),
        Refusal("/store", "{}", "wrong-type", "a string"),
        Refusal("/templates", "[]", "wrong-type", "a string"),
        Refusal("/providers", "[]", "wrong-type", "an object"),
        Refusal("/providers/Relay One", "{\"kind\":\"smtp\"}", "invalid-value", "a-z"),
        Refusal("/providers/relay", "\"smtp://a\"", "wrong-type", "an object"),
        Refusal("/providers/relay/kind", "null", "missing", "is required"),
        Refusal("/providers/relay/kind", "\"sendmail\"", "invalid-value", "smtp, sms or folder"),
        Refusal("/providers/relay/url", "null", "missing", "is required"),
        Refusal("/providers/relay/url", "\"http://smtp.example.lu\"", "invalid-value", "smtp://"),
        Refusal("/providers/relay/url", "\"smtp://u:p@smtp.example.lu\"", "invalid-value", "smtp://"),
        Refusal("/providers/relay/url", "\"smtp://smtp.example.lu/x\"", "invalid-value", "smtp://"),
        Refusal("/providers/relay/tls", "\"off\"", "invalid-value", "allowCleartext"),
        Refusal("/providers/relay/tls", "\"maybe\"", "invalid-value", "required or off"),
        Refusal("/providers/relay/tls", "false", "wrong-type", "a string"),
        Refusal(
            "/providers/local/url", "\"smtps://127.0.0.1\"", "invalid-value", at: "/providers/local/tls",
            "smtps"),
        Refusal(
            "/providers/local/url", "\"smtp://10.0.0.1\"", "invalid-value", at: "/providers/local/tls",
            "loopback"),
        Refusal(
            "/providers/local/url", "\"smtp://127.0.0.1.example\"", "invalid-value",
            at: "/providers/local/tls", "loopback"),
        Refusal("/providers/relay/allowCleartext", "\"yes\"", "wrong-type", "true or false"),
        Refusal("/providers/relay/helo", "\"a b\"", "invalid-value", at: "/providers/relay/url", ""),
        Refusal("/providers/relay/connections", "0", "invalid-value", "from 1 to 64"),
        Refusal("/providers/relay/connections", "65", "invalid-value", "from 1 to 64"),
        Refusal("/providers/relay/connections", "\"8\"", "wrong-type", "an integer"),
        Refusal("/providers/relay/signs", "1", "wrong-type", "true or false"),
        Refusal("/providers/relay/auth", "\"cram-md5\"", "invalid-value", "plain or login"),
        Refusal("/providers/local/auth", "\"plain\"", "invalid-value", "username and password"),
        Refusal("/providers/relay/password", "null", "missing", "beside username"),
        Refusal("/providers/relay/username", "null", "missing", "beside password"),
        Refusal("/providers/relay/password", "1", "wrong-type", "an object"),
        Refusal("/providers/relay/password", "{}", "invalid-value", "{ env:"),
        Refusal("/providers/relay/password", "{\"env\":\"A\",\"file\":\"b\"}", "invalid-value", "{ env:"),
        Refusal(
            "/providers/relay/password", "{\"env\":\"RELAIS_NOT_SET\"}", "invalid-value",
            at: "/providers/relay/password/env", "RELAIS_NOT_SET is not set"),
        Refusal(
            "/providers/relay/password", "{\"env\":\"EMPTY\"}", "invalid-value",
            at: "/providers/relay/password/env", "EMPTY is not set"),
        Refusal(
            "/providers/relay/password", "{\"file\":\"none.password\"}", "invalid-value",
            at: "/providers/relay/password/file", "none.password"),
        Refusal(
            "/providers/relay/password", "{\"env\":\"SET\",\"command\":\"pass\"}", "unknown-field",
            at: "/providers/relay/password/command", "unknown field"),
        Refusal("/providers/relay/conections", "2", "unknown-field", "did you mean \"connections\"?"),
        Refusal("/providers/capture/capture", "null", "invalid-value", "consent"),
        Refusal("/providers/capture/capture", "false", "invalid-value", "consent"),
        Refusal("/providers/capture/capture", "\"true\"", "wrong-type", "true or false"),
        Refusal("/providers/capture/path", "null", "missing", "is required"),
        Refusal("/providers/capture/connections", "2", "unknown-field", "unknown field"),
        Refusal("/routes", "[\"relay\"]", "wrong-type", "an object"),
        Refusal("/routes/email", "\"relay\"", "wrong-type", "an array"),
        Refusal("/routes/email", "[\"none\"]", "invalid-value", "not under providers"),
        Refusal("/routes/email", "[]", "invalid-value", "must name a provider"),
        Refusal("/routes/email", "[\"relay\",\"none\"]", "invalid-value", "not under providers"),
        Refusal("/routes/email", "[\"relay\",\"local\",\"relay\"]", "invalid-value", "\"relay\" twice"),
        Refusal(
            "/routes/email", "[\"relay\",\"capture\"]", "invalid-value", "must not fall back on a folder"),
        Refusal(
            "/routes/email", "[\"capture\",\"relay\"]", "invalid-value", "must not fall back on a folder"),
        Refusal("/providers/relay/rate", "30", "wrong-type", "a string"),
        Refusal("/providers/relay/rate", "\"30/day\"", "invalid-value", "600/min"),
        Refusal("/providers/capture/rate", "\"30/s\"", "unknown-field", "unknown field"),
        Refusal("/routes/sms", "[\"relay\"]", "invalid-value", "does not send this channel"),
        Refusal("/routes/fax", "[\"relay\"]", "unknown-field", "unknown field"),
        Refusal("/purposes/recall", "{\"class\":\"essential\"}", "invalid-value", "cannot change"),
        Refusal(
            "/purposes/spring-offer/class", "\"safety\"", "invalid-value", at: "/purposes/spring-offer",
            "safety cannot be configured"),
        Refusal("/purposes/spring-offer/class", "\"spam\"", "invalid-value", "survey or marketing"),
        Refusal("/purposes/all", "{\"class\":\"service\"}", "invalid-value", "must be a purpose"),
        Refusal("/purposes/spring-offer", "\"marketing\"", "wrong-type", "an object"),
        Refusal("/purposes/spring-offer/klass", "\"x\"", "unknown-field", "did you mean \"class\"?"),
        Refusal("/retry/email/unknownRetry", "\"29m\"", "invalid-value", "at least 30m"),
        Refusal("/retry/email/unknownRetry", "\"soon\"", "invalid-value", "never"),
        Refusal("/retry/email/classes/offers", "{}", "unknown-field", "unknown field"),
        Refusal("/retry/email/classes/marketing", "\"1d\"", "wrong-type", "an object"),
        Refusal("/retry/email/classes/marketing/schedule", "[]", "invalid-value", "at least one"),
        Refusal("/retry/email/classes/safety/lifetime", "\"4w\"", "invalid-value", "a unit"),
        Refusal("/retry/email/classes/survey/unknownRetry", "\"1m\"", "invalid-value", "at least 30m"),
        Refusal("/retry/email/classes/survey/jitter", "\"1m\"", "unknown-field", "unknown field"),
        Refusal("/retry/email/schedule", "[]", "invalid-value", "at least one"),
        Refusal("/retry/email/schedule", "[\"soon\"]", "invalid-value", "a unit"),
        Refusal("/retry/email/schedule", "[30]", "wrong-type", at: "/retry/email/schedule/0", "a string"),
        Refusal("/retry/email/lifetime", "\"4w\"", "invalid-value", "a unit"),
        Refusal("/retry/email/lifetime", "4", "wrong-type", "a string"),
        Refusal("/retry/email/firstConnectRetry", "\"-5m\"", "invalid-value", "a unit"),
        Refusal("/retry/email/jitter", "\"1m\"", "unknown-field", "unknown field"),
        Refusal("/recipients/allow", "\"*@staging.example\"", "wrong-type", "an array"),
        Refusal("/recipients/allow", "[\"*\"]", "invalid-value", "an address, *@"),
        Refusal("/recipients/deny", "[]", "unknown-field", "unknown field"),
        Refusal("/shutdownGrace", "30", "wrong-type", "a string"),
        Refusal("/shutdownGrace", "\"30\"", "invalid-value", "a unit"),
        Refusal("/retention/content", "\"23h\"", "invalid-value", "at least a day"),
        Refusal("/retention/attempts", "\"0mo\"", "invalid-value", "1mo to 120mo"),
        Refusal("/retention/attempts", "\"20d\"", "invalid-value", "must not be shorter"),
        Refusal("/retention/evidence", "\"11y\"", "invalid-value", "at least a day"),
        Refusal("/pages/lifetime", "\"31d\"", "invalid-value", "must not be longer than retention.content"),
        Refusal("/pages/lifetime", "\"2mo\"", "invalid-value", "must not be longer than retention.content"),
        Refusal("/pages/lifetime", "\"1h\"", "invalid-value", "at least a day"),
        Refusal("/pages/term", "\"1d\"", "unknown-field", "unknown field"),
        Refusal("/retention/ledger", "\"1mo\"", "unknown-field", "unknown field"),
        Refusal("/limits/diskFloor", "\"10%\"", "invalid-value", "a unit"),
        Refusal("/limits/rate", "1", "unknown-field", "unknown field"),
        Refusal("/limits/requestsPerSecond", "0", "invalid-value", "from 1"),
        Refusal("/limits/requestsPerSecond", "\"10/s\"", "wrong-type", "an integer"),
        Refusal("/limits/burst", "0", "invalid-value", "from 1"),
        Refusal("/mirror", "false", "wrong-type", "a string"),
        // Not honoured yet.
        Refusal("/dkim", "[]", "not-supported", "not DKIM-signed"),
        Refusal(
            "/alerts", "{\"email\":\"ops@example.lu\"}", "not-supported", at: "/alerts/email",
            "name a webhook"),
        Refusal("/alerts", "{}", "missing", at: "/alerts/webhook", "is required"),
        Refusal(
            "/alerts", "{\"webhook\":\"http://ops.example.lu/\"}", "invalid-value", at: "/alerts/webhook",
            "https"),
        Refusal(
            "/webhooks", "{\"allowLoopback\":1}", "wrong-type", at: "/webhooks/allowLoopback", "true or false"
        ),
        Refusal(
            "/webhooks", "{\"allowPrivate\":true}", "unknown-field", at: "/webhooks/allowPrivate",
            "unknown field"),
        Refusal("/trustedProxies", "[\"proxy.example\"]", "invalid-value", "each must be an address"),
        Refusal("/log/level", "\"loud\"", "invalid-value", "must be one of debug, info, warning, error"),
        Refusal("/log/format", "\"xml\"", "invalid-value", "must be one of text, json"),
        Refusal("/limits/pagesPerSecond", "0", "invalid-value", "from 1"),
        Refusal("/listne", "\"127.0.0.1:1\"", "unknown-field", "did you mean \"listen\"?"),
    ]

    @Test(arguments: refusals)
    func aWrongSettingIsNamed(refusal: Refusal) throws {
        let value = try JSONValue(parsing: Array(refusal.value.utf8))
        let document = try json().setting(refusal.pointer, to: value)
        do {
            _ = try read(document, environment: ["EMPTY": "", "SET": "x"])
            Issue.record("was taken: \(refusal.testDescription)")
        } catch {
            let found = error.problems.map { "\($0.pointer) \($0.code)" }
            #expect(found == ["\(refusal.problemPointer) \(refusal.code)"], "\(error)")
            #expect(
                refusal.detail.isEmpty || error.problems.first?.detail.contains(refusal.detail) == true,
                "\(error)")
        }
    }

    @Test(arguments: [
        ("smtp://127.0.0.1:25", true), ("smtp://127.8.9.10", true), ("smtp://localhost", true),
        ("smtp://[::1]:25", true), ("smtp://128.0.0.1", false), ("smtp://127.0.0.1.example.lu", false),
        ("smtp://localhost.example.lu", false), ("smtp://[::2]", false), ("smtp://10.0.0.1", false),
    ])
    func clearTextIsForLoopbackAlone(url: String, isLoopback: Bool) throws {
        let document = try json().setting("/providers/local/url", to: .string(url))
        if isLoopback {
            #expect(try endpoint(read(document), "local").encryption == .off)
        } else {
            #expect(throws: JSONProblems.self) { _ = try read(document) }
        }
        // Who says so in so many words may.
        let allowed = document.setting("/providers/local/allowCleartext", to: true)
        #expect(try endpoint(read(allowed), "local").encryption == .off)
    }

    @Test func aRouteKeepsItsOrderAndEveryProviderOfItSigns() throws {
        let document = try json().setting("/routes/email", to: ["local", "relay"])
        let configuration = try read(document)
        #expect(
            configuration.routes[.email, default: []].map(\.name) == ["local", "relay"]
                && !configuration.isCapturing)
        #expect(!configuration.offersOneClick, "local does not sign")
        #expect(try read(document.setting("/providers/local/signs", to: true)).offersOneClick)
        let paced = try read(document.setting("/providers/relay/rate", to: "600/min"))
        #expect(paced.routes[.email, default: []].map { $0.rate?.description } == [nil, "600/min"])
    }

    @Test func aClassIsTriedAsItSaysAndElseAsItsChannel() throws {
        let retry = try read(
            json().setting(
                "/retry/email/classes/marketing", to: ["schedule": ["2h"], "unknownRetry": "never"]
            )
            .setting("/retry/email/classes/safety", to: ["lifetime": "14d", "firstConnectRetry": "1m"])
            .setting("/retry/email/lifetime", to: "2d")
        ).retry.email
        #expect(retry[.service] == retry.standard && retry.standard.schedule.lifetime == .seconds(2 * 86_400))
        #expect(retry[.marketing].schedule.gaps == [.seconds(7200)])
        #expect(
            retry[.marketing].schedule.lifetime == .seconds(2 * 86_400),
            "what it does not say is the channel's")
        #expect(
            retry[.marketing].unknownRetryDelay == nil && retry[.safety].unknownRetryDelay == .seconds(1800))
        #expect(retry[.safety].schedule.lifetime == .seconds(14 * 86_400))
        #expect(retry[.safety].schedule.gaps == retry.standard.schedule.gaps)
    }

    @Test func implicitTLSIsFromTheFirstByte() throws {
        let document = try json().setting("/providers/relay/url", to: "smtps://smtp.example.lu")
        let relay = try endpoint(read(document), "relay")
        #expect(relay.encryption == .implicit && relay.port == 465)
    }

    @Test func secretsComeFromEnvironmentAndFile() throws {
        let folder = try TestFolder()
        let fromEnvironment = try json().setting("/providers/relay/password", to: ["env": "RELAY_PASSWORD"])
        let configuration = try read(fromEnvironment, environment: ["RELAY_PASSWORD": "from env"])
        #expect(try endpoint(configuration, "relay").credentials?.password == "from env")
        let fromFile = try json().setting("/providers/relay/password", to: ["file": "relay.password"])
        for (content, password) in [
            ("s3cret\n", "s3cret"), ("s3cret\r\n", "s3cret"), ("a b ", "a b "), ("x\ny\n", "x"),
        ] {
            let path = folder.path + "/relay.password"
            try Files.create(path, Array(content.utf8), mode: 0o600)
            #expect(
                try endpoint(read(fromFile, home: folder.path), "relay").credentials?.password == password)
            unlink(path)
        }
    }

    @Test func aSecretFileThatOthersReadOrThatIsEmptyIsRefused() throws {
        let folder = try TestFolder()
        let document = try json().setting("/providers/relay/password", to: ["file": "relay.password"])
        let path = folder.path + "/relay.password"
        for (content, mode, reason) in [
            ("canary", 0o644, "chmod 600"), ("canary", 0o640, "chmod 600"), ("", 0o600, "is empty"),
        ] {
            try Files.create(path, Array(content.utf8), mode: mode_t(mode))
            chmod(path, mode_t(mode))
            let error = try #require(throws: JSONProblems.self) { _ = try read(document, home: folder.path) }
            #expect(error.problems.map(\.pointer) == ["/providers/relay/password/file"])
            #expect(error.description.contains(reason) && !error.description.contains("canary"))
            unlink(path)
        }
    }

    /// systemd grants a credential to the service's user by an access list, which a mode shows as the group's.
    @Test func aCredentialOfSystemdIsTakenThoughItsModeShowsAGroup() throws {
        let folder = try TestFolder()
        for name in ["credentials", "credentials-of-another"] {
            try Files.createFolder(folder.path + "/" + name)
            try Files.create(folder.path + "/\(name)/relay", Array("s3cret".utf8), mode: 0o440)
            chmod(folder.path + "/\(name)/relay", 0o440)
        }
        let environment = ["CREDENTIALS_DIRECTORY": folder.path + "/credentials"]
        func password(in name: String) throws -> String? {
            let file: JSONValue = ["file": .string(folder.path + "/\(name)/relay")]
            let document = try json().setting("/providers/relay/password", to: file)
            return try endpoint(read(document, environment: environment), "relay").credentials?.password
        }
        #expect(try password(in: "credentials") == "s3cret")
        #expect(throws: JSONProblems.self) { _ = try password(in: "credentials-of-another") }
    }

    @Test(arguments: [
        ("https://gw.example.lu", true, true), ("https://gw.example.lu", false, false),
        ("http://127.0.0.1:8025", true, false), ("http://127.0.0.1:8025", false, false),
    ])
    func oneClickNeedsHTTPSAndASignature(url: String, signs: Bool, offers: Bool) throws {
        let document = try json().setting("/publicURL", to: .string(url))
            .setting("/providers/relay/signs", to: .bool(signs))
        #expect(try read(document).offersOneClick == offers)
        #expect(
            try !read(document.setting("/routes", to: nil)).offersOneClick, "nobody signs without a route")
    }
}
