// The place behind a message of a listing, as callers see it: opaque, and of the message's own id, so that it tells nobody how many messages
// the gateway has had.

import Crypto
import Domain

package struct MessageCursor: Sendable {
    private static let version: UInt8 = 2

    package let message: MessageID

    package init(_ message: MessageID) {
        self.message = message
    }

    package init(_ text: String) throws(ValueError) {
        guard let bytes = Base64URL.bytes(of: text), bytes.first == Self.version,
            let message = MessageID(bytes: Array(bytes.dropFirst()))
        else { throw ValueError("must be a cursor that an answer of this listing gave") }
        self.message = message
    }

    package var text: String { Base64URL.text(of: [Self.version] + message.bytes) }
}
