"""Sweeps with strace over a short script, `relais send` and `relais deliver --drain`: a SIGKILL at every system call that changes
something or speaks to somebody, and an I/O error at every sync of `send`. After each one the caller repeats what was not answered,
everything is delivered, and the checker judges. strace counts a `when=N` for each thread; all of the store's calls come from
one. (Not with --seccomp-bpf: strace 6.1 then forgets signals of N > 1.)
"""
import json
import pathlib
import random
import shutil

from bench import ClientLog, Home, Violation, request
from disk_errors import failed_sync, traced

DEALERSHIP = Home.DEALERSHIPS[0]
# File system, locks, terminal and network: between two of these nothing changes that anybody else could see.
SYSCALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "link", "rename", "write", "fcntl",
            "connect", "sendto", "recvfrom")

class Script:
    """A home from which every case starts anew, and the two commands over it."""

    def __init__(self, folder, relais, provider, seed, count=5):
        shutil.rmtree(folder, ignore_errors=True)
        self.folder, self.provider, self.count, self.dice = folder, provider, count, random.Random(seed)
        self.origin = Home.create(f"{folder}/origin", relais, provider.port, 2, [DEALERSHIP])
        self.log, self.trace = f"{folder}/client.ndjson", pathlib.Path(folder) / "trace"

    def send(self, home, client, before=()):
        """Enqueues; what stood on standard output was acknowledged, the rest was not answered."""
        lines = [json.dumps(request(number, f"s{number}@example.com", f"k{number}")) for number in range(self.count)]
        result = home.run("send", "--json", "--dealership", DEALERSHIP, input="\n".join(lines), before=before)
        answers = result.stdout.split("\n")[:-1]
        for number, answer in enumerate(answers):
            view = json.loads(answer)
            if view["state"] == "refused":
                continue
            client.write("told", key=f"k{number}", dealership=DEALERSHIP, result="accepted", id=view["id"])
        return result

    def case(self, command, inject):
        """Runs the script with a fault in one of its commands; that command's result, and the counts."""
        home = self.origin.copy(f"{self.folder}/case")
        client = ClientLog(self.log)
        before = traced(inject, self.trace)
        for number in range(self.count):
            client.write("asked", key=f"k{number}", dealership=DEALERSHIP, recipient=f"s{number}@example.com")
        if command == "send":
            result = self.send(home, client, before)
            home.check_integrity()
        repeated = self.send(home, client)
        if repeated.returncode != 0:
            raise Violation(f"send after a crash: exit {repeated.returncode}: {repeated.stderr}")
        if command == "deliver":
            result = home.run("deliver", "--drain", "--timeout", "60s", before=before)
            home.check_integrity()
        home.drain(self.provider, self.dice)
        counts = home.judge(client, self.provider)
        if counts["acknowledged"] != self.count:
            raise Violation(f"{counts['acknowledged']} of {self.count} were acknowledged in the end")
        return result, counts


def sweep_kills(script, sample=None):
    """SIGKILL at the N-th call of each kind, N = 1 … until the command completes; `sample` takes that many places instead."""
    counts = {"points": 0, "duplicates explained": 0, "unknown": 0}

    def kill(command, syscall, nth):
        try:
            result, found = script.case(command, f"{syscall}:signal=SIGKILL:when={nth}")
        except Violation as error:
            raise Violation(f"SIGKILL at {syscall} {nth} of {command}: {error}") from None
        was_killed = result.returncode == -9
        if not was_killed and result.returncode != 0:
            raise Violation(f"{command} without a SIGKILL: exit {result.returncode}: {result.stderr}")
        if was_killed:
            counts["points"] += 1
            for name in ("duplicates explained", "unknown"):
                counts[name] += found[name]
        return was_killed

    if sample is not None:
        dice = script.dice
        for _ in range(sample):
            # Most of the places are there in each run; one that is not is no point, and is not counted.
            kill(dice.choice(["send", "deliver"]), dice.choice(["pwrite64", "pwrite64", "fdatasync", "fcntl"]),
                 dice.randrange(1, 7))
        return counts
    for command in ("send", "deliver"):
        for syscall in SYSCALLS:
            nth = 1
            while kill(command, syscall, nth):
                nth += 1
            counts[f"{command} {syscall}"] = nth - 1
    return counts


def sweep_errors(script, most):
    """EIO at the N-th fdatasync of `send`: when that was a commit's it ends with 74, and the next start recovers."""
    counts = {"commits failed": 0, "checkpoints failed": 0, "folders failed": 0}
    for nth in range(1, most + 1):
        try:
            result, _ = script.case("send", f"fdatasync:error=EIO:when={nth}")
            if (failed := failed_sync(script.trace)) is None:
                break
            if result.returncode != 74 and (failed == "commit" or result.returncode != 0):
                raise Violation(f"exit {result.returncode} after the sync of a {failed}: {result.stderr}")
        except Violation as error:
            raise Violation(f"EIO at fdatasync {nth} of send: {error}") from None
        counts[f"{failed}s failed"] += 1
    return counts
