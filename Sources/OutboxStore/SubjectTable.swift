// Where people's data are: every table of the schema that holds any, with the way from a person to their rows and what an erasure leaves of
// them. Export and erasure walk this one list and nothing else, so what one shows the other removes; a test refuses a table of the schema
// that stands neither here nor among those that are about nobody.
//
// What stays after an erasure, and why: a message's state, template, purpose, channel, providers and times are the dealership's proof of
// what it had processed (GDPR, article 5(2)) and point to nobody any more; the ledger and what stands of it, keyed references without an
// address, are the record by which an objection is still kept (article 17(3)(b), 21(3)); of a request stays what was asked and when
// it was answered.

import Domain
import SQLite

struct SubjectTable {
    /// What an erasure does to a person's rows.
    enum Erasure {
        case removes
        /// The same, but takes the person out of the rows that a further condition finds and leaves them there.
        case removesOrClears(String, where: String)
        /// Takes the person out of the rows that a further condition finds.
        case clears(String, where: String = "TRUE")
        /// Leaves a tombstone, by `IdempotencyTable.bury`: the same request again must not make the message anew.
        case buries
        case keeps
    }

    let name: String
    /// The person's rows, as a condition over the selection's tables `dealership_asked`, `person` and `about`.
    let condition: String
    let erasure: Erasure

    init(_ name: String, where condition: String, _ erasure: Erasure) {
        self.name = name
        self.condition = condition
        self.erasure = erasure
    }

    /// What an erasure runs, after `SubjectRows.selection`; a tombstone is made by `IdempotencyTable`.
    var changes: [String] {
        let removal = "DELETE FROM \(name) WHERE \(condition)"
        func clearance(_ assignments: String, _ further: String) -> String {
            "UPDATE \(name) SET \(assignments) WHERE \(condition) AND \(further)"
        }
        switch erasure {
        case .removes: return [removal]
        case .clears(let assignments, let further): return [clearance(assignments, further)]
        case .removesOrClears(let assignments, let further):
            return [clearance(assignments, further), removal]
        case .buries, .keeps: return []
        }
    }

    /// In the order of an erasure: what is found by way of a message goes before the message lets go of the person.
    static let all = [
        SubjectTable("later_content", where: "message IN about", .removes),
        SubjectTable("content", where: "message IN about", .removes),
        SubjectTable(
            "attempt", where: "message IN about",
            .clears(
                "reply = NULL, provider_reference = NULL",
                where: "coalesce(reply, provider_reference) IS NOT NULL")),
        SubjectTable(
            "idempotency",
            where: """
                (dealership, key) IN (SELECT i.dealership, i.key FROM about CROSS JOIN message m CROSS JOIN idempotency i
                    WHERE m.seq = about.message AND i.message = m.id AND i.dealership = \(garage))
                """, .buries),
        SubjectTable(
            "webhook_delivery", where: "dealership = \(garage) AND event IN (\(eventsOfPerson))", .removes),
        SubjectTable("event", where: "dealership = \(garage) AND seq IN (\(eventsOfPerson))", .removes),
        SubjectTable("message", where: "seq IN about", .clears(detachment)),
        SubjectTable(
            "customer_address",
            where:
                "((dealership = \(garage) AND customer IN person) OR (dealership = \(garage) AND address IN person))",
            .removesOrClears("address = randomblob(16)", where: isOfCounterCustomer)),
        SubjectTable(
            "request", where: rows("request", key: "id", by: "contact", "customer", "other_address"),
            .clears(
                "identity_check = NULL, note = NULL, answer = NULL",
                where: "coalesce(identity_check, note, answer) IS NOT NULL")),
        SubjectTable("evidence", where: "entry IN (\(entriesOfActs))", .removes),
        SubjectTable("ledger", where: rows("ledger", key: "dealership, seq", by: "contact"), .keeps),
        SubjectTable("standing", where: "dealership = \(garage) AND contact IN person", .keeps),
    ]

    /// The tables that are about nobody, and why.
    static let aboutNobody = [
        "home": "the store's own marks: its key's fingerprint, counts, the fence",
        "dealership":
            "the controller's file; its staff stand there by its own hand and leave with the next one",
        "api_key": "a program's key",
        "quota_use": "how many messages a dealership sent on a day",
        "early_receipt": "a provider's name of a message, for a week",
        "provider_erasure": "a provider's name of an erased message, until the provider has erased it too",
        "inbound": "that a text was heard, as a hash, for a month",
        "webhook": "where a dealership's events are sent: a system of its own",
        "notice": "a text that is shown to everybody; an export shows those that the person's entries name",
    ]

    private static let garage = "(SELECT id FROM dealership_asked)"

    /// What was told of the person and of their messages.
    private static let eventsOfPerson = """
        SELECT seq FROM person CROSS JOIN event WHERE dealership = \(garage) AND contact = person.reference
        UNION ALL SELECT e.seq FROM about CROSS JOIN message m CROSS JOIN event e
        WHERE m.seq = about.message AND e.message = m.id AND e.dealership = \(garage)
        """

    /// The rows of a dealership that have one of the person's references in a column, by their key. Looked up one reference after the other: for
    /// an `IN`, SQLite would rather read all of the dealership's rows in the order of their key (and all rows for a key of three columns).
    private static func rows(_ table: String, key: String, by columns: String...) -> String {
        let found = columns.map {
            "SELECT \(key) FROM person CROSS JOIN \(table) WHERE dealership = \(garage) AND \($0) = person.reference"
        }
        return "(\(key)) IN (\(found.joined(separator: " UNION ALL ")))"
    }

    /// A counter customer's number stays one however many of its people are erased, or it would be taken for the one who is left: what goes is
    /// which address it was.
    private static let isOfCounterCustomer = """
        (SELECT count(*) FROM (SELECT 1 FROM customer_address c
            WHERE c.dealership = customer_address.dealership AND c.customer = customer_address.customer LIMIT 9)) > 8
        """

    /// The entries of the acts that the person's entries are part of: one act is written under several references, one after the other, and
    /// its evidence beside each. Whoever names one of them means the act. Its salt is the act's own, so the digest tells it from
    /// another person's act of the same words; a copy under a customer number leads to what it was copied from.
    private static let entriesOfActs = """
        WITH RECURSIVE part (id, seq, origin, digest) AS (
            SELECT id, seq, refers_to, evidence_digest FROM person CROSS JOIN ledger INDEXED BY ledger_contact
            WHERE dealership = \(garage) AND contact = person.reference AND evidence_digest IS NOT NULL
            UNION
            SELECT l.id, l.seq, l.refers_to, l.evidence_digest FROM part CROSS JOIN ledger l
            WHERE l.dealership = \(garage) AND l.seq BETWEEN part.seq - 2 AND part.seq + 2
                AND l.evidence_digest = part.digest
            UNION
            SELECT l.id, l.seq, l.refers_to, l.evidence_digest FROM part CROSS JOIN ledger l
            WHERE l.id = part.origin AND l.dealership = \(garage) AND l.evidence_digest = part.digest)
        SELECT id FROM part
        """

    /// Sixteen zero bytes, `ct_` and 32 zeros: nobody. Another person's reference in the row stays, and theirs are the rights to it. The
    /// gate's answer goes too, because without the references nothing can be decided from them again.
    private static let detachment = """
        contact = CASE WHEN contact IN person THEN zeroblob(16) ELSE contact END,
        customer = CASE WHEN customer IN person THEN NULL ELSE customer END,
        other_address = CASE WHEN other_address IN person THEN NULL ELSE other_address END,
        reference = NULL, coalesce_key = NULL, reason_entry = NULL,
        page_openings = 0, page_first_opened_at_ms = NULL, page_last_opened_at_ms = NULL,
        gate_at_ms = NULL, gate_seq = NULL, gate_counts_customer = NULL, gate_verdict = NULL, gate_entry = NULL
        """
}

/// A person's rows in every table: the references that name them, and the messages that have one of these.
struct SubjectRows {
    /// Before any statement over the list's tables.
    static let selection = """
        WITH dealership_asked (id) AS (VALUES (?1)),
        person (reference) AS (SELECT value FROM (SELECT ?2 AS value UNION SELECT ?3 UNION SELECT ?4 UNION SELECT ?5)
            WHERE value IS NOT NULL),
        about (message) AS (SELECT value FROM json_each(?6))
        """

    let subject: Subject
    /// The places of the messages, as JSON.
    let messages: [Int64]

    /// The values of `selection`; every statement takes them all.
    var values: [SQLValue] {
        let slots = subject.references.map { SQLValue.blob($0.bytes) } + [.null, .null, .null, .null]
        let list = messages.map(String.init).joined(separator: ",")
        return [.text(subject.dealership.text)] + slots.prefix(Subject.greatestReferenceCount)
            + [.text("[\(list)]")]
    }

    /// The messages that have one of a person's references, up to a place and so many; each is found by an index of its own.
    static func messages(
        of subject: Subject, through last: Int64 = .max, limit: Int = .max, _ connection: Connection
    ) throws -> [Int64] {
        let slots = ["contact", "customer", "other_address"].map {
            "SELECT seq FROM message WHERE dealership = ?1 AND \($0) IN (?2, ?3, ?4, ?5)"
        }
        let rows = SubjectRows(subject: subject, messages: [])
        return try connection.all(
            "SELECT seq FROM (\(slots.joined(separator: " UNION "))) WHERE seq <= ?6 ORDER BY seq LIMIT ?7",
            Array(rows.values.dropLast()) + [.integer(last), .integer(Int64(limit))]
        ) { $0.integer(0) }
    }

    /// Whether any table has a row of a person.
    static func hold(_ subject: Subject, _ connection: Connection) throws -> Bool {
        let rows = SubjectRows(subject: subject, messages: try messages(of: subject, limit: 1, connection))
        return try SubjectTable.all.contains { table in
            try connection.first(
                "\(selection) SELECT 1 FROM \(table.name) WHERE \(table.condition) LIMIT 1", rows.values
            ) { _ in true } != nil
        }
    }
}
