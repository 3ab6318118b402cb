// What a controller must hear without delay after a breach (article 33(2)): whose data, which, how many.

import Domain
import JSON
import OutboxStore
import Runtime

extension ProcessorPapers {
    /// What was held at any time from `start` to `end`. Content that was pruned since counts where its term reached into that time.
    ///
    /// - Parameter listsContacts: names every contact by reference, and the address where it is still kept, so that people can be told.
    package func breach(
        from start: Timestamp, to end: Timestamp, of only: DealershipID?, listsContacts: Bool
    ) throws(StoreError) -> JSONValue {
        let contentSince = configuration.retention.content.cutoff(at: start)
        var controllers: [JSONValue] = []
        for controller in try self.controllers(only) where !controller.isOperator {
            let contacts = try reader.affected(of: controller.id, until: end, contentSince: contentSince)
            var members: [JSONMember] = [
                JSONMember(name: "controller", value: controller.contact),
                JSONMember(name: "contacts", value: .integer(Int64(contacts.count))),
                JSONMember(name: "messages", value: .integer(contacts.reduce(0) { $0 + $1.messages })),
                JSONMember(
                    name: "messagesWithContent", value: .integer(contacts.reduce(0) { $0 + $1.contents })),
                JSONMember(
                    name: "ledgerEntries", value: .integer(contacts.reduce(0) { $0 + $1.ledgerEntries })),
            ]
            if listsContacts {
                members.append(JSONMember(name: "affected", value: .array(contacts.map(\.view))))
            }
            controllers.append(.object(members))
        }
        return [
            "paper": "personal data breach (GDPR, article 33(2))", "madeAt": .string(now.text),
            "from": .string(start.text), "to": .string(end.text), "processor": try processor(),
            "dataCategories": .array(PersonalData.categories.map { .string($0) }),
            "note":
                "what was held in this time, not what was taken: that is for whoever knows the breach. Addresses are listed while they are kept",
            "controllers": .array(controllers),
        ]
    }
}

extension AffectedContact {
    fileprivate var view: JSONValue {
        [
            "contact": .string(contact.description), "messages": .integer(messages),
            "messagesWithContent": .integer(contents), "ledgerEntries": .integer(ledgerEntries),
            "address": .optional(address),
        ]
    }
}
