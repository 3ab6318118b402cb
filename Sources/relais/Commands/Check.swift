// `relais check`: configuration, templates, store, providers; one line a finding, with the remedy: `WARN` for what somebody has
// to do and the gateway runs with, `ERROR` (78) for what it does not. It changes nothing and works beside a running gateway.

import Composer
import Domain
import Gateway
import JSON
import OutboxStore
import Runtime

enum Check: Command {
    /// A key that ends within this time is named.
    private static let keyNotice = Duration.seconds(30 * 86_400)

    static let path = ["check"]
    static let summary = "check configuration, templates, store and providers"

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        var findings: [Finding] = []
        let home: Home
        do {
            home = try Home(path: arguments.homePath)
            findings.append(Finding("configuration", "\(home.path)/relais.json is good"))
            try checkTemplates(home, &findings)
            try checkStore(home, &findings)
            checkProviders(home, &findings)
        } catch {
            findings.append(Finding("configuration", Failure(error).message, .error))
        }
        for finding in findings { finding.show(asJSON: arguments.isJSON) }
        return findings.contains { $0.level == .error } ? .configuration : .ok
    }

    private static func checkTemplates(_ home: Home, _ findings: inout [Finding]) throws {
        do {
            let library = try home.templateLibrary()
            _ = try PageRenderer(library: library)
            let kinds = library.kinds.values.sorted { $0.name < $1.name }.map { kind in
                "\(kind.name) (\(kind.texts.keys.map(\.text).sorted().joined(separator: ", ")))"
            }
            findings.append(Finding("templates", kinds.joined(separator: "; ")))
        } catch {
            findings.append(Finding("templates", Failure(error).message, .error))
        }
    }

    private static func checkStore(_ home: Home, _ findings: inout [Finding]) throws {
        do {
            let reader = try home.openReader()
            findings.append(
                Finding(
                    "gateway",
                    home.isGatewayListening ? "runs (see /readyz for its providers)" : "does not run"))
            try checkMessages(home, reader, &findings)
            if let reason = try reader.restoreFence() {
                findings.append(
                    Finding(
                        "store", "nothing is sent: \(reason); relais restore accept lets it send again",
                        .error))
            }
            let floor = DiskFloor(
                bytes: home.configuration.diskFloor?.bytes,
                path: Files.parentFolder(of: home.configuration.storePath))
            if let refusal = floor.refusal() {
                findings.append(Finding("store", refusal.description, .error))
            }
            try checkMirror(home, reader, &findings)
            try checkDealerships(reader, &findings)
        } catch {
            findings.append(Finding("store", Failure(error).message, .error))
        }
    }

    private static func checkMessages(
        _ home: Home, _ reader: StoreReader, _ findings: inout [Finding]
    ) throws {
        let counts = try reader.counts()
        findings.append(
            Finding("store", "\(home.configuration.storePath), \(counts[.queued] ?? 0) queued"))
        if let held = counts[.held] {
            findings.append(Finding("store", "\(held) held: see relais outbox list --state held"))
        }
        if let sending = counts[.sending], !home.isGatewayListening {
            findings.append(
                Finding(
                    "store", "\(sending) were being sent when the gateway ended: the next start says unknown"
                ))
        }
        if let unknown = counts[.unknown] {
            findings.append(
                Finding(
                    "store",
                    "\(unknown) unknown: see relais outbox list --state unknown, then outbox resolve"))
        }
    }

    /// A store that lacks what its mirror has was put back, or lost what it had said that it recorded.
    private static func checkMirror(
        _ home: Home, _ reader: StoreReader, _ findings: inout [Finding]
    ) throws {
        guard let mirror = home.configuration.mirrorPath else {
            findings.append(Finding("mirror", "is off: objections are lost with the database's disk"))
            return
        }
        let missing = try reader.entriesMissing(
            ofMirror: mirror, keyFingerprint: home.keys.referenceKeyFingerprint)
        guard missing.isEmpty else {
            let counts = missing.map { "\($0.count) of \($0.dealership)" }.joined(separator: ", ")
            findings.append(
                Finding(
                    "mirror",
                    "\(mirror) has ledger entries that the store lacks (\(counts)): an older store was put back; the next start "
                        + "brings them back and sends nothing until relais restore accept", .warning))
            return
        }
        findings.append(Finding("mirror", mirror))
    }

    private static func checkDealerships(_ reader: StoreReader, _ findings: inout [Finding]) throws {
        if try !reader.hasDealership() {
            findings.append(
                Finding(
                    "dealerships", "there is none, so nothing can be sent: relais dealership put FILE.json",
                    .warning))
        }
        for dealership in try reader.dealerships() {
            guard let since = dealership.heldSince else { continue }
            findings.append(
                Finding(
                    "dealership \(dealership.id)",
                    "is held since \(since.text), nothing of it is sent: relais dealership release \(dealership.id)",
                    .warning))
        }
        let now = WallClock.system.now()
        for key in try reader.apiKeys(of: nil) where key.state(at: now) == .valid {
            guard let end = key.expiresAt, end < now + Self.keyNotice else { continue }
            findings.append(
                Finding(
                    "key \(key.id)",
                    "of \(key.dealership?.text ?? "the gateway") ends \(end.text): relais key create, and give it to its user",
                    .warning))
        }
        for request in try reader.requests(isOpen: true) where request.isOverdue(at: now) {
            findings.append(
                Finding(
                    "requests",
                    "\(request.id) of \(request.dealership) (\(request.kind.rawValue)) was due \(request.dueAt.text): answer "
                        + "it, then relais request close", .warning))
        }
        for open in try reader.openProviderErasures() {
            findings.append(
                Finding(
                    "erasures",
                    "provider \(open.provider) has not erased \(open.count) message(s) of people who were erased here"
                        + (open.isGivenUp
                            ? ", and is not asked any more: ask it in writing" : ", and is asked again"),
                    .warning))
        }
        for customer in try reader.counterCustomers() {
            findings.append(
                Finding(
                    "store",
                    "customer number \(customer.contact) of \(customer.dealership) came with more than eight "
                        + "addresses and counts for nothing: a counter customer?", .warning))
        }
    }

    private static func checkProviders(_ home: Home, _ findings: inout [Finding]) {
        let profiles = home.profiles()
        for profile in profiles {
            guard let problem = profile.problem else { continue }
            findings.append(Finding("profiles", "\(profile.file): \(problem)", .error))
        }
        if profiles.allSatisfy({ $0.problem == nil }) {
            findings.append(Finding("profiles", "\(profiles.count) of SMS providers are good"))
        }
        for provider in home.configuration.providers {
            findings.append(Finding("provider \(provider.name)", description(of: provider)))
        }
        let routes = home.configuration.routes
        if routes.isEmpty {
            findings.append(
                Finding(
                    "route email", "is not configured: serve and deliver need routes.email or routes.sms",
                    .error))
        }
        if let route = routes[.email] {
            let oneClick =
                home.configuration.offersOneClick
                ? "messages offer one-click unsubscribing"
                : "no List-Unsubscribe-Post: it needs an https publicURL and signs: true at every provider of the route"
            findings.append(Finding("route email", "\(names(route)); \(oneClick)"))
        }
        if let route = routes[.sms] { findings.append(Finding("route sms", names(route))) }
    }

    private static func names(_ route: [ProviderConfiguration]) -> String {
        route.map(\.name).joined(separator: ", then ")
    }

    private static func description(of provider: ProviderConfiguration) -> String {
        let wires = "\(provider.connections) connections\(rate(of: provider)), not contacted by this check"
        switch provider.kind {
        case .folder: return "CAPTURES messages to disk, sends nothing"
        case .smtp: return "smtp, \(wires)"
        case .sms(let sms):
            let receipts =
                !sms.account.hasHooks
                ? "no receipts"
                : !sms.reaches
                    ? "no receipts: it cannot reach publicURL"
                    : "receipts and inbound SMS: relais provider list has the URL"
            return "sms, profile \(sms.profile), \(wires); \(receipts)"
        }
    }

    private static func rate(of provider: ProviderConfiguration) -> String {
        provider.rate.map { ", at most \($0)" } ?? ""
    }
}
