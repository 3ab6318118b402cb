// A provider of SMS in `relais.json`: the profile that says how it is spoken to, where it is, and the account's parameters.

import Delivery
import Domain
import JSON
import Providers
import Runtime

extension ConfigurationReader {
    func sms(
        _ name: String, _ reader: JSONObjectReader, publicURL: String
    ) throws(JSONProblems) -> ProviderConfiguration {
        let profile = try profile(reader)
        let baseURL = try reader.value("baseURL", WebLink.init)
        let allowsCleartext = try reader.optionalBool("allowCleartext") ?? false
        let isLocal = Loopback.isAddress(baseURL.host)
        guard baseURL.text.hasPrefix("https:") || allowsCleartext || isLocal else {
            throw reader.problem(
                "baseURL",
                detail:
                    "may be http: for a loopback address only, unless the provider says allowCleartext: true")
        }
        let caFile = try reader.optionalLine("caFile", limit: 4096).map { Files.resolve($0, in: home) }
        if let caFile, !Files.exists(caFile) {
            throw reader.problem("caFile", detail: "there is no file \(caFile)")
        }
        let publicHost = try? WebLink(publicURL).host
        return ProviderConfiguration(
            name: name,
            kind: .sms(
                SMSAccount(
                    profile: profile.name, host: baseURL.host,
                    account: try account(reader, profile, baseURL.text),
                    caFile: caFile, reaches: isLocal || !(publicHost.map(Loopback.isAddress) ?? true))),
            country: try reader.optionalValue("country", CountryCode.init),
            connections: try reader.optionalInteger("connections", in: 1...64) ?? 4,
            rate: try reader.optionalValue("rate", SendRate.init), signs: false)
    }

    private func account(
        _ reader: JSONObjectReader, _ profile: ProviderProfile, _ baseURL: String
    ) throws(JSONProblems) -> ProviderAccount {
        var values: [String: String] = [:]
        let given = try reader.optionalObject("parameters")
        for name in given?.names ?? [] {
            guard let value = try given.flatMap({ given throws(JSONProblems) in try secret(given, name) })
            else { continue }
            // An account that nobody sends by: whatever is not there is not asked for.
            values[name] = readsSecrets || !value.isEmpty ? value : "-"
        }
        do {
            return try profile.account(baseURL: baseURL, parameters: values)
        } catch {
            throw JSONProblems(
                error.problems.map { problem in
                    JSONProblem(
                        pointer: reader.pointer + problem.pointer, code: problem.code, detail: problem.detail)
                })
        }
    }

    private func profile(_ reader: JSONObjectReader) throws(JSONProblems) -> ProviderProfile {
        let name = try reader.value("profile") { text throws(ValueError) in
            guard Slug.isValid(text) else { throw Slug.error }
            return text
        }
        guard let file = profileFolders.map({ "\($0)/\(name).json" }).first(where: Files.exists) else {
            throw reader.problem(
                "profile",
                detail: "there is no \(name).json in \(profileFolders.joined(separator: " or in "))")
        }
        do {
            return try ProviderProfile(parsing: try Files.read(file, limit: 1 << 20), name: name)
        } catch let error as JSONProblems {
            throw reader.problem("profile", detail: "\(file): \(error)")
        } catch {
            throw reader.problem("profile", detail: "\(error)")
        }
    }
}
