// The dealership's own number of a customer (`to.id`), in the form that references are hashed from: trimmed, NFC. Its
// letter case is the dealership's and is kept: `k-1` and `K-1` may be two people.

import Foundation

package struct CustomerNumber: Sendable, Hashable {
    package let text: String

    package init(_ text: String) throws(ValueError) {
        let trimmed = text.trimmed.precomposedStringWithCanonicalMapping
        guard (1...64).contains(trimmed.utf8.count),
            trimmed.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { throw ValueError("must be a customer number of 1 to 64 bytes without control characters") }
        self.text = trimmed
    }
}
