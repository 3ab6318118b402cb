"""HTTP of the fault provider: one POST is one message, and its answer can fail in every way that an SMS provider's does. A message is known by
the client's reference in it, or by its idempotency key.
"""
import hashlib
import json
import re
import time

from faulty_conversation import Conversation


class HTTPConversation(Conversation):
    STATUSES = {"4xx": 400, "5xx": 500, "421": 421, "429": 429, "429-retry-after": 429, "redirect": 302}

    def run(self):
        while True:
            request = self.line()
            fields = {}
            while (line := self.line()) != b"\r\n":
                name, _, value = line.decode("latin-1").partition(":")
                fields[name.strip().lower()] = value.strip()
            body = self.stream.read(int(fields.get("content-length", 0)))
            self.handle(request, fields, body)

    def handle(self, request, fields, body):
        match = re.search(rb'"?\bto"?\s*[=:]\s*"?([^"&,}]+)', body, re.I)
        recipient = match.group(1).decode("utf-8", "replace").replace("%2B", "+") if match else ""
        fault = self.plan.choose("http", recipient)
        self.plan.pause()
        is_refused = fault in self.STATUSES
        is_taken = not is_refused and fault not in ("drop", "rst")
        if fault is not None:
            self.note("http", fault, recipient)
        is_answered = fault in (None, "delay", "late", "drip")
        self.log.write(
            "receipt", provider=self.listener["name"], recipient=recipient, dataAt=time.monotonic(),
            messageID=fields.get("idempotency-key") or self.document(body).get("reference", ""),
            sha256=hashlib.sha256(self.document(body).get("text", "").encode() or body).hexdigest(),
            taken=is_taken, answer="refused" if is_refused else "accepted" if is_answered else "none")
        self.plan.pause()
        if is_refused:
            extra = {"429-retry-after": "Retry-After: 2\r\n",
                     "redirect": "Location: http://127.0.0.1:1/elsewhere\r\n"}.get(fault, "")
            self.send(self.response(self.STATUSES[fault], b'{"error": "refused"}', extra))
        elif fault == "broken-body":
            self.send(self.response(200, b'{"sid": "SM'))
        elif fault == "hold":
            self.hold(recipient)
        else:
            self.misbehave(fault, self.response(201, b'{"sid": "SM1", "status": "queued"}'))

    @staticmethod
    def document(body):
        return json.loads(body) if body.startswith(b"{") else {}

    @staticmethod
    def response(status, body, extra=""):
        head = f"HTTP/1.1 {status} Fault\r\nContent-Type: application/json\r\n{extra}Content-Length: {len(body)}\r\n\r\n"
        return head.encode() + body
