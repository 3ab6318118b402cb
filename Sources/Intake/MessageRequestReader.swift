// A message as the caller wrote it (contract, section 4) read into a value. Unknown fields are refused, and so is everything that
// this version does not honour yet: a caller must not believe that it was heard.

import Composer
import Domain
import JSON
import SMS

enum MessageRequestReader {
    /// Named maxima of one message; above them is a mistake of the caller's.
    private static let maximumMedia = 100
    private static let maximumQuoteLines = 200
    private static let maximumDelay = Duration.seconds(90 * 86_400)

    static func read(_ json: JSONValue, dealership: Dealership, now: Timestamp) throws(JSONProblems)
        -> MessageRequest
    {
        let reader = try JSONObjectReader(json)
        let intervention = try reader.optionalObject("intervention")
        let request = MessageRequest(
            template: try reader.value("template", templateName), channels: try channels(reader),
            recipient: try recipient(try reader.object("to"), dealership),
            advisor: try advisor(reader, dealership),
            intervention: try intervention.map { value throws(JSONProblems) in
                try self.intervention(value, dealership)
            },
            data: try data(reader),
            timing: try timing(reader, now))
        try reader.finish()
        return request
    }

    private static func channels(_ reader: JSONObjectReader) throws(JSONProblems) -> [Channel]? {
        guard let values = try reader.optionalArray("channels") else { return nil }
        var channels: [Channel] = []
        for (value, pointer) in values {
            guard case .string(let name) = value, let channel = Channel(rawValue: name),
                !channels.contains(channel)
            else {
                throw JSONProblems([
                    JSONProblem(
                        pointer: pointer, code: "invalid-value", detail: "must be email or sms, each once")
                ])
            }
            channels.append(channel)
        }
        guard !channels.isEmpty else {
            throw reader.problem("channels", detail: "must name a channel: email or sms")
        }
        return channels
    }

    private static func timing(
        _ reader: JSONObjectReader, _ now: Timestamp
    ) throws(JSONProblems) -> MessageTiming {
        let timing = MessageTiming(
            notBefore: try reader.optionalValue("notBefore", timestamp),
            deliverBy: try reader.optionalValue("deliverBy", timestamp),
            priority: try reader.optionalValue("priority", priority) ?? .normal,
            coalesceKey: try reader.optionalLine("coalesceKey", limit: 200))
        if let deliverBy = timing.deliverBy, deliverBy <= timing.start(createdAt: now) {
            throw reader.problem("deliverBy", detail: "must lie in the future, and after notBefore")
        }
        if let notBefore = timing.notBefore, notBefore > now + maximumDelay {
            throw reader.problem("notBefore", detail: "must lie at most 90 days ahead")
        }
        return timing
    }

    private static func timestamp(_ text: String) throws(ValueError) -> Timestamp { try Timestamp(text) }

    private static func priority(_ text: String) throws(ValueError) -> Priority {
        guard let priority = Priority(rawValue: text) else {
            throw ValueError("must be urgent, normal or bulk")
        }
        return priority
    }

    private static func templateName(_ text: String) throws(ValueError) -> String {
        guard Slug.isValid(text) else { throw Slug.error }
        return text
    }

    /// A phone number may be written as in the dealership's country. One in international form is the contact's whether or not a plan knows
    /// it; only an SMS needs more than that.
    private static func recipient(
        _ reader: JSONObjectReader, _ dealership: Dealership
    ) throws(JSONProblems) -> Recipient {
        Recipient(
            customer: try reader.optionalValue("id", CustomerNumber.init),
            name: try reader.optionalLine("name"),
            email: try reader.optionalValue("email", EmailAddress.init),
            phone: try reader.optionalValue("phone") { text throws(ValueError) in
                if let number = try? PhoneNumber(text) { return number }
                return try NumberPlans.standard.read(text, country: dealership.country)
            },
            locale: try reader.optionalValue("locale", LocaleTag.init))
    }

    /// An id of the dealership's advisors, or an object of its own.
    private static func advisor(
        _ reader: JSONObjectReader, _ dealership: Dealership
    ) throws(JSONProblems) -> Advisor? {
        switch reader.value("advisor") {
        case nil, .null: return nil
        case .string(let id):
            guard let advisor = dealership.advisors.first(where: { $0.id == id }) else {
                throw reader.problem("advisor", detail: "must be the id of one of the dealership's advisors")
            }
            return advisor
        case .object: return try DealershipReader.advisor(try reader.object("advisor"), id: nil)
        default: throw reader.problem("advisor", code: "wrong-type", detail: "must be an id or an object")
        }
    }

    private static func data(_ reader: JSONObjectReader) throws(JSONProblems) -> JSONValue {
        switch reader.value("data") {
        case nil, .null: return .object([])
        case .object(let members):
            try checkLink(try JSONObjectReader(.object(members), at: reader.pointer(to: "data")))
            return .object(members)
        default: throw reader.problem("data", code: "wrong-type", detail: "must be an object")
        }
    }

    /// The fields of `data` are the template's own, but the link of the shipped ones is checked like every other link.
    private static func checkLink(_ data: JSONObjectReader) throws(JSONProblems) {
        guard case .object = data.value("link") else { return }
        let link = try data.object("link")
        _ = try link.value("url", WebLink.init)
        _ = try link.line("label")
        try link.finish()
    }

    private static func intervention(
        _ reader: JSONObjectReader, _ dealership: Dealership
    ) throws(JSONProblems) -> Intervention {
        let vehicle = try reader.optionalObject("vehicle")
        var media: [Media] = []
        for member in try bounded(reader, "media", maximumMedia) {
            media.append(try self.media(member, dealership))
        }
        var attachments: [Attachment] = []
        for member in try bounded(reader, "attachments", maximumMedia) {
            attachments.append(
                Attachment(name: try member.line("name"), url: try mediaLink(member, "url", dealership)))
        }
        let quote = try reader.optionalObject("quote")
        return Intervention(
            reference: try reader.optionalLine("reference", limit: 100),
            vehicle: try vehicle.map { value throws(JSONProblems) in
                Vehicle(
                    make: try value.optionalLine("make"), model: try value.optionalLine("model"),
                    plate: try value.optionalLine("plate", limit: 40))
            },
            media: media, quote: try quote.map(self.quote), attachments: attachments)
    }

    private static func media(
        _ reader: JSONObjectReader, _ dealership: Dealership
    ) throws(JSONProblems) -> Media {
        Media(
            kind: try reader.value("kind") { text throws(ValueError) in
                guard let kind = Media.Kind(rawValue: text) else {
                    throw ValueError("must be photo, video or file")
                }
                return kind
            },
            title: try reader.optionalLine("title"), url: try mediaLink(reader, "url", dealership),
            thumbnail: try reader.value("thumbnail").flatMap { value throws(JSONProblems) in
                value == .null ? nil : try mediaLink(reader, "thumbnail", dealership)
            },
            durationSeconds: try reader.optionalInteger("durationSeconds", in: 0...86_400))
    }

    private static func quote(_ reader: JSONObjectReader) throws(JSONProblems) -> Quote {
        var lines: [Quote.Line] = []
        for line in try bounded(reader, "lines", maximumQuoteLines) {
            lines.append(
                Quote.Line(label: try line.line("label"), amount: try line.value("amount", MoneyAmount.init)))
        }
        guard !lines.isEmpty else { throw reader.problem("lines", detail: "must have at least one line") }
        return Quote(
            currency: try reader.value("currency", CurrencyCode.init), lines: lines,
            total: try reader.value("total", MoneyAmount.init),
            approvalURL: try reader.optionalValue("approvalURL", WebLink.init))
    }

    /// A link to media: https, and on one of the dealership's `mediaHosts` where it names any.
    private static func mediaLink(
        _ reader: JSONObjectReader, _ name: String, _ dealership: Dealership
    ) throws(JSONProblems) -> WebLink {
        let link = try reader.value(name, WebLink.init)
        guard dealership.mediaHosts.isEmpty || dealership.mediaHosts.contains(link.host) else {
            throw reader.problem(name, detail: "must be on one of the dealership's mediaHosts")
        }
        return link
    }

    private static func bounded(
        _ reader: JSONObjectReader, _ name: String, _ limit: Int
    ) throws(JSONProblems) -> [JSONObjectReader] {
        let members = try reader.optionalObjects(name) ?? []
        guard members.count <= limit else {
            throw reader.problem(name, detail: "must have at most \(limit) elements")
        }
        return members
    }
}
