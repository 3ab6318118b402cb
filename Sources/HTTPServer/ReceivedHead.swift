// A request's header as it came over the wire, before anyone has judged it: the gate's input.
// Nothing is trimmed, merged or decoded, because the differences that smuggle requests live in such details.

/// A header section as received.
struct ReceivedHead: Sendable {
    /// The first word of the request line.
    var method: String
    /// The second word, undecoded.
    var target: String
    /// The third word.
    var version: String
    /// The fields in order, names and values untrimmed at the end.
    var fields: [HTTPField]
    /// False if a line did not end in CR LF, was folded, or held a NUL, or words were parted by more than one
    /// blank.
    var hasExactLines = true
}
