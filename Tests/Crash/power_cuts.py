"""Storms with power cuts: after a SIGKILL the home holds what was synced (power_cut.c), and in the torn form a random subset
of the unsynced 4 KiB pages as well.
"""
import os
import pathlib
import shutil

from bench import Gateway
from storm import Storm

PAGE = 4096


class PowerCuts(Storm):
    def __init__(self, folder, *arguments, shim, is_torn, mutant=""):
        """`mutant` is the defect that the shim gives to the program: "normal", or none."""
        super().__init__(folder, *arguments)
        self.shadow, self.is_torn = pathlib.Path(folder) / "shadow", is_torn
        self.environment = {"LD_PRELOAD": shim, "POWER_CUT_DISK": str(self.home.path),
                            "POWER_CUT_SHADOW": str(self.shadow), "POWER_CUT_MUTANT": mutant}

    def start(self):
        # What is there when the power comes back is on the disk.
        shutil.rmtree(self.shadow, ignore_errors=True)
        shutil.copytree(self.home.path, self.shadow, ignore=shutil.ignore_patterns("*-shm", "*.sock", "integrity"))
        return Gateway(self.home, self.environment)

    def die(self, gateway):
        super().die(gateway)
        if self.is_torn:
            self.tear()
        shutil.rmtree(self.home.path)
        shutil.copytree(self.shadow, self.home.path)

    def tear(self):
        """Some of what was written and not synced is on the disk nevertheless, page by page."""
        for live in self.home.path.rglob("*"):
            shadow = self.shadow / live.relative_to(self.home.path)
            is_there = shadow.exists()
            # Files of the test, the shared memory that no disk keeps, and a file whose name was not written either.
            if not live.is_file() or "integrity" in live.parts or live.name.endswith("-shm") \
                    or not is_there and self.random.random() < 0.5:
                continue
            written, synced = live.read_bytes(), shadow.read_bytes() if is_there else b""
            if written == synced:
                continue
            shadow.parent.mkdir(parents=True, exist_ok=True)
            with open(shadow, "r+b" if is_there else "wb") as file:
                for offset in range(0, len(written), PAGE):
                    page = written[offset:offset + PAGE]
                    if synced[offset:offset + PAGE] != page and self.random.random() < 0.5:
                        file.seek(offset)
                        file.write(page)
            os.chmod(shadow, 0o600)
