"""What a launcher leaves on disk about itself: its lock, its children, and which of them are held back.

A launcher that was killed with -9 could not clean up. The next start ends what still runs, recognised by process id
*and* start time, so that a stranger who got the same id is never touched.
"""

import contextlib
import fcntl
import json
import pathlib
import shutil
from dataclasses import dataclass, field
from typing import IO

import psutil

from deploy.local.commands import StartFailed

FULL = 20_000_000
"""Bytes. PostgreSQL and Kafka preallocate their next file: they fail before the disk is at zero."""
LONG = 20_000_000


@dataclass
class Record:
    """The files of one deployment folder."""

    directory: pathlib.Path
    _lock: IO[str] | None = field(default=None, init=False)

    @property
    def _children(self) -> pathlib.Path:
        return self.directory / "children.json"

    def lock(self) -> None:
        """Become the only launcher of this folder until the process ends. Raises StartFailed."""
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = (self.directory / "launcher.pid").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip()
            raise StartFailed(f"a launcher (process {owner}) already runs over {self.directory}") from None
        lock.truncate(0)
        lock.write(str(psutil.Process().pid))
        lock.flush()
        self._lock = lock

    def children(self) -> dict[str, dict[str, float]]:
        """Each child's last known process id and start time."""
        with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
            known: dict[str, dict[str, float]] = json.loads(self._children.read_text())
            return known
        return {}

    def add(self, name: str, pid: int, stop: int) -> None:
        """Remember a child that was just started, and the signal that ends it in good order."""
        with contextlib.suppress(psutil.NoSuchProcess):
            started = psutil.Process(pid).create_time()
            known = self.children() | {name: {"pid": pid, "started": started, "stop": stop}}
            scratch = self._children.with_suffix(".new")
            scratch.write_text(json.dumps(known, indent=1))
            scratch.replace(self._children)

    def clear(self) -> None:
        """Forget the children: all have ended."""
        self._children.unlink(missing_ok=True)

    def sweep(self, patience: float = 20.0) -> list[str]:
        """End what a killed launcher left running; returns the names."""
        known = self.children()
        left = {name: process for name, child in known.items() if (process := _same(child))}
        for name, process in left.items():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(int(known[name]["stop"]))
                process.resume()  # a frozen one hears nothing
        _, stubborn = psutil.wait_procs(left.values(), timeout=patience)
        for process in stubborn:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stubborn, timeout=5)
        self.clear()
        return list(left)

    def put_logs_by(self) -> None:
        """Start the long logs anew; the last one of each is kept."""
        for log in (self.directory / "logs").glob("*.log"):
            if log.stat().st_size > LONG:
                log.replace(log.with_suffix(".old"))

    def disk_is_full(self) -> bool:
        """Whether so little room is left that a database would stop."""
        return shutil.disk_usage(self.directory).free < FULL

    def held(self, name: str) -> bool:
        """Whether a file `hold/NAME` asks that this child is not started: to run it by hand, or in tests."""
        return (self.directory / "hold" / name).exists()


def _same(child: dict[str, float]) -> psutil.Process | None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(int(child["pid"]))
        if process.create_time() == child["started"] and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None
