// The isemail data, held against the gateway's addresses. The gateway takes less than RFC 5322 does; what it
// takes must be an address that isemail calls valid (or valid with a remark on its domain's DNS, which is not
// looked up here).

import Domain
import Support
import Testing

@Suite(
    "E-mail addresses: isemail",
    .enabled(
        if: IsEmailCase.areExpected,
        "NOT RUN: no isemail cases at \(Conformance.path(IsEmailCase.file).path); set RELAIS_CONFORMANCE"))
struct EmailAddressConformanceTests {
    /// Version 3.05 of the data, by category.
    static let counts = [
        "ISEMAIL_ERR": 66, "ISEMAIL_CFWS": 10, "ISEMAIL_DEPREC": 20, "ISEMAIL_DNSWARN": 8,
        "ISEMAIL_RFC5321": 16, "ISEMAIL_RFC5322": 30, "ISEMAIL_VALID_CATEGORY": 14,
    ]

    /// Taken although isemail calls them something else, each with its reason.
    static let exceptions: [Int: String] = [
        157: "a blank before the address is trimmed",
        158: "a blank behind the address is trimmed",
    ]

    /// Refused although isemail calls them valid, each with its reason.
    static let refusals: [Int: String] = [
        5: "a domain of one label is not a full domain"
    ]

    static let valid: Set<String> = ["ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"]

    @Test("the file has all its cases")
    func complete() throws {
        let categories = try IsEmailCase.read().map(\.category)
        for (category, count) in Self.counts {
            #expect(categories.count { $0 == category } >= count, "\(category) has lost cases")
        }
        #expect(Set(categories) == Set(Self.counts.keys))
    }

    @Test("what isemail calls an error is refused")
    func errorsAreRefused() throws {
        var refused = 0
        for test in try IsEmailCase.read() where test.category == "ISEMAIL_ERR" {
            let address = try? EmailAddress(test.address)
            #expect(address == nil, "case \(test.id) was taken")
            if address == nil { refused += 1 }
        }
        #expect(refused >= 66)
    }

    @Test("what is taken is valid")
    func takenIsValid() throws {
        var taken = 0
        for test in try IsEmailCase.read() {
            guard let address = try? EmailAddress(test.address) else { continue }
            taken += 1
            #expect(
                Self.valid.contains(test.category) || Self.exceptions[test.id] != nil,
                "case \(test.id), \(test.category), was taken")
            #expect(address.address.utf8.count <= 254)
        }
        #expect(taken >= 23)
    }

    @Test("what is valid is taken, but for what the table names")
    func validIsTaken() throws {
        for test in try IsEmailCase.read() where Self.valid.contains(test.category) {
            let isTaken = (try? EmailAddress(test.address)) != nil
            #expect(isTaken == (Self.refusals[test.id] == nil), "case \(test.id), \(test.category)")
        }
    }
}
