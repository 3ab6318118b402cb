// The papers that a processor owes its controllers (GDPR, articles 28, 30(2), 32 and 33(2)), made from the configuration and the store as
// they are now: what is not known is said so and never filled in. Each is one JSON document; `PaperText` writes it for people.

import Domain
import Foundation
import Intake
import JSON
import OutboxStore
import Runtime

package struct ProcessorPapers {
    let home: Home
    let reader: StoreReader
    let now: Timestamp

    package init(_ home: Home, _ reader: StoreReader, at now: Timestamp) {
        self.home = home
        self.reader = reader
        self.now = now
    }

    var configuration: Configuration { home.configuration }

    /// Record of processing activities (article 30(2)): for each controller what is done with whose data, who else gets them, and for how
    /// long they are kept.
    package func processing(of only: DealershipID?) throws(StoreError) -> JSONValue {
        let controllers = try controllers(only)
        var records: [JSONValue] = []
        for controller in controllers where !controller.isOperator {
            let holdings = try reader.holdings(of: controller.id)
            records.append([
                "controller": controller.contact,
                "purposes": .array(
                    holdings.purposes.map { purpose in
                        [
                            "purpose": .string(purpose.purpose), "class": .string(purpose.class),
                            "messages": .integer(purpose.messages), "first": .string(purpose.first.text),
                            "last": .string(purpose.last.text),
                        ]
                    }),
                "held": [
                    "contents": .integer(holdings.contents),
                    "ledgerEntries": .integer(holdings.ledgerEntries),
                    "evidence": .integer(holdings.evidence), "requests": .integer(holdings.requests),
                ],
            ])
        }
        return [
            "paper": "record of processing activities (GDPR, article 30(2))", "madeAt": .string(now.text),
            "processor": try processor(),
            "activity": "writing to the customers of car dealerships on their behalf, by e-mail",
            "dataSubjects": ["customers of the dealership, and whoever a message reaches by mistake"],
            "dataCategories": .array(PersonalData.categories.map { .string($0) }),
            "recipients": recipients, "thirdCountryTransfers": transfers, "terms": terms,
            "measures": "see relais report measures", "controllers": .array(records),
        ]
    }

    /// Who else has the messages in hand (article 28(2)).
    package func subprocessors() throws(StoreError) -> JSONValue {
        [
            "paper": "sub-processors (GDPR, article 28(2))", "madeAt": .string(now.text),
            "processor": try processor(),
            "regions": configuration.regions.isEmpty
                ? "not restricted (regions in relais.json)"
                : .array(configuration.regions.map { .string($0.description) }),
            "subprocessors": recipients, "thirdCountryTransfers": transfers,
        ]
    }

    // MARK: What the papers share

    struct Controller {
        let id: String
        let isOperator: Bool
        let contact: JSONValue
    }

    /// Every dealership; one whose file is not there (an older store was put back) is named all the same.
    func controllers(_ only: DealershipID?) throws(StoreError) -> [Controller] {
        let records = try reader.dealershipRecords().filter { only == nil || $0.id == only?.text }
        if let only, records.isEmpty { throw StoreError.notFound("dealership \(only)") }
        return records.map { id, record in
            let json = try? JSONValue(parsing: Array(record.utf8))
            let members = json.flatMap { try? JSONObjectReader($0) }
            let names = ["name", "legalName", "address", "country", "phone"]
            var contact = [JSONMember(name: "id", value: .string(id))]
            for name in names {
                guard let value = members?.value(name) else { continue }
                contact.append(JSONMember(name: name, value: value))
            }
            if members == nil {
                contact.append(JSONMember(name: "note", value: "its file is missing: relais dealership put"))
            }
            return Controller(
                id: id, isOperator: members?.value("kind") == .string("operator"), contact: .object(contact))
        }
    }

    /// The gateway's operator is the dealership of kind `operator`.
    func processor() throws(StoreError) -> JSONValue {
        try controllers(nil).first(where: \.isOperator)?.contact
            ?? "not known: put a dealership of kind operator with the gateway's own name and address"
    }

    private var recipients: JSONValue {
        .array(
            configuration.providers.map { provider in
                var members: [JSONMember] = [JSONMember(name: "name", value: .string(provider.name))]
                switch provider.kind {
                case .smtp(let endpoint):
                    members += [
                        JSONMember(name: "service", value: "e-mail relay (SMTP)"),
                        JSONMember(name: "host", value: .string(endpoint.host)),
                        JSONMember(name: "encryption", value: .string("\(endpoint.encryption)")),
                    ]
                case .sms(let sms):
                    members += [
                        JSONMember(name: "service", value: "SMS (HTTP)"),
                        JSONMember(name: "profile", value: .string(sms.profile)),
                        JSONMember(name: "host", value: .string(sms.host)),
                    ]
                case .folder(let path):
                    members += [
                        JSONMember(
                            name: "service", value: "capture to a folder of this machine: nothing is sent"),
                        JSONMember(name: "folder", value: .string(path)),
                    ]
                }
                if !provider.isCapture {
                    let country = provider.country?.text ?? "not known: set country at the provider"
                    members.append(JSONMember(name: "country", value: .string(country)))
                }
                let isUsed = configuration.usedProviders.contains { $0.name == provider.name }
                members.append(JSONMember(name: "isUsed", value: .bool(isUsed)))
                return .object(members)
            })
    }

    private var transfers: JSONValue {
        let outside = configuration.usedProviders.filter { !$0.isCapture && $0.country?.isInEEA != true }
        return .array(
            outside.map { provider in
                .string(
                    provider.country.map { "\(provider.name): \($0), outside the EEA" }
                        ?? "\(provider.name): country not known")
            })
    }

    private var terms: JSONValue {
        [
            "content": .string("\(configuration.retention.content)"),
            "attempts": .string("\(configuration.retention.attempts)"),
            "ledger":
                "for good: the record of consents and objections, by keyed reference (article 17(3)(b))",
        ]
    }
}

/// What messages and the ledger say of people.
enum PersonalData {
    static let categories = [
        "name, e-mail address, phone number, customer number, language",
        "vehicle (make, model, plate), job reference, quote, links to photos and videos",
        "delivery records: time, provider, outcome, the provider's reply without the address",
        "consents and objections: what, when, how, with evidence beside them",
        "requests about one's own data, until they are answered",
    ]
}
