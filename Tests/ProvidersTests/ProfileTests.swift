// Every shipped profile can be read, and makes the request that its provider's documentation shows.

import Domain
import Foundation
import Providers
import Support
import Testing

@Suite("Shipped profiles")
struct ProfileTests {
    @Test func everyFileIsRead() throws {
        let files = try RepositoryFolder.files(under: "Outbox/providers").filter { $0.hasSuffix(".json") }
        #expect(files == ShippedProfile.names.map { "Outbox/providers/\($0).json" })
        for name in ShippedProfile.names {
            #expect(throws: Never.self) { try ShippedProfile.account(name) }
        }
    }
}
