// Replies: lines put together, enhanced statuses found, endless ones ended.

import Delivery
import Testing

@Suite("SMTP replies")
struct SMTPReplyTests {
    @Test("a space or the end of the line after the code ends a reply; the last line's code decides")
    func assembly() {
        var assembler = SMTPReplyAssembler()
        #expect(assembler.append(Array("250-one\r\n".utf8)) == .incomplete)
        #expect(assembler.append(Array("no code\r\n".utf8)) == .incomplete)
        #expect(assembler.append(Array("25\r\n".utf8)) == .incomplete)
        #expect(assembler.append(Array("250x\r\n".utf8)) == .incomplete)
        #expect(
            assembler.append(Array("550 5.1.1 two\r\n".utf8))
                == .complete(SMTPReply(code: 550, text: "250-one\nno code\n25\n250x\n550 5.1.1 two")))
        #expect(assembler.append(Array("250\r\n".utf8)) == .complete(SMTPReply(code: 250, text: "250")))
        #expect(assembler.append(Array("250-begun\r\n".utf8)) == .incomplete)
        assembler.reset()
        #expect(assembler.append(Array("220 x\n".utf8)) == .complete(SMTPReply(code: 220, text: "220 x")))
    }

    @Test("a reply may have 64 KB and not a byte more")
    func limit() {
        let last = Array("250 ok\r\n".utf8)
        let line = Array(("250-" + String(repeating: "x", count: 1_018) + "\r\n").utf8)
        for (extra, isWhole) in [(0, true), (1, false)] {
            var assembler = SMTPReplyAssembler()
            for _ in 0..<63 { #expect(assembler.append(line) == .incomplete) }
            let rest = SMTPReplyAssembler.byteLimit - 63 * line.count - last.count + extra
            let filler = Array(("250-" + String(repeating: "y", count: rest - 6) + "\r\n").utf8)
            #expect(assembler.append(filler) == .incomplete)
            if case .complete = assembler.append(last) {
                #expect(isWhole)
            } else {
                #expect(!isWhole)
            }
        }
    }

    @Test("bytes that are no UTF-8 are replaced, never fatal")
    func garbage() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            var assembler = SMTPReplyAssembler()
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = assembler.append(bytes)
            if case .complete(let reply) = assembler.append(Array("250 ".utf8) + bytes) {
                #expect(reply.code == 250)
                _ = ReplyRedaction.storable(reply.text, recipient: "zoe@example.lu")
            }
        }
    }

    @Test(
        "the enhanced status agrees with the code or does not count",
        arguments: [
            ("550 5.1.1 unknown", "5.1.1"), ("550-5.7.26 a\n550 5.7.26 b", "5.7.26"), ("250 2.0.0", "2.0.0"),
            ("550 4.1.1 wrong class", "550"), ("550 5.1.1.1 x", "550"), ("550 5..1 x", "550"),
            ("550 5.1234.1 x", "550"), ("550 x 5.1.1", "550"), ("450-text\n450 4.7.0 x", "4.7.0"),
            ("250", "250"),
            ("250 3.1.1 x", "250"), ("550 5.1.1", "5.1.1"), ("550 5.1.1\tx", "5.1.1"),
            ("550 5.1.1: x", "550"),
        ])
    func enhanced(text: String, status: String) {
        #expect(SMTPReply(code: Int(text.prefix(3)) ?? 0, text: text).status == status)
    }
}
