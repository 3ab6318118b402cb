// A file that brings an address and a customer number together does what a message does that has both: what was said of the address stands
// under the number from then on.

import Consent
import Domain
import Runtime
import Support
import Testing

@testable import OutboxStore

@Suite struct ImportSharingTests {
    @Test func anAddressesBlocksStandUnderTheNumberThatComesWithIt() throws {
        let fixture = try StoreFixture()
        try fixture.record(of: "zoe@example.lu", scope: .marketing, method: .oneClick)
        let line = ImportBatch.Line(
            customer: try fixture.reference(customer: "K-1"),
            addresses: [try fixture.reference("zoe@example.lu")],
            acts: [])
        let batch = ImportBatch(lines: [line], notices: [])
        for copies in [1, 1] {
            let answer = Monitor<Result<[ImportResult], StoreError>?>(nil)
            fixture.store.importStatements(batch, dealership: fixture.dealership) { result in
                answer.update { $0 = result }
            }
            _ = try answer.wait { $0 }.get()
            let standing = try StandingTable(connection: fixture.rawConnection()).standing(
                dealership: fixture.dealership, references: [try fixture.reference(customer: "K-1")])
            #expect(standing.blocks.map(\.scope) == Array(repeating: .marketing, count: copies))
        }
        // The person's next address, which nothing was said of.
        try fixture.record(.given, of: "new@example.lu", scope: .marketing, channel: .email, method: .paper)
        let message = try fixture.accept(
            fixture.acceptance("new@example.lu", customer: "K-1", purpose: "newsletter", class: .marketing))
        #expect(message.state == .blocked && message.reasonCode == "objected")
    }
}
