// Endpoints and messages that the tests of this folder share.

import Curl
import Delivery
import Support

/// Patience that is short enough for tests of silence; libcurl counts replies in whole seconds.
let shortTimeouts = SMTPTimeouts(
    connect: .seconds(5), reply: .seconds(1), dataBlock: .seconds(1), quit: .milliseconds(200),
    overall: .seconds(20))

func endpoint(
    port: Int, host: String = "127.0.0.1", encryption: SMTPEndpoint.Encryption = .off,
    credentials: SMTPCredentials? = nil, caFile: String? = nil, timeouts: SMTPTimeouts = shortTimeouts,
    messagesPerConnection: Int = 100, connectionLifetime: Duration = .seconds(60)
) throws -> SMTPEndpoint {
    try SMTPEndpoint(
        host: host, port: port, encryption: encryption, helo: "gw.example.com", credentials: credentials,
        caFile: caFile, timeouts: timeouts, messagesPerConnection: messagesPerConnection,
        connectionLifetime: connectionLifetime)
}

let smallBody = Array("From: a@example.com\r\n\r\nHello\r\n".utf8)

extension SMTPConnection {
    /// Sends a message between two ordinary addresses.
    func send(_ body: [UInt8] = smallBody, isStillAllowed: @escaping () -> Bool = { true })
        -> HandoverEvidence
    {
        send(
            sender: "bounce@example.com", recipient: "zoe@example.lu", body: body,
            isStillAllowed: isStillAllowed)
    }
}

/// A body of exactly this many bytes in lines of at most 78, with dots at many line starts.
func body(ofSize size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    var number = 0
    while size - bytes.count >= 160 {
        let start = [".", "..", "x", ".x", "", "...", "From "][number % 7]
        bytes.append(contentsOf: start.utf8)
        bytes.append(
            contentsOf: repeatElement(UInt8(ascii: "a") + UInt8(number % 26), count: 60 + number % 13))
        bytes.append(contentsOf: "\r\n".utf8)
        number += 1
    }
    var rest = size - bytes.count - 2
    if rest > 80 {
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "y"), count: 76))
        bytes.append(contentsOf: "\r\n".utf8)
        rest -= 78
    }
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "z"), count: rest))
    return bytes + Array("\r\n".utf8)
}

extension HandoverEvidence {
    /// Whether the message was accepted; a 250 alone may be the answer to any command.
    var isAccepted: Bool { SMTPOutcomeRule.verdict(for: self).outcome == .accepted }
}
