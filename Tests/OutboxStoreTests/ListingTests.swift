// Listings and their filters, and that no view, no log line and no other table shows an address or a body.

import Consent
import Delivery
import Domain
import JSON
import OutboxStore
import Support
import Testing

struct ListingTests {
    @Test func eachFilterSelectsAndTheyCombine() throws {
        let fixture = try StoreFixture()
        let other = try DealershipID("garage-sud")
        _ = try fixture.store.put(other, record: "{}")
        let old = try fixture.accept(fixture.acceptance("a@example.lu", reference: "WO-1")).id
        fixture.clock.advance(by: .seconds(10))
        let middle = fixture.clock.now
        let sms = try fixture.accept(fixture.acceptance("a@example.lu", channel: .sms, reference: "WO-1")).id
        let blocked = try fixture.accept(fixture.acceptance("b@example.lu", isRecipientAllowed: false)).id
        var foreign = try fixture.acceptance("c@example.lu", reference: "WO-1")
        foreign.dealership = other
        try fixture.accept(foreign)
        func ids(_ filter: MessageFilter) throws -> [MessageID] { try fixture.messages(filter).map(\.id) }
        #expect(try ids(MessageFilter()) == [foreign.id, blocked, sms, old], "newest first")
        #expect(try ids(MessageFilter(limit: 2)) == [foreign.id, blocked])
        #expect(try ids(MessageFilter(state: .blocked)) == [blocked])
        #expect(try ids(MessageFilter(dealership: other)) == [foreign.id])
        #expect(try ids(MessageFilter(contact: fixture.reference("a@example.lu"))) == [sms, old])
        #expect(try ids(MessageFilter(channel: .sms)) == [sms])
        #expect(try ids(MessageFilter(reference: "WO-1")) == [foreign.id, sms, old])
        #expect(try ids(MessageFilter(since: middle)) == [foreign.id, blocked, sms])
        #expect(
            try ids(
                MessageFilter(
                    state: .queued, dealership: fixture.dealership,
                    contact: fixture.reference("a@example.lu"),
                    channel: .email, reference: "WO-1", since: nil)) == [old])
        #expect(try ids(MessageFilter(state: .held)).isEmpty)
        let counts = try fixture.store.read { reader throws(StoreError) in try reader.counts() }
        #expect(counts == [.queued: 3, .blocked: 1])
    }

    @Test func recordsComeBackAsTheyWerePut() throws {
        let fixture = try StoreFixture()
        #expect(try fixture.store.put(fixture.dealership, record: "{\"a\":1}") == false)
        let id = try DealershipID("garage-sud")
        #expect(try fixture.store.put(id, record: "{\"b\":2}") == true)
        let (known, unknown) = try fixture.store.read { reader throws(StoreError) in
            (try reader.dealership(fixture.dealership), try reader.dealership(try! DealershipID("none")))
        }
        #expect(known == "{\"a\":1}" && unknown == nil)
    }

    @Test func aKeyIsKeptWithoutItsSecret() throws {
        let fixture = try StoreFixture()
        let (text, record) = APIKey.mint(
            dealership: fixture.dealership, scopes: [.send, .read], at: fixture.clock.now)
        try fixture.store.insert(record)
        let parsed = try #require(APIKey.parse(text))
        #expect(parsed.id == record.id && parsed.secretDigest == record.secretDigest)
        let kept = try #require(
            try fixture.store.read { reader throws(StoreError) in try reader.apiKey(record.id) })
        #expect(kept.scopes == [.send, .read] && kept.secretDigest == record.secretDigest)
        #expect(kept.dealership == fixture.dealership)
        let secret = text.split(separator: "_")[2]
        for table in try tables(fixture) {
            #expect(!table.cells.contains { $0.contains(secret) }, "\(table.name)")
        }
        // One changed character is no key: the checksum says so before the store is asked.
        for index in text.indices {
            var characters = Array(text)
            let position = text.distance(from: text.startIndex, to: index)
            characters[position] = characters[position] == "0" ? "1" : "0"
            #expect(APIKey.parse(String(characters)) == nil, "character \(position)")
        }
        #expect(APIKey.parse(text + "_") == nil && APIKey.parse("") == nil)
        var foreign = record
        foreign = APIKeyRecord(
            id: foreign.id, dealership: try DealershipID("none"), secretDigest: foreign.secretDigest,
            scopes: [])
        #expect(throws: StoreError.notFound("dealership none; put it first")) {
            try fixture.store.insert(foreign)
        }
    }

    @Test func noViewAndNoOtherTableShowsAddressOrBody() throws {
        let fixture = try StoreFixture()
        let address = "canary.address@example.lu"
        let acceptance = try fixture.acceptance(
            address, customer: "canary-customer", reference: "WO-1",
            body: "To: \(address)\r\n\r\ncanary-body\r\n")
        try fixture.accept(acceptance)
        let claim = try #require(try fixture.claim())
        try fixture.settle(
            claim, .unknown, status: "closed",
            reply: ReplyRedaction.storable("550 <\(address)> is no mailbox", recipient: address))
        try fixture.record(of: address)
        try fixture.accept(fixture.acceptance(address, customer: "canary-customer"))
        for message in try fixture.messages() {
            #expect(!message.view.text().lowercased().contains("canary"))
        }
        let found = try tables(fixture).filter { table in
            table.cells.contains { $0.lowercased().contains("canary") }
        }
        #expect(found.map(\.name) == ["content"])
    }

    /// Every table's cells as text.
    private func tables(_ fixture: StoreFixture) throws -> [(name: String, cells: [String])] {
        let raw = try fixture.rawConnection()
        let names = try raw.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
            $0.text(0)
        }
        #expect(names.count >= 8)
        return try names.map { name in
            let columns = try raw.all("SELECT name FROM pragma_table_info('\(name)')") { $0.text(0) }
            let cells = try columns.flatMap { column in
                try raw.all("SELECT CAST(\(column) AS TEXT) FROM \(name)") { $0.text(0) }
            }
            return (name, cells)
        }
    }
}
