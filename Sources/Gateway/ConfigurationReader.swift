// Reads `relais.json` (JSON5). It promises that nothing in the file is ignored: an unknown key, a wrong type, a missing secret or a
// setting that this version does not honour yet is an error with its JSON path, and the start stops (exit 78).

import Curl
import Domain
import GatewayAPI
import HTTPServer
import Intake
import JSON
import Runtime

struct ConfigurationReader {
    /// The folder that relative paths start from: the home.
    let home: String
    let environment: [String: String]
    /// False for whoever hands nothing over: an operator's shell has none of the gateway's secrets.
    var readsSecrets = true
    /// Where shipped and own profiles of SMS providers are, the first that has one.
    var profileFolders: [String] = []

    func read(_ json: JSONValue) throws(JSONProblems) -> Configuration {
        let reader = try JSONObjectReader(json)
        try refuseUnsupported(reader)
        let publicURL = try reader.value("publicURL", publicURL)
        let providers = try providers(reader, publicURL: publicURL)
        let storePath = try reader.optionalValue("store", storePath) ?? home + "/data/relais.sqlite"
        let retention = try retention(reader)
        let configuration = Configuration(
            listen: try reader.optionalValue("listen", listenAddress)
                ?? ListenAddress(host: "127.0.0.1", port: 8025),
            opsListen: try reader.optionalValue("opsListen", listenAddress)
                ?? ListenAddress(host: "127.0.0.1", port: 8026),
            publicURL: publicURL,
            storePath: storePath,
            mirrorPath: try mirrorPath(reader, storePath: storePath),
            diskFloor: try reader.optionalObject("limits")?.optionalValue("diskFloor", ByteCount.init),
            rateLimit: try rateLimit(reader),
            pagesPerSecond: try reader.optionalObject("limits")?.optionalInteger(
                "pagesPerSecond", in: 1...1_000_000) ?? RateLimit.standardPagesPerSecond,
            retention: retention,
            pageLifetime: try pageLifetime(reader, within: retention.content),
            templatesPath: try reader.optionalLine("templates", limit: 4096).map {
                Files.resolve($0, in: home)
            },
            providers: providers,
            routes: try routes(reader, providers),
            purposes: try purposes(reader),
            regions: try regions(reader, providers),
            retry: try retry(reader),
            recipients: try recipients(reader),
            allowsLoopbackWebhooks: try reader.optionalObject("webhooks")?.optionalBool("allowLoopback")
                ?? false,
            alertURL: try alertURL(reader),
            shutdownGrace: try reader.optionalValue("shutdownGrace", duration) ?? .seconds(30),
            log: try log(reader),
            trustedProxies: try trustedProxies(reader))
        try reader.finish()
        return configuration
    }

    private func refuseUnsupported(_ reader: JSONObjectReader) throws(JSONProblems) {
        try reader.refuse(
            "dkim",
            because: "messages are not DKIM-signed by this version yet; let the relay sign (signs: true)")
    }

    // MARK: Addresses

    private func listenAddress(_ text: String) throws(ValueError) -> ListenAddress {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw ValueError("must be an address and a port, such as 127.0.0.1:8025") }
        let host = text[..<colon].trimming("[", "]")
        guard Loopback.isAddress(host) else {
            throw ValueError(
                "must be a loopback address: a proxy stands in front of the gateway on a network")
        }
        return ListenAddress(host: host == "localhost" ? "127.0.0.1" : host, port: port)
    }

    private func publicURL(_ text: String) throws(ValueError) -> String {
        let link = try WebLink(text)
        guard !text.contains("?"), !text.contains("#") else {
            throw ValueError("must have no query and no fragment")
        }
        return link.text.hasSuffix("/") ? String(link.text.dropLast()) : link.text
    }

    static func helo(ofPublicURL url: String) -> String {
        guard let host = try? WebLink(url).host else { return "localhost" }
        if host.hasPrefix("[") { return "[IPv6:" + host.dropFirst() }
        return host.contains(where: \.isLetter) ? host : "[\(host)]"
    }

    private func storePath(_ text: String) throws(ValueError) -> String {
        guard text.hasPrefix("sqlite:"), text.utf8.count > 7, !text.contains("?") else {
            throw ValueError("must be sqlite: and a path, such as sqlite:data/relais.sqlite")
        }
        return Files.resolve(String(text.dropFirst(7)), in: home)
    }

    /// Beside the store unless said; `"off"` for none.
    private func mirrorPath(_ reader: JSONObjectReader, storePath: String) throws(JSONProblems) -> String? {
        switch try reader.optionalLine("mirror", limit: 4096) {
        case nil: Files.parentFolder(of: storePath) + "/ledger.ndjson"
        case "off": nil
        case let path?: Files.resolve(path, in: home)
        }
    }

    private func rateLimit(_ reader: JSONObjectReader) throws(JSONProblems) -> RateLimit {
        guard let limits = try reader.optionalObject("limits") else { return .standard }
        let range = 1...1_000_000
        let rate =
            try limits.optionalInteger("requestsPerSecond", in: range) ?? RateLimit.standard.requestsPerSecond
        return RateLimit(
            requestsPerSecond: rate,
            burst: try limits.optionalInteger("burst", in: range) ?? min(2 * rate, range.upperBound))
    }

    private func retention(_ reader: JSONObjectReader) throws(JSONProblems) -> Retention {
        var retention = Retention()
        guard let terms = try reader.optionalObject("retention") else { return retention }
        if let term = try terms.optionalValue("content", RetentionTerm.init) { retention.content = term }
        if let term = try terms.optionalValue("attempts", RetentionTerm.init) { retention.attempts = term }
        if let term = try terms.optionalValue("evidence", RetentionTerm.init) { retention.evidence = term }
        if let term = try terms.optionalValue("events", RetentionTerm.init) { retention.events = term }
        guard !retention.attempts.isShorter(than: retention.content, at: WallClock.system.now()) else {
            throw terms.problem("attempts", detail: "must not be shorter than content: it removes both")
        }
        return retention
    }

    private func pageLifetime(
        _ reader: JSONObjectReader, within content: RetentionTerm
    ) throws(JSONProblems) -> RetentionTerm {
        guard let pages = try reader.optionalObject("pages"),
            let lifetime = try pages.optionalValue("lifetime", RetentionTerm.init)
        else { return content }
        guard !content.isShorter(than: lifetime, at: WallClock.system.now()) else {
            throw pages.problem(
                "lifetime", detail: "must not be longer than retention.content: pages are composed from it")
        }
        return lifetime
    }

    private func purposes(_ reader: JSONObjectReader) throws(JSONProblems) -> PurposeTable {
        guard let members = try reader.optionalObject("purposes") else { return PurposeTable() }
        var table = PurposeTable()
        var configured: [(purpose: Purpose, class: PurposeClass)] = []
        for name in members.names {
            let member = try members.object(name)
            let purposeClass = try member.value("class") { text throws(ValueError) in
                guard let purposeClass = PurposeClass(rawValue: text) else {
                    throw ValueError("must be essential, service, survey or marketing")
                }
                return purposeClass
            }
            do {
                configured.append((try Purpose(name), purposeClass))
                table = try PurposeTable(configured: configured)
            } catch {
                throw members.problem(name, detail: error.reason)
            }
        }
        return table
    }

    /// A provider that is not known to be in a region is refused: nobody finds out by a transfer.
    private func regions(
        _ reader: JSONObjectReader, _ providers: [ProviderConfiguration]
    ) throws(JSONProblems) -> [Region] {
        guard let names = try reader.optionalStrings("regions") else { return [] }
        var regions: [Region] = []
        for name in names {
            do {
                regions.append(try Region(name))
            } catch {
                throw reader.problem("regions", detail: "each \(error.reason)")
            }
        }
        for provider in providers where !provider.isCapture {
            guard let country = provider.country else {
                throw JSONProblems([
                    JSONProblem(
                        pointer: "/providers/\(provider.name)/country", code: "missing",
                        detail: "is required beside regions: where does the provider have the messages?")
                ])
            }
            guard regions.contains(where: { $0.contains(country) }) else {
                throw JSONProblems([
                    JSONProblem(
                        pointer: "/providers/\(provider.name)/country", code: "invalid-value",
                        detail: "must be in regions (\(names.joined(separator: ", ")))")
                ])
            }
        }
        return regions
    }

    private func alertURL(_ reader: JSONObjectReader) throws(JSONProblems) -> WebLink? {
        guard let alerts = try reader.optionalObject("alerts") else { return nil }
        try alerts.refuse(
            "email", because: "a mail would need the very provider that the alert is about; name a webhook")
        return try alerts.value("webhook", WebLink.init)
    }

    private func trustedProxies(_ reader: JSONObjectReader) throws(JSONProblems) -> TrustedProxies {
        var networks: [IPNetwork] = []
        for text in try reader.optionalStrings("trustedProxies") ?? [] {
            guard let network = IPNetwork(text) else {
                throw reader.problem(
                    "trustedProxies",
                    detail:
                        "each must be an address, or a network such as 10.0.0.0/8 with no bit beyond its length"
                )
            }
            networks.append(network)
        }
        return TrustedProxies(networks)
    }

    private func log(_ reader: JSONObjectReader) throws(JSONProblems) -> Log.Settings {
        var settings = Log.Settings()
        guard let log = try reader.optionalObject("log") else { return settings }
        settings.format = try log.optionalValue("format", word) ?? settings.format
        settings.level = try log.optionalValue("level", word) ?? settings.level
        return settings
    }

    /// A case of a closed list; an error names them all.
    private func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String
    ) throws(ValueError) -> Word {
        guard let word = Word(rawValue: text) else {
            throw ValueError(
                "must be one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    func duration(_ text: String) throws(ValueError) -> Duration {
        try Duration(configured: text)
    }

    private func recipients(_ reader: JSONObjectReader) throws(JSONProblems) -> RecipientFilter {
        guard let recipients = try reader.optionalObject("recipients"),
            let patterns = try recipients.optionalStrings("allow")
        else { return .all }
        do {
            return try RecipientFilter(allowing: patterns)
        } catch {
            throw recipients.problem(
                "allow",
                detail: "each must be an address, *@ and a domain, or a phone number: \(error.reason)")
        }
    }
}

extension StringProtocol {
    fileprivate func trimming(_ first: Character, _ last: Character) -> String {
        var text = Substring(self)
        if text.first == first { text = text.dropFirst() }
        if text.last == last { text = text.dropLast() }
        return String(text)
    }
}
