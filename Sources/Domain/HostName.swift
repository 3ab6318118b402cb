// A host name in the one spelling that the gateway compares and sends: lower-case A-labels (RFC 5890; UTS 46 processing
// by Foundation's URL parser, never by hand). It promises letters, digits and hyphens only, labels of 1 to 63 and a name
// of at most 253 characters (RFC 1035, section 2.3.4). Address literals and numeric names are refused.

import Foundation

package struct HostName: Sendable, Hashable {
    package let name: String

    package init(_ text: String) throws(ValueError) {
        // Only characters that may stand in an internationalised name reach the URL parser: no port, path or escape.
        let structural = Set("%:/?#[]@\\ \t\r\n".unicodeScalars)
        guard
            !text.unicodeScalars.contains(where: {
                structural.contains($0) || $0.value < 0x21 || $0.value == 0x7F
            }),
            let host = URLComponents(string: "https://" + text + "/")?.encodedHost?.lowercased()
        else { throw ValueError("must have a valid domain") }
        let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard host.utf8.count <= 253, labels.allSatisfy({ Self.isLabel($0) }),
            let last = labels.last, last.contains(where: { !(0x30...0x39).contains($0) })
        else { throw ValueError("must have a domain of letters, digits and hyphens, such as example.lu") }
        name = host
    }

    package var labels: [Substring] { name.split(separator: ".") }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
            && label.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == hyphen }
    }
}
