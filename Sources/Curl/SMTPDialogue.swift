// What is known of a connection's conversation, written by libcurl's callbacks on the connection's thread.
// It follows the commands that went out and the lines that came in, so that the phase and the reply that
// belongs to it are known when the transfer ends; libcurl itself reports neither. It promises:
//   - a reply is kept only for the command that it answers; the answer to QUIT is never kept;
//   - a command's text is looked at and dropped at once, because AUTH lines come this way;
//   - with credentials configured, no message leaves on a connection that has not logged in. libcurl would
//     silently send without (reproduced on 7.88.1).

import Delivery

/// The state of one connection's conversation and of the transaction under way.
final class SMTPDialogue {
    private enum Command {
        case none
        case hello
        case startTLS
        case login
        case transaction
    }

    private let mechanism: SMTPCredentials.Mechanism?
    private let upgradesToTLS: Bool
    private let timeouts: SMTPTimeouts
    private let isAbandoned: @Sendable () -> Bool

    // The connection, which outlives a transaction.
    private var hasStartedTLS = false
    private var hasLoggedIn = false

    // The transaction.
    private(set) var phase = HandoverPhase.connect
    private(set) var reply: SMTPReply?
    private(set) var fault: HandoverFault?
    private var command = Command.none
    private var isQuitting = false
    private var assembler = SMTPReplyAssembler()
    private var body: [UInt8] = []
    private var sentCount = 0
    private var isStillAllowed: () -> Bool = { false }
    private var uploadedCount = 0
    private var lastProgress = ContinuousClock.now

    /// - Parameter isAbandoned: Asked again and again during a transfer; true ends it.
    init(endpoint: SMTPEndpoint, isAbandoned: @escaping @Sendable () -> Bool) {
        mechanism = endpoint.credentials?.mechanism
        upgradesToTLS = endpoint.encryption == .startTLS
        timeouts = endpoint.timeouts
        self.isAbandoned = isAbandoned
    }

    /// Starts a transaction on the same connection or, as the greeting will tell, on a new one.
    func begin(body: [UInt8], isStillAllowed: @escaping () -> Bool) {
        phase = .connect
        reply = nil
        fault = nil
        command = .none
        isQuitting = false
        assembler.reset()
        self.body = body
        sentCount = 0
        self.isStillAllowed = isStillAllowed
        uploadedCount = 0
        lastProgress = .now
    }

    /// Lets go of the content and of the caller's closure.
    func end() {
        body = []
        isStillAllowed = { false }
    }

    /// Takes a command line that has gone out.
    func clientSaid(_ line: UnsafeRawBufferPointer) {
        lastProgress = .now
        if line.starts(with: "QUIT".utf8) {
            isQuitting = true
            return
        }
        reply = nil
        assembler.reset()
        command = .transaction
        if line.starts(with: "MAIL FROM:".utf8) {
            phase = .mail
        } else if line.starts(with: "RCPT TO:".utf8) {
            phase = .rcpt
        } else if phase == .rcpt, line.elementsEqual("DATA\r\n".utf8) {
            phase = .data
        } else {
            phase = .hello
            if line.starts(with: "EHLO ".utf8) || line.starts(with: "HELO ".utf8) {
                command = .hello
            } else if line.elementsEqual("STARTTLS\r\n".utf8) {
                command = .startTLS
                hasStartedTLS = true
            } else {
                command = .login
            }
        }
    }

    /// Takes a line of the server; false ends the transfer.
    func serverSaid(_ line: UnsafeRawBufferPointer) -> Bool {
        if isQuitting { return true }
        if phase == .connect { startConnection() }
        switch assembler.append([UInt8](line)) {
        case .incomplete:
            return true
        case .tooLong:
            fault = .replyTooLong
            return false
        case .complete(let complete):
            if reply == nil { reply = complete }
            return complete.digit == 2 ? takeConsent(complete) : true
        }
    }

    /// Fills libcurl's buffer; nil ends the transfer without a final dot.
    ///
    /// Returning 0 before the end would end the message *normally*, cut off, so that can only happen after
    /// the last byte.
    func nextBytes(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        if isAbandoned() {
            fault = .stopped
            return nil
        }
        if sentCount == 0 {
            guard mechanism == nil || hasLoggedIn else {
                fault = .authenticationNotOffered
                return nil
            }
            guard isStillAllowed() else {
                fault = .withdrawn
                return nil
            }
            reply = nil
            phase = .body
        }
        let count = min(buffer.count, body.count - sentCount)
        if count > 0 {
            body[sentCount..<(sentCount + count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
            sentCount += count
            lastProgress = .now
        }
        if sentCount == body.count { phase = .ended }
        return count
    }

    /// Whether the transfer shall end now: the gateway is stopping, or a wait that libcurl does not bound by itself has lasted
    /// too long: QUIT, whose answer nobody needs, and a body that the server no longer takes.
    func isOutOfPatience(uploaded: Int) -> Bool {
        if isAbandoned() {
            if !isQuitting { fault = .stopped }
            return true
        }
        if uploaded != uploadedCount {
            uploadedCount = uploaded
            lastProgress = .now
        }
        let patience: Duration? =
            if isQuitting {
                timeouts.quit
            } else {
                switch phase {
                case .body: timeouts.dataBlock
                // libcurl counts the wait for the final reply itself, but only from the dot on.
                case .ended: timeouts.dataBlock + timeouts.reply
                default: nil
                }
            }
        guard let patience, .now - lastProgress > patience else { return false }
        if !isQuitting { fault = .timedOut }
        return true
    }

    /// The first line before any command is the greeting: the connection is new.
    private func startConnection() {
        phase = .hello
        hasStartedTLS = false
        hasLoggedIn = false
    }

    /// Follows the greeting's positive answers; false if the login that is due cannot happen.
    private func takeConsent(_ reply: SMTPReply) -> Bool {
        switch command {
        case .hello:
            // Before STARTTLS, what the server offers does not count: it may hide AUTH until then.
            guard let mechanism, !upgradesToTLS || hasStartedTLS else { return true }
            guard Self.offers(mechanism, in: reply) else {
                fault = .authenticationNotOffered
                return false
            }
        case .login:
            hasLoggedIn = true
        case .none, .startTLS, .transaction:
            break
        }
        return true
    }

    /// Looks for the mechanism as libcurl does, upper case only (before 8.17.0): what libcurl overlooks would
    /// go out unauthenticated.
    private static func offers(_ mechanism: SMTPCredentials.Mechanism, in reply: SMTPReply) -> Bool {
        reply.text.split(separator: "\n").contains { line in
            let words = line.dropFirst(4).split { $0 == " " || $0 == "\t" }
            return words.first == "AUTH" && words.dropFirst().contains { $0 == mechanism.rawValue }
        }
    }
}
