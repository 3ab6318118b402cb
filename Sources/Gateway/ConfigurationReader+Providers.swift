// The providers and routes of `relais.json`: what a message leaves through, with which protection and which secrets.

import Curl
import Delivery
import Domain
import Intake
import JSON
import Runtime

extension ConfigurationReader {
    func providers(_ reader: JSONObjectReader, publicURL: String) throws(JSONProblems)
        -> [ProviderConfiguration]
    {
        guard let members = try reader.optionalObject("providers") else { return [] }
        var providers: [ProviderConfiguration] = []
        for name in members.names {
            let provider = try members.object(name)
            guard Slug.isValid(name) else { throw members.problem(name, detail: Slug.error.reason) }
            switch try provider.string("kind") {
            case "smtp":
                providers.append(try smtp(name, provider, helo: Self.helo(ofPublicURL: publicURL)))
            case "sms": providers.append(try sms(name, provider, publicURL: publicURL))
            case "folder": providers.append(try folder(name, provider))
            default: throw provider.problem("kind", detail: "must be smtp, sms or folder")
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
        let country = try reader.optionalValue("country", CountryCode.init)
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
                name: name, kind: .smtp(endpoint), country: country,
                connections: try reader.optionalInteger("connections", in: 1...64) ?? 4,
                rate: try reader.optionalValue("rate", SendRate.init),
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
        case (_?, _?) where !readsSecrets:
            // An endpoint that nobody opens a connection to.
            return nil
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

    /// A secret, or any parameter: a string, `{ env: "NAME" }` or `{ file: "path" }`.
    func secret(_ reader: JSONObjectReader, _ name: String) throws(JSONProblems) -> String? {
        switch reader.value(name) {
        case nil, .null: return nil
        case .string(let text): return text
        default:
            let source = try reader.object(name)
            let variable = try source.optionalString("env")
            let file = try source.optionalString("file")
            switch (variable, file) {
            case (_?, nil) where !readsSecrets, (nil, _?) where !readsSecrets:
                return ""
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
            // systemd's own folder lets nobody else in; its files may show an access list as a group's bits.
            let isCredential = environment["CREDENTIALS_DIRECTORY"].map { path.hasPrefix($0 + "/") } ?? false
            guard try isCredential || !Files.isExposed(path) else {
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

    func routes(
        _ reader: JSONObjectReader, _ providers: [ProviderConfiguration]
    ) throws(JSONProblems) -> [Channel: [ProviderConfiguration]] {
        guard let members = try reader.optionalObject("routes") else { return [:] }
        var routes: [Channel: [ProviderConfiguration]] = [:]
        for channel in Channel.allCases {
            guard let names = try members.optionalStrings(channel.rawValue) else { continue }
            routes[channel] = try route(channel, names, members, providers)
        }
        return routes
    }

    private func route(
        _ channel: Channel, _ names: [String], _ reader: JSONObjectReader,
        _ providers: [ProviderConfiguration]
    ) throws(JSONProblems) -> [ProviderConfiguration] {
        guard !names.isEmpty else {
            throw reader.problem(channel.rawValue, detail: "must name a provider")
        }
        var route: [ProviderConfiguration] = []
        for name in names {
            guard let provider = providers.first(where: { $0.name == name }) else {
                throw reader.problem(
                    channel.rawValue, detail: "names \"\(name)\", which is not under providers")
            }
            guard provider.channels.contains(channel) else {
                throw reader.problem(
                    channel.rawValue, detail: "names \"\(name)\", whose kind does not send this channel")
            }
            guard !route.contains(where: { $0.name == name }) else {
                throw reader.problem(channel.rawValue, detail: "names \"\(name)\" twice")
            }
            route.append(provider)
        }
        guard route.count == 1 || !route.contains(where: \.isCapture) else {
            throw reader.problem(
                channel.rawValue,
                detail: "must not fall back on a folder: it would keep what customers wait for, as sent")
        }
        return route
    }
}
