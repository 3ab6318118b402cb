"""A full disk: the data folder is a tmpfs of one megabyte, mounted in a user namespace of its own (`unshare -Urm`, no privileges). A
gateway is fed until it refuses; what it acknowledged must be there, and once there is space everything goes on.
"""
import json
import shutil
import subprocess

from bench import ClientLog, Gateway, Home, Violation, post, request, wait_for

DEALERSHIP = Home.DEALERSHIPS[0]
# Nothing was stored, and the caller may try again.
REFUSALS = (503, 507)
SMALL, LARGE = "size=1m", "size=64m"


def fill(folder, relais, provider, dice):
    """One full disk, with a restart before there is space again, or without one; the counts.

    With the floor that a disk has by default new work is refused in time; without a floor the disk itself says so."""
    shutil.rmtree(folder, ignore_errors=True)
    has_floor = dice.random() < 0.5
    home = Home.create(f"{folder}/home", relais, provider.port, dealerships=[DEALERSHIP],
                       settings="" if has_floor else 'limits: { diskFloor: "0" }')
    key = json.loads(home.succeed(
        "key", "create", "--dealership", DEALERSHIP, "--scope", "send,read", "--json"))["key"]
    # What a home is made of moves onto the small disk.
    home.data.rename(f"{folder}/made")
    home.data.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"{SMALL},mode=700", "none", home.data], check=True)
    try:
        shutil.copytree(f"{folder}/made", home.data, dirs_exist_ok=True)
        counts = feed(home, key, provider, dice, ClientLog(f"{folder}/client.ndjson"))
        return {"above a floor": int(has_floor), **counts}
    finally:
        subprocess.run(["umount", "-l", home.data], check=True)


def feed(home, key, provider, dice, client):
    gateway = Gateway(home).wait_until_listening()
    refused = []

    def ask(number):
        who = {"key": f"k{number}", "dealership": DEALERSHIP}
        recipient = f"f{number}@example.com"
        client.write("asked", **who, recipient=recipient)
        answer = post(gateway.port, "/v1/messages", json.dumps(request(number, recipient)), [
            ("Authorization", f"Bearer {key}"), ("Content-Type", "application/json"), ("Idempotency-Key", who["key"])])
        if answer and answer[0] == 202:
            client.write("told", **who, result="accepted", id=json.loads(answer[1])["id"])
        elif answer and answer[0] in REFUSALS:
            client.write("told", **who, result="refused", status=answer[0])
        else:
            raise Violation(f"a full disk was answered with {answer}: {gateway.log.all[-5:]}")
        return answer[0] == 202
    try:
        number = 0
        while len(refused) < 5:
            number += 1
            if not ask(number):
                refused.append(number)
            if number > 5_000:
                raise Violation("5000 messages fit onto one megabyte")
        if restarts := dice.random() < 0.5:
            gateway.kill()
            home.check_integrity()
        subprocess.run(["mount", "-o", f"remount,{LARGE}", home.data], check=True)
        if restarts:
            gateway = Gateway(home).wait_until_listening()
        for again in refused:
            wait_for(lambda: ask(again), "room for a message once there is space")
        gateway.stop()
    finally:
        if gateway.process.poll() is None:
            gateway.kill()
    home.drain(provider, dice)
    return {**home.judge(client, provider), "refused": len(refused), "restarts": int(restarts)}
