// A person as a request about their data names them: the references of one dealership that are known to be theirs. Nothing is followed from
// one reference to another: whoever asks says which are theirs, and the dealership has checked it.

package struct Subject: Codable, Sendable, Hashable {
    /// An address, a phone number, a customer number and a reference that is known as such.
    package static let greatestReferenceCount = 4

    package let dealership: DealershipID
    /// Distinct; at least one.
    package let references: [ContactReference]

    package init(dealership: DealershipID, references: [ContactReference]) throws(ValueError) {
        var distinct: [ContactReference] = []
        for reference in references where !distinct.contains(reference) { distinct.append(reference) }
        guard (1...Self.greatestReferenceCount).contains(distinct.count) else {
            throw ValueError("must name a person by an e-mail address, a phone number or a customer number")
        }
        self.dealership = dealership
        self.references = distinct
    }
}
