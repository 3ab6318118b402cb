#!/usr/bin/env python3
"""The SMS figures of `make bench`: from a request to the settled end through an HTTP provider on loopback, beside Kannel, which is given the same
texts by HTTP and hands them to the same provider in the same run; and what a message costs each in processor time, which other work on the
machine changes little. Usage: sms.py RELAIS [STEP ...]"""

import collections
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import outbox
from outbox import DEALERSHIP, ROOT, WORK, Serving, free_port, relais, wait_until

JUDGES = ROOT / ".build/judges"
LIBRARIES = ":".join(
    str(JUDGES / package / folder / "x86_64-linux-gnu")
    for package in ("libct4", "libhiredis0.14", "libmariadb3", "libpcre3", "libpq5") for folder in ("lib", "usr/lib"))
CONNECTIONS = 64


def processor_seconds(process):
    """What a process has used, its threads that are gone too."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def threads(pid):
    """Seconds on a processor and seconds of waiting for one, of each kind of thread of a process: (run, wait) by name."""
    found = collections.defaultdict(lambda: (0, 0))
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        name = re.sub(r"-\d+$", "", (task / "comm").read_text().strip())
        run, wait, _ = map(int, (task / "schedstat").read_text().split())
        found[name] = found[name][0] + run / 1e9, found[name][1] + wait / 1e9
    return found


@contextlib.contextmanager
def provider():
    """A provider that takes everything: libmicrohttpd with nothing behind it, so that it costs the two about the same and little."""
    program = WORK / "bare-libmicrohttpd"
    subprocess.run(["clang", "-O2", "-o", str(program), str(ROOT / "Tests/Benchmarks/bare-libmicrohttpd.c"), "-lmicrohttpd"], check=True)
    process = subprocess.Popen([program, '{"id":"1"}'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def make_home(name, port, connections=CONNECTIONS):
    home = WORK / name
    home.mkdir()
    (home / "relais.json").write_text(json.dumps({
        "listen": "127.0.0.1:0", "opsListen": "127.0.0.1:0", "publicURL": "http://127.0.0.1:8025",
        "providers": {"sms": {"kind": "sms", "profile": "generic", "baseURL": f"http://127.0.0.1:{port}/sms", "connections": connections}},
        "routes": {"sms": ["sms"]}}))
    relais(home, "init", str(home))
    relais(home, "dealership", "put", str(ROOT / "Outbox/examples/dealership.json"))
    return home


def message(number):
    return {"template": "intervention-ready", "channels": ["sms"], "to": {"phone": f"+352621{number:06}", "locale": "en"},
            "intervention": {"reference": f"WO-{number}", "vehicle": {"make": "Skoda", "model": "Octavia"}}}


def ours(port, count, connections=CONNECTIONS, profile=None):
    """Messages a second from the first byte of a batch to the last one settled, the moment when all were accepted, the threads, and the processor
    time of a message."""
    home = make_home(f"sms-{connections}", port, connections)
    key = relais(home, "key", "create", "--dealership", DEALERSHIP, "--scope", "send").decode().strip()
    lines = "\n".join(json.dumps(message(number)) for number in range(count)).encode()
    serving = Serving(home)
    recorder = profile and subprocess.Popen(
        ["perf", "record", "-q", "-g", "-F", "499", "-o", str(WORK / "perf.data"), "-p", str(serving.process.pid)],
        stderr=subprocess.DEVNULL)
    start = time.monotonic()
    client = http.client.HTTPConnection("127.0.0.1", serving.port)
    client.request("POST", "/v1/messages/batch", lines, {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"})
    answer = client.getresponse()
    assert answer.status == 200 and answer.read().count(b'"state":"queued"') == count
    accepted = time.monotonic() - start
    reader = sqlite3.connect(f"file:{home}/data/relais.sqlite?mode=ro", uri=True)
    waiting = "SELECT EXISTS (SELECT 1 FROM message WHERE state <> 'sent')"
    wait_until(lambda: not reader.execute(waiting).fetchone()[0])
    rate = count / (time.monotonic() - start)
    reader.close()
    used, total = threads(serving.process.pid), processor_seconds(serving.process)
    serving.end()
    if recorder:
        recorder.wait()
    shutil.rmtree(home)
    return rate, accepted, used, total / count


class Kannel:
    """bearerbox with a spool on the same disk and one connection to an HTTP provider, and smsbox before it."""

    def __init__(self, port):
        self.folder = WORK / "kannel"
        (self.folder / "spool").mkdir(parents=True)
        self.admin, self.port = free_port(), free_port()
        (self.folder / "kannel.conf").write_text(f"""
group = core
admin-port = {self.admin}
admin-password = bench
admin-interface = 127.0.0.1
smsbox-port = {free_port()}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
store-type = spool
store-location = "{self.folder}/spool"

group = smsc
smsc = http
system-type = generic
smsc-id = provider
port = {free_port()}
connect-allow-ip = 127.0.0.1
max-pending-submits = {CONNECTIONS}
send-url = "http://127.0.0.1:{port}/sms?from=%p&to=%P&text=%a&reference=%I"
status-success-regex = "id"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {self.port}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = relais
password = bench
max-messages = 10
""")
        environment = {"LD_LIBRARY_PATH": LIBRARIES, "PATH": "/usr/bin:/bin"}
        self.processes = []
        with open(self.folder / "log", "w") as log:
            for box in ("bearerbox", "smsbox"):
                self.processes.append(subprocess.Popen(
                    [JUDGES / "kannel/usr/sbin" / box, "-v", "4", self.folder / "kannel.conf"], env=environment, stdout=log, stderr=log))
                wait_until(lambda: "Status: running" in self.status())
        wait_until(lambda: "smsbox:" in self.status() and "online" in self.status())

    def status(self):
        try:
            client = http.client.HTTPConnection("127.0.0.1", self.admin)
            client.request("GET", "/status.txt?password=bench")
            return client.getresponse().read().decode()
        except OSError:
            return ""

    def sent(self):
        found = [line for line in self.status().splitlines() if line.startswith("SMS: received")]
        return int(found[0].split("sent ")[1].split()[0]) if found else 0

    def end(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def kannel(port, seconds=4):
    """The same from the first request of a crowd of clients to the last message that the provider took."""
    kannel = Kannel(port)
    lua = WORK / "kannel.lua"
    lua.write_text("""
local last = 0
local taken = 0
request = function()
    last = last + 1
    return wrk.format(nil, "/cgi-bin/sendsms?username=relais&password=bench&from=GarageNord&charset=UTF-8&coding=0&to=%2B352621"
        .. string.format("%06d", last % 1000000)
        .. "&text=Garage+du+Nord%3A+your+Skoda+Octavia%2C+news+from+the+workshop%3A+http%3A%2F%2F127.0.0.1%3A8025%2Fm%2FAbCdEfGhIjKlMnOpQrStUvWx+%28STOP%3A+same+link%29")
end
done = function(summary)
    io.write(string.format("%d %d\\n", summary.requests, summary.errors.status + summary.errors.read + summary.errors.timeout))
end
""")
    start = time.monotonic()
    output = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "-s", str(lua), f"http://127.0.0.1:{kannel.port}/"],
                            check=True, capture_output=True, text=True).stdout
    asked, failed = map(int, output.splitlines()[-1].split())
    accepted = time.monotonic() - start
    wait_until(lambda: kannel.sent() >= asked - failed, 120)
    rate = (asked - failed) / (time.monotonic() - start)
    cost = sum(map(processor_seconds, kannel.processes)) / (asked - failed)
    kannel.end()
    return rate, (asked - failed) / accepted, cost


def relaying(count=20_000):
    with provider() as port:
        rate, accepted, used, total = ours(port, count)
        peer, asked, cost = kannel(port)
    print(f"SMS {count}: {rate:.0f}/s from NDJSON (accepted after {accepted:.2f} s) to the last one settled, every message on disk; "
          f"Kannel {peer:.0f}/s (accepted {asked:.0f}/s), a spool that does not sync   ratio {rate / peer:.2f}   (at least 1.5)")
    parts = ", ".join(f"{name} {run / count * 1e6:.0f}" for name, (run, _) in sorted(used.items(), key=lambda item: -item[1][0])[:3])
    run, wait = used["store"]
    print(f"  processor time a message: {total * 1e6:.0f} µs ({parts}); Kannel {cost * 1e6:.0f} µs   ratio {cost / total:.2f}. The store's thread "
          f"had a processor for {run:.1f} s and waited {wait:.1f} s for one" + ("" if wait < run / 5 else ": this machine was NOT idle"))


def profile(count=20_000):
    """Where the time goes: what of each thread is on a processor, and in what."""
    with provider() as port:
        ours(port, count, profile=True)
    for field in ("comm", "symbol"):
        report = subprocess.run(["perf", "report", "-i", str(WORK / "perf.data"), "--no-children", "-g", "none", "--sort", field,
                                 "--percent-limit", "1.5", "--stdio"], capture_output=True, text=True).stdout
        print("\n".join(line for line in report.splitlines() if line and not line.startswith("#")))


STEPS = {"relaying": relaying, "profile": profile}

if __name__ == "__main__":
    try:
        outbox.make_share()
        (WORK / "share" / "Outbox").mkdir()
        (WORK / "share" / "Outbox" / "providers").symlink_to(ROOT / "Outbox/providers")
        for step in sys.argv[2:] or ["relaying"]:
            STEPS[step]()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
