// White space around a value that somebody wrote: what counts as white space is Foundation's to say. Most values have none, and
// that is seen from their ends.

import Foundation

extension String {
    /// Without white space at its ends (Unicode's space separators and the tab; no line ends).
    package var trimmed: String {
        guard let first = utf8.first, let last = utf8.last else { return self }
        let visible: ClosedRange<UInt8> = 0x21...0x7E
        return visible.contains(first) && visible.contains(last) ? self : trimmingCharacters(in: .whitespaces)
    }
}
