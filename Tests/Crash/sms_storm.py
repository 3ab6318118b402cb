"""The storm with a provider of SMS that has no idempotency key: what may have been sent is never sent again by itself (reliability.md, P6). Every
request carries our reference, and the provider notes each before it answers or fails.
"""
from bench import Home, Violation, wait_for
from storm import Storm

# About one request in five fails; more than in a mail storm, because there is but one phase to fail in.
SMS_FAULTS = {"http": {"accept-drop": 0.04, "drop": 0.02, "rst": 0.02, "garbage": 0.02, "broken-body": 0.02, "5xx": 0.03,
                       "redirect": 0.01, "4xx": 0.02, "429": 0.01}}


class SMSStorm(Storm):
    def create_home(self, path, relais):
        return Home.create(path, relais, self.provider.port, provider=Home.SMS)

    def recipient(self, person):
        return f"+352621{person:06}"

    def object(self):
        """What people say by SMS comes in through a provider; here it is about kills alone."""

    def settle(self):
        if self.errors:
            raise Violation(f"unexpected answers: {self.errors[:3]}")
        self.provider.command("calm")
        wait_for(self.home.deliver, "an empty outbox")
        shown = {view["id"] for view in self.home.views("--state", "unknown")}
        counts = self.home.judge(self.client, self.provider, "--hold")
        if len(shown) != counts["unknown"]:
            raise Violation(f"{counts['unknown']} messages are in doubt, and outbox list shows {len(shown)}")
        return counts
