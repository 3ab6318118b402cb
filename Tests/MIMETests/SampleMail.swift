// A plain valid message that each test changes in the one place it is about.

import Foundation
import MIME

extension MailMessage {
    static func sample(_ change: (inout MailMessage) -> Void = { _ in }) -> MailMessage {
        var message = MailMessage(
            from: MailboxAddress(displayName: "Garage", address: "service@garage.example"),
            to: MailboxAddress(displayName: "Zoe Weber", address: "zoe@example.lu"),
            replyTo: MailboxAddress(address: "luc@garage.example"),
            subject: "Your car is ready",
            date: Date(timeIntervalSince1970: 1_795_773_600),
            messageID: "0123456789abcdef.0190f3e0@garage.example",
            headers: [MailHeader(name: "Auto-Submitted", value: "auto-generated")],
            text: "Hello\n",
            html: "<p>Hello</p>\n",
            boundarySeed: "msg_0190f3e0-7c1b-7000-8000-000000000001")
        change(&message)
        return message
    }

    /// The encoded message as text; it is ASCII.
    func encodedText() throws -> String {
        String(decoding: try encoded(), as: UTF8.self)
    }
}
