// `relais check`: configuration, templates, store, providers; one line a finding, with the remedy. It changes nothing and works
// beside a running gateway.

import Composer
import Gateway
import JSON
import OutboxStore
import Runtime

enum Check: Command {
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
            findings.append(Finding("configuration", Failure(error).message, isError: true))
        }
        for finding in findings { finding.show(asJSON: arguments.isJSON) }
        return findings.contains(where: \.isError) ? .configuration : .ok
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
            findings.append(Finding("templates", Failure(error).message, isError: true))
        }
    }

    private static func checkStore(_ home: Home, _ findings: inout [Finding]) throws {
        do {
            let reader = try home.openReader()
            let counts = try reader.counts()
            let waiting = counts[.queued] ?? 0
            findings.append(
                Finding(
                    "gateway",
                    home.isGatewayListening ? "runs (see /readyz for its providers)" : "does not run"))
            if let held = counts[.held] {
                findings.append(Finding("store", "\(held) held: see relais outbox list --state held"))
            }
            if let sending = counts[.sending], !home.isGatewayListening {
                findings.append(
                    Finding(
                        "store",
                        "\(sending) were being sent when the gateway ended: the next start says unknown"))
            }
            let unknown = counts[.unknown] ?? 0
            findings.append(Finding("store", "\(home.configuration.storePath), \(waiting) queued"))
            if unknown > 0 {
                findings.append(
                    Finding(
                        "store",
                        "\(unknown) unknown: see relais outbox list --state unknown, then outbox resolve"))
            }
            if let reason = try reader.restoreFence() {
                findings.append(
                    Finding(
                        "store", "nothing is sent: \(reason); relais restore accept lets it send again",
                        isError: true))
            }
            let floor = DiskFloor(
                bytes: home.configuration.diskFloor?.bytes,
                path: Files.parentFolder(of: home.configuration.storePath))
            if let refusal = floor.refusal() {
                findings.append(Finding("store", refusal.description, isError: true))
            }
            findings.append(
                Finding(
                    "mirror",
                    home.configuration.mirrorPath ?? "is off: objections are lost with the database's disk"))
            let now = WallClock.system.now()
            for request in try reader.requests(isOpen: true) where request.isOverdue(at: now) {
                findings.append(
                    Finding(
                        "requests",
                        "\(request.id) of \(request.dealership) (\(request.kind.rawValue)) was due \(request.dueAt.text): answer "
                            + "it, then relais request close"))
            }
            for customer in try reader.counterCustomers() {
                findings.append(
                    Finding(
                        "store",
                        "customer number \(customer.contact) of \(customer.dealership) came with more than eight "
                            + "addresses and counts for nothing: a counter customer?"))
            }
        } catch {
            findings.append(Finding("store", Failure(error).message, isError: true))
        }
    }

    private static func checkProviders(_ home: Home, _ findings: inout [Finding]) {
        for provider in home.configuration.providers {
            let kind =
                provider.isCapture
                ? "CAPTURES messages to disk, sends nothing"
                : "smtp, \(provider.connections) connections\(rate(of: provider)), not contacted by this check"
            findings.append(Finding("provider \(provider.name)", kind))
        }
        let route = home.configuration.emailRoute
        guard !route.isEmpty else {
            findings.append(
                Finding(
                    "route email", "is not configured: serve and deliver need routes.email", isError: true))
            return
        }
        let oneClick =
            home.configuration.offersOneClick
            ? "messages offer one-click unsubscribing"
            : "no List-Unsubscribe-Post: it needs an https publicURL and signs: true at every provider of the route"
        let names = route.map(\.name).joined(separator: ", then ")
        findings.append(Finding("route email", "\(names); \(oneClick)"))
    }

    private static func rate(of provider: ProviderConfiguration) -> String {
        provider.rate.map { ", at most \($0)" } ?? ""
    }
}

/// One line of `relais check`.
struct Finding {
    let subject: String
    let text: String
    let isError: Bool

    init(_ subject: String, _ text: String, isError: Bool = false) {
        self.subject = subject
        self.text = text
        self.isError = isError
    }

    func show(asJSON: Bool) {
        if asJSON {
            Terminal.write(["subject": .string(subject), "ok": .bool(!isError), "text": .string(text)])
        } else {
            Terminal.write("\(isError ? "ERROR" : "ok   ")  \(subject): \(text)")
        }
    }
}
