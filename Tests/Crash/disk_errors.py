"""A storm in which the disk fails: the N-th fdatasync of each gateway returns EIO (strace), N = 1, 2, 3 … When that was a commit's or a
checkpoint's it has to end with 74 and promise nothing more, and the next start has to recover.

SQLite passes over one kind of failed sync: the folder's after it made the log. Such a gateway may live on, and is killed.
"""
import pathlib
import re

from bench import Gateway, Violation, wait_for
from storm import Storm

# More than any gateway here lives to be asked for.
ENDLESS = 1_000_000


def traced(inject, trace):
    """What to start before a program for one injected fault, and for `failed_sync` to read."""
    syscall = inject.split(":")[0]
    return ["strace", "-f", "-qq", "-y", "-o", trace, "-e", f"trace=fdatasync,pwrite64,{syscall}", "-e", f"inject={inject}"]


def failed_sync(trace):
    """Whose sync it was that failed: a commit's, a checkpoint's, the folder's; None while none has."""
    is_log_written = False
    for line in trace.read_text(errors="replace").splitlines():
        if not (call := re.match(r"\d+\s+(\w+)\(\d+<([^>]*)>", line)):
            continue
        is_log = call[2].endswith("-wal")
        if call[1] == "pwrite64":
            is_log_written |= is_log
        elif "(INJECTED)" in line:
            if is_log and is_log_written:
                return "commit"
            return "checkpoint" if is_log or call[2].endswith(".sqlite") else "folder"
        elif is_log:
            is_log_written = False
    return None


class DiskErrors(Storm):
    def __init__(self, folder, *arguments, first=1):
        super().__init__(folder, *arguments)
        self.nth, self.trace = first - 1, pathlib.Path(folder) / "trace"
        self.failed = {"commits failed": 0, "checkpoints failed": 0, "folders failed": 0}

    def start(self):
        self.nth += 1
        self.trace.write_text("")
        return Gateway(self.home, before=traced(f"fdatasync:error=EIO:when={self.nth}", self.trace))

    def live(self, gateway):
        try:
            self.serve(gateway, ENDLESS)
        except Violation:
            # It ended before it listened; `die` looks at how.
            return
        wait_for(lambda: gateway.process.poll() is not None or failed_sync(self.trace) == "folder",
                 f"the end of a gateway whose fdatasync {self.nth} failed")

    def die(self, gateway):
        gateway.kill()
        failed = failed_sync(self.trace)
        self.failed[f"{failed}s failed"] += 1
        if failed in ("commit", "checkpoint") and gateway.process.returncode != 74:
            raise Violation(f"EIO at fdatasync {self.nth}: exit {gateway.process.returncode}: {gateway.log.all[-3:]}")
