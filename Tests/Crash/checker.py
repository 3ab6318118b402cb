#!/usr/bin/python3
"""Judges a run by what stands in three records that know nothing of each other: what the callers were told, what the provider
took, and what the store says. In the manner of Jepsen's total-queue: what goes in must come out.

  lost         acknowledged (a message or an objection), and not there, not finished, or `sent` to nobody
  duplicated   the provider took more than one copy: explained, when an attempt is recorded as unknown for each further
               copy, or unexplained
  unexpected   what nobody asked for, other bytes, another recipient or tenant, a state that nothing accounts for
  unknown      may have been sent and says so (counted, no violation)
  late         sent after an objection was acknowledged: an attempt that started after it, or content asked for more than
               5 s after it (contract, section 6)

With --hold a doubt waits for a person, as SMS do: no copy is explained, and nothing is tried again after a doubt.

It shares no code with the provider, the driver or the product. Exit 1 on any violation, with a line for each.
"""
import collections
import hashlib
import json
import re
import sqlite3
import sys

FRESHNESS_SECONDS = 5.0


def read_lines(path):
    """JSON lines; the last may have been cut by a crash of its writer."""
    with open(path) as file:
        lines = file.read().split("\n")
    return [json.loads(line) for line in lines[:-1]]


def read_store(path):
    """The store after the end, read-only, straight from the file: messages, idempotency keys and blocks of the ledger."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    attempts = collections.defaultdict(list)
    for row in database.execute("SELECT * FROM attempt ORDER BY message, fence"):
        attempts[row["message"]].append(
            {"atMs": row["at_ms"], "provider": row["provider"], "outcome": row["outcome"]})
    messages = [
        {"id": "msg_" + row["id"].hex(), "dealership": row["dealership"], "contact": row["contact"].hex(),
         "state": row["state"], "recipient": row["recipient"],
         "sha256": hashlib.sha256(row["body"]).hexdigest(), "attempts": attempts[row["seq"]]}
        for row in database.execute(
            "SELECT message.*, recipient, body FROM message JOIN content ON content.message = message.seq")]
    keys = [{"dealership": row["dealership"], "key": row["key"], "id": "msg_" + row["message"].hex()}
            for row in database.execute("SELECT * FROM idempotency")]
    blocks = [{"dealership": row["dealership"], "contact": row["contact"].hex()}
              for row in database.execute("SELECT * FROM ledger WHERE event = 'objected'")]
    database.close()
    return {"messages": messages, "keys": keys, "blocks": blocks}


class Check:
    """One judgement. `violations` are (category, text) pairs; `counts` what there was."""

    def __init__(self, client, provider, store, holds_doubts=False):
        self.violations, self.counts = [], collections.Counter()
        self.holds_doubts = holds_doubts
        self.asked, self.told, self.refused = {}, collections.defaultdict(list), set()
        self.unanswered = set()
        self.objections, self.objecting = [], set()
        for line in client:
            self.take(line)
        self.messages = {message["id"]: message for message in store["messages"]}
        self.keys = {(key["dealership"], key["key"]): key["id"] for key in store["keys"]}
        self.blocks = {(block["dealership"], block["contact"]) for block in store["blocks"]}
        self.receipts = [line for line in provider if line["kind"] == "receipt"]
        self.refusals = {line["recipient"] for line in provider
                         if line.get("fault") == "5xx" or line.get("answer") == "refused"}
        self.copies = collections.defaultdict(list)
        for receipt in self.receipts:
            self.judge_receipt(receipt)
        self.judge_answers()
        for message in self.messages.values():
            self.judge_message(message)
        self.judge_objections()

    def take(self, line):
        who = line.get("dealership"), line.get("key")
        if line["event"] == "asked":
            self.asked[who] = line["recipient"]
        elif line["event"] == "told" and line["result"] == "accepted":
            self.told[who].append(line["id"])
        elif line["event"] == "told" and line["result"] == "refused":
            self.refused.add(who)
        elif line["event"] == "told" and line["result"] == "unanswered":
            self.unanswered.add(who)
        elif line["event"] == "objecting":
            self.objecting.add((line["dealership"], line["recipient"]))
        elif line["event"] == "objected":
            self.objections.append(line)

    def violate(self, category, text):
        self.violations.append((category, text))

    # What the provider has.

    def judge_receipt(self, receipt):
        found = re.search(r"msg_[0-9a-f]{32}", receipt["messageID"])
        message = self.messages.get(found.group(0)) if found else None
        if message is None:
            return self.violate("unexpected", f"the provider got {receipt['messageID']}, which nobody stored")
        if receipt["recipient"] != message["recipient"]:
            self.violate("unexpected", f"{message['id']} went to another recipient")
        if receipt["sha256"] != message["sha256"]:
            self.violate("unexpected", f"{message['id']} arrived with other bytes than are stored")
        if receipt["provider"] not in {attempt["provider"] for attempt in message["attempts"]}:
            self.violate("unexpected", f"{message['id']} reached {receipt['provider']} without an attempt there")
        if receipt["taken"]:
            self.copies[message["id"]].append(receipt)

    # What the callers were told.

    def judge_answers(self):
        for who, ids in self.told.items():
            self.counts["acknowledged"] += 1
            if len(set(ids)) > 1:
                self.violate("duplicated", f"key {who} was told {len(set(ids))} messages")
            for id in set(ids):
                if id not in self.messages or self.keys.get(who) != id:
                    self.violate("lost", f"{id} was acknowledged to key {who} and is not stored under it")
        for who, id in self.keys.items():
            if who not in self.asked:
                self.violate("unexpected", f"key {who} is stored and nobody asked for it")
            elif who in self.refused and who not in self.told:
                self.violate("unexpected", f"key {who} is stored and was told a refusal")
            elif id in self.messages and (
                    self.messages[id]["dealership"], self.messages[id]["recipient"]) != (who[0], self.asked[who]):
                self.violate("unexpected", f"{id} is of another tenant or recipient than key {who} asked for")
            elif who not in self.told:
                self.counts["stored and never told"] += 1
        for id in self.messages.keys() - set(self.keys.values()):
            self.violate("unexpected", f"{id} is stored and nobody asked for it")
        self.counts["told on a repeat"] = len(self.unanswered & self.told.keys())

    # What the store says.

    def judge_message(self, message):
        copies, outcomes = self.copies[message["id"]], [attempt["outcome"] for attempt in message["attempts"]]
        accepted, unknown = outcomes.count("accepted"), outcomes.count("unknown")
        self.counts[message["state"]] += 1
        self.counts["taken by the provider"] += len(copies) > 0
        if len(copies) > accepted + unknown:
            self.violate(
                "duplicated" if len(copies) > 1 else "unexpected",
                f"{message['id']}: {len(copies)} copies taken, attempts {outcomes} do not account for them")
        elif accepted > 1:
            self.violate("duplicated", f"{message['id']} was tried again after it was accepted")
        elif len(copies) > 1 and self.holds_doubts:
            self.violate("duplicated", f"{message['id']}: {len(copies)} copies taken, and none may follow a doubt")
        elif len(copies) > 1:
            self.counts["duplicates explained"] += len(copies) - 1
        if self.holds_doubts and unknown and (outcomes[-1] != "unknown" or message["state"] != "unknown"):
            self.violate("unexpected", f"{message['id']} is {message['state']} after {outcomes}: a doubt does not wait")
        self.judge_state(message, copies, unknown)

    def judge_state(self, message, copies, unknown):
        id, state = message["id"], message["state"]
        if state == "sent":
            if not copies:
                self.violate("lost", f"{id} is sent, and the provider never took it")
            elif all(copy["answer"] != "accepted" for copy in copies):
                self.violate("unexpected", f"{id} is sent, and the provider never said so")
        elif state in ("unknown", "held"):
            if not unknown:
                self.violate("unexpected", f"{id} is {state} without an attempt in doubt")
        elif state == "failed":
            if message["recipient"] not in self.refusals:
                self.violate("unexpected", f"{id} failed, and the provider never refused it")
        elif state == "blocked":
            who = message["dealership"], message["recipient"]
            if who not in self.objecting and message["recipient"] not in self.refusals:
                self.violate("unexpected", f"{id} is blocked, and nobody objected")
        elif state in ("queued", "sending"):
            self.violate("lost", f"{id} is still {state} after the drain")
        else:
            self.violate("unexpected", f"{id} is {state}, and nobody asked for that")

    # What a person was promised.

    def judge_objections(self):
        first = {}
        for objection in self.objections:
            self.counts["objections"] += 1
            who = objection["dealership"], objection["recipient"]
            if who not in first or objection["at"] < first[who]["at"]:
                first[who] = objection
            message = self.messages.get(objection["id"])
            if message is None or (objection["dealership"], message["contact"]) not in self.blocks:
                self.violate("lost", f"the objection of {who} was acknowledged and is not in the ledger")
        for message in self.messages.values():
            objection = first.get((message["dealership"], message["recipient"]))
            if objection is None:
                continue
            if any(attempt["atMs"] > objection["wallMs"] for attempt in message["attempts"]):
                self.violate("late", f"{message['id']}: an attempt started after the objection was acknowledged")
            if any(copy["dataAt"] > objection["at"] + FRESHNESS_SECONDS for copy in self.copies[message["id"]]):
                self.violate("late", f"{message['id']}: content left long after the objection was acknowledged")

    def summary(self):
        found = collections.Counter(category for category, _ in self.violations)
        counts = {name: self.counts[name] for name in (
            "acknowledged", "told on a repeat", "stored and never told", "taken by the provider", "sent", "failed",
            "blocked", "unknown", "held", "objections", "duplicates explained")}
        counts |= {"duplicates unexplained": found["duplicated"], "lost": found["lost"],
                   "unexpected": found["unexpected"], "sent after objection": found["late"]}
        return counts


def main(client_log, receipt_log, database, *options):
    check = Check(read_lines(client_log), read_lines(receipt_log), read_store(database), "--hold" in options)
    for category, text in check.violations:
        print(f"{category}: {text}", file=sys.stderr)
    print(json.dumps(check.summary()))
    return 1 if check.violations else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
