// `relais.json` as values: what the gateway does, all of it checked. What this version does not honour yet is refused when the
// file is read (`ConfigurationReader`), so every field here is one that something acts on.

import Curl
import Delivery
import Domain
import GatewayAPI
import HTTPServer
import Intake
import Providers
import Runtime
import Transports

package struct Configuration: Sendable {
    package var listen: ListenAddress
    package var opsListen: ListenAddress
    /// Base of every link in a message, without a slash at its end.
    package var publicURL: String
    /// Absolute path of the SQLite file.
    package var storePath: String
    /// The file that every ledger entry is written to as well; nil when it is off.
    package var mirrorPath: String?
    /// Free bytes below which new work is refused; nil for the default.
    package var diskFloor: ByteCount?
    /// What one API key may ask.
    package var rateLimit: RateLimit
    /// What one visitor may open of the public pages.
    package var pagesPerSecond: Int
    package var retention: Retention
    /// How long the page of a message is there; never longer than its content.
    package var pageLifetime: RetentionTerm
    /// Where the configuration says that the templates are; nil when it does not.
    package var templatesPath: String?
    package var providers: [ProviderConfiguration]
    /// The providers of each channel, in their order; none for a channel without a route. `serve` and `deliver` need one.
    package var routes: [Channel: [ProviderConfiguration]]
    package var purposes: PurposeTable
    /// Where providers may be; empty for anywhere.
    package var regions: [Region]
    package var retry: RetryPlan
    package var recipients: RecipientFilter
    /// Webhooks may go to this machine: for development and tests.
    package var allowsLoopbackWebhooks: Bool
    /// Where the operator is told what must not be overlooked; nil for nowhere but the log.
    package var alertURL: WebLink?
    package var shutdownGrace: Duration
    package var log: Log.Settings
    package var trustedProxies: TrustedProxies

    package var isPublicURLSecure: Bool { publicURL.hasPrefix("https://") }

    /// The providers that a route names, each once.
    package var usedProviders: [ProviderConfiguration] {
        providers.filter { provider in routes.values.joined().contains { $0.name == provider.name } }
    }

    /// Where the providers are that say so.
    package var providerCountries: [String: String] {
        providers.reduce(into: [:]) { $0[$1.name] = $1.country?.text }
    }

    /// The accounts at providers of SMS, by name.
    package var smsAccounts: [String: ProviderAccount] {
        providers.reduce(into: [:]) { accounts, provider in
            if case .sms(let sms) = provider.kind { accounts[provider.name] = sms.account }
        }
    }

    /// Whether messages are written to disk instead of being sent; the route of a channel never does both.
    package var isCapturing: Bool { routes.values.joined().contains(where: \.isCapture) }

    /// RFC 8058 asks for https and for a DKIM signature over both fields: every provider that a message may leave through signs.
    package var offersOneClick: Bool {
        let route = routes[.email] ?? []
        return isPublicURLSecure && !route.isEmpty && route.allSatisfy(\.signs)
    }
}

package struct ListenAddress: Sendable, Equatable {
    package var host: String
    package var port: Int
}

package struct ProviderConfiguration: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case smtp(SMTPEndpoint)
        case sms(SMSAccount)
        case folder(path: String)
    }

    package var name: String
    package var kind: Kind
    /// Where the provider has the messages; nil when the file does not say.
    package var country: CountryCode?
    package var connections: Int
    /// How much the relay takes; nil: as fast as the connections are.
    package var rate: SendRate?
    /// The relay DKIM-signs what it is given, `List-Unsubscribe` fields included.
    package var signs: Bool

    package var isCapture: Bool {
        if case .folder = kind { true } else { false }
    }

    /// The way to this provider.
    ///
    /// - Parameter receiptURL: where it sends receipts, if it can reach this gateway.
    package func transport(receiptURL: String?) -> any Transport {
        switch kind {
        case .smtp(let endpoint): SMTPTransport(name: name, endpoint: endpoint)
        case .sms(let sms):
            SMSTransport(
                name: name, account: sms.account, receiptURL: sms.reaches ? receiptURL : nil,
                caFile: sms.caFile)
        case .folder(let path): FolderTransport(name: name, path: path)
        }
    }

    /// The channels that it can be in the route of.
    var channels: [Channel] {
        switch kind {
        case .smtp: [.email]
        case .sms: [.sms]
        case .folder: Channel.allCases
        }
    }
}

/// An account at a provider of SMS, as its profile reads it.
package struct SMSAccount: Sendable, Equatable {
    package var profile: String
    package var host: String
    package var account: ProviderAccount
    package var caFile: String?
    /// It can call `publicURL`: that is no loopback address, or the provider is on this machine too.
    package var reaches: Bool
}
