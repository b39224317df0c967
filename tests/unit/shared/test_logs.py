"""Log lines: JSON, one a line, tied to the work they speak of."""

import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from shared import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The root logger as it was."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    logging.captureWarnings(False)


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_says_what_when_where_and_for_which_work(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("intake")
    correlation, traceparent = logs.correlation.set("c-1"), logs.traceparent.set("00-1-2-00")
    logging.getLogger("a.b").warning("accepted %d", 3, extra={"place": "E06000019"})
    logs.correlation.reset(correlation)
    logs.traceparent.reset(traceparent)

    (line,) = _lines(capsys)

    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "WARNING",
        "logger": "a.b",
        "message": "accepted 3",
        "service": "intake",
        "place": "E06000019",
        "correlation_id": "c-1",
        "traceparent": "00-1-2-00",
    }


def test_a_traceback_and_a_line_break_stay_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("intake")
    try:
        int("two\nlines")
    except ValueError:
        logging.getLogger("a").exception("one\ntwo")

    (line,) = _lines(capsys)

    assert "ValueError: invalid literal" in line["exception"]


@pytest.mark.parametrize("odd", ["\ud800", "\x00", {1, 2}, object(), UUID(int=1), 2**70, b"\xff", float("nan")])
def test_nothing_is_too_odd_to_be_logged(odd: object, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("intake")
    logging.getLogger("a").warning("odd: %s", odd, extra={"odd": odd})

    (line,) = _lines(capsys)

    assert line["message"].startswith("odd: ")


def test_libraries_are_quiet_and_warnings_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("risk", "DEBUG")
    logging.getLogger("aiokafka.consumer").debug("chatter")
    logging.getLogger("faust.worker").info("chatter")
    warnings.warn("careful", stacklevel=1)

    (line,) = _lines(capsys)

    assert "careful" in line["message"]


def test_an_uncaught_error_is_one_line_too() -> None:
    program = "from shared import logs; logs.configure('risk'); raise RuntimeError('gone')"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    (line,) = ended.stdout.splitlines()
    assert ended.returncode == 1
    assert "gone" in json.loads(line)["exception"]
