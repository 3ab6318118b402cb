// An e-mail address that the gateway will write to: dot-atom local part, host name, ASCII (RFC 5321, sections 4.1.2
// and 4.5.3.1; RFC 5322, section 3.4.1). It promises that `address` is safe in an SMTP command and in a header, and that
// `canonical` is the form the ledger's references are hashed from, fixed for good: trimmed, lower case, the domain as
// A-labels (UTS 46, through Foundation's URL host). What cannot be brought into that form is refused, never guessed:
// quoted local parts, comments, address literals, and local parts beyond ASCII, which need SMTPUTF8.

import Foundation

package struct EmailAddress: Sendable, Hashable {
    /// As it is sent: the local part as written, the domain in lower-case ASCII.
    package let address: String
    /// What a contact reference is made of.
    package let canonical: String

    package init(_ text: String) throws(ValueError) {
        let trimmed = text.trimmed
        guard let at = trimmed.lastIndex(of: "@") else {
            throw ValueError("must be an e-mail address, such as zoe@example.lu")
        }
        let local = String(trimmed[..<at])
        try Self.checkLocalPart(local)
        let domain = try Self.asciiDomain(String(trimmed[trimmed.index(after: at)...]))
        guard local.utf8.count + 1 + domain.utf8.count <= 254 else {
            throw ValueError("must be an e-mail address of at most 254 characters")
        }
        address = local + "@" + domain
        canonical = local.lowercased() + "@" + domain
    }

    /// The part after the `@`, as lower-case A-labels.
    package var domain: String {
        String(canonical[canonical.index(after: canonical.lastIndex(of: "@") ?? canonical.startIndex)...])
    }

    /// `atext` of RFC 5322, section 3.2.3.
    private static let atomCharacters = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~".utf8)

    private static func checkLocalPart(_ local: String) throws(ValueError) {
        guard local.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw ValueError("must have only ASCII before the @: no provider is known to take anything else")
        }
        guard (1...64).contains(local.utf8.count) else {
            throw ValueError("must have 1 to 64 characters before the @")
        }
        let atoms = local.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard atoms.allSatisfy({ !$0.isEmpty && $0.allSatisfy(atomCharacters.contains) }) else {
            throw ValueError(
                "must have only letters, digits, single dots and !#$%&'*+-/=?^_`{|}~ before the @")
        }
    }

    private static func asciiDomain(_ domain: String) throws(ValueError) -> String {
        let host = try HostName(domain)
        guard host.labels.count >= 2 else {
            throw ValueError("must have a full domain after the @, such as example.lu")
        }
        return host.name
    }
}
