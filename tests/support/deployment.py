"""A whole deployment for end-to-end tests: the real launcher, real processes, in a scratch folder on free ports."""

import contextlib
import functools
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import TracebackType
from typing import Any

import dotenv
import httpx2
import psutil
import pytest

from deploy.local import layout, tokens
from deploy.local.commands import Command
from deploy.local.records import Record
from tests.support.servers import Servers, fresh_database, fresh_topics

START_SECONDS = 180.0
SERVICES = ("intake", "risk", "governance", "notify")


class Deployment:
    """One deployment folder and the launcher that runs over it: `with Deployment(folder) as running:`.

    `backends` makes it use servers that run already (with databases and a topic set of its own); without, it has its
    own PostgreSQL and Kafka, which can be killed too. `env` is added to the environment of launcher and services.
    """

    def __init__(
        self,
        directory: pathlib.Path,
        *,
        backends: layout.Backends | None = None,
        demo: bool = False,
        env: dict[str, str] | None = None,
    ) -> None:
        self.directory = directory
        self._env = os.environ | (env or {})
        self._record = Record(directory)
        options = ["--dir", str(directory), "--ports", "auto", "--demo" if demo else "--no-demo"]
        directory.mkdir(parents=True, exist_ok=True)
        if backends:
            given = directory / "servers.json"
            layout.write_private(given, json.dumps(backends.__dict__))
            options += ["--servers", str(given)]
        self._command = Command(
            name="launcher",
            argv=(sys.executable, "-m", "deploy.local.launcher", *options),
            log=directory / "launcher.log",
            cwd=layout.ROOT,
            env=self._env,
            patience=90,
        )
        self.launcher: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Deployment":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    # The whole of it

    def start(self, *, wait: bool = True) -> None:
        """Start the launcher and by default wait until all is ready. Again after `stop`: same data, same ports."""
        (self.directory / "ready").unlink(missing_ok=True)
        self.launcher = self._command.popen(tethered=True)
        if wait:
            self._until((self.directory / "ready").exists, "the launcher is not ready")

    def stop(self) -> int:
        """Stop everything in order, as Ctrl-C does; the launcher's exit code."""
        assert self.launcher is not None
        if self.launcher.poll() is None:
            self.launcher.send_signal(signal.SIGTERM)
        return self.launcher.wait(self._command.patience)

    def output(self) -> str:
        """What the launcher said."""
        return self._command.log.read_text()

    # One child: a service, or "postgres", "kafka", "issuer", "mail"

    def pid(self, name: str) -> int:
        """The process id of a child, as the launcher last started it."""
        return int(self._record.children()[name]["pid"])

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to a child (kill -9); its process id. The launcher starts it again by itself."""
        pid = self.pid(name)
        os.kill(pid, number)
        return pid

    def restart(self, name: str) -> None:
        """End a child in good order and wait until its successor is ready."""
        pid = self.kill(name, signal.SIGTERM)
        self.wait_successor(name, pid)

    def wait_successor(self, name: str, pid: int) -> None:
        """Wait until the launcher has replaced this process and the new one is ready."""
        self._until(lambda: self.pid(name) != pid, f"{name} was not started again")
        if name in SERVICES:
            self.wait_ready(name)

    def hold(self, name: str) -> None:
        """Kill a child and keep it down until `release`."""
        marker = self.directory / "hold" / name
        marker.parent.mkdir(exist_ok=True)
        marker.touch()
        with contextlib.suppress(KeyError, ProcessLookupError):
            pid = self.kill(name)
            self._until(lambda: not psutil.pid_exists(pid), f"{name} does not die")

    def release(self, name: str) -> None:
        """Let the launcher start it again, and wait until it is ready."""
        (self.directory / "hold" / name).unlink()
        if name in SERVICES:
            self.wait_ready(name)

    def wait_ready(self, *names: str) -> None:
        """Wait until these services (all, if none is named) answer /readyz."""
        for name in names or SERVICES:
            self._until(functools.partial(self._is_ready, name), f"{name} is not ready")

    def _is_ready(self, name: str) -> bool:
        with contextlib.suppress(httpx2.HTTPError):
            return httpx2.get(f"{self.urls[name]}/readyz", timeout=5).status_code == httpx2.codes.OK
        return False

    # Where things are, and how to talk to them

    @property
    def ports(self) -> dict[str, int]:
        """The port of each part."""
        known: dict[str, int] = json.loads((self.directory / "ports.json").read_text())
        return known

    @property
    def urls(self) -> dict[str, str]:
        """Service → address; also of `inbox` (caught e-mail, as JSON at /messages) and `issuer`."""
        return {name: f"http://127.0.0.1:{self.ports[name]}" for name in (*SERVICES, "inbox", "issuer")}

    @property
    def settings(self) -> dict[str, str]:
        """What the services are told: DATABASE_URL, KAFKA_BOOTSTRAP, TOPIC_SET, …"""
        return {name: value or "" for name, value in dotenv.dotenv_values(self.directory / "careledger.env").items()}

    def log(self, name: str) -> str:
        """What a child has logged."""
        return (self.directory / "logs" / f"{name}.log").read_text()

    def token(self, who: str, org: str = "council", place: str = "E06000019", *, person: str = "") -> str:
        """A bearer token; `place` may name several with commas."""
        return tokens.token(self.directory, self.settings["ISSUER"], who, place.split(","), org, person=person)

    def client(self, service: str, who: str, org: str = "council", place: str = "E06000019") -> httpx2.Client:
        """An HTTP client of a service, as somebody."""
        headers = {"authorization": f"Bearer {self.token(who, org, place)}"}
        return httpx2.Client(base_url=self.urls[service], headers=headers, timeout=20, trust_env=False)

    def run(self, *arguments: str, seconds: float = 300) -> "subprocess.CompletedProcess[str]":
        """Run a command line of a service against this deployment: `run("services.intake", "import", …)`."""
        return subprocess.run(
            (sys.executable, "-m", *arguments), cwd=layout.ROOT, capture_output=True, text=True, timeout=seconds,
            check=False, env=self._env | {"CARELEDGER_ENV_FILE": str(self.directory / "careledger.env")},
        )  # fmt: skip

    def forward(self, **delta: float) -> None:
        """Move every service's clock forward: `forward(days=91)`."""
        clock = self.directory / "clock"
        seconds = float(clock.read_text() or 0) + timedelta(**delta).total_seconds()
        scratch = clock.with_suffix(".new")
        scratch.write_text(f"{seconds}\n")
        scratch.replace(clock)

    def _until(self, what: Callable[[], Any], why: str, seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not what():
            assert self.launcher is not None
            if self.launcher.poll() is not None:
                raise AssertionError(f"{why}: the launcher ended\n{self.output()[-4000:]}")
            if time.monotonic() > deadline:
                raise AssertionError(f"{why} after {seconds:.0f} s\n{self.output()[-4000:]}")
            time.sleep(0.05)


@contextlib.contextmanager
def beside(servers: Servers, directory: pathlib.Path, **options: Any) -> Iterator[Deployment]:
    """A deployment on the session's servers with databases and a topic set of its own: ready in seconds."""
    address, bootstrap = servers.database_url, servers.kafka_bootstrap
    with fresh_database(address) as database, fresh_database(address) as vault, fresh_topics(bootstrap) as topics:
        backends = layout.Backends(database, vault, bootstrap, topics.prefix)
        with Deployment(directory, backends=backends, **options) as running:
            yield running


@pytest.fixture(scope="module")
def deployment(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A running deployment for the tests of one module, on the session's servers."""
    with beside(servers, tmp_path_factory.mktemp("deployment")) as running:
        yield running
