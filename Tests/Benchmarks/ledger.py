#!/usr/bin/env python3
"""The ledger's figures of `make bench`: `consent verify` and `consent checkpoint` of 1 000 000 entries, a tenth of them with evidence (the
chain is written by this file from the contract's field list, so that it also judges the encoding), and the gate on stores of 10 000 and
10 000 000 entries, by GateBenchmark beside RELAIS. Usage: ledger.py RELAIS [COUNT]"""

import hashlib
import itertools
import os
import pathlib
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELAIS = str(pathlib.Path(sys.argv[1]).resolve())
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
DEALERSHIP = "garage-nord"
START_MS = 1_795_420_800_000
WORK = pathlib.Path(tempfile.mkdtemp(prefix="relais-bench-"))


def relais(*words):
    environment = {**os.environ, "RELAIS_SHARE": str(ROOT), "RELAIS_HOME": str(WORK)}
    return subprocess.run([RELAIS, *words], env=environment, check=True, capture_output=True, text=True).stdout


def field(value):
    if value is None:
        return b"\0"
    if isinstance(value, int):
        value = struct.pack(">q", value)
    elif isinstance(value, str):
        value = value.encode()
    return b"\1" + struct.pack(">I", len(value)) + value


def entries():
    """Rows of the ledger in the order of the encoding, with their hash, and the evidence of every tenth."""
    numbers = random.Random(1)
    previous = bytes(32)
    for seq in range(1, COUNT + 1):
        moment = START_MS + seq
        identity = moment.to_bytes(6, "big") + numbers.randbytes(10)
        salt, text = numbers.randbytes(16), f"said so on the phone, call {seq}"
        evidence = hashlib.sha256(b"relais/evidence/v1\0" + salt + text.encode()).digest() if seq % 10 == 0 else None
        row = (identity, seq, previous, DEALERSHIP, numbers.randbytes(16), None, "email", "newsletter", "objected", None,
               moment, moment, "one-click", "contact", None, evidence)
        previous = hashlib.sha256(b"relais/ledger-entry/v1\0" + b"".join(map(field, row))).digest()
        yield row + (previous,), (identity, salt, text) if evidence else None


def fill():
    store = sqlite3.connect(WORK / "data/relais.sqlite")
    store.execute("PRAGMA synchronous=OFF")
    source = entries()
    while batch := list(itertools.islice(source, 10_000)):
        store.executemany(
            "INSERT INTO ledger (id, seq, prev_hash, dealership, contact, related_contact, channel, scope, event, refers_to, "
            "occurred_at_ms, recorded_at_ms, method, actor, notice_digest, evidence_digest, hash) "
            f"VALUES ({', '.join('?' * 17)})", (row for row, _ in batch))
        store.executemany("INSERT INTO evidence (entry, salt, text) VALUES (?, ?, ?)",
                          (evidence for _, evidence in batch if evidence))
    store.execute("INSERT INTO standing SELECT dealership, contact, seq, id, event, scope, channel, occurred_at_ms, method, "
                  "refers_to, notice_digest, '', 0 FROM ledger ORDER BY dealership, contact")
    store.commit()
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def timed(*words):
    start = time.monotonic()
    output = relais(*words)
    return time.monotonic() - start, output


def gate(count, questions=100_000):
    """Microseconds a question about people chosen at random; the entries need no chain for that."""
    shutil.rmtree(WORK, ignore_errors=True)
    relais("init", str(WORK))
    relais("dealership", "put", str(ROOT / "Outbox/examples/dealership.json"))
    path = str(WORK / "data/relais.sqlite")
    store = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-500000"):
        store.execute(f"PRAGMA {setting}")
    store.execute("DROP INDEX ledger_contact")
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
    identity = "CAST(printf('%016d', i) AS BLOB)"
    store.execute(
        f"{numbers} INSERT INTO ledger SELECT '{DEALERSHIP}', i, {identity}, zeroblob(32), zeroblob(32), {identity}, NULL, NULL, "
        f"'marketing', 'objected', NULL, {START_MS}, {START_MS}, 'import', 'bench', NULL, NULL FROM n", (count,))
    store.execute(
        f"{numbers} INSERT INTO standing SELECT '{DEALERSHIP}', {identity}, i, {identity}, 'objected', 'marketing', NULL, "
        f"{START_MS}, 'import', NULL, NULL, '', 0 FROM n", (count,))
    store.execute("PRAGMA journal_mode=WAL")
    key = store.execute("SELECT value FROM home WHERE name = 'reference-key'").fetchone()[0]
    store.close()
    program = pathlib.Path(RELAIS).parent / "GateBenchmark"
    runs = [float(subprocess.run([program, path, key, DEALERSHIP, str(questions)], check=True, capture_output=True, text=True).stdout)
            for _ in range(3)]
    return sorted(runs)[1]


if __name__ == "__main__":
    try:
        relais("init", str(WORK))
        relais("dealership", "put", str(ROOT / "Outbox/examples/dealership.json"))
        fill()
        signed, _ = timed("consent", "checkpoint", str(WORK / "checkpoint"))
        verified, output = timed("consent", "verify", "--checkpoint", str(WORK / "checkpoint"))
        assert f"{COUNT} entries  whole" in output, output
        print(f"consent verify of {COUNT} entries, against a checkpoint: {verified:.1f} s   (at most 10 s); "
              f"consent checkpoint: {signed:.1f} s")
        small, large = gate(10_000), gate(10_000_000)
        print(f"gate: {small:.1f} us at 10 000 entries, {large:.1f} us at 10 000 000   (at most 20 us, and 1.5 times: {large / small:.2f})")
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
