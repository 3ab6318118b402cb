// `relais provider list`: the configured providers, what they are used for, and the URL that a provider of SMS calls back.

import Crypto
import Domain
import Gateway
import JSON

enum ProviderList: Command {
    static let path = ["provider", "list"]
    static let summary = "list providers, their routes and the URLs that they call back"

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        for provider in home.configuration.providers {
            let view = view(provider, home)
            guard !arguments.isJSON else {
                Terminal.write(.object(view.map { JSONMember(name: $0.name, value: $0.value) }))
                continue
            }
            let words = view.compactMap { name, value -> String? in
                if case .string(let text) = value { name == "name" ? text : "\(name) \(text)" } else { nil }
            }
            Terminal.write(words.joined(separator: "  "))
        }
        if home.configuration.providers.isEmpty { Terminal.complain("relais.json names no provider") }
        return .ok
    }

    private static func view(
        _ provider: ProviderConfiguration, _ home: Home
    ) -> [(name: String, value: JSONValue)] {
        let routes = home.configuration.routes.filter { $0.value.contains { $0.name == provider.name } }.keys
        var view: [(name: String, value: JSONValue)] = [
            ("name", .string(provider.name)),
            (
                "route",
                .string(routes.isEmpty ? "none" : routes.map(\.rawValue).sorted().joined(separator: ", "))
            ),
        ]
        switch provider.kind {
        case .smtp(let endpoint): view += [("kind", "smtp"), ("host", .string(endpoint.host))]
        case .folder(let path): view += [("kind", "folder"), ("captures", .string(path))]
        case .sms(let sms):
            view += [
                ("kind", "sms"), ("profile", .string(sms.profile)), ("host", .string(sms.host)),
            ]
            if let method = sms.account.hookMethod {
                let path = HookToken(provider: provider.name, keys: home.keys).path
                view.append(
                    ("callback", .string("\(method) \(home.configuration.publicURL)/hooks/\(path)")))
            }
        }
        return view + [("country", .optional(provider.country?.text))]
    }
}
