// An API key as the store holds it: never the secret, only its digest. What a key may do is its scopes.

import Domain

package enum APIKeyScope: String, Codable, Sendable, CaseIterable {
    case send
    case read
    case consent
    case rights
    case admin
}

package struct APIKeyRecord: Codable, Sendable {
    package let id: APIKeyID
    package let dealership: DealershipID
    package let secretDigest: [UInt8]
    package let scopes: Set<APIKeyScope>

    package init(id: APIKeyID, dealership: DealershipID, secretDigest: [UInt8], scopes: Set<APIKeyScope>) {
        self.id = id
        self.dealership = dealership
        self.secretDigest = secretDigest
        self.scopes = scopes
    }
}
