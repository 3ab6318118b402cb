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
            let all = try reader.affected(of: controller.id, until: end, contentSince: contentSince)
            let contacts = all.filter { !$0.isErased }
            let erased = all.first(where: \.isErased)
            var members: [JSONMember] = [
                JSONMember(name: "controller", value: controller.contact),
                JSONMember(name: "contactReferences", value: .integer(Int64(contacts.count))),
                JSONMember(
                    name: "addressesWrittenTo",
                    value: .integer(Int64(contacts.count { $0.messages > 0 }))),
                JSONMember(name: "messages", value: .integer(contacts.reduce(0) { $0 + $1.messages })),
                JSONMember(
                    name: "messagesWithContent", value: .integer(contacts.reduce(0) { $0 + $1.contents })),
                JSONMember(
                    name: "ledgerEntries", value: .integer(contacts.reduce(0) { $0 + $1.ledgerEntries })),
                JSONMember(
                    name: "ofErasedPeople",
                    value: [
                        "messages": .integer(erased?.messages ?? 0),
                        "messagesWithContent": .integer(erased?.contents ?? 0),
                    ]),
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
                "what was held in this time, not what was taken: that is for whoever knows the breach. A contact reference is an address, a phone number or a customer number: a person may have up to three. Addresses are listed while they are kept; who was erased meanwhile is nobody any more and counted by messages",
            "controllers": .array(controllers),
        ]
    }
}

extension AffectedContact {
    /// What an erasure leaves of everybody's messages: one reference, of nobody.
    fileprivate var isErased: Bool { contact.bytes.allSatisfy { $0 == 0 } }

    fileprivate var view: JSONValue {
        [
            "contact": .string(contact.description), "messages": .integer(messages),
            "messagesWithContent": .integer(contents), "ledgerEntries": .integer(ledgerEntries),
            "address": .optional(address),
        ]
    }
}
