// The text of a reference and the bytes that it is hashed from, which are fixed for good.

import Domain
import Testing

@Suite("Contact references")
struct ContactReferenceTests {
    @Test("are ct_ and 32 digits, both ways")
    func text() throws {
        let reference = try #require(ContactReference(bytes: (0xF0...0xFF).map { UInt8($0) }))
        #expect(reference.description == "ct_f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
        #expect(try ContactReference(reference.description) == reference)
    }

    @Test(
        "are refused in any other spelling",
        arguments: [
            "", "ct_", "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", "CT_f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
            "ct_F0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", "ct_f0f1f2f3f4f5f6f7f8f9fafbfcfdfef",
            "ct_f0f1f2f3f4f5f6f7f8f9fafbfcfdfe", "ct_f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff00",
            "ct_g0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", " ct_f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
            "msg_f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        ])
    func refused(text: String) {
        #expect(throws: ValueError.self) { try ContactReference(text) }
    }

    @Test("have sixteen bytes", arguments: [0, 15, 17, 32])
    func size(count: Int) {
        #expect(ContactReference(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test("are made of the kind, the dealership and the canonical text")
    func identity() throws {
        let garage = try DealershipID("garage")
        let email = ContactIdentity.email(try EmailAddress(" Zoe@MÜLLER.lu"))
        let phone = ContactIdentity.phone(try PhoneNumber("+352 621 123 456"))
        let customer = ContactIdentity.customer(try CustomerNumber(" K-1 "))
        #expect(
            email.canonicalBytes(dealership: garage)
                == Array("email\u{0}garage\u{0}zoe@xn--mller-kva.lu".utf8))
        #expect(
            phone.canonicalBytes(dealership: garage) == Array("phone\u{0}garage\u{0}+352621123456".utf8))
        #expect(customer.canonicalBytes(dealership: garage) == Array("customer\u{0}garage\u{0}K-1".utf8))
    }

    @Test("never take one kind, or one dealership, for another")
    func apart() throws {
        let dealerships = [try DealershipID("a"), try DealershipID("b")]
        let identities: [ContactIdentity] = [
            .phone(try PhoneNumber("+352621123456")), .customer(try CustomerNumber("+352621123456")),
            .email(try EmailAddress("zoe@a.lu")), .customer(try CustomerNumber("zoe@a.lu")),
        ]
        let forms = dealerships.flatMap { dealership in
            identities.map { $0.canonicalBytes(dealership: dealership) }
        }
        #expect(Set(forms).count == 8)
    }

    @Test("of a message are its address first, then what else it has")
    func all() throws {
        let references = try (0..<3).map {
            try #require(ContactReference(bytes: [UInt8](repeating: UInt8($0), count: 16)))
        }
        #expect(ContactReferences(address: references[0]).all == [references[0]])
        #expect(
            ContactReferences(
                address: references[0], customer: references[1], otherAddress: references[2]
            ).all == references)
    }
}
