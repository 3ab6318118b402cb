// Reads `relais.json` (JSON5). It promises that nothing in the file is ignored: an unknown key, a wrong type, a missing secret or a
// setting that this version does not honour yet is an error with its JSON path, and the start stops (exit 78).

import Curl
import Delivery
import Domain
import Intake
import JSON
import Runtime

struct ConfigurationReader {
    /// The folder that relative paths start from: the home.
    let home: String
    let environment: [String: String]

    func read(_ json: JSONValue) throws(JSONProblems) -> Configuration {
        let reader = try JSONObjectReader(json)
        try refuseUnsupported(reader)
        let publicURL = try reader.value("publicURL", publicURL)
        let providers = try providers(reader, helo: Self.helo(ofPublicURL: publicURL))
        let configuration = Configuration(
            listen: try reader.optionalValue("listen", listenAddress)
                ?? ListenAddress(host: "127.0.0.1", port: 8025),
            opsListen: try reader.optionalValue("opsListen", listenAddress)
                ?? ListenAddress(host: "127.0.0.1", port: 8026),
            publicURL: publicURL,
            storePath: try reader.optionalValue("store", storePath) ?? home + "/data/relais.sqlite",
            templatesPath: try reader.optionalLine("templates", limit: 4096).map {
                Files.resolve($0, in: home)
            },
            providers: providers,
            emailRoute: try emailRoute(reader, providers),
            purposes: try purposes(reader),
            emailRetry: try emailRetry(reader),
            recipients: try recipients(reader),
            shutdownGrace: try reader.optionalValue("shutdownGrace", duration) ?? .seconds(30))
        try reader.finish()
        return configuration
    }

    private func refuseUnsupported(_ reader: JSONObjectReader) throws(JSONProblems) {
        try reader.refuse(
            "dkim",
            because: "messages are not DKIM-signed by this version yet; let the relay sign (signs: true)")
        try reader.refuse("retention", because: "retention is not applied by this version yet; leave it out")
        try reader.refuse("limits", because: "limits are not configurable in this version yet; leave it out")
        try reader.refuse(
            "trustedProxies", because: "proxy headers are not read by this version yet; leave it out")
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

    private static func helo(ofPublicURL url: String) -> String {
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

    // MARK: Providers and routes

    private func providers(_ reader: JSONObjectReader, helo: String) throws(JSONProblems)
        -> [ProviderConfiguration]
    {
        guard let members = try reader.optionalObject("providers") else { return [] }
        var providers: [ProviderConfiguration] = []
        for name in members.names {
            let provider = try members.object(name)
            guard Slug.isValid(name) else { throw members.problem(name, detail: Slug.error.reason) }
            switch try provider.string("kind") {
            case "smtp": providers.append(try smtp(name, provider, helo: helo))
            case "folder": providers.append(try folder(name, provider))
            case "sms":
                throw provider.problem(
                    "kind", code: "not-supported", detail: "sms is not sent by this version yet")
            default: throw provider.problem("kind", detail: "must be smtp or folder")
            }
        }
        return providers
    }

    private func folder(_ name: String, _ reader: JSONObjectReader) throws(JSONProblems)
        -> ProviderConfiguration
    {
        guard try reader.optionalBool("capture") == true else {
            throw reader.problem(
                "capture",
                detail: "must be true: it is the consent to write messages to disk instead of sending them")
        }
        let path = Files.resolve(try reader.line("path", limit: 4096), in: home)
        return ProviderConfiguration(name: name, kind: .folder(path: path), connections: 1, signs: false)
    }

    private func smtp(
        _ name: String, _ reader: JSONObjectReader, helo: String
    ) throws(JSONProblems) -> ProviderConfiguration {
        let url = try reader.value("url", SMTPURL.init)
        let allowsCleartext = try reader.optionalBool("allowCleartext") ?? false
        let tls = try reader.optionalString("tls") ?? "required"
        guard ["required", "off"].contains(tls) else {
            throw reader.problem("tls", detail: "must be required or off")
        }
        guard tls == "required" || allowsCleartext || Loopback.isAddress(url.host) else {
            throw reader.problem(
                "tls",
                detail:
                    "may be off for a loopback address only, unless the provider says allowCleartext: true")
        }
        guard tls == "required" || !url.isImplicitTLS else {
            throw reader.problem("tls", detail: "cannot be off with smtps://")
        }
        _ = try reader.optionalLine("country", limit: 2)
        let encryption: SMTPEndpoint.Encryption =
            url.isImplicitTLS ? .implicit : tls == "off" ? .off : .startTLS
        let credentials = try credentials(reader)
        let caFile = try reader.optionalLine("caFile", limit: 4096).map { Files.resolve($0, in: home) }
        if let caFile, !Files.exists(caFile) {
            throw reader.problem("caFile", detail: "there is no file \(caFile)")
        }
        do {
            let endpoint = try SMTPEndpoint(
                host: url.host, port: url.port, encryption: encryption,
                helo: try reader.optionalLine("helo") ?? helo, credentials: credentials, caFile: caFile)
            return ProviderConfiguration(
                name: name, kind: .smtp(endpoint),
                connections: try reader.optionalInteger("connections", in: 1...64) ?? 4,
                signs: try reader.optionalBool("signs") ?? false)
        } catch let error as JSONProblems {
            throw error
        } catch {
            throw reader.problem("url", detail: "\(error)")
        }
    }

    private func credentials(_ reader: JSONObjectReader) throws(JSONProblems) -> SMTPCredentials? {
        let username = try reader.optionalString("username")
        let password = try secret(reader, "password")
        let mechanism = try reader.optionalValue("auth") { text throws(ValueError) in
            switch text {
            case "plain": SMTPCredentials.Mechanism.plain
            case "login": SMTPCredentials.Mechanism.login
            default: throw ValueError("must be plain or login")
            }
        }
        switch (username, password) {
        case (let username?, let password?):
            return SMTPCredentials(username: username, password: password, mechanism: mechanism ?? .plain)
        case (nil, nil):
            guard mechanism == nil else {
                throw reader.problem("auth", detail: "needs username and password")
            }
            return nil
        case (_?, nil):
            throw reader.problem("password", code: "missing", detail: "is required beside username")
        case (nil, _?):
            throw reader.problem("username", code: "missing", detail: "is required beside password")
        }
    }

    /// A secret: a string, `{ env: "NAME" }` or `{ file: "path" }`.
    private func secret(_ reader: JSONObjectReader, _ name: String) throws(JSONProblems) -> String? {
        switch reader.value(name) {
        case nil, .null: return nil
        case .string(let text): return text
        default:
            let source = try reader.object(name)
            let variable = try source.optionalString("env")
            let file = try source.optionalString("file")
            switch (variable, file) {
            case (let variable?, nil):
                guard let value = environment[variable], !value.isEmpty else {
                    throw source.problem("env", detail: "the environment variable \(variable) is not set")
                }
                return value
            case (nil, let file?):
                return try secretFile(Files.resolve(file, in: home), source)
            default:
                throw reader.problem(
                    name, detail: "must be a string, { env: \"NAME\" } or { file: \"path\" }")
            }
        }
    }

    private func secretFile(_ path: String, _ reader: JSONObjectReader) throws(JSONProblems) -> String {
        do {
            guard try !Files.isExposed(path) else {
                throw reader.problem("file", detail: "others can read \(path): chmod 600 it")
            }
            let text = String(decoding: try Files.read(path, limit: 4096), as: UTF8.self)
            let secret = text.prefix { $0 != "\n" && $0 != "\r\n" }
            guard !secret.isEmpty else { throw reader.problem("file", detail: "\(path) is empty") }
            return String(secret)
        } catch let error as JSONProblems {
            throw error
        } catch {
            throw reader.problem("file", detail: "\(error)")
        }
    }

    private func emailRoute(
        _ reader: JSONObjectReader, _ providers: [ProviderConfiguration]
    ) throws(JSONProblems) -> String? {
        guard let routes = try reader.optionalObject("routes") else { return nil }
        if let sms = try routes.optionalStrings("sms"), !sms.isEmpty {
            throw routes.problem("sms", code: "not-supported", detail: "sms is not sent by this version yet")
        }
        guard let names = try routes.optionalStrings("email") else { return nil }
        guard names.count == 1 else {
            throw routes.problem(
                "email", code: "not-supported", detail: "must name one provider: routes of several come later"
            )
        }
        guard providers.contains(where: { $0.name == names[0] }) else {
            throw routes.problem("email", detail: "names \"\(names[0])\", which is not under providers")
        }
        return names[0]
    }

    // MARK: The rest

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

    private func emailRetry(_ reader: JSONObjectReader) throws(JSONProblems) -> RetryPolicy {
        var policy = RetryPolicy.email
        guard let retry = try reader.optionalObject("retry") else { return policy }
        try retry.refuse("sms", because: "sms is not sent by this version yet")
        guard let email = try retry.optionalObject("email") else { return policy }
        if let gaps = try email.optionalStrings("schedule") {
            guard !gaps.isEmpty else { throw email.problem("schedule", detail: "must have at least one gap") }
            policy.schedule.gaps = []
            for gap in gaps {
                do {
                    policy.schedule.gaps.append(try Duration(configured: gap))
                } catch {
                    throw email.problem("schedule", detail: error.reason)
                }
            }
        }
        if let gap = try email.optionalValue("firstConnectRetry", duration) {
            policy.schedule.firstConnectRetry = gap
        }
        if let lifetime = try email.optionalValue("lifetime", duration) {
            policy.schedule.lifetime = lifetime
        }
        switch try email.optionalString("unknownRetry") {
        case nil: break
        case "never": policy.unknownRetryDelay = nil
        case let text?:
            guard let delay = try? Duration(configured: text), delay >= .seconds(1800) else {
                throw email.problem("unknownRetry", detail: "must be never, or at least 30m")
            }
            policy.unknownRetryDelay = delay
        }
        return policy
    }

    private func duration(_ text: String) throws(ValueError) -> Duration {
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
                "allow", detail: "each must be an address or *@ and a domain: \(error.reason)")
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
