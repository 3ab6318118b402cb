// The bodies of `POST /v1/consents` and `/v1/consents/query` read into values. Unknown fields are refused; so is a method that only
// another way into the ledger can have: a service cannot say that somebody clicked.

import Consent
import Domain
import JSON
import OutboxStore

package enum ConsentStatementReader {
    /// Ways that a dealership can assert; the others are the gateway's own or an operator's.
    private static let methods: [ConsentMethod] = [.api, .paper, .phone, .page, .mailto]
    private static let evidenceLimit = 16 << 10
    private static let noticeLimit = 64 << 10

    package static func read(
        _ json: JSONValue, actor: String, now: Timestamp
    ) throws(JSONProblems) -> ConsentStatement {
        let reader = try JSONObjectReader(json)
        let person = try named(reader)
        let notice = try reader.optionalObject("notice")
        let sale = try reader.optionalObject("sale")
        let event = try reader.value("event") { text throws(ValueError) in
            try word(text, of: LedgerEvent.allCases)
        }
        let named = try reader.optionalValue("scope", Scope.init) ?? event.onlyScope
        let scope = if let named { named } else { try reader.value("scope", Scope.init) }
        let statement = ConsentStatement(
            subject: .person(person), event: event, scope: scope,
            channel: try reader.optionalValue("channel") { text throws(ValueError) in
                try word(text, of: Channel.allCases)
            },
            occurredAt: try reader.optionalValue("occurredAt") { text throws(ValueError) in
                try Timestamp(text)
            } ?? now,
            method: try reader.optionalValue("method") { text throws(ValueError) in
                try word(text, of: methods)
            } ?? .api,
            actor: actor,
            notice: try notice.map { value throws(JSONProblems) in
                Notice(
                    version: try value.line("version", limit: 100),
                    language: try value.value("language", LocaleTag.init),
                    text: try value.value("text") { text throws(ValueError) in
                        try self.text(text, limit: noticeLimit)
                    })
            },
            evidence: try reader.optionalValue("evidence") { text throws(ValueError) in
                try self.text(text, limit: evidenceLimit)
            },
            sale: try sale.map { value throws(JSONProblems) in
                ConsentStatement.Sale(
                    reference: try value.line("reference"),
                    date: try value.value("date") { text throws(ValueError) in
                        try ConsentStatement.Sale.date(text, now: now)
                    })
            },
            entity: try reader.optionalLine("entity"))
        try reader.finish()
        return statement
    }

    /// A body that only names a person.
    package static func person(_ json: JSONValue) throws(JSONProblems) -> NamedPerson {
        let reader = try JSONObjectReader(json)
        let person = try named(reader)
        try reader.finish()
        return person
    }

    private static func named(_ reader: JSONObjectReader) throws(JSONProblems) -> NamedPerson {
        NamedPerson(
            email: try reader.optionalValue("email", EmailAddress.init),
            phone: try reader.optionalValue("phone", PhoneNumber.init),
            customer: try reader.optionalValue("customer", CustomerNumber.init))
    }

    private static func word<Word: RawRepresentable<String>>(
        _ text: String, of words: [Word]
    ) throws(ValueError) -> Word {
        guard let word = words.first(where: { $0.rawValue == text }) else {
            throw ValueError("must be one of: \(words.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    private static func text(_ text: String, limit: Int) throws(ValueError) -> String {
        guard (1...limit).contains(text.utf8.count) else {
            throw ValueError("must be 1 to \(limit) bytes")
        }
        return text
    }
}

extension ConsentFault {
    /// The same as an error of the request; who is meant has no member of its own.
    package var problem: JSONProblem {
        JSONProblem(
            pointer: field == .contact ? "" : "/\(field.rawValue)", code: "invalid-value", detail: reason)
    }
}
