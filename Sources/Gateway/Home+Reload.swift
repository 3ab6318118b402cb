// What a running gateway takes from a changed home, and what it does not: everything that is not named here needs a restart, so that a setting which
// nobody thought of is refused and never half followed.

import Domain
import JSON

extension Home {
    /// The settings that a reload follows.
    private static let reloaded: Set<String> = [
        "/templates", "/purposes", "/regions", "/limits/requestsPerSecond", "/limits/burst",
        "/limits/pagesPerSecond",
        "/recipients", "/retention", "/pages", "/alerts", "/log", "/shutdownGrace",
    ]

    /// The same home as its files are now; throws when they cannot be used, or changed in what only a restart can follow.
    func reloaded() throws(HomeError) -> Home {
        let home = try Home(path: path, environment: environment)
        var places = Self.changes(from: source, to: home.source, at: "")
        // What a setting only points to: the content of a secret's file.
        if places.isEmpty, home.configuration.providers != configuration.providers {
            places = ["/providers"]
        }
        if home.keys != keys { places.append(Self.secretName) }
        guard places.isEmpty else {
            throw HomeError(
                .configuration,
                "\(places.joined(separator: ", ")) changed, which needs a restart; nothing was taken over")
        }
        return home
    }

    /// The places where two configurations differ and a reload does not follow.
    private static func changes(from old: JSONValue?, to new: JSONValue?, at pointer: String) -> [String] {
        guard old != new, !reloaded.contains(pointer) else { return [] }
        let isFollowedInPart = reloaded.contains { $0.hasPrefix(pointer + "/") }
        let nothing: JSONValue? = isFollowedInPart ? .object([]) : nil
        guard case .object(let before)? = old ?? nothing, case .object(let after)? = new ?? nothing else {
            return [pointer]
        }
        let names = Set((before + after).map(\.name)).sorted()
        return names.flatMap { changes(from: old?[$0], to: new?[$0], at: pointer + "/" + $0) }
    }
}
