#!/usr/bin/python3
"""Proves the checker: a clean record passes, and each mutant of it is flagged in its category, or this exits 1.

The clean record holds one of everything that may happen: sent, failed, blocked, unknown, a copy explained by a recorded
doubt, a request that was never answered, an objection. A mutant is one lie in one of the three records.
"""
import copy
import sys

from checker import Check


def message(number, state, outcomes, dealership="nord", at_ms=1_000):
    return {"id": f"msg_{number:032x}", "dealership": dealership, "contact": f"c{number}", "state": state,
            "recipient": f"r{number}@example.com", "sha256": f"sha{number}",
            "attempts": [{"atMs": at_ms, "provider": "relay", "outcome": outcome} for outcome in outcomes]}


def receipt(number, taken=True, answer="accepted", at=1.0):
    return {"kind": "receipt", "at": at, "dataAt": at, "provider": "relay", "taken": taken, "answer": answer,
            "messageID": f"<1.msg_{number:032x}@example.lu>", "recipient": f"r{number}@example.com",
            "sha256": f"sha{number}"}


def clean():
    messages = [
        message(0, "sent", ["accepted"]), message(1, "sent", ["deferred", "accepted"]),
        message(2, "sent", ["unknown", "accepted"]), message(3, "unknown", ["unknown"]),
        message(4, "failed", ["rejected"]), message(5, "blocked", []), message(6, "sent", ["accepted"], "sud"),
        message(7, "sent", ["accepted"]), message(8, "unknown", ["unknown"])]
    client = []
    for stored in messages:
        who = {"key": "k" + stored["contact"], "dealership": stored["dealership"]}
        client.append({"event": "asked", **who, "recipient": stored["recipient"]})
        if stored["contact"] != "c7":  # Stored, and the answer was lost.
            client.append({"event": "told", **who, "result": "accepted", "id": stored["id"]})
    nobody = {"key": "lost-answer", "dealership": "nord"}
    client += [{"event": "asked", **nobody, "recipient": "x@example.com"},
               {"event": "told", **nobody, "result": "unanswered"}]
    for number in (0, 5):
        who = {"dealership": "nord", "recipient": f"r{number}@example.com", "id": f"msg_{number:032x}"}
        client += [{"event": "objecting", **who}, {"event": "objected", **who, "at": 2.0, "wallMs": 2_000}]
    provider = [receipt(0), receipt(1, False, "refused"), receipt(1), receipt(2, answer="none"), receipt(2),
                receipt(3, answer="none"), receipt(6), receipt(7),
                {"kind": "fault", "phase": "rcpt", "fault": "5xx", "recipient": "r4@example.com"}]
    keys = [{"dealership": stored["dealership"], "key": "k" + stored["contact"], "id": stored["id"]}
            for stored in messages]
    blocks = [{"dealership": "nord", "contact": "c0"}, {"dealership": "nord", "contact": "c5"}]
    return client, provider, {"messages": messages, "keys": keys, "blocks": blocks}


def swap(records, name):
    records[0][name], records[1][name] = records[1][name], records[0][name]


# Each takes the three records and lies in one; and the category that has to be found.
MUTANTS = {
    "drop one receipt": ("lost", lambda client, provider, store: provider.pop(0)),
    "duplicate one receipt": ("duplicated", lambda client, provider, store: provider.append(provider[0])),
    "swap two recipients": ("unexpected", lambda client, provider, store: swap(provider[6:], "recipient")),
    "swap two tenants": (
        "unexpected", lambda client, provider, store: swap(store["messages"][6:], "dealership")),
    "start an attempt after the objection": (
        "late", lambda client, provider, store: store["messages"][0]["attempts"][0].update(atMs=2_001)),
    "send content long after the objection": (
        "late", lambda client, provider, store: provider[0].update(dataAt=7.1)),
    "alter the bytes": ("unexpected", lambda client, provider, store: provider[0].update(sha256="other")),
    "invent an id at the provider": (
        "unexpected", lambda client, provider, store: provider.append(receipt(99))),
    "invent a message in the store": (
        "unexpected", lambda client, provider, store: store["messages"].append(message(99, "failed", []))),
    "claim an unanswered request as answered": (
        "lost", lambda client, provider, store: client.append(
            {"event": "told", "key": "lost-answer", "dealership": "nord", "result": "accepted",
             "id": f"msg_{98:032x}"})),
    "flip a state to sent without a receipt": (
        "lost", lambda client, provider, store: store["messages"][8].update(state="sent")),
    "forget an acknowledged message": ("lost", lambda client, provider, store: store["messages"].pop(3)),
    "leave an acknowledged message behind": (
        "lost", lambda client, provider, store: store["messages"][3].update(state="queued")),
    "call a doubt a deferral": (
        "duplicated", lambda client, provider, store: store["messages"][2]["attempts"][0].update(
            outcome="deferred")),
    "forget an acknowledged objection": ("lost", lambda client, provider, store: store["blocks"].pop()),
    "answer one key with two messages": (
        "duplicated", lambda client, provider, store: client.append(
            {"event": "told", "key": "kc0", "dealership": "nord", "result": "accepted", "id": f"msg_{1:032x}"})),
    "refuse what was stored": (
        "unexpected", lambda client, provider, store: client.append(
            {"event": "told", "key": "kc7", "dealership": "nord", "result": "refused", "status": 422})),
    "fail what was never refused": ("unexpected", lambda client, provider, store: provider.pop()),
    "call a lost answer an acceptance": (
        "unexpected", lambda client, provider, store: provider[0].update(answer="none")),
    "block whom nobody spoke for": (
        "unexpected", lambda client, provider, store: client.__setitem__(
            slice(None), [line for line in client if line["event"] not in ("objecting", "objected")])),
}


def held():
    """The same, where every doubt waits for a person."""
    client, provider, store = clean()
    store["messages"][2] = message(2, "unknown", ["unknown"])
    del provider[4]
    return client, provider, store


# What is wrong where doubts wait, and only there.
HELD_MUTANTS = {
    "send a doubt again": ("duplicated", lambda client, provider, store: (
        provider.append(receipt(2)), store["messages"][2].update(message(2, "sent", ["unknown", "accepted"])))),
    "send a doubt again that never arrived": ("unexpected", lambda client, provider, store: (
        provider.pop(3), provider.append(receipt(2)),
        store["messages"][2].update(message(2, "sent", ["unknown", "accepted"])))),
    "hide a doubt": ("unexpected", lambda client, provider, store: store["messages"][3].update(state="held")),
}


def main():
    problems = [f"the clean record: {text}" for _, text in Check(*clean()).violations]
    problems += [f"the clean record of doubts that wait: {text}" for _, text in Check(*held(), True).violations]
    flagged = 0
    for name, (category, lie) in MUTANTS.items():
        records = copy.deepcopy(clean())
        lie(*records)
        if category in {found for found, _ in Check(*records).violations}:
            flagged += 1
        else:
            problems.append(f"not flagged as {category}: {name}")
    for name, (category, lie) in HELD_MUTANTS.items():
        records = copy.deepcopy(held())
        lie(*records)
        found = {found for found, _ in Check(*records, True).violations} - {found for found, _ in Check(*records).violations}
        if category in found:
            flagged += 1
        else:
            problems.append(f"not flagged as {category} where doubts wait: {name}")
    print(f"checker: {flagged} of {len(MUTANTS) + len(HELD_MUTANTS)} mutants flagged, the clean record "
          + ("passes" if Check(*clean()).violations == [] else "does not pass"))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
