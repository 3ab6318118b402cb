// `relais.json` as values: what the gateway does, all of it checked. What this version does not honour yet is refused when the
// file is read (`ConfigurationReader`), so every field here is one that something acts on.

import Curl
import Delivery
import Domain
import GatewayAPI
import Intake
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
    package var retention: Retention
    /// How long the page of a message is there; never longer than its content.
    package var pageLifetime: RetentionTerm
    /// Where the configuration says that the templates are; nil when it does not.
    package var templatesPath: String?
    package var providers: [ProviderConfiguration]
    /// The providers of e-mail, in their order; none without a route, which `serve` and `deliver` need.
    package var emailRoute: [ProviderConfiguration]
    package var purposes: PurposeTable
    /// Where providers may be; empty for anywhere.
    package var regions: [Region]
    package var emailRetry: RetryTable
    package var recipients: RecipientFilter
    /// Webhooks may go to this machine: for development and tests.
    package var allowsLoopbackWebhooks: Bool
    /// Where the operator is told what must not be overlooked; nil for nowhere but the log.
    package var alertURL: WebLink?
    package var shutdownGrace: Duration

    package var isPublicURLSecure: Bool { publicURL.hasPrefix("https://") }

    /// Where the providers are that say so.
    package var providerCountries: [String: String] {
        providers.reduce(into: [:]) { $0[$1.name] = $1.country?.text }
    }

    /// Whether messages are written to disk instead of being sent; a route never does both.
    package var isCapturing: Bool { emailRoute.contains(where: \.isCapture) }

    /// RFC 8058 asks for https and for a DKIM signature over both fields: every provider that a message may leave through signs.
    package var offersOneClick: Bool {
        isPublicURLSecure && !emailRoute.isEmpty && emailRoute.allSatisfy(\.signs)
    }
}

package struct ListenAddress: Sendable, Equatable {
    package var host: String
    package var port: Int
}

package struct ProviderConfiguration: Sendable {
    package enum Kind: Sendable {
        case smtp(SMTPEndpoint)
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
    package var transport: any Transport {
        switch kind {
        case .smtp(let endpoint): SMTPTransport(name: name, endpoint: endpoint)
        case .folder(let path): FolderTransport(name: name, path: path)
        }
    }
}
