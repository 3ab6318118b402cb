// A webhook as a dealership's file has it: a name, an https URL and the types of events that go there. Read where the file is checked and
// where it is put, by the same words.

import Domain
import JSON

package struct WebhookEndpoint: Sendable, Equatable {
    package static let greatestCount = 5

    package let id: String
    package let url: WebLink
    /// `message.sent`, or `message.*` for all of a kind.
    package let types: [String]

    /// The webhooks of a dealership's file.
    package static func all(_ dealership: JSONObjectReader) throws(JSONProblems) -> [WebhookEndpoint] {
        let members = try dealership.optionalObjects("webhooks") ?? []
        guard members.count <= greatestCount else {
            throw dealership.problem("webhooks", detail: "must be at most \(greatestCount)")
        }
        var webhooks: [WebhookEndpoint] = []
        for member in members {
            let webhook = WebhookEndpoint(
                id: try member.string("id"), url: try url(member), types: try types(member))
            guard Slug.isValid(webhook.id) else {
                throw member.problem("id", detail: Slug.error.reason)
            }
            guard !webhooks.contains(where: { $0.id == webhook.id }) else {
                throw member.problem("id", detail: "must not be another webhook's")
            }
            webhooks.append(webhook)
        }
        return webhooks
    }

    private static func url(_ reader: JSONObjectReader) throws(JSONProblems) -> WebLink {
        let text = try reader.string("url")
        do {
            return try WebLink(text)
        } catch {
            throw reader.problem("url", detail: error.reason)
        }
    }

    private static func types(_ reader: JSONObjectReader) throws(JSONProblems) -> [String] {
        let types = try reader.strings("types")
        let known = Set(
            EventType.allCases.flatMap { type in
                [type.rawValue, (type.rawValue.split(separator: ".").first ?? "") + ".*"]
            })
        guard !types.isEmpty, known.isSuperset(of: types) else {
            throw reader.problem(
                "types",
                detail: "must be types of events, such as message.sent, or message.* for all of a kind")
        }
        return types
    }
}
