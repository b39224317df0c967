"""One child process described: what to run, as whom, where its output goes, how it is asked to stop."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO

TETHER = pathlib.Path(__file__).with_name("tether.py")


class StartFailed(Exception):
    """A part of the local deployment could not start; the message is the one line a person needs."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program to run as a child. `stop` is the signal that ends it in good order within `patience` seconds."""

    name: str
    argv: tuple[str, ...]
    log: pathlib.Path
    cwd: pathlib.Path
    env: Mapping[str, str] = field(default_factory=dict)
    user: str = "-"
    stop: signal.Signals = signal.SIGTERM
    patience: float = 15.0

    def tethered(self) -> tuple[str, ...]:
        """The argv that ties the program to this process: when we die, it is asked to stop."""
        return self._through_tether(int(self.stop))

    def detached(self) -> tuple[str, ...]:
        """The argv of a program that goes on after this process."""
        return self._through_tether(0)

    def _through_tether(self, number: int) -> tuple[str, ...]:
        return (sys.executable, "-I", "-S", str(TETHER), str(number), self.user, str(os.getpid()), *self.argv)

    def open_log(self) -> IO[bytes]:
        """The log file, opened to append."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        return self.log.open("ab")

    def popen(self, *, tethered: bool) -> "subprocess.Popen[bytes]":
        """Start it from synchronous code. Call from a thread that lives as long as the child should."""
        with self.open_log() as log:
            return subprocess.Popen(  # noqa: S603 - our own argv
                self.tethered() if tethered else self.detached(),
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                cwd=self.cwd, env=dict(self.env), start_new_session=True,
            )  # fmt: skip

    def run(self) -> "subprocess.CompletedProcess[str]":
        """Run it to its end and keep what it says."""
        return subprocess.run(  # noqa: S603 - our own argv
            self.tethered(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            cwd=self.cwd, env=dict(self.env),
        )  # fmt: skip

    def last_words(self, lines: int = 2) -> str:
        """The end of its log, on one line, for a message."""
        with contextlib.suppress(OSError):
            text = [line for line in self.log.read_text(errors="replace")[-20_000:].splitlines() if line.strip()]
            return " | ".join(_plain(line) for line in text[-lines:])[-600:]
        return ""


def _plain(line: str) -> str:
    """A log line without its JSON: the message, and the last line of the exception if there is one."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line.strip()
    if not isinstance(entry, dict) or "message" not in entry:
        return line.strip()
    trouble = str(entry.get("exception") or "").strip().splitlines()[-1:]
    return ": ".join((str(entry["message"]), *trouble))


def end(process: "subprocess.Popen[bytes]", command: Command) -> None:
    """Ask a child to stop and wait; kill it when its patience is over."""
    if process.poll() is not None:
        return
    process.send_signal(command.stop)
    try:
        process.wait(command.patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def until(condition: Callable[[], bool], *, seconds: float, alive: "subprocess.Popen[bytes]", command: Command) -> None:
    """Wait until `condition()` is true, the child dies or time is up. Raises StartFailed."""
    deadline = time.monotonic() + seconds
    while not condition():
        if alive.poll() is not None:
            raise StartFailed(f"{command.name} ended at start: {command.last_words() or f'exit {alive.returncode}'}")
        if time.monotonic() > deadline:
            end(alive, command)
            raise StartFailed(f"{command.name} was not ready after {seconds:.0f} s: {command.last_words()}")
        time.sleep(0.05)
