#!/usr/bin/python3
"""Drives the crash tests and prints what they did: `make crash COUNT=n SEED=s`, and in its short form within `make test`.

  kills     kill -9 storms over `relais serve`                      COUNT kills, in rounds of 50 with a fresh home each
  sms       the same with a provider of SMS: none twice, and every doubt waits for a person      COUNT / 10 kills
  cuts      power cuts, plain and torn; a build with synchronous=NORMAL must be caught      COUNT / 2 cuts
  syscalls  SIGKILL at every system call of a short script          all of them
  errors    EIO at each of the first 200 fdatasyncs of a gateway, and at each of `send`
  full      a disk of one megabyte                                  COUNT / 50 times
  poison    a message whose hand-over kills the process             COUNT / 50 times

Every line of output has its seed; `--parts kills --seed S` runs that one again (threads and processes race, so that a seed gives the
same dice, not the same microsecond). Exit 1 on a broken promise. Where user namespaces are forbidden `full` fails, and in the short form
says that it did not run.
"""
import argparse
import collections
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

from bench import HERE, Provider, Violation
from disk_errors import DiskErrors
from disk_full import fill
from poison import SCRIPT, poison
from power_cuts import PowerCuts
from sms_storm import SMS_FAULTS, SMSStorm
from storm import FAULTS, Storm
from sweep import Script, sweep_errors, sweep_kills

ROUND = 50
DELAYS = [0, 0.01]
# Cuts until which a build that does not sync has to be caught; the first nearly always does.
MUTANT_CUTS = 5
# In the script that is swept: one message is put off, one is refused, one is taken without an answer.
SWEEP_SCRIPT = [
    {"phase": "rcpt", "recipient": "s1@example.com", "nth": 1, "fault": "4xx"},
    {"phase": "rcpt", "recipient": "s2@example.com", "fault": "5xx"},
    {"phase": "final", "recipient": "s3@example.com", "nth": 1, "fault": "accept-drop"}]


class Run:
    def __init__(self, options, folder):
        self.relais, self.seed, self.count, self.is_short = options.relais, options.seed, options.count, options.short
        self.folder = pathlib.Path(folder)

    def provider(self, **document):
        return Provider(tempfile.mkdtemp(dir=self.folder), seed=self.seed, **document)

    def report(self, part, seed, counts):
        print(f"{part}: seed {seed}, " + ", ".join(f"{name} {value}" for name, value in counts.items()), flush=True)

    def named(self, part, seed, action):
        """Runs one part; a violation says which and with which seed."""
        try:
            return action()
        except Violation as violation:
            raise Violation(f"{part}, seed {seed}: {violation}") from None

    def rounds(self, part, sizes, once):
        """`once(seed, size)` for each of the sizes, with a seed of its own; prints every round of many, and the sum."""
        total = collections.Counter()
        for index, size in enumerate(sizes):
            seed = f"{self.seed}/{index}"
            counts = self.named(part, seed, lambda: once(seed, size))
            total.update({name: 0 for name in counts})
            total.update(counts)
            if self.count > ROUND:
                self.report(f"{part}, round {index}", seed, counts)
        self.report(part, self.seed, total)

    def kills(self):
        sizes = [min(ROUND, self.count - done) for done in range(0, self.count, ROUND)]
        with self.provider(faults=FAULTS, delays=DELAYS) as provider:
            self.rounds("kills", sizes, lambda seed, size: {"kills": size, **Storm(
                self.folder / "kills", self.relais, provider, seed, size).run()})

    def sms(self):
        count = max(4, self.count // 10)
        sizes = [min(ROUND, count - done) for done in range(0, count, ROUND)]
        with self.provider(faults=SMS_FAULTS, delays=DELAYS, listeners=[{"name": "relay", "kind": "http"}]) as provider:
            self.rounds("sms", sizes, lambda seed, size: {"kills": size, **SMSStorm(
                self.folder / "sms", self.relais, provider, seed, size).run()})

    def cuts(self):
        shim = self.folder / "power_cut.so"
        subprocess.run(["clang", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC", "-o", shim,
                        HERE / "power_cut.c"], check=True)
        with self.provider(faults=FAULTS, delays=DELAYS) as provider:
            def storm(seed, size, is_torn=False, mutant=""):
                return PowerCuts(self.folder / "cuts", self.relais, provider, seed, size, shim=str(shim),
                                 is_torn=is_torn, mutant=mutant)
            sizes = [max(1, min(ROUND // 2, self.count // 4))] * max(1, self.count // (2 * ROUND))
            for name, is_torn in (("plain", False), ("torn", True)):
                self.rounds(f"cuts, {name}", sizes, lambda seed, size: {
                    "cuts": size, **storm(seed, size, is_torn).run()})
            self.catch_mutant(storm(self.seed, MUTANT_CUTS, mutant="normal"))

    def catch_mutant(self, storm):
        """What the program without its syncs was told to keep and did not: the proof that these cuts cut."""
        try:
            storm.run()
        except Violation:
            try:
                storm.home.judge(storm.client, storm.provider)
            except Violation as violation:
                if lost := str(violation).count("is not stored under it"):
                    return self.report("cuts, synchronous=NORMAL", self.seed, {"mutant caught, lost": lost})
        raise Violation(f"cuts: a build with synchronous=NORMAL was not caught in {MUTANT_CUTS} cuts")

    def syscalls(self):
        with self.provider(script=SWEEP_SCRIPT) as provider:
            script = Script(self.folder / "sweep", self.relais, provider, self.seed)
            self.report("syscalls", self.seed, self.named(
                "syscalls", self.seed, lambda: sweep_kills(script, 16 if self.is_short else None)))

    def errors(self):
        most = 4 if self.is_short else 200
        with self.provider(script=SWEEP_SCRIPT) as provider:
            script = Script(self.folder / "errors", self.relais, provider, self.seed)
            self.report("errors, send", self.seed, self.named(
                "errors, send", self.seed, lambda: sweep_errors(script, most)))
        with self.provider(faults=FAULTS, delays=DELAYS) as provider:
            def fail(seed, first):
                storm = DiskErrors(self.folder / "errors", self.relais, provider, seed,
                                   min(ROUND, most + 1 - first), first=first)
                counts = storm.run()
                return {**storm.failed, **counts}
            self.rounds("errors, serve", range(1, most + 1, ROUND), fail)

    def full(self):
        """In a user namespace of its own, where this user may mount."""
        words = [sys.executable, __file__, "--relais", self.relais, "--count", self.count, "--seed", self.seed,
                 "--parts", "full-inside"] + ["--short"] * self.is_short
        namespace = ["unshare", "--user", "--map-root-user", "--mount"]
        if subprocess.run([*namespace, "true"], capture_output=True).returncode != 0:
            missing = "full: this machine forbids user namespaces (unshare -Urm): the full disk was NOT tested"
            if not self.is_short:
                raise Violation(missing)
            return print(missing, flush=True)
        if subprocess.run([*namespace, *map(str, words)]).returncode != 0:
            raise Violation("full: see above")

    def full_inside(self):
        with self.provider(faults=FAULTS, delays=DELAYS) as provider:
            self.rounds("full", self.times(), lambda seed, _: {"times": 1, **fill(
                self.folder / "full", self.relais, provider, random.Random(seed))})

    def poison(self):
        with self.provider(script=SCRIPT) as provider:
            self.rounds("poison", self.times(), lambda seed, _: {"times": 1, **poison(
                self.folder / "poison", self.relais, provider, random.Random(seed))})

    def times(self):
        return range(max(1, self.count // ROUND))


PARTS = {"kills": Run.kills, "sms": Run.sms, "cuts": Run.cuts, "syscalls": Run.syscalls, "errors": Run.errors,
         "full": Run.full, "poison": Run.poison}
HIDDEN = {"full-inside": Run.full_inside}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--relais", required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="a sample of the sweeps")
    parser.add_argument("--parts", default=",".join(PARTS))
    options = parser.parse_args()
    options.relais = str(pathlib.Path(options.relais).resolve())
    broken = 0
    folder = tempfile.mkdtemp(prefix="relais-crash-")
    for name in options.parts.split(","):
        start = time.monotonic()
        try:
            {**PARTS, **HIDDEN}[name](Run(options, folder))
        except Exception as error:
            broken += 1
            text = str(error) if isinstance(error, Violation) else traceback.format_exc()
            print(f"BROKEN: {text}\nwhat it was found in: {folder}", flush=True)
        print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
    if not broken:
        shutil.rmtree(folder)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
