// An API key as the store holds it: never the secret, only its digest. What a key may do is its scopes, and whose it is; it ends when it is
// revoked or its time is over, and looks like no key from then on.

import Domain
import JSON

package enum APIKeyScope: String, Codable, Sendable, CaseIterable {
    case send
    case read
    case consent
    case rights
    case admin
}

package struct APIKeyRecord: Codable, Sendable {
    package let id: APIKeyID
    /// Whose key it is; nil for the gateway's own, which acts on dealerships' records (scope `admin`) and on nothing of theirs.
    package let dealership: DealershipID?
    package let secretDigest: [UInt8]
    package let scopes: Set<APIKeyScope>
    /// What its maker calls it.
    package let name: String?
    /// From this moment on it is no key any more; nil for never.
    package let expiresAt: Timestamp?
    package let revokedAt: Timestamp?

    package init(
        id: APIKeyID, dealership: DealershipID?, secretDigest: [UInt8], scopes: Set<APIKeyScope>,
        name: String? = nil, expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.dealership = dealership
        self.secretDigest = secretDigest
        self.scopes = scopes
        self.name = name
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    package enum State: String, Sendable {
        case valid
        case expired
        case revoked
    }

    package func state(at now: Timestamp) -> State {
        if revokedAt != nil { return .revoked }
        return expiresAt.map { $0 <= now } == true ? .expired : .valid
    }

    /// The scopes in their order, with commas.
    package var scopeText: String {
        APIKeyScope.allCases.filter(scopes.contains).map(\.rawValue).joined(separator: ",")
    }

    /// What a listing shows.
    package func view(at now: Timestamp) -> JSONValue {
        [
            "id": .string(id.description), "dealership": .optional(dealership?.text),
            "name": .optional(name), "state": .string(state(at: now).rawValue),
            "scopes": .array(APIKeyScope.allCases.filter(scopes.contains).map { .string($0.rawValue) }),
            "createdAt": .string(id.moment.text), "expiresAt": .optional(expiresAt?.text),
            "revokedAt": .optional(revokedAt?.text),
        ]
    }
}
