// What a dealership says of a person, made into an act with its proof: which references, which texts lie beside the chain.

import Consent
import Crypto
import Domain
import Intake
import JSON
import OutboxStore
import Support
import Testing

@Suite("Statements of consent")
struct ConsentStatementTests {
    private static let dealership = try! DealershipReader.read(
        JSONValue(
            parsing: Array(
                """
                { "id": "garage-nord", "name": "Garage du Nord", "legalName": "Nord S.à r.l.", "address": "Mersch",
                  "country": "LU", "locale": "fr-LU", "timeZone": "Europe/Luxembourg",
                  "senders": { "service": { "address": "a@example.lu" } } }
                """.utf8)))
    private static let now = try! Timestamp("2026-11-23T08:00:00Z")
    private let keys = StoreFixture.keys

    private func statement(_ members: String) throws -> ConsentStatement {
        try ConsentStatementReader.read(
            JSONValue(parsing: Array("{ \(members) }".utf8)), actor: "key_1", now: Self.now)
    }

    private func act(_ members: String) throws -> (act: ConsentAct, proof: ConsentProof) {
        try statement(members).act(of: Self.dealership, keys: keys, purposes: PurposeTable())
    }

    private func reference(_ identity: ContactIdentity) -> ContactReference {
        keys.reference(to: identity, of: Self.dealership.id)
    }

    @Test func theAddressIsThatOfTheChannel() throws {
        let email = reference(.email(try EmailAddress("zoe@example.lu")))
        let phone = reference(.phone(try PhoneNumber("+352621123456")))
        let customer = reference(.customer(try CustomerNumber("K-1")))
        let both =
            #""email": "ZOE@example.lu", "phone": "+352 621 123 456", "customer": "K-1", "event": "objected""#
        for (more, references) in [
            ("all\"", ContactReferences(address: email, customer: customer, otherAddress: phone)),
            (
                "channel\", \"channel\": \"sms\"",
                ContactReferences(address: phone, customer: customer, otherAddress: email)
            ),
            (
                "channel\", \"channel\": \"email\"",
                ContactReferences(address: email, customer: customer, otherAddress: phone)
            ),
        ] {
            #expect(try act(#"\#(both), "scope": "\#(more)"#).act.references == references, "\(more)")
        }
        let alone = try act(#""phone": "+352621123456", "event": "objected", "scope": "channel""#).act
        #expect(alone.channel == .sms && alone.references == ContactReferences(address: phone))
        let number = try act(#""customer": "K-1", "event": "objected", "scope": "all""#).act
        #expect(number.references == ContactReferences(address: customer))
        #expect(throws: ConsentFault.self) {
            _ = try act(#""email": "a@b.lu", "event": "objected", "scope": "channel", "channel": "sms""#)
        }
    }

    @Test func aSoftOptInKeepsItsSaleAndTheNoticeIsKept() throws {
        let (act, proof) = try act(
            """
            "email": "zoe@example.lu", "event": "soft-opt-in", "scope": "marketing", "channel": "email",
            "method": "paper", "notice": { "version": "3", "language": "fr", "text": "Vous pouvez refuser." },
            "sale": { "reference": "F-1", "date": "2026-11-20" }, "entity": "Nord S.à r.l.", "evidence": "p. 2"
            """)
        let notice = try #require(proof.notice)
        #expect(
            notice.version == "3" && notice.language.text == "fr" && notice.text == "Vous pouvez refuser.")
        #expect(act.noticeDigest == notice.digest && act.method == .paper && act.actor == "key_1")
        let evidence = try #require(proof.evidence)
        #expect(
            evidence.text
                == #"{"sale":{"reference":"F-1","date":"2026-11-20"},"entity":"Nord S.à r.l.","evidence":"p. 2"}"#
        )
        #expect(act.evidenceDigest == evidence.digest && evidence.salt.count == 16)
        try act.checkFields(now: Self.now)
    }

    @Test func evidenceIsKeptAsItWasWritten() throws {
        let (act, proof) = try act(
            #""email": "zoe@example.lu", "event": "objected", "scope": "all", "evidence": "call\n17""#)
        #expect(proof.evidence?.text == "call\n17" && proof.notice == nil)
        #expect(act.evidenceDigest == proof.evidence?.digest && act.occurredAt == Self.now)
        #expect(
            try self.act(#""email": "a@b.lu", "event": "objected", "scope": "all""#).proof.evidence == nil)
    }
}
