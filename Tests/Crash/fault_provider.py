#!/usr/bin/python3
"""A provider that fails on purpose: SMTP (in clear, STARTTLS, implicit TLS) and HTTP on loopback, in one process.

Every fault follows from the seed, the phase, the recipient and how often that pair was met, so that it does not depend on the order
in which threads run; a script sets single ones. Small random delays before and after the effect open the windows in which a
crash leaves a message in doubt. What it took stands in the receipt log, one JSON line each, flushed before any answer leaves.
It prints one JSON line with its ports; further lines are events. It obeys lines on standard input
(`Provider.obey`) and ends when that does.

Configuration (JSON, the only argument):
  listeners  [{ "name": "relay", "kind": "smtp"|"http", "tls": "off"|"starttls"|"implicit" }]
  receipts   path of the log          folder  where the certificate is made          seed  of all that is random
  faults     { phase: { fault: probability } }; phases: connect ehlo starttls auth mail rcpt data final http
  script     [{ "phase", "fault", "recipient"?, "nth"? }]: before the dice; without "nth" always
  delays     [least, most] seconds before and after an effect    slow, late  seconds of the faults `delay` and `late`
Faults: drop rst 4xx 5xx 421 delay drip late garbage long-line endless hold; at `ehlo` no-starttls; at `starttls` inject;
at `final` and `http` accept-drop; at `http` broken-body 429 429-retry-after redirect. `hold` tells of itself in an event.
"""
import json
import os
import random
import socket
import ssl
import subprocess
import sys
import threading
import time

from faulty_conversation import Gone, tell
from faulty_http import HTTPConversation
from faulty_smtp import SMTPConversation


class Plan:
    """Which fault comes next; the same for the same seed, whatever the threads do."""

    def __init__(self, document):
        self.seed = document.get("seed", 1)
        self.faults = document.get("faults", {})
        self.script = document.get("script", [])
        self.delays = document.get("delays", [0, 0])
        self.slow, self.late = document.get("slow", 1.0), document.get("late", 700.0)
        self.lock = threading.Lock()
        self.restart()

    def restart(self):
        self.is_calm, self.counts = False, {}

    def choose(self, phase, recipient=""):
        with self.lock:
            nth = self.counts[phase, recipient] = self.counts.get((phase, recipient), 0) + 1
        for entry in self.script:
            if entry["phase"] == phase and entry.get("recipient", recipient) == recipient \
                    and entry.get("nth", nth) == nth:
                return entry["fault"]
        if self.is_calm:
            return None
        dice = random.Random(f"{self.seed}/{phase}/{recipient}/{nth}").random()
        for fault, probability in self.faults.get(phase, {}).items():
            dice -= probability
            if dice < 0:
                return fault
        return None

    def pause(self):
        time.sleep(random.uniform(*self.delays))


class ReceiptLog:
    """What was taken and what was refused, a line each, in the kernel's hands before anything is answered."""

    def __init__(self, path):
        self.descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def continue_in(self, path):
        os.close(self.descriptor)
        self.__init__(path)

    def write(self, kind, **fields):
        line = json.dumps({"kind": kind, "at": time.monotonic(), **fields}) + "\n"
        os.write(self.descriptor, line.encode())


class Provider:
    def __init__(self, document):
        self.plan = Plan(document)
        self.log = ReceiptLog(document["receipts"])
        self.open, self.changed = 0, threading.Condition()
        listeners = [{"tls": "off", **listener} for listener in document["listeners"]]
        self.context = self.certificate(document["folder"]) if any(
            listener["tls"] != "off" for listener in listeners) else None
        ports = {}
        for listener in listeners:
            server = socket.create_server(("127.0.0.1", 0), backlog=256)
            ports[listener["name"]] = server.getsockname()[1]
            threading.Thread(target=self.serve, args=(listener, server), daemon=True).start()
        tell(ports=ports)

    @staticmethod
    def certificate(folder):
        certificate, key = f"{folder}/certificate.pem", f"{folder}/key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    def serve(self, listener, server):
        while True:
            connection, _ = server.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.changed:
                self.open += 1
            threading.Thread(target=self.converse, args=(listener, connection), daemon=True).start()

    def converse(self, listener, connection):
        speaks = SMTPConversation if listener["kind"] == "smtp" else HTTPConversation
        conversation = None
        try:
            conversation = speaks(self, listener, connection)
            conversation.run()
        except (Gone, OSError, ValueError):
            pass
        finally:
            if conversation is not None:
                conversation.stream.close()
                conversation.connection.close()
            connection.close()
            with self.changed:
                self.open -= 1
                self.changed.notify()

    def obey(self):
        """`calm`: no more dice. `receipts PATH`: once every conversation is over, start anew with another log."""
        for line in sys.stdin:
            command, _, path = line.strip().partition(" ")
            if command == "calm":
                self.plan.is_calm = True
            elif command == "receipts":
                with self.changed:
                    self.changed.wait_for(lambda: self.open == 0)
                self.log.continue_in(path)
                self.plan.restart()
            tell(event=command)


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        Provider(json.load(file)).obey()
