#!/usr/bin/env python3
"""The figures of the API and the public pages of `make bench`: wrk against a running gateway, beside a bare libmicrohttpd that answers the
same wrk in the same run. Usage: serving.py RELAIS [STEP ...]"""

import datetime
import http.client
import json
import multiprocessing
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import outbox
from outbox import DEALERSHIP, ROOT, WORK, Serving, make_home, message, relais, smtp_sink

TOKEN = re.compile(rb"/u/([A-Za-z0-9_=-]+)>")
CONNECTIONS = 64
TOMORROW = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def wrk(port, script, seconds=5, connections=CONNECTIONS, path="/", arguments=()):
    """What wrk saw: answers a second, the median and the 99th percentile in milliseconds, and answers that were no success."""
    lua = WORK / "wrk.lua"
    lua.write_text(script + """
done = function(summary, latency, requests)
    io.write(string.format("{\\"answers\\": %d, \\"refused\\": %d, \\"seconds\\": %f, \\"p50\\": %f, \\"p99\\": %f}\\n", summary.requests,
        summary.errors.status + summary.errors.read + summary.errors.timeout, summary.duration / 1e6,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
""")
    output = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(lua), f"http://127.0.0.1:{port}{path}", "--", *arguments],
        check=True, capture_output=True, text=True).stdout
    return json.loads(output.splitlines()[-1])


def rate(seen):
    assert not seen["refused"], seen
    return seen["answers"] / seen["seconds"]


def links(home):
    """The tokens of the unsubscribe links of every message in a store, as the messages carry them."""
    store = sqlite3.connect(f"file:{home}/data/relais.sqlite?mode=ro", uri=True)
    tokens = [TOKEN.search(re.sub(rb"\\r\\n[ \\t]", b"", body)).group(1).decode() for (body,) in store.execute("SELECT body FROM content")]
    store.close()
    return tokens


def waiting(name, count):
    """A home with messages that are not due yet."""
    home = make_home(name, 9)
    lines = "\n".join(json.dumps({**message(number), "notBefore": TOMORROW}) for number in range(count))
    relais(home, "send", "-", "--dealership", DEALERSHIP, input=lines.encode())
    return home


def bare():
    """Answers a second of a bare libmicrohttpd, the same wrk asking."""
    program = WORK / "bare-libmicrohttpd"
    subprocess.run(["clang", "-O2", "-o", str(program), str(ROOT / "Tests/Benchmarks/bare-libmicrohttpd.c"), "-lmicrohttpd"], check=True)
    process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        return rate(wrk(int(process.stdout.readline()), ""))
    finally:
        process.kill()
        process.wait()


def unsubscribing(count=60_000):
    """One click of a link that nobody has clicked yet, on disk and in the ledger's mirror before it is answered."""
    home = waiting("unsubscribing", count)
    tokens = WORK / "tokens"
    tokens.write_text("\n".join(links(home)))
    serving = Serving(home)
    seen = wrk(serving.port, f"""
local tokens = {{}}
for line in io.lines("{tokens}") do tokens[#tokens + 1] = line end
local last = 0
wrk.method = "POST"
wrk.body = "List-Unsubscribe=One-Click"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
request = function() last = last + 1; return wrk.format(nil, "/u/" .. tokens[last]) end
""")
    serving.end()
    store = sqlite3.connect(f"file:{home}/data/relais.sqlite?mode=ro", uri=True)
    (recorded,) = store.execute("SELECT count(*) FROM ledger").fetchone()
    store.close()
    assert seen["answers"] <= recorded <= seen["answers"] + CONNECTIONS, (seen, recorded)
    print(f"unsubscribe, POST to disk: {rate(seen):.0f}/s, p50 {seen['p50']:.1f} ms, p99 {seen['p99']:.1f} ms   (at least 3000/s)")


def showing():
    """The unsubscribe page, beside what libmicrohttpd answers with nothing behind it."""
    home = waiting("showing", 1)
    (token,) = links(home)
    serving = Serving(home)
    page = rate(wrk(serving.port, "", path=f"/u/{token}"))
    missing = rate(wrk(serving.port, "", path="/nowhere") | {"refused": 0})
    serving.end()
    peer = bare()
    print(f"GET /u/: {page:.0f}/s; a path that is not there: {missing:.0f}/s; bare libmicrohttpd: {peer:.0f}/s   "
          f"(at least 15000/s; ratio {page / peer:.2f})")


def accepting():
    """Messages of 600 bytes, composed, gated and on disk before the answer: as fast as they are taken, and at a pace (each connection waits so many
    milliseconds before it asks again), where others get time on the processor too."""
    with smtp_sink() as port:
        for name, when, pause, limit in (
                ("waiting", f'"notBefore": "{TOMORROW}", ', None, "at least 5000/s"),
                ("waiting, at half of that", f'"notBefore": "{TOMORROW}", ', 25, "p99 at most 20 ms"),
                ("delivering", "", None, "3000/s and as many delivered"),
                ("delivering, asked for 3000/s", "", 20, "3000/s and as many delivered")):
            home = make_home("accepting-" + re.sub("[^a-z0-9]+", "-", name), port, connections=16)
            key = relais(home, "key", "create", "--dealership", DEALERSHIP, "--scope", "send").decode().strip()
            serving = Serving(home)
            size, script = posting(key, when)
            if pause:
                script += f"\ndelay = function() return {pause} end\n"
            seen = wrk(serving.port, script, path="/v1/messages")
            store = sqlite3.connect(f"file:{home}/data/relais.sqlite?mode=ro", uri=True)
            (sent,) = store.execute("SELECT count(*) FROM message WHERE state = 'sent'").fetchone()
            store.close()
            serving.end()
            print(f"POST /v1/messages, {size} bytes, {name}: {rate(seen):.0f}/s, p50 {seen['p50']:.1f} ms, "
                  f"p99 {seen['p99']:.1f} ms; {sent / seen['seconds']:.0f}/s delivered meanwhile   ({limit})")


def drip(port, count):
    """Connections that send one byte of a header a second, each anew when it was ended."""
    head = b"GET /healthz HTTP/1.1\r\nHost: slow.example.com\r\nX-Slow: " + b"x" * 1000
    clients = []
    while True:
        for index in range(count):
            if len(clients) <= index:
                clients.append((None, 0))
            client, sent = clients[index]
            try:
                if client is None:
                    client, sent = socket.create_connection(("127.0.0.1", port)), 0
                client.send(head[sent:sent + 1])
                clients[index] = client, sent + 1
            except OSError:
                clients[index] = None, 0
        time.sleep(1)


def among_slow_clients(count=1000):
    home = waiting("slow", 1)
    (token,) = links(home)
    serving = Serving(home)
    alone = wrk(serving.port, "", path=f"/u/{token}", connections=8)
    slow = multiprocessing.Process(target=drip, args=(serving.port, count), daemon=True)
    slow.start()
    time.sleep(3)
    among = wrk(serving.port, "", path=f"/u/{token}", connections=8)
    memory = serving.memory()
    slow.kill()
    serving.end()
    print(f"among {count} clients that send a byte a second: p99 {among['p99']:.1f} ms, alone {alone['p99']:.1f} ms   "
          f"ratio {among['p99'] / alone['p99']:.1f} (at most 2); {memory:.0f} MB")


def posting(key, when):
    start = f'{{{when}"template": "bench-note", "to": {{"name": "Zoe", "email": "zoe'
    end = '@example.com", "locale": "en"}, "intervention": {"reference": "WO-1182", "vehicle": {"make": "' + "x" * 190 + '", "model": "' + "x" * 190 + '"}}}'
    return len(start) + len(end) + 5, f"""
local last = 0
local start, finish = {json.dumps(start)}, {json.dumps(end)}
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer {key}"
request = function() last = last + 1; return wrk.format(nil, nil, nil, start .. last .. finish) end
"""


def probe(port, key, answers, seconds):
    """One client beside the crowd: status, milliseconds and Retry-After of each answer."""
    seen = []
    end = time.monotonic() + seconds
    client = http.client.HTTPConnection("127.0.0.1", port)
    while time.monotonic() < end:
        start = time.monotonic()
        client.request("POST", "/v1/messages", json.dumps({**message(1), "notBefore": TOMORROW}), {
            "Authorization": f"Bearer {key}", "Content-Type": "application/json"})
        answer = client.getresponse()
        answer.read()
        seen.append((answer.status, (time.monotonic() - start) * 1000, answer.getheader("Retry-After")))
        time.sleep(0.02)
    answers.put(seen)


def overloaded(crowd=640):
    """Ten times the clients that keep it busy: what is accepted, and how soon the others are told to come back."""
    home = make_home("overloaded", 9)
    key = relais(home, "key", "create", "--dealership", DEALERSHIP, "--scope", "send").decode().strip()
    serving = Serving(home)
    _, script = posting(key, f'"notBefore": "{TOMORROW}", ')
    peak = rate(wrk(serving.port, script, path="/v1/messages"))
    before = serving.memory()
    answers = multiprocessing.Queue()
    prober = multiprocessing.Process(target=probe, args=(serving.port, key, answers, 7), daemon=True)
    prober.start()
    seen = wrk(serving.port, script, seconds=8, path="/v1/messages", connections=crowd)
    refused = [(delay, again) for status, delay, again in answers.get(timeout=60) if status == 503]
    delays = sorted(delay for delay, _ in refused) or [0]
    assert all(again for _, again in refused)
    good = (seen["answers"] - seen["refused"]) / seen["seconds"]
    print(f"{crowd} clients at once: {good:.0f} accepted/s of {peak:.0f} at the peak, ratio {good / peak:.2f} (at least 0.90); "
          f"{seen['refused'] / seen['seconds']:.0f} refused/s, a refusal after {delays[len(delays) * 99 // 100]:.0f} ms (99th of "
          f"{len(refused)}; at most 50); memory {before:.0f} to {serving.memory():.0f} MB")
    serving.end()


STEPS = {"unsubscribing": unsubscribing, "showing": showing, "accepting": accepting, "slow": among_slow_clients,
         "overload": overloaded}

if __name__ == "__main__":
    try:
        outbox.make_share()
        for step in sys.argv[2:] or STEPS:
            STEPS[step]()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
