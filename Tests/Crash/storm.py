"""Storms: clients enqueue over HTTP with idempotency keys and repeat what was not answered, people object, the provider fails
in every tenth conversation, and the gateway dies at random moments; at the end nothing that was promised may be missing. Dying is a
SIGKILL here; the subclasses know other ways.
"""
import json
import random
import re
import shutil
import threading
import time

from bench import ClientLog, Gateway, Home, Violation, post, request, wait_for

CLIENTS = 6
MESSAGES_A_CRASH = 30
# About one conversation in ten meets one of these.
FAULTS = {
    "connect": {"drop": 0.01, "421": 0.005}, "ehlo": {"drop": 0.005}, "mail": {"421": 0.01, "4xx": 0.01},
    "rcpt": {"4xx": 0.02, "5xx": 0.01, "rst": 0.01}, "data": {"4xx": 0.01, "drop": 0.01},
    "final": {"4xx": 0.01, "5xx": 0.005, "drop": 0.01, "accept-drop": 0.02, "garbage": 0.005, "421": 0.005}}


class Storm:
    def __init__(self, folder, relais, provider, seed, crashes):
        self.random = random.Random(seed)
        self.seed, self.crashes, self.provider = seed, crashes, provider
        shutil.rmtree(folder, ignore_errors=True)
        self.home = self.create_home(f"{folder}/home", relais)
        self.keys = {name: json.loads(self.home.succeed(
            "key", "create", "--dealership", name, "--scope", "send,read", "--json"))["key"]
            for name in Home.DEALERSHIPS}
        self.client = ClientLog(f"{folder}/client.ndjson")
        # Guarded by `changed`: where the gateway listens, what is allowed to be asked for, what waits for an answer.
        self.changed = threading.Condition()
        self.port, self.budget, self.number, self.unanswered, self.is_over = None, 0, 0, [], False
        self.accepted, self.errors = [], []
        # Held while a command reads the store, and while a power cut replaces it.
        self.disk = threading.Lock()

    def create_home(self, path, relais):
        return Home.create(path, relais, self.provider.port)

    # The callers.

    def recipient(self, person):
        return f"c{person}@example.com"

    def next_request(self):
        """What a client asks next and where; None at the end."""
        with self.changed:
            while not (self.port and (self.unanswered or self.budget)):
                if self.is_over:
                    return None
                self.changed.wait()
            if self.unanswered:
                return self.port, self.unanswered.pop()
            self.budget -= 1
            self.number += 1
            number = self.number
        dice = random.Random(f"{self.seed}/{number}")
        asked = {"key": f"k{number}", "dealership": dice.choice(Home.DEALERSHIPS), "number": number,
                 # A person gets several messages at about the same time, so that an objection meets some that wait.
                 "recipient": self.recipient(number // 8 + dice.randrange(4))}
        self.client.write("asked", **asked)
        return self.port, asked

    def enqueue(self):
        while (next := self.next_request()) is not None:
            port, asked = next
            answer = post(port, "/v1/messages", json.dumps(request(asked["number"], asked["recipient"])), [
                ("Authorization", "Bearer " + self.keys[asked["dealership"]]),
                ("Content-Type", "application/json"), ("Idempotency-Key", asked["key"])])
            who = {"key": asked["key"], "dealership": asked["dealership"]}
            if answer and answer[0] == 202:
                id = json.loads(answer[1])["id"]
                self.client.write("told", **who, result="accepted", id=id)
                self.accepted.append((id, asked))
                continue
            self.client.write("told", **who, result="unanswered" if not answer else "later", answer=str(answer))
            if answer and answer[0] not in (409, 429, 503):
                self.errors.append(f"{answer} to {asked}")
                continue
            with self.changed:
                # The gateway is gone: whoever asks next waits for another one.
                if not answer and self.port == port:
                    self.port = None
                self.unanswered.append(asked)
                self.changed.notify_all()

    def object(self):
        """Somebody clicks the link in a message that the gateway made, again and again until the click is answered."""
        dice = random.Random(f"{self.seed}/objections")
        while not self.is_over:
            time.sleep(dice.uniform(0, 0.1))
            if not self.accepted or not self.port:
                continue
            id, asked = dice.choice(self.accepted[-30:])
            with self.disk:
                content = self.home.run("outbox", "show", id, "--content").stdout
            link = re.search(r"/u/[^>]+", re.search(r"List-Unsubscribe: <([^>]*)>", content)[1])[0] \
                if "List-Unsubscribe" in content else None
            if link is None:
                continue
            who = {"dealership": asked["dealership"], "recipient": asked["recipient"], "id": id}
            self.client.write("objecting", **who)
            port = self.port
            answer = post(port, link, "List-Unsubscribe=One-Click", [
                ("Content-Type", "application/x-www-form-urlencoded")]) if port else None
            if answer and answer[0] == 200:
                self.client.write("objected", **who, wallMs=time.time_ns() // 1_000_000)
            elif answer:
                self.errors.append(f"{answer[0]} to an objection")

    # The crashes.

    def start(self):
        return Gateway(self.home)

    def die(self, gateway):
        """Ends the gateway without a warning; called with nobody reading the store."""
        gateway.kill()

    def serve(self, gateway, budget):
        gateway.wait_until_listening()
        with self.changed:
            self.port, self.budget = gateway.port, self.budget + budget
            self.changed.notify_all()

    def live(self, gateway):
        """Until a random moment, or the middle of the load: as soon as so many were accepted."""
        # One in ten dies while it is starting, and may be recovering from the last crash.
        if self.random.random() > 0.1:
            self.serve(gateway, self.random.randrange(2 * MESSAGES_A_CRASH))
        end = time.monotonic() + self.random.uniform(0, 0.4)
        enough = len(self.accepted) + (self.random.randrange(MESSAGES_A_CRASH) if self.random.random() < 0.5 else 10_000)
        while time.monotonic() < end and len(self.accepted) < enough:
            time.sleep(0.001)

    def crash(self, gateway):
        with self.disk:
            self.die(gateway)
            with self.changed:
                self.port, self.budget = None, 0
            self.home.check_integrity()

    # The whole of it.

    def run(self):
        """The counts; raises a Violation that names what was broken."""
        threads = [threading.Thread(target=self.enqueue) for _ in range(CLIENTS)]
        threads.append(threading.Thread(target=self.object))
        for thread in threads:
            thread.start()
        gateway = None
        try:
            for _ in range(self.crashes):
                gateway = self.start()
                self.live(gateway)
                self.crash(gateway)
            gateway = Gateway(self.home)
            self.serve(gateway, 0)
            wait_for(self.is_answered, "an answer to every request")
            self.end_callers(threads)
            gateway.stop()
        finally:
            self.end_callers(threads)
            if gateway is not None and gateway.process.poll() is None:
                gateway.kill()
        return self.settle()

    def is_answered(self):
        """Every key was told something; a request that is in a client's hands is in neither list, so the log decides."""
        with self.changed:
            if self.unanswered or self.budget:
                return False
        return len({asked["key"] for _, asked in self.accepted}) + len(self.errors) >= self.number

    def end_callers(self, threads):
        with self.changed:
            self.is_over = True
            self.port = None
            self.changed.notify_all()
        for thread in threads:
            thread.join()

    def settle(self):
        if self.errors:
            raise Violation(f"unexpected answers: {self.errors[:3]}")
        self.home.drain(self.provider, self.random)
        return self.home.judge(self.client, self.provider)
