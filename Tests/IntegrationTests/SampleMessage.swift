// Messages as a service writes them: one small request for any contact, and the example files of the repository.

import Foundation
import Support

/// A request for one contact.
struct SampleMessage {
    var template = "intervention-ready"
    var email: String
    /// The dealership's customer number; none when nil.
    var customer: String?
    var phone: String?
    var name = "Zoé Weber"
    var locale = "fr-LU"
    var reference: String? = "WO-1"
    var note: String?
    /// Members that replace those of the request.
    var more: [String: Any] = [:]

    init(_ email: String, customer: String? = nil) {
        self.email = email
        self.customer = customer
    }

    /// The bytes with one more member.
    func with(_ name: String, _ value: Any) -> [UInt8] {
        var message = self
        message.more[name] = value
        return message.bytes
    }

    var bytes: [UInt8] {
        var to = ["name": name, "email": email, "locale": locale]
        to["id"] = customer
        to["phone"] = phone
        var intervention: [String: Any] = ["vehicle": ["make": "Škoda", "model": "Octavia"]]
        intervention["reference"] = reference
        var message: [String: Any] = [
            "template": template, "channels": ["email"], "to": to, "intervention": intervention,
        ]
        message["data"] = note.map { ["note": $0] }
        message.merge(more) { $1 }
        return (try? JSONSerialization.data(withJSONObject: message)).map(Array.init) ?? []
    }
}

/// `Outbox/examples/messages`.
enum Examples {
    static let folder = Relais.repository + "/Outbox/examples/messages"

    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }
}

/// What a customer has in hand: a mail with its own link.
enum Mail {
    /// The path of the link in `List-Unsubscribe`.
    static func unsubscribePath(_ content: [UInt8]) throws -> String {
        let head = String(decoding: content, as: UTF8.self).components(separatedBy: "\r\n\r\n")[0]
        let unfolded = head.replacingOccurrences(of: "\r\n ", with: " ")
        guard
            let field = unfolded.components(separatedBy: "\r\n").first(where: {
                $0.hasPrefix("List-Unsubscribe: ")
            }),
            let start = field.range(of: "/u/"), let end = field.range(of: ">")
        else { throw TestFailure("no List-Unsubscribe in:\n\(head)") }
        return String(field[start.lowerBound..<end.lowerBound])
    }
}

extension Mail {
    /// The path of the link that confirms a subscription.
    static func confirmPath(_ content: [UInt8]) throws -> String { try path("c", in: content) }

    /// The path of the message as a web page.
    static func pagePath(_ content: [UInt8]) throws -> String { try path("m", in: content) }

    private static func path(_ page: String, in content: [UInt8]) throws -> String {
        let text = String(decoding: content, as: UTF8.self).replacingOccurrences(of: "=\r\n", with: "")
        let links = text.matches(of: #/https?://[^/\s]+(/[a-z]/[A-Za-z0-9_-]+)/#).map { String($0.output.1) }
        guard let path = links.first(where: { $0.hasPrefix("/\(page)/") }) else {
            throw TestFailure("no link to /\(page)/ in the mail")
        }
        return path
    }
}

extension RelaisGateway {
    var client: HTTPClient { HTTPClient(port: port) }
    var operations: HTTPClient { HTTPClient(port: operationsPort) }

    /// Accepts one message and gives its view.
    func accept(_ message: SampleMessage, key: String) throws -> JSONDocument {
        let answer = try client.post(message: message.bytes, key: key)
        guard answer.status == 202 else { throw TestFailure("\(answer.status): \(answer.text)") }
        return try answer.json()
    }

    /// Waits until a message is neither queued nor on its way; its view.
    func settled(_ id: String, key: String) throws -> JSONDocument {
        let settled = try Patience.wait {
            let view = try client.send("GET", "/v1/messages/\(id)", [("Authorization", "Bearer \(key)")])
                .json()
            return ["queued", "sending"].contains(view["state"].string ?? "") ? nil : view
        }
        guard let settled else { throw TestFailure("\(id) did not settle:\n\(logText)") }
        return settled
    }
}
