// An erasure goes on to the provider: asked for by the provider's own name of the message, again while it is not done, and let be where it cannot
// be asked.

import Delivery
import Domain
import Foundation
import OutboxStore
import Providers
import Runtime
import Support
import Testing

@testable import Gateway

@Suite("Erasure at the provider")
struct ProviderErasureLoopTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    /// A person whose SMS went out as `SM1`, erased.
    private func erase(provider: String = "sms") throws {
        _ = try fixture.accept(fixture.acceptance(by: [.sms]))
        try fixture.settle(
            #require(try fixture.claim(.sms, provider: provider)), .accepted, providerReference: "SM1")
        let counts = try fixture.erase(fixture.subject(nil, phone: "+352621123456"))
        #expect(counts["provider_erasure"] == 1)
    }

    private func loop(_ receiver: HTTPReceiver, profile: String = "twilio") throws -> ProviderErasureLoop {
        let file = try RepositoryFolder.bytes(of: "Outbox/providers/\(profile).json")
        let parameters =
            profile == "twilio" ? ["account": "AC1", "token": "t"] : ["username": "u", "password": "p"]
        let account = try ProviderProfile(parsing: file, name: profile).account(
            baseURL: "http://127.0.0.1:\(receiver.port)", parameters: parameters)
        return ProviderErasureLoop(
            fixture.store, accounts: ["sms": account], clock: fixture.clock.wallClock,
            log: Log(write: { _ in }))
    }

    /// So many messages that a provider has been asked for and has not erased.
    private func open() throws -> [Int] {
        try fixture.store.read { reader throws(StoreError) in try reader.openProviderErasures() }
            .map(\.count)
    }

    private func isQueued() throws -> Bool {
        let count = try fixture.rawConnection().first("SELECT count(*) FROM provider_erasure") {
            $0.integer(0)
        }
        return count != 0
    }

    @Test func itIsAskedForByTheProvidersOwnName() throws {
        try erase()
        let receiver = HTTPReceiver()
        let loop = try loop(receiver)
        defer { loop.stop() }
        let isDone = try Patience.wait { try isQueued() ? nil : true }
        #expect(isDone == true)
        let requests = receiver.requests
        #expect(requests.count == 1)
        #expect(requests[0].line == "DELETE /2010-04-01/Accounts/AC1/Messages/SM1.json HTTP/1.1")
        #expect(requests[0]["Authorization"] == "Basic " + Data("AC1:t".utf8).base64EncodedString())
    }

    @Test func whatIsNotDoneIsAskedForAgainAndNamed() throws {
        try erase()
        let receiver = HTTPReceiver { number, _ in HTTPReceiver.answer(number == 1 ? 500 : 404) }
        let first = try loop(receiver)
        let isOpen = try Patience.wait { try open() == [1] ? true : nil }
        first.stop()
        #expect(isOpen == true)
        fixture.clock.advance(by: .seconds(600))
        let second = try loop(receiver)
        defer { second.stop() }
        let isDone = try Patience.wait { try isQueued() ? nil : true }
        #expect(isDone == true && receiver.requests.count == 2, "404: nothing of it is there")
    }

    @Test func aProviderThatCannotBeAskedIsLetBe() throws {
        try erase()
        let receiver = HTTPReceiver()
        let loop = try loop(receiver, profile: "kannel")
        defer { loop.stop() }
        let isDone = try Patience.wait { try isQueued() ? nil : true }
        #expect(isDone == true && receiver.requests.isEmpty)
    }
}
