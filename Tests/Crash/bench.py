"""What every crash test stands on: a home made for one run, the gateway and the provider as processes, the log of what callers
were told, and the verdict at the end. Every wait ends with an event; its bound is generous and never the thing measured.
"""
import http.client
import json
import os
import pathlib
import queue
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
PATIENCE = 120.0


class Violation(Exception):
    """The product broke a promise; the text says which, where and with which seed."""


def wait_for(condition, what):
    """The first true answer of `condition`, asked again every few milliseconds."""
    end = time.monotonic() + PATIENCE
    while not (answer := condition()):
        if time.monotonic() > end:
            raise Violation(f"waited {PATIENCE:.0f} s in vain for {what}")
        time.sleep(0.005)
    return answer


class Lines:
    """The lines of a child's output, read by a thread so that the child never waits for its reader."""

    def __init__(self, stream):
        self.lines, self.all, self.ended = queue.Queue(), [], threading.Event()
        threading.Thread(target=self.read, args=(stream,), daemon=True).start()

    def read(self, stream):
        for line in stream:
            self.all.append(line)
            self.lines.put(line)
        self.lines.put(None)
        self.ended.set()

    def next(self):
        """The next line; None at the end."""
        try:
            return self.lines.get(timeout=PATIENCE)
        except queue.Empty:
            raise Violation(f"waited {PATIENCE:.0f} s in vain for a line after {self.all[-3:]}") from None


class Provider:
    """The fault provider. Its receipts stand in `receipts`, complete once `finish` has returned."""

    def __init__(self, folder, **document):
        self.folder, self.runs = folder, 0
        self.receipts = f"{folder}/receipts-0.ndjson"
        document = {"listeners": [{"name": "relay", "kind": "smtp"}], "folder": str(folder),
                    "receipts": self.receipts, **document}
        configuration = f"{folder}/provider.json"
        pathlib.Path(configuration).write_text(json.dumps(document))
        self.process = subprocess.Popen(
            [sys.executable, "-B", HERE / "fault_provider.py", configuration], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self.output = Lines(self.process.stdout)
        self.port = json.loads(self.output.next())["ports"]["relay"]

    def event(self, name):
        """Waits for an event."""
        while (line := self.output.next()) is not None:
            event = json.loads(line)
            if event["event"] == name:
                return event
        raise Violation("the fault provider ended")

    def command(self, name, argument=""):
        self.process.stdin.write(f"{name} {argument}\n")
        self.process.stdin.flush()
        self.event(name)

    def finish(self):
        """The receipts of this run; the next run writes into another file, and meets the same dice again."""
        finished, self.runs = self.receipts, self.runs + 1
        self.receipts = f"{self.folder}/receipts-{self.runs}.ndjson"
        self.command("receipts", self.receipts)
        return finished

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(PATIENCE)


class ClientLog:
    """What the callers asked for and what they were told, in the order in which they were."""

    def __init__(self, path):
        self.path, self.lock = path, threading.Lock()
        self.file = open(path, "w")

    def write(self, event, **fields):
        with self.lock:
            self.file.write(json.dumps({"event": event, "at": time.monotonic(), **fields}) + "\n")
            self.file.flush()


def request(number, recipient, key=None):
    """A message as a service writes it."""
    channel, address = ("sms", "phone") if recipient.startswith("+") else ("email", "email")
    document = {
        "template": "intervention-ready", "channels": [channel],
        "to": {"name": f"Zoé {number}", address: recipient, "locale": ("fr-LU", "de-LU", "en")[number % 3]},
        "intervention": {"reference": f"WO-{number}", "vehicle": {"make": "Škoda", "model": "Octavia"}}}
    return document if key is None else {"key": key, **document}


class Home:
    """A home and the commands on it."""

    DEALERSHIPS = ("garage-nord", "garage-sud")

    def __init__(self, path, relais):
        self.path, self.relais = pathlib.Path(path), relais
        self.data, self.store = self.path / "data", self.path / "data/relais.sqlite"
        # Without Swift's backtracer, which can keep a crashed process for minutes.
        self.environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
                            "RELAIS_SHARE": str(REPOSITORY), "RELAIS_HOME": str(path)}

    # The provider that stands for each channel, and what it is called there.
    SMTP = ("email", """{{ kind: "smtp", url: "smtp://127.0.0.1:{port}", tls: "off", helo: "gw.example.com",
                           connections: {connections} }}""")
    SMS = ("sms", """{{ kind: "sms", profile: "generic", baseURL: "http://127.0.0.1:{port}/sms", connections: {connections},
                        parameters: {{ acceptedPlace: "/sid", idPlace: "/sid" }} }}""")

    @classmethod
    def create(cls, path, relais, port, connections=8, dealerships=DEALERSHIPS, settings="", provider=SMTP):
        home = cls(path, relais)
        home.path.mkdir(parents=True, exist_ok=True)
        channel, kind = provider
        (home.path / "relais.json").write_text(f"""{{
            listen: "127.0.0.1:0", opsListen: "127.0.0.1:0", publicURL: "http://127.0.0.1:8025",
            providers: {{ relay: {kind.format(port=port, connections=connections)} }},
            routes: {{ {channel}: ["relay"] }},
            retry: {{ {channel}: {{ schedule: ["200ms"], firstConnectRetry: "200ms", lifetime: "4d" }} }}, {settings} }}""")
        home.succeed("init", str(path))
        example = json.loads((REPOSITORY / "Outbox/examples/dealership.json").read_text())
        for name in dealerships:
            (home.path / f"{name}.json").write_text(json.dumps({**example, "id": name}))
            home.succeed("dealership", "put", f"{home.path}/{name}.json")
        return home

    def copy(self, path):
        """This home once more; nothing may be writing it."""
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.path, path)
        return Home(path, self.relais)

    def run(self, *words, input=None, before=()):
        return subprocess.run([*before, self.relais, *words], input=input, env=self.environment,
                              capture_output=True, text=True, timeout=PATIENCE)

    def succeed(self, *words):
        result = self.run(*words)
        if result.returncode != 0:
            raise Violation(f"relais {' '.join(words)}: exit {result.returncode}: {result.stderr}")
        return result.stdout

    def views(self, *words):
        return [json.loads(line) for line in
                self.succeed("outbox", "list", "--json", "--limit", "1000000", *words).splitlines()]

    def check_integrity(self):
        """SQLite's own verdict, and the product's, on a copy of what a crash left, so that looking at it changes nothing."""
        copy = self.path / "integrity"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for suffix in ("", "-wal"):
            if os.path.exists(f"{self.store}{suffix}"):
                shutil.copy(f"{self.store}{suffix}", copy)
        database = sqlite3.connect(copy / self.store.name)
        verdict = [row[0] for row in database.execute("PRAGMA integrity_check")]
        fence = database.execute("SELECT value FROM home WHERE name = 'fence'").fetchone()
        database.close()
        if verdict != ["ok"]:
            raise Violation(f"integrity_check: {verdict[:3]}")
        if fence is not None:
            raise Violation(f"nobody put a backup back, and the restore fence went up: {fence[0]}")

    def drain(self, provider, dice):
        """Delivers all that waits, to a provider that is well; then an operator has half of the doubtful ones sent again."""
        provider.command("calm")
        wait_for(self.deliver, "an empty outbox")
        for view in self.views("--state", "unknown"):
            if dice.random() < 0.5:
                self.succeed("outbox", "resolve", view["id"], "--outcome", "retry")
        wait_for(self.deliver, "an empty outbox")

    def deliver(self):
        """Delivers what is due; true when nothing waits any more."""
        result = self.run("deliver", "--drain", "--json", "--timeout", "60s")
        if result.returncode not in (0, 75):
            raise Violation(f"deliver --drain: exit {result.returncode}: {result.stderr}")
        if json.loads(result.stdout).keys().isdisjoint({"queued", "sending"}):
            return True
        # What will never leave, because the fence is up, is not waited for.
        self.check_integrity()
        return False

    def judge(self, client, provider, *options):
        """The checker's counts, integrity, and the ledger's chain; a violation raises, with every line of it."""
        result = subprocess.run(
            [sys.executable, HERE / "checker.py", client.path, provider.finish(), self.store, *options],
            capture_output=True, text=True, timeout=PATIENCE)
        if result.returncode != 0:
            raise Violation(result.stderr + result.stdout)
        self.check_integrity()
        self.succeed("consent", "verify")
        return json.loads(result.stdout)


class Gateway:
    """`relais serve`; `port` is None until it listens."""

    def __init__(self, home, environment=None, before=()):
        # It ends with its owner, however that ends.
        self.process = subprocess.Popen(
            [*before, "setpriv", "--pdeathsig", "KILL", home.relais, "serve"],
            env={**home.environment, **(environment or {})}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.log = Lines(self.process.stderr)
        self.port = None

    def wait_until_listening(self):
        while (line := self.log.next()) is not None:
            if found := re.search(r"gateway-started listen=127\.0\.0\.1:(\d+)", line):
                self.port = int(found.group(1))
                return self
        raise Violation(f"the gateway did not start: exit {self.process.wait(PATIENCE)}: {self.log.all}")

    def kill(self):
        self.process.kill()
        self.wait()

    def wait(self):
        """Until it is gone, and whoever was started before it too: the log has no writer then."""
        self.process.wait(PATIENCE)
        self.log.ended.wait(PATIENCE)

    def stop(self):
        self.process.terminate()
        self.wait()
        if self.process.returncode != 0:
            raise Violation(f"SIGTERM: exit {self.process.returncode}: {self.log.all[-5:]}")


def post(port, path, body, headers=()):
    """One HTTP request: (status, body), or None when no whole answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
