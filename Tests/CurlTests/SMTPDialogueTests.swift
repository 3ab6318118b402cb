// The dialogue's promises that no server can provoke reliably: whose answer a reply is, and when nothing may
// leave.

import Delivery
import Runtime
import Support
import Testing

@testable import Curl

@Suite("Dialogue")
struct SMTPDialogueTests {
    private func client(_ line: String, _ dialogue: SMTPDialogue) {
        Array((line + "\r\n").utf8).withUnsafeBytes { dialogue.clientSaid($0) }
    }

    private func server(_ line: String, _ dialogue: SMTPDialogue) -> Bool {
        Array((line + "\r\n").utf8).withUnsafeBytes { dialogue.serverSaid($0) }
    }

    private func read(_ count: Int, _ dialogue: SMTPDialogue) -> Int? {
        withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { dialogue.nextBytes(into: $0) }
    }

    private func openDialogue(
        credentials: SMTPCredentials? = nil, isAbandoned: @escaping @Sendable () -> Bool = { false }
    ) throws -> SMTPDialogue {
        let dialogue = SMTPDialogue(
            endpoint: try endpoint(port: 25, credentials: credentials), isAbandoned: isAbandoned)
        dialogue.begin(body: smallBody, isStillAllowed: { true })
        #expect(server("220 hello", dialogue))
        client("EHLO gw", dialogue)
        #expect(server("250-x", dialogue))
        #expect(server("250 AUTH PLAIN", dialogue))
        return dialogue
    }

    @Test("the answer to QUIT is nobody's, even when no other came")
    func quit() throws {
        let dialogue = try openDialogue()
        for command in ["MAIL FROM:<a@b.c>", "RCPT TO:<d@e.f>", "DATA"] { client(command, dialogue) }
        #expect(server("354 go", dialogue))
        #expect(read(1_000, dialogue) == smallBody.count)
        #expect(dialogue.phase == .ended && dialogue.reply == nil)
        client("QUIT", dialogue)
        #expect(server("250 2.0.0 accepted, honestly", dialogue))
        #expect(dialogue.phase == .ended && dialogue.reply == nil)
    }

    @Test("every command drops the reply to the one before")
    func replies() throws {
        let dialogue = try openDialogue()
        let commands: [(String, HandoverPhase)] = [
            ("MAIL FROM:<a@b.c>", .mail), ("RCPT TO:<d@e.f>", .rcpt), ("DATA", .data),
        ]
        for (command, phase) in commands {
            #expect(dialogue.reply != nil)
            client(command, dialogue)
            #expect(dialogue.phase == phase && dialogue.reply == nil)
            #expect(server("250-half", dialogue))
            #expect(dialogue.reply == nil)
            #expect(server("250 whole", dialogue))
        }
        #expect(read(5, dialogue) == 5)
        #expect(dialogue.phase == .body && dialogue.reply == nil)
    }

    @Test("what is given up gets no further byte, so that it cannot end; QUIT is not waited for")
    func abandoned() throws {
        let isAbandoned = Lock(false)
        let dialogue = try openDialogue(isAbandoned: { isAbandoned.withLock { $0 } })
        for command in ["MAIL FROM:<a@b.c>", "RCPT TO:<d@e.f>", "DATA"] { client(command, dialogue) }
        #expect(server("354 go", dialogue))
        #expect(read(5, dialogue) == 5)
        #expect(!dialogue.isOutOfPatience(uploaded: 5))
        isAbandoned.withLock { $0 = true }
        #expect(read(1_000, dialogue) == nil)
        #expect(dialogue.phase == .body && dialogue.fault == .stopped)
        client("QUIT", dialogue)
        #expect(dialogue.isOutOfPatience(uploaded: 5))
    }

    @Test("the content is ended with its last byte, not before, and 0 comes only after it")
    func reading() throws {
        for size in [1, 7, smallBody.count - 1, smallBody.count, smallBody.count + 1] {
            let dialogue = try openDialogue()
            var total = 0
            while total < smallBody.count {
                #expect(dialogue.phase < .ended)
                let count = try #require(read(size, dialogue))
                #expect(count > 0)
                total += count
            }
            #expect(total == smallBody.count && dialogue.phase == .ended)
            #expect(read(size, dialogue) == 0)
        }
    }

    @Test("with credentials nothing is read without a login on this very connection")
    func login() throws {
        let credentials = SMTPCredentials(username: "u", password: "p")
        let dialogue = try openDialogue(credentials: credentials)
        #expect(read(10, dialogue) == nil)
        #expect(dialogue.fault == .authenticationNotOffered)

        let loggedIn = try openDialogue(credentials: credentials)
        client("AUTH PLAIN AHUAcA==", loggedIn)
        #expect(server("235 ok", loggedIn))
        #expect(read(10, loggedIn) == 10)
        // The same connection again, then a new one.
        loggedIn.begin(body: smallBody, isStillAllowed: { true })
        #expect(read(10, loggedIn) == 10)
        loggedIn.begin(body: smallBody, isStillAllowed: { true })
        #expect(server("220 hello", loggedIn))
        #expect(read(10, loggedIn) == nil)
    }

    @Test("a login line that looks like a command is none")
    func disguised() throws {
        let dialogue = try openDialogue()
        for line in ["MAILabc=", "DATA", "RCPTx", "MAIL FROM"] {
            client(line, dialogue)
            #expect(dialogue.phase == .hello)
        }
    }
}
