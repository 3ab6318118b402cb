// P11: an objection against a claim, on threads, over a real store. Each race is one message and one objection by one of the ways that
// people have, both on their way at once, with deferrals that are tried again and restarts. No attempt may be authorised by a ledger
// that already holds the objection. `RELAIS_RACES` asks for more than the 500 of the suite; `make crash` adds processes that are killed.

import Consent
import Delivery
import Domain
import Foundation
import OutboxStore
import Runtime
import SQLite
import Support
import Testing
import Transports

@testable import DispatchLoop

@Suite("Objections against claims")
struct ObjectionRaceTests {
    /// What is said, how, and under which of the person's references.
    private static let ways: [(method: ConsentMethod, scope: String, target: Target)] = [
        (.oneClick, "intervention", .message), (.page, "channel", .message), (.page, "marketing", .message),
        (.api, "all", .customer), (.operator, "all", .other), (.smsKeyword, "channel", .message),
        (.import, "intervention", .customer), (.paper, "all", .message), (.feedbackLoop, "marketing", .other),
    ]

    private enum Target { case message, customer, other }

    private struct Objection: Sendable {
        let message: Int
        let seq: Int64
    }

    private struct Start: Sendable {
        let message: String
        let gateSeq: Int64
    }

    private let fixture: StoreFixture
    private let starts = Lock<[Start]>([])
    private let objections = Monitor<[Objection]>([])

    init() throws { fixture = try StoreFixture(inMemory: true) }

    @Test func noAttemptIsAuthorisedAfterAnObjectionWasAcknowledged() throws {
        let asked = ProcessInfo.processInfo.environment["RELAIS_RACES"].flatMap(Int.init) ?? 500
        let roundSize = 50
        var random = SeededGenerator(state: 41)
        var ids: [String] = []
        var handedOver = 0
        for round in 0..<(asked + roundSize - 1) / roundSize {
            handedOver += try run(roundSize, &ids, &random)
            if round % max(2, asked / roundSize / 10) == 0 { try fixture.reopen() }
        }
        try judge(ids, handedOver)
    }

    /// One process: races, then its end; how many attempts it made.
    private func run(
        _ size: Int, _ ids: inout [String], _ random: inout SeededGenerator
    ) throws -> Int {
        let lookups = Lock(try fixture.rawConnection())
        let transport = ScriptedTransport { [starts] handover, isStillAllowed in
            // While it lasts, the message's row has what the gate was asked with inside the claim.
            let seq = lookups.withLock { reader in
                try? reader.first(
                    "SELECT gate_seq FROM message WHERE id = ?",
                    [.blob((try? MessageID(handover.messageID))?.bytes)]
                ) { $0.integer(0) }
            }
            starts.withLock { $0.append(Start(message: handover.messageID, gateSeq: (seq ?? nil) ?? .max)) }
            guard isStillAllowed() else { return .ended(.deferred, HandoverFault.withdrawn.rawValue) }
            return .ended(handover.messageID.hash % 3 == 0 ? .deferred : .accepted, "451")
        }
        let route = route(transport)
        for index in ids.count..<ids.count + size {
            ids.append(try race(index, on: route, &random).description)
            if index % 7 == 0 { fixture.clock.advance(by: .seconds(3600)) }
        }
        let expected = ids.count
        let isAnswered: Bool? = objections.wait(atMost: .seconds(60)) { $0.count == expected ? true : nil }
        try #require(isAnswered == true)
        // What was deferred is due again, while the process stops or for the next one.
        fixture.clock.advance(by: .seconds(7200))
        route.stop()
        return transport.handedOver.count
    }

    /// A message and an objection of one person, submitted in either order without waiting for the first.
    private func race(_ index: Int, on route: DeliveryRoute, _ random: inout SeededGenerator) throws
        -> MessageID
    {
        let way = Self.ways[index % Self.ways.count]
        let acceptance = try fixture.acceptance(
            "p\(index)@example.lu", customer: "K-\(index)", other: "q\(index)@example.lu",
            purpose: way.scope == "marketing" ? "newsletter" : "intervention",
            class: way.scope == "marketing" ? .marketing : .essential)
        if way.scope == "marketing" {
            try fixture.record(
                .given, of: "p\(index)@example.lu", scope: .marketing, channel: .email, method: .paper)
        }
        let person = acceptance.contents[0].references
        let references =
            switch way.target {
            case .message: person
            case .customer: ContactReferences(address: person.customer ?? person.address)
            case .other: ContactReferences(address: person.otherAddress ?? person.address)
            }
        let scope = try Scope(way.scope)
        let act = ConsentAct(
            references: references, event: .objected, scope: scope,
            channel: scope == .channel ? .email : nil, occurredAt: fixture.clock.now, method: way.method,
            actor: "contact", evidenceDigest: nil)
        defer { route.wake() }
        let object: () -> Void = { [fixture, objections] in
            fixture.store.record(act, dealership: fixture.dealership) { result in
                guard case .success(let recorded) = result, let entry = recorded.added.first else { return }
                objections.update { $0.append(Objection(message: index, seq: entry.seq)) }
            }
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            object()
            try fixture.accept(acceptance)
        case 1:
            fixture.store.accept(acceptance) { _ in }
            object()
        default:
            try fixture.accept(acceptance)
            route.wake()
            // A little later, so that claims come before it, with it, and after it.
            for _ in 0..<([0, 1, 3, 10, 30].randomElement(using: &random) ?? 0) {
                _ = try fixture.messages(MessageFilter(limit: 1))
            }
            object()
        }
        return acceptance.id
    }

    private func judge(_ ids: [String], _ handedOver: Int) throws {
        let said = Dictionary(
            uniqueKeysWithValues: objections.update { $0 }.map { (ids[$0.message], $0.seq) })
        #expect(said.count == ids.count)
        let begun = starts.withLock { $0 }
        for start in begun {
            let objection = try #require(said[start.message])
            #expect(start.gateSeq < objection, "\(start.message) was claimed after its objection")
        }
        // Neither side wins so often that the race says nothing.
        let share = Set(begun.map(\.message)).count * 100 / ids.count
        #expect((5...95).contains(share), "\(share) % of the messages left")
        print(
            "\(ids.count) races, \(share) % of the messages began to leave before the objection, \(handedOver) attempts"
        )
    }

    private func route(_ transport: ScriptedTransport) -> DeliveryRoute {
        DeliveryRoute(
            [RouteProvider(transport, connections: 4)], store: fixture.store, policy: .email,
            isRecipientAllowed: { _ in true }, clock: fixture.clock.wallClock, random: { 0.5 },
            log: Log(clock: fixture.clock.wallClock) { _ in })
    }
}
