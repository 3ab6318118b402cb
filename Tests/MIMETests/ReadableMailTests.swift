// What the encoder writes is read back, whatever the words.

import Foundation
import MIME
import Testing

@Suite struct ReadableMailTests {
    @Test(arguments: [
        ("Votre Škoda : images et devis", "Bonjour Zoé,\n\n= 100 % =\n.\n"), ("plain", "plain\n"),
        ("Zeichen = ? _ und 日本語日本語日本語日本語日本語日本語日本語日本語 am Ende", "ünï\n"),
        (
            "two  blanks",
            "a line that is long enough to be folded by the encoder, because it goes on and on and on é\n"
        ),
    ])
    func whatWasWrittenIsRead(subject: String, text: String) throws {
        let source = try MailMessage.sample {
            $0.subject = subject
            $0.text = text
        }.encodedText()
        let mail = ReadableMail(source)
        #expect(mail.subject == subject)
        #expect(mail.text?.trimmingCharacters(in: .newlines) == text.trimmingCharacters(in: .newlines))
    }

    @Test func whatIsNoMailHasNeither() {
        let mail = ReadableMail("nothing")
        #expect(mail.subject == nil)
        #expect(ReadableMail("Content-Type: text/html\n\n<p>").text == nil)
    }
}
