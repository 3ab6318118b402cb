"""A message whose hand-over kills the process, again and again: it is kept in doubt or held, never lost, and the others go on."""
import json
import shutil

from bench import ClientLog, Gateway, Home, Violation, request, wait_for

DEALERSHIP = Home.DEALERSHIPS[0]
POISON = "poison@example.com"
# The provider says nothing to the poison's final dot, and tells us: that is when the process dies.
SCRIPT = [{"phase": "final", "recipient": POISON, "fault": "hold"}]
DEATHS = 3


def poison(folder, relais, provider, dice, count=20):
    """One poison among `count` good messages; the counts."""
    shutil.rmtree(folder, ignore_errors=True)
    # One connection: nothing else is in flight when the process dies, so that every good message has to be sent.
    home = Home.create(f"{folder}/home", relais, provider.port, connections=1, dealerships=[DEALERSHIP])
    client = ClientLog(f"{folder}/client.ndjson")
    recipients = [f"good{number}@example.com" for number in range(count)]
    recipients.insert(dice.randrange(count), POISON)
    lines = []
    for number, recipient in enumerate(recipients):
        client.write("asked", key=f"k{number}", dealership=DEALERSHIP, recipient=recipient)
        lines.append(json.dumps(request(number, recipient, f"k{number}")))
    views = [json.loads(line) for line in home.run(
        "send", "--json", "--dealership", DEALERSHIP, input="\n".join(lines)).stdout.splitlines()]
    for number, view in enumerate(views):
        client.write("told", key=f"k{number}", dealership=DEALERSHIP, result="accepted", id=view["id"])
    id = views[recipients.index(POISON)]["id"]

    deaths, state = 0, "queued"
    while deaths < DEATHS and state == "queued":
        gateway = Gateway(home)
        try:
            gateway.wait_until_listening()
            provider.event("held")
        finally:
            gateway.kill()
        deaths += 1
        home.check_integrity()
        gateway = Gateway(home).wait_until_listening()
        gateway.stop()
        state = view_of(home, id)["state"]
        if state == "unknown" and deaths < DEATHS:
            # Somebody insists; only so does a message in doubt kill again within the half hour.
            home.succeed("outbox", "resolve", id, "--outcome", "retry")
            state = "queued"
    if state not in ("unknown", "held"):
        raise Violation(f"after {deaths} crashes the poison is {state}")
    gateway = Gateway(home).wait_until_listening()
    try:
        wait_for(lambda: not home.views("--state", "queued") and not home.views("--state", "sending"), "the others")
    finally:
        gateway.stop()
    counts = home.judge(client, provider)
    if counts["sent"] < count:
        raise Violation(f"only {counts['sent']} of {count} good messages were sent beside the poison: {counts}")
    return {"deaths": deaths, f"poison {state}": 1, "sent beside it": counts["sent"]}


def view_of(home, id):
    return json.loads(home.succeed("outbox", "show", id, "--json"))
