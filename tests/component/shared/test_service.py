"""The frame of a service, as a process: how it serves, how it stops, how it dies."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import settings as given


class Process:
    """A running frame, and what it has logged so far."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        known = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.frame", *arguments],
            env=known | {"CARELEDGER_ENV_FILE": os.devnull} | given.environment(**environment),
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: list[dict[str, Any]] = []

    def read_until(self, start: str) -> dict[str, Any]:
        """The next line whose message starts so."""
        assert self._process.stdout is not None
        for text in self._process.stdout:
            self.lines.append(json.loads(text))
            if self.lines[-1]["message"].startswith(start):
                return self.lines[-1]
        pytest.fail(f"no line {start!r} in {self.lines}")

    def port(self) -> int:
        """Where it listens, once it has started."""
        address = self.read_until("listening")["message"]
        self.read_until("Application startup complete")
        return int(address.rpartition(":")[2])

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def ended(self) -> int:
        """Its exit code, and all of its lines, when it has ended by itself."""
        out, _ = self._process.communicate(timeout=15)
        self.lines += [json.loads(text) for text in out.splitlines()]
        return self._process.returncode

    def kill(self) -> None:
        """Whatever is left of it."""
        self._process.kill()
        self._process.communicate()

    def said(self, start: str) -> list[dict[str, Any]]:
        """The lines whose message starts so."""
        return [line for line in self.lines if line["message"].startswith(start)]


@pytest.fixture
def started() -> Iterator[Any]:
    """Starts processes, and leaves none behind."""
    processes: list[Process] = []

    def start(*arguments: str, **environment: str) -> Process:
        processes.append(Process(*arguments, **environment))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()


def _ask(port: int, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


class TestServing:
    def test_health_metrics_and_limits_over_a_real_socket(self, started: Any) -> None:
        port = started().port()
        trace = f"00-{'a' * 32}-{'b' * 16}-01"

        status, headers, body = _ask(port, "GET", "/healthz", x_correlation_id="mine", traceparent=trace)
        assert (status, json.loads(body)) == (200, {"status": "alive"})
        assert (headers["x-correlation-id"], headers["cache-control"]) == ("mine", "no-store")

        status, headers, body = _ask(port, "GET", "/metrics")
        assert status == 200
        assert b"careledger_event_to_assessment_seconds_bucket" in body

        megabyte = bytes(1024 * 1024)
        assert _ask(port, "POST", "/sent", megabyte * 4)[::2] == (200, b"4194304")
        assert _ask(port, "POST", "/sent", iter([megabyte] * 4))[::2] == (200, b"4194304")
        for too_large in (megabyte * 4 + b"x", iter([*[megabyte] * 4, b"x"])):
            status, headers, body = _ask(port, "POST", "/sent", too_large)
            assert (status, headers["content-type"]) == (413, "application/problem+json")
            assert json.loads(body)["correlation_id"] == headers["x-correlation-id"] != ""


class TestStopping:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_is_graceful_and_no_failure(self, started: Any, number: int) -> None:
        process = started()
        process.port()

        process.signal(number)

        assert process.ended() == 0
        assert [line["message"] for line in process.lines if "service" not in line] == [
            "opened",
            "task ended",
            "closed",
        ]

    def test_waits_for_a_request_that_needs_a_task(self, started: Any) -> None:
        process = started()
        port = process.port()
        answers: list[tuple[int, dict[str, str], bytes]] = []
        asking = threading.Thread(target=lambda: answers.append(_ask(port, "GET", "/slow")))
        asking.start()
        process.read_until("asked")

        process.signal(signal.SIGTERM)
        asking.join()

        assert answers[0][::2] == (200, b'"done"')
        assert process.ended() == 0

    def test_has_an_end_even_if_a_task_refuses(self, started: Any) -> None:
        process = started("stubborn")
        process.port()

        process.signal(signal.SIGTERM)

        assert process.ended() == 70
        assert process.said("the process ends: it did not stop within 1 s")


class TestDying:
    @pytest.mark.parametrize(("how", "reason"), [("fails", "a hole in the ledger"), ("returns", "returned")])
    def test_a_task_that_ends_takes_the_process_with_it(self, started: Any, how: str, reason: str) -> None:
        process = started(how)

        assert process.ended() == 70
        (line,) = process.said("the process ends")
        assert line["level"] == "CRITICAL"
        assert how in line["message"]
        assert reason in line["message"]
        assert process.said("closed")

    def test_a_start_that_fails(self, started: Any) -> None:
        process = started("cannot-start")

        assert process.ended() == 70
        assert process.said("the process ends: it could not start")

    def test_a_busy_port_is_one_clear_line(self, started: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            process = started(PORT=str(taken.getsockname()[1]))

            assert process.ended() == 70
        (line,) = process.lines
        assert line["message"].endswith("Address already in use")
