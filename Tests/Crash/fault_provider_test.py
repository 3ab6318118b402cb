#!/usr/bin/python3
"""Proves the fault provider: each fault as a client on a socket sees it, with the receipt it leaves; TLS both ways; and that a seed
gives the same faults again. Exit 1 when one is missing.
"""
import http.client
import json
import shutil
import socket
import ssl
import sys
import tempfile

from bench import Provider
from fault_provider import Plan

# phase, fault → what the client sees in that phase, and the receipt's (taken, answer), or None when there is none.
SMTP = [
    ("connect", "drop", "gone", None), ("connect", "421", "421", None), ("connect", "endless", "endless", None),
    ("ehlo", "5xx", "554", None), ("ehlo", "rst", "reset", None), ("mail", "4xx", "450", None),
    ("mail", "garbage", "garbage", None), ("rcpt", "5xx", "554", None), ("rcpt", "421", "421", None),
    ("data", "4xx", "450", None), ("data", "drop", "gone", None), ("data", "long-line", "long", None),
    ("final", None, "250", (True, "accepted")), ("final", "delay", "250", (True, "accepted")),
    ("final", "late", "250", (True, "accepted")), ("final", "4xx", "450", (False, "refused")),
    ("final", "5xx", "554", (False, "refused")), ("final", "421", "421", (False, "refused")),
    ("final", "drop", "gone", (False, "none")), ("final", "rst", "reset", (False, "none")),
    ("final", "accept-drop", "gone", (True, "none")), ("final", "garbage", "garbage", (True, "none")),
    ("final", "long-line", "long", (True, "accepted")), ("final", "endless", "endless", (True, "none")),
    ("final", "drip", "drip", (True, "accepted"))]
# fault → the status that the client sees, and the receipt.
HTTP = [
    (None, 201, (True, "accepted")), ("4xx", 400, (False, "refused")), ("5xx", 500, (False, "refused")),
    ("429", 429, (False, "refused")), ("429-retry-after", 429, (False, "refused")),
    ("redirect", 302, (False, "refused")), ("broken-body", 200, (True, "none")),
    ("drop", "gone", (False, "none")), ("accept-drop", "gone", (True, "none")), ("rst", "gone", (False, "none")),
    ("garbage", "gone", (True, "none"))]


class Client:
    def __init__(self, port, is_encrypted=False):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        if is_encrypted:
            self.encrypt()
        self.stream = self.socket.makefile("rb")

    def encrypt(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket)
        self.stream = self.socket.makefile("rb")

    def reply(self):
        """The code of a reply, or a word for what is none."""
        try:
            for _ in range(5):
                line = self.stream.readline(2_000_000)
                if not line:
                    return "gone"
                if not line[:3].isdigit():
                    return "garbage"
                if len(line) > 1_000_000:
                    return "long"
                if line[3:4] == b" ":
                    self.last = line
                    return line[:3].decode()
        except ConnectionResetError:
            return "reset"
        return "endless"

    def say(self, line):
        self.socket.sendall(line.encode() + b"\r\n")
        return self.reply()


def converse(client, phase, recipient, is_dripping=False):
    """What the client sees in this phase, or in the first that does not go on."""
    seen = client.reply()
    steps = [("ehlo", "EHLO client.test"), ("mail", "MAIL FROM:<a@example.com>"), ("rcpt", f"RCPT TO:<{recipient}>"),
             ("data", "DATA")]
    for name, line in steps:
        if phase == "connect" or seen[0] not in "23":
            return seen
        seen = client.say(line)
        if name == phase:
            return seen
    client.socket.sendall(f"Message-ID: <{recipient}>\r\n\r\n..dot\r\n".encode())
    if is_dripping:
        client.socket.sendall(b".\r\n")
        return "drip" if client.socket.recv(100) == b"2" else "whole"
    return client.say(".")


def ask(port, recipient):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", "/Messages.json", f"To={recipient}&Body=x", {"Idempotency-Key": recipient})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    except (OSError, http.client.HTTPException):
        return "gone", {}, b""
    finally:
        connection.close()


def check_faults(folder, expect):
    for index, (phase, fault, seen, receipt) in enumerate(SMTP):
        recipient = f"r{index}@example.com"
        script = [{"phase": phase, "fault": fault}] if fault else []
        provider = Provider(folder, script=script, late=0.3, slow=0.1)
        client = Client(provider.port)
        expect(f"{phase} {fault}", converse(client, phase, recipient, fault == "drip"), seen)
        if fault in ("endless", "drip"):
            client.socket.close()
        check_receipt(provider, f"{phase} {fault}", receipt, expect)
    for fault, status, receipt in HTTP:
        script = [{"phase": "http", "fault": fault}] if fault else []
        provider = Provider(folder, script=script, listeners=[{"name": "relay", "kind": "http"}])
        found, headers, body = ask(provider.port, "%2B352621123456")
        expect(f"http {fault}", found, status)
        expect(f"http {fault}: Retry-After", "Retry-After" in headers, fault == "429-retry-after")
        expect(f"http {fault}: body", body.endswith(b"}"), status not in ("gone", 200))
        check_receipt(provider, f"http {fault}", receipt, expect)


def check_receipt(provider, name, expected, expect):
    with open(provider.receipts) as file:
        found = [json.loads(line) for line in file]
    receipts = [(line["taken"], line["answer"]) for line in found if line["kind"] == "receipt"]
    expect(f"{name}: receipt", receipts, [expected] if expected else [])
    provider.__exit__()
    open(provider.receipts, "w").close()


def check_tls(folder, expect):
    for tls, fault in (("starttls", None), ("implicit", None), ("starttls", "inject"), ("starttls", "4xx")):
        script = [{"phase": "starttls", "fault": fault}] if fault else []
        provider = Provider(folder, script=script, listeners=[{"name": "relay", "kind": "smtp", "tls": tls}])
        client = Client(provider.port, tls == "implicit")
        name = f"{tls} {fault}"
        if tls == "starttls":
            expect(f"{name}: greeting", client.reply(), "220")
            client.say("EHLO client.test")
            expect(f"{name}: offered", b"STARTTLS" in client.last, True)
            expect(f"{name}: answer", client.say("STARTTLS"), "450" if fault == "4xx" else "220")
            if fault == "inject":
                expect(f"{name}: slipped in", client.reply(), "250")
            if fault is None:
                client.encrypt()
                expect(f"{name}: inside", client.say("EHLO client.test"), "250")
        else:
            expect(f"{name}: message", converse(client, "final", "r@example.com"), "250")
        client.socket.close()
        provider.__exit__()


def main():
    problems, checks = [], 0

    def expect(name, found, expected):
        nonlocal checks
        checks += 1
        if found != expected:
            problems.append(f"{name}: {found} instead of {expected}")
    folder = tempfile.mkdtemp(prefix="relais-provider-")
    check_faults(folder, expect)
    check_tls(folder, expect)
    faults = {"rcpt": {"4xx": 0.3, "drop": 0.3}}
    choices = [[Plan({"seed": seed, "faults": faults}).choose("rcpt", f"r{number}") for number in range(50)]
               for seed in (1, 1, 2)]
    expect("the same seed", choices[0], choices[1])
    expect("another seed", choices[0] != choices[2], True)
    expect("every fault comes", set(choices[0]), {None, "4xx", "drop"})
    shutil.rmtree(folder)
    print(f"fault provider: {checks - len(problems)} of {checks} checks hold")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
