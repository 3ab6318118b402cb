// A dealership's file (contract, section 2) read into a value: every field checked, unknown ones refused, and those that this
// version does not honour yet refused with the reason.

import Domain
import Foundation
import JSON
import OutboxStore

package enum DealershipReader {
    package static func read(_ json: JSONValue) throws(JSONProblems) -> Dealership {
        let reader = try JSONObjectReader(json)
        try refuseUnsupported(reader)
        _ = try WebhookEndpoint.all(reader)
        let senders = try reader.object("senders")
        let brand = try reader.optionalObject("brand")
        let dealership = Dealership(
            id: try reader.value("id", DealershipID.init),
            name: try reader.line("name"),
            legalName: try reader.optionalLine("legalName"),
            address: try reader.line("address"),
            country: try reader.value("country", country),
            locale: try reader.value("locale", LocaleTag.init),
            timeZone: try reader.value("timeZone", timeZone),
            phone: try reader.optionalValue("phone", PhoneNumber.init),
            serviceSender: try sender(try senders.object("service")),
            marketingSender: try senders.optionalObject("marketing").map(sender),
            logoURL: try brand?.optionalValue("logoURL", WebLink.init),
            colour: try brand?.optionalValue("colour", colour),
            mediaHosts: try mediaHosts(reader),
            advisors: try advisors(reader), messagesPerDay: try messagesPerDay(reader))
        try reader.finish()
        return dealership
    }

    private static func refuseUnsupported(_ reader: JSONObjectReader) throws(JSONProblems) {
        try reader.refuse("retention", because: "retention is not applied by this version yet")
        // Nothing is sent by SMS yet, so these two are kept as written and promise nothing that could be broken.
        _ = try reader.optionalLine("smsSender", limit: 20)
        for (value, pointer) in try reader.optionalArray("countries") ?? [] {
            guard case .string(let code) = value, (try? country(code)) != nil else {
                throw JSONProblems([
                    JSONProblem(
                        pointer: pointer, code: "invalid-value", detail: "must be a country such as LU")
                ])
            }
        }
        if let kind = try reader.optionalString("kind"), kind != "dealership", kind != "operator" {
            throw reader.problem("kind", detail: "must be dealership or operator")
        }
    }

    /// No SMS is sent yet, so the quota of segments is kept as written and nothing can go beyond it.
    private static func messagesPerDay(_ reader: JSONObjectReader) throws(JSONProblems) -> Int? {
        guard let quotas = try reader.optionalObject("quotas") else { return nil }
        _ = try quotas.optionalInteger("smsSegmentsPerDay", in: 0...100_000_000)
        return try quotas.optionalInteger("messagesPerDay", in: 0...100_000_000)
    }

    private static func sender(_ reader: JSONObjectReader) throws(JSONProblems) -> Sender {
        Sender(
            address: try reader.value("address", EmailAddress.init), name: try reader.optionalLine("name"),
            replyTo: try reader.optionalValue("replyTo", EmailAddress.init))
    }

    private static func advisors(_ reader: JSONObjectReader) throws(JSONProblems) -> [Advisor] {
        var advisors: [Advisor] = []
        for member in try reader.optionalObjects("advisors") ?? [] {
            let advisor = try advisor(member, id: try member.value("id", advisorID))
            guard !advisors.contains(where: { $0.id == advisor.id }) else {
                throw member.problem("id", detail: "must not be another advisor's")
            }
            advisors.append(advisor)
        }
        return advisors
    }

    /// Reads an advisor's fields but the id.
    static func advisor(_ reader: JSONObjectReader, id: String?) throws(JSONProblems) -> Advisor {
        Advisor(
            id: id, name: try reader.line("name"),
            email: try reader.optionalValue("email", EmailAddress.init),
            phone: try reader.optionalValue("phone", PhoneNumber.init),
            pictureURL: try reader.optionalValue("pictureURL", WebLink.init))
    }

    private static func mediaHosts(_ reader: JSONObjectReader) throws(JSONProblems) -> [String] {
        var hosts: [String] = []
        for (value, pointer) in try reader.optionalArray("mediaHosts") ?? [] {
            guard case .string(let text) = value, let host = try? HostName(text) else {
                throw JSONProblems([
                    JSONProblem(
                        pointer: pointer, code: "invalid-value",
                        detail: "must be a host such as media.example.lu")
                ])
            }
            hosts.append(host.name)
        }
        return hosts
    }

    private static func advisorID(_ text: String) throws(ValueError) -> String {
        guard Slug.isValid(text) else { throw Slug.error }
        return text
    }

    private static func country(_ text: String) throws(ValueError) -> String {
        guard text.utf8.count == 2, text.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw ValueError("must be a country of ISO 3166, such as LU")
        }
        return text
    }

    private static func timeZone(_ text: String) throws(ValueError) -> String {
        guard text.contains("/") || text == "UTC", TimeZone(identifier: text) != nil else {
            throw ValueError("must be a time zone such as Europe/Luxembourg")
        }
        return text
    }

    private static func colour(_ text: String) throws(ValueError) -> String {
        guard text.hasPrefix("#"), text.utf8.count == 7, text.dropFirst().allSatisfy(\.isHexDigit) else {
            throw ValueError("must be a colour such as #0a5fb4")
        }
        return text
    }
}
