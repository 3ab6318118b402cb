// A dealership's file (contract, section 2) read into a value: every field checked, unknown ones refused, and those that this
// version does not honour yet refused with the reason.

import Domain
import Foundation
import JSON
import OutboxStore
import SMS

package enum DealershipReader {
    package static func read(_ json: JSONValue) throws(JSONProblems) -> Dealership {
        let reader = try JSONObjectReader(json)
        try refuseUnsupported(reader)
        _ = try WebhookEndpoint.all(reader)
        let senders = try reader.object("senders")
        let brand = try reader.optionalObject("brand")
        let quotas = try reader.optionalObject("quotas")
        var dealership = Dealership(
            id: try reader.value("id", DealershipID.init),
            name: try reader.line("name"),
            legalName: try reader.optionalLine("legalName"),
            address: try reader.line("address"),
            country: try reader.value("country", CountryCode.init),
            locale: try reader.value("locale", LocaleTag.init),
            timeZone: try reader.value("timeZone", timeZone),
            phone: try reader.optionalValue("phone", PhoneNumber.init),
            serviceSender: try sender(try senders.object("service")),
            marketingSender: try senders.optionalObject("marketing").map(sender),
            logoURL: try brand?.optionalValue("logoURL", WebLink.init),
            colour: try brand?.optionalValue("colour", colour),
            mediaHosts: try mediaHosts(reader),
            advisors: try advisors(reader),
            messagesPerDay: try quotas?.optionalInteger("messagesPerDay", in: 0...100_000_000))
        dealership.smsSenders = try smsSenders(reader)
        dealership.transliteratesSMS = try reader.optionalBool("transliterateSMS") ?? false
        dealership.countries = try countries(reader)
        dealership.smsSegmentsPerDay = try quotas?.optionalInteger("smsSegmentsPerDay", in: 0...100_000_000)
        try reader.finish()
        return dealership
    }

    private static func refuseUnsupported(_ reader: JSONObjectReader) throws(JSONProblems) {
        try reader.refuse("retention", because: "retention is not applied by this version yet")
        if let kind = try reader.optionalString("kind"), kind != "dealership", kind != "operator" {
            throw reader.problem("kind", detail: "must be dealership or operator")
        }
    }

    /// One sender, or several in order of preference: a name for countries that show names, a number for the others.
    private static func smsSenders(_ reader: JSONObjectReader) throws(JSONProblems) -> [String] {
        let texts: [String] =
            switch reader.value("smsSender") {
            case .array: try reader.optionalStrings("smsSender") ?? []
            default: try reader.optionalString("smsSender").map { [$0] } ?? []
            }
        for text in texts {
            do {
                _ = try SenderID(text)
            } catch {
                throw reader.problem("smsSender", detail: error.reason)
            }
        }
        return texts
    }

    private static func countries(_ reader: JSONObjectReader) throws(JSONProblems) -> [CountryCode]? {
        guard let values = try reader.optionalArray("countries") else { return nil }
        var countries: [CountryCode] = []
        for (value, pointer) in values {
            guard case .string(let code) = value, let country = try? CountryCode(code) else {
                throw JSONProblems([
                    JSONProblem(
                        pointer: pointer, code: "invalid-value", detail: "must be a country such as LU")
                ])
            }
            countries.append(country)
        }
        return countries
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
