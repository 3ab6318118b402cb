// Why a text cannot become one of the domain's values. It promises never to repeat the text itself, because that may
// be somebody's address; the reader of the input adds where it stood.

/// The reason a value was refused, worded for the person who wrote it: "must be …".
package struct ValueError: Error, Codable, Sendable, Equatable, CustomStringConvertible {
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }

    package var description: String { reason }
}
