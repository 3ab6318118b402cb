"""SMTP of the fault provider (RFC 5321, STARTTLS, AUTH), with a fault at any phase."""
import hashlib
import re
import time

from faulty_conversation import Conversation, Gone


class SMTPConversation(Conversation):
    REFUSALS = {"4xx": b"450 4.3.0 try again later\r\n", "5xx": b"554 5.3.0 refused\r\n",
                "421": b"421 4.3.2 closing\r\n"}

    def answer(self, phase, good, recipient=""):
        """Answers a command; true if positively."""
        fault = self.plan.choose(phase, recipient)
        if fault is None:
            self.send(good)
            return True
        self.note(phase, fault, recipient)
        if fault in self.REFUSALS:
            self.send(self.REFUSALS[fault])
            if fault == "421":
                raise Gone()
            return False
        if fault == "hold":
            self.hold(recipient)
        if fault == "no-starttls":
            good = b"250 faulty.test\r\n"
        self.misbehave(fault, good)
        return True

    def run(self):
        self.answer("connect", b"220 faulty.test ESMTP\r\n")
        recipient = ""
        while True:
            line = self.line()
            verb = line[:4].upper()
            if verb in (b"EHLO", b"HELO"):
                self.answer("ehlo", self.capabilities() if verb == b"EHLO" else b"250 faulty.test\r\n")
            elif verb == b"STAR" and self.listener["tls"] == "starttls" and not self.is_secure:
                self.start_tls()
            elif verb == b"AUTH":
                self.authenticate(line)
            elif verb == b"MAIL":
                self.answer("mail", b"250 2.1.0 ok\r\n")
            elif verb == b"RCPT":
                recipient = re.search(rb"<([^>]*)>", line).group(1).decode("utf-8", "replace")
                self.answer("rcpt", b"250 2.1.5 ok\r\n", recipient)
            elif verb == b"DATA":
                data_at = time.monotonic()
                if self.answer("data", b"354 go ahead\r\n", recipient):
                    self.content(recipient, data_at)
            elif verb == b"QUIT":
                self.send(b"221 2.0.0 bye\r\n")
                return
            else:
                self.send(b"250 2.0.0 ok\r\n")

    def capabilities(self):
        words = [b"faulty.test", b"SIZE 10485760"]
        if self.listener["tls"] == "starttls" and not self.is_secure:
            words.append(b"STARTTLS")
        elif self.is_secure:
            words.append(b"AUTH PLAIN LOGIN")
        return b"".join(b"250-" + word + b"\r\n" for word in words[:-1]) + b"250 " + words[-1] + b"\r\n"

    def start_tls(self):
        fault = self.plan.choose("starttls")
        if fault == "inject":
            # A man in the middle slips replies in before the handshake (CVE-2021-22947 and its kin).
            self.note("starttls", fault, "")
            self.send(b"220 2.0.0 go\r\n250 2.0.0 slipped in\r\n")
        elif fault is not None:
            self.note("starttls", fault, "")
            if fault in self.REFUSALS:
                self.send(self.REFUSALS[fault])
                return
            self.misbehave(fault, b"220 2.0.0 go\r\n")
        else:
            self.send(b"220 2.0.0 go\r\n")
        self.secure()

    def authenticate(self, line):
        if b"LOGIN" in line.upper():
            for question in (b"334 VXNlcm5hbWU6\r\n", b"334 UGFzc3dvcmQ6\r\n"):
                self.send(question)
                self.line()
        elif len(line.split()) < 3:
            self.send(b"334 \r\n")
            self.line()
        self.answer("auth", b"235 2.7.0 welcome\r\n")

    def content(self, recipient, data_at):
        digest, message_id = hashlib.sha256(), ""
        while (line := self.line()) != b".\r\n":
            if line.lower().startswith(b"message-id:") and not message_id:
                message_id = line[11:].strip().decode("utf-8", "replace")
            digest.update(line[1:] if line.startswith(b".") else line)
        fault = self.plan.choose("final", recipient)
        self.plan.pause()
        is_refused = fault in self.REFUSALS
        is_taken = not is_refused and fault not in ("drop", "rst")
        if fault is not None:
            self.note("final", fault, recipient)
        answers = fault in (None, "delay", "late", "drip", "long-line")
        self.log.write(
            "receipt", provider=self.listener["name"], messageID=message_id, recipient=recipient,
            dataAt=data_at, sha256=digest.hexdigest(), taken=is_taken,
            answer="refused" if is_refused else "accepted" if answers else "none")
        self.plan.pause()
        if is_refused:
            self.send(self.REFUSALS[fault])
            if fault == "421":
                raise Gone()
        elif fault == "hold":
            self.hold(recipient)
        else:
            self.misbehave(fault, b"250 2.0.0 taken\r\n")
