#!/usr/bin/env python3
"""The outbox's figures of `make bench`, each beside Postfix or a limit measured in the same run: relaying 3 KB messages, light load,
a million waiting, memory, and the time from kill -9 to the next delivery. Usage: outbox.py RELAIS [STEP ...]"""

import contextlib
import http.client
import json
import multiprocessing
import os
import pathlib
import re
import resource
import shutil
import signal
import smtplib
import socket
import socketserver
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELAIS = str(pathlib.Path(sys.argv[1]).resolve())
DEALERSHIP = "garage-nord"
REFERENCE = re.compile(rb"WO-(\d+)")
WORK = pathlib.Path(tempfile.mkdtemp(prefix="relais-bench-"))
LINES = 45


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds=60.0):
    """The condition's first true value; the waiting is part of nothing that is measured finer than 2 ms."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.002)
    raise SystemExit("gave up waiting")


# The shipped templates and a kind whose messages come to 3 KB.
def make_share():
    share = WORK / "share"
    shutil.copytree(ROOT / "Templates", share / "Templates")
    kind = share / "Templates" / "bench-note"
    (kind / "en").mkdir(parents=True)
    (kind / "template.json").write_text('{"purpose": "intervention", "channels": ["email"]}')
    (kind / "en" / "subject.txt").write_text("Your vehicle {{intervention.reference}}")
    sentence = "Here is what we saw on your vehicle today, with {{intervention.reference}}."
    text = ["Hello {{to.name}},"] + [sentence] * 6 + ["Unsubscribe: {{links.unsubscribe}}"]
    (kind / "en" / "body.txt").write_text("\n".join(text))
    html = "".join(f"<p>{sentence}</p>\n" for _ in range(20))
    link = '<p><a href="{{links.unsubscribe}}">unsubscribe</a></p>'
    (kind / "en" / "body.html").write_text(
        f'<!doctype html><html lang="en"><body><p>Hello {{{{to.name}}}},</p>\n{html}{link}</body></html>')


def environment(home):
    return {**os.environ, "RELAIS_SHARE": str(WORK / "share"), "RELAIS_HOME": str(home)}


def relais(home, *words, **options):
    return subprocess.run([RELAIS, *words], env=environment(home), check=True, capture_output=True, **options).stdout


def make_home(name, port, connections=8):
    home = WORK / name
    home.mkdir()
    (home / "relais.json").write_text(json.dumps({
        "listen": "127.0.0.1:0", "opsListen": "127.0.0.1:0", "publicURL": "http://127.0.0.1:8025",
        "providers": {"relay": {"kind": "smtp", "url": f"smtp://127.0.0.1:{port}", "tls": "off",
                                "helo": "bench.example.com", "connections": connections}},
        "routes": {"email": ["relay"]}}))
    relais(home, "init", str(home))
    relais(home, "dealership", "put", str(ROOT / "Outbox/examples/dealership.json"))
    return home


def message(number):
    return {"template": "bench-note", "to": {"name": "Zoe", "email": f"zoe{number}@example.com", "locale": "en"},
            "intervention": {"reference": f"WO-{number}"}}


class Serving:
    """A gateway that runs; `port` is the API's."""

    def __init__(self, home):
        self.home = home
        self.process = subprocess.Popen([RELAIS, "serve"], env=environment(home), stderr=subprocess.PIPE)
        for line in self.process.stderr:
            found = re.search(rb"gateway-started.* listen=[^ ]*:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                return
        raise SystemExit("the gateway did not start")

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait()


@contextlib.contextmanager
def smtp_sink():
    """Postfix's own sink, which keeps nothing."""
    port = free_port()
    user = ["-u", "postfix"] if os.getuid() == 0 else []
    sink = subprocess.Popen(["/usr/sbin/smtp-sink", *user, f"127.0.0.1:{port}", "1024"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until(lambda: not socket.socket().connect_ex(("127.0.0.1", port)))
    try:
        yield port
    finally:
        sink.kill()
        sink.wait()


class TimedServer(socketserver.ThreadingTCPServer):
    """A killed client's reset is what this is for, not an error."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


class TimedSession(socketserver.StreamRequestHandler):
    """A session of the sink that notes when each final dot came."""

    def handle(self):
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self.wfile.write(b"354 go\r\n")
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line)
                arrived = time.monotonic()
                self.wfile.write(b"250 2.0.0 taken\r\n")
                if found := REFERENCE.search(b"".join(lines)):
                    self.server.arrivals.put((int(found.group(1)), arrived))
            elif command == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 sink\r\n")


@contextlib.contextmanager
def timed_sink():
    """A sink in a process of its own; gives its port and the queue of (number, moment)."""
    arrivals = multiprocessing.Queue()
    server = TimedServer(("127.0.0.1", 0), TimedSession)
    server.arrivals = arrivals
    process = multiprocessing.Process(target=server.serve_forever, daemon=True)
    process.start()
    try:
        yield server.server_address[1], arrivals
    finally:
        process.kill()
        process.join()


class Postfix:
    """A Postfix of its own that relays everything to one port, with its queue on the same disk."""

    def __init__(self, name, sink_port):
        self.folder = WORK / name
        self.queue = self.folder / "queue"
        for part in (self.folder, self.queue, self.folder / "data"):
            part.mkdir()
        os.chmod(WORK, 0o755)
        shutil.chown(self.folder / "data", "postfix")
        self.port = free_port()
        (self.folder / "main.cf").write_text(f"""
compatibility_level = 3.7
queue_directory = {self.queue}
data_directory = {self.folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {self.folder}/log
maillog_file_prefixes = {self.folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = bench.example.com
mydestination =
alias_maps =
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{sink_port}
smtp_tls_security_level = none
smtpd_tls_security_level = none
""")
        master = pathlib.Path("/usr/share/postfix/master.cf.dist").read_text()
        master = re.sub(r"^smtp +inet .*$", f"127.0.0.1:{self.port} inet n - n - - smtpd", master, flags=re.M)
        master = re.sub(r"^(\S+\s+\S+\s+\S+\s+\S+\s+)y(\s)", r"\1n\2", master, flags=re.M)
        (self.folder / "master.cf").write_text(master)
        subprocess.run(["postfix", "-c", str(self.folder), "start"], check=True, capture_output=True)
        wait_until(lambda: not socket.socket().connect_ex(("127.0.0.1", self.port)))

    def is_empty(self):
        return not any(
            files for part in ("maildrop", "incoming", "active", "deferred")
            for _, _, files in os.walk(self.queue / part))

    def end(self):
        subprocess.run(["postfix", "-c", str(self.folder), "stop"], capture_output=True)


def relaying(count=4000):
    """One after the other to the same kind of sink, each with as much at once as it is made for."""
    with smtp_sink() as port:
        home = make_home("relaying", port, connections=16)
        key = relais(home, "key", "create", "--dealership", DEALERSHIP, "--scope", "send").decode().strip()
        lines = "\n".join(json.dumps(message(number)) for number in range(count)).encode()
        serving = Serving(home)
        start = time.monotonic()
        client = http.client.HTTPConnection("127.0.0.1", serving.port)
        client.request("POST", "/v1/messages/batch", lines, {
            "Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"})
        answer = client.getresponse()
        assert answer.status == 200 and answer.read().count(b'"state":"queued"') == count
        accepted = time.monotonic() - start
        reader = sqlite3.connect(f"file:{home}/data/relais.sqlite?mode=ro", uri=True)
        waiting = "SELECT EXISTS (SELECT 1 FROM message WHERE state <> 'sent')"
        wait_until(lambda: not reader.execute(waiting).fetchone()[0])
        ours = count / (time.monotonic() - start)
        reader.close()
        serving.end()
    if os.getuid() != 0:
        print(f"relaying: {ours:.0f}/s through a running gateway; Postfix needs root, so it is not compared")
        return
    with smtp_sink() as port:
        postfix = Postfix("postfix-relaying", port)
        start = time.monotonic()
        subprocess.run(["/usr/sbin/smtp-source", "-s", "20", "-l", "3036", "-m", str(count), "-f",
                        "atelier@example.lu", "-t", "zoe@example.com", f"127.0.0.1:{postfix.port}"],
                       check=True, capture_output=True)
        wait_until(postfix.is_empty, 120)
        peer = count / (time.monotonic() - start)
        postfix.end()
    print(f"relaying {count}: {ours:.0f}/s from NDJSON (accepted after {accepted:.2f} s) to the last one settled; "
          f"Postfix {peer:.0f}/s   ratio {ours / peer:.1f}   (at least 10)")


def percentiles(sent, arrivals):
    times = dict(arrivals.get(timeout=60) for _ in sent)
    delays = sorted((times[number] - moment) * 1000 for number, moment in sent.items())
    return delays[len(delays) // 2], delays[len(delays) * 99 // 100]


def light_load(count=400, gap=0.02):
    """50 messages a second: from the request to the final dot at the sink."""
    with timed_sink() as (port, arrivals):
        home = make_home("light", port)
        key = relais(home, "key", "create", "--dealership", DEALERSHIP, "--scope", "send").decode().strip()
        serving = Serving(home)
        client = http.client.HTTPConnection("127.0.0.1", serving.port)
        client.connect()
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sent = {}
        for number in range(count):
            body = json.dumps(message(number))
            sent[number] = time.monotonic()
            client.request("POST", "/v1/messages", body, {
                "Authorization": f"Bearer {key}", "Content-Type": "application/json"})
            answer = client.getresponse()
            answer.read()
            assert answer.status == 202, answer.status
            time.sleep(gap)
        ours = percentiles(sent, arrivals)
        serving.end()
    text = f"light load, request to final dot: p50 {ours[0]:.1f} ms, p99 {ours[1]:.1f} ms"
    if os.getuid() == 0:
        with timed_sink() as (port, arrivals):
            postfix = Postfix("postfix-light", port)
            client = smtplib.SMTP("127.0.0.1", postfix.port)
            sent = {}
            for number in range(count):
                mail = f"Subject: WO-{number}\r\n\r\n" + ("x" * 64 + "\r\n") * LINES
                sent[number] = time.monotonic()
                client.sendmail("atelier@example.lu", "zoe@example.com", mail)
                time.sleep(gap)
            peer = percentiles(sent, arrivals)
            client.quit()
            postfix.end()
        text += f"; Postfix {peer[0]:.1f} ms, {peer[1]:.1f} ms   (not slower)"
    print(text)


def fill(home, count):
    """Waiting messages, cloned from one that was accepted: what fills a store is not what is measured."""
    lines = json.dumps(message(0)).encode()
    relais(home, "send", "-", "--dealership", DEALERSHIP, input=lines)
    store = sqlite3.connect(home / "data/relais.sqlite")
    store.execute("PRAGMA synchronous=OFF")
    columns = [row[1] for row in store.execute("PRAGMA table_info(message)") if row[1] not in ("seq", "id")]
    content = [row[1] for row in store.execute("PRAGMA table_info(content)") if row[1] != "message"]
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    store.execute(f"{numbers} INSERT INTO message (seq, id, {', '.join(columns)}) SELECT n.i, "
                  f"CAST(substr(m.id, 1, 6) || randomblob(10) AS BLOB), {', '.join('m.' + name for name in columns)} "
                  "FROM n, message m WHERE m.seq = 1")
    store.execute(f"{numbers} INSERT INTO content (message, {', '.join(content)}) SELECT n.i, "
                  f"{', '.join('c.' + name for name in content)} FROM n, content c WHERE c.message = 1")
    store.commit()
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def rate(home, seconds=4.0):
    """Messages a second that a gateway hands over, after a second to get going; and its memory then."""
    serving = Serving(home)
    reader = sqlite3.connect(f"file:{home}/data/relais.sqlite?mode=ro", uri=True)

    def sent():
        return reader.execute("SELECT count(*) FROM attempt WHERE outcome = 'accepted'").fetchone()[0]
    time.sleep(1)
    before, start = sent(), time.monotonic()
    time.sleep(seconds)
    rate = (sent() - before) / (time.monotonic() - start)
    memory = serving.memory()
    reader.close()
    serving.end()
    return rate, memory


def a_million(count=1_000_000):
    with smtp_sink() as port:
        few, many = make_home("few", port), make_home("many", port)
        fill(few, 40_000)
        fill(many, count)
        idle = Serving(make_home("idle", port))
        time.sleep(1)
        idle_memory = idle.memory()
        idle.end()
        rates = [(rate(few)[0], *rate(many)) for _ in range(1)]
        slow, quick, memory = rates[0][1], rates[0][0], rates[0][2]
        size = (many / "data/relais.sqlite").stat().st_size >> 20
    print(f"with {count} waiting: {slow:.0f}/s, with 40000: {quick:.0f}/s   ratio {slow / quick:.2f}   (at least 0.90)")
    print(f"memory: idle {idle_memory:.0f} MB (at most 40), with {count} waiting {memory:.0f} MB (at most 80); "
          f"the file has {size} MB")


def after_a_kill(count=100_000, rounds=5):
    """From the start of the new process to its first final dot at the sink."""
    with timed_sink() as (port, arrivals):
        home = make_home("kill", port)
        fill(home, count)
        delays = []
        for _ in range(rounds):
            serving = Serving(home)
            arrivals.get(timeout=60)
            serving.end(signal.SIGKILL)
            time.sleep(0.2)
            while not arrivals.empty():
                arrivals.get()
            start = time.monotonic()
            serving = Serving(home)
            delays.append(arrivals.get(timeout=60)[1] - start)
            serving.end(signal.SIGKILL)
            time.sleep(0.2)
            while not arrivals.empty():
                arrivals.get()
    print(f"kill -9 with {count} waiting, to the next delivery: {max(delays):.2f} s at most of {rounds} (at most 1)")


def importing(count=500_000):
    """Marketing objections of new e-mail addresses from a DMS's CSV; then the same file again, and the chain."""
    home = make_home("importing", free_port())
    lines = WORK / "contacts.csv"
    with lines.open("w") as file:
        file.write("E-MAIL;WERBUNG;DATUM\n")
        file.writelines(f"person{number}@example{number % 500}.lu;N;14.03.2024\n" for number in range(count))
    mapping = WORK / "mapping.json5"
    mapping.write_text("""{ delimiter: ";", email: "E-MAIL", date: { column: "DATUM", form: "dd.MM.yyyy" },
        statements: [{ column: "WERBUNG", values: { N: { event: "objected", scope: "marketing" } } }] }""")

    def run(expected):
        start = time.monotonic()
        answer = relais(home, "consent", "import", str(lines), "--mapping", str(mapping), "--dealership", DEALERSHIP)
        assert expected in answer.decode(), answer
        return count / (time.monotonic() - start)
    new, again = run(f"{count} recorded"), run(f"{count} standing")
    print(f"import {count} objections: {new:.0f} lines/s   (at least 50000); the same file again {again:.0f} lines/s")


STEPS = {"importing": importing, "relaying": relaying, "light": light_load, "million": a_million, "kill": after_a_kill}

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    try:
        make_share()
        for step in sys.argv[2:] or STEPS:
            STEPS[step]()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
