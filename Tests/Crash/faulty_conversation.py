"""One connection of the fault provider, whatever is spoken on it: the ways in which an answer can fail."""
import json
import socket
import struct
import sys
import time


class Gone(Exception):
    """The connection is over, by the client's will or by a fault."""


def tell(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


class Conversation:
    """One connection; the subclasses speak a protocol on it."""

    def __init__(self, provider, listener, connection):
        self.plan, self.log, self.context = provider.plan, provider.log, provider.context
        self.listener, self.connection = listener, connection
        self.secure(listener["tls"] == "implicit")

    def secure(self, wanted=True):
        if wanted:
            self.connection = self.context.wrap_socket(self.connection, server_side=True)
        self.stream = self.connection.makefile("rb")
        self.is_secure = wanted

    def send(self, data):
        self.connection.sendall(data)

    def line(self):
        line = self.stream.readline(65_536)
        if not line.endswith(b"\n"):
            raise Gone()
        return line

    def note(self, phase, fault, recipient):
        self.log.write("fault", provider=self.listener["name"], phase=phase, fault=fault, recipient=recipient)

    def end(self, fault):
        if fault == "rst":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone()

    def hold(self, recipient):
        tell(event="held", recipient=recipient)
        while self.connection.recv(4096):
            pass
        raise Gone()

    def misbehave(self, fault, answer):
        """Sends `answer` as the fault has it; ends the connection when nothing good can follow."""
        if fault in ("drop", "rst", "accept-drop"):
            self.end(fault)
        elif fault == "delay":
            time.sleep(self.plan.slow)
        elif fault == "late":
            time.sleep(self.plan.late)
        elif fault == "drip":
            for byte in answer:
                self.send(bytes([byte]))
                time.sleep(1)
            return
        elif fault == "garbage":
            self.send(b"\xff\xfe\x00 is this a reply?\r\n")
            raise Gone()
        elif fault == "long-line":
            self.send(answer[:3] + b"-" + b"x" * (1 << 20) + b"\r\n")
        elif fault == "endless":
            while True:
                self.send(answer[:3] + b"-and more\r\n")
                time.sleep(0.01)
        self.send(answer)
