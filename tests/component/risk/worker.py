"""The risk service as a process of its own, started again when it ends, as the launcher does."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx2
import orjson

from shared.topics import Topics
from tests.support.settings import environment

ROOT = pathlib.Path(__file__).parents[3]
SECONDS = 60.0
DEATHS = 12


class Worker:
    """One worker. `sight` must be called now and then: it starts a dead one again."""

    def __init__(self, topics: Topics, name: str, **env: str) -> None:
        self._env = os.environ | environment(TOPIC_SET=topics.prefix)
        self._env |= {"RISK_PORT": "0", "RISK_INSTANCE": name, "RISK_SESSION_SECONDS": "6"} | env
        self._module = "tests.support.faulty_risk" if any(key.startswith("F_") for key in env) else "services.risk"
        self._http = httpx2.Client(timeout=5)
        self.lines: list[str] = []
        self.exits: list[int] = []
        self._port: int | None = None
        self.process: subprocess.Popen[str] | None = None
        self.frozen = datetime.now(UTC)
        self.start()

    def start(self, **env: str) -> None:
        """Start it."""
        self._env, self._port = self._env | env, None
        self.process = subprocess.Popen(
            [sys.executable, "-m", self._module],
            env=self._env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"listening on http://127\.0\.0\.1:(\d+)", line):
                self._port = int(found[1])
            self.lines.append(line.rstrip())

    def kill(self) -> None:
        """As a power cut."""
        self.end(signal.SIGKILL)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it and wait until it has ended."""
        if self.process is None:
            return self.exits[-1]
        self.process.send_signal(how)
        self.process.send_signal(signal.SIGCONT)
        self.exits.append(self.process.wait(20))
        self.process = None
        return self.exits[-1]

    def sight(self) -> None:
        """Start it again if it ended by itself; too often is a failure."""
        if self.process is not None and self.process.poll() is not None:
            self.exits.append(self.process.returncode)
            assert len(self.exits) < DEATHS, "\n".join(self.lines[-40:])
            self.start()

    def get(self, path: str) -> httpx2.Response | None:
        """Ask it over HTTP; None while nobody answers."""
        if self._port is None:
            return None
        try:
            return self._http.get(f"http://127.0.0.1:{self._port}{path}")
        except httpx2.TransportError:
            return None

    @property
    def ready(self) -> bool:
        """Whether it says so."""
        answer = self.get("/readyz")
        return answer is not None and answer.status_code == 200

    def metrics(self) -> str:
        """What it measures."""
        answer = self.get("/metrics")
        return "" if answer is None else answer.text

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def freeze(self) -> None:
        """It stands still, and does not know it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        self.frozen = datetime.now(UTC)

    def thaw(self) -> None:
        """It goes on as if nothing had been."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def said(self, text: str, since: datetime | None = None) -> bool:
        """Whether it has logged this."""
        told = [line for line in self.lines if text in line]
        return any(since is None or orjson.loads(line)["time"] > since.isoformat() for line in told)


def until(condition: Callable[[], bool], what: str, *workers: Worker, seconds: float = SECONDS) -> None:
    """Wait for something, while the workers are looked after."""
    deadline = time.monotonic() + seconds
    while not condition():
        for worker in workers:
            worker.sight()
        lines = [line for worker in workers for line in worker.lines[-15:]]
        assert time.monotonic() < deadline, "\n".join([f"not in {seconds:g} s: {what}", *lines])
        time.sleep(0.05)
