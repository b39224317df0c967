"""The report of a back-test: one model, written as JSON, and as a page whose every figure is taken from that JSON.

The same input gives the same bytes: no clock, no random ids; `generated` is only what the caller says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import jinja2
import orjson
from pydantic import BaseModel

from services.risk.looking_back.confusion import Confusion
from services.risk.looking_back.differences import Difference, Earlier
from services.risk.looking_back.fairness import DIMENSIONS, FEWEST, Group
from services.risk.looking_back.lead_time import LeadTime
from services.risk.looking_back.limits import Limit
from services.risk.looking_back.movements import Movement, Spoke
from services.risk.looking_back.outcomes import ANY, KINDS

FORMAT = 1
TEMPLATES = Path(__file__).parent / "templates"
MILLION = 1_000_000


class Tried(BaseModel):
    """A policy."""

    pack: str
    version: str
    title: str
    digest: str
    levels: tuple[str, ...]


class Source(BaseModel):
    """What was read."""

    kind: str
    place: str | None = None
    rows: int
    facts: dict[str, int]
    """By kind of event."""
    left_out: dict[str, int]
    """By reason."""
    inherited: int = 0
    ends: tuple[int, ...] | None = None
    """Of a ledger: the offset before which each partition was read."""
    known_from: dict[str, int]
    """How many facts count from their recording, how many from their publication."""


class Warned(BaseModel):
    """A warning, in words."""

    id: str
    words: str


class Report(BaseModel):
    """Everything that a back-test found but the moves one by one, which follow it in the file."""

    format: int = FORMAT
    generated: str | None = None
    policies: tuple[Tried, ...]
    compared: Tried | None = None
    source: Source
    first: str
    last: str
    horizon_days: int
    landmarks: tuple[str, ...]
    providers: int
    unwatched: int
    """Providers of whom nothing was known while they were open in that time: they are in no other figure."""
    provider_days: int
    days_at: dict[str, int]
    """Watched days by range."""
    open_at_end: dict[str, int]
    """Providers still open at the end, by range."""
    signals: tuple[Warned, ...]
    outcomes: dict[str, int]
    """How many events of each kind there were."""
    movements: tuple[Movement, ...]
    criteria: tuple[Spoke, ...]
    lead_times: tuple[LeadTime, ...]
    confusion: tuple[Confusion, ...]
    fairness: tuple[Group, ...]
    differences: tuple[Difference, ...] = ()
    first_reached: tuple[Earlier, ...] = ()
    days_different: int | None = None
    providers_different: int | None = None
    limits: tuple[Limit, ...]
    newest_rises: tuple[dict[str, Any], ...] = ()
    """The newest moves for the worse, one by one: left out with `--counts-only`."""
    words: dict[str, dict[str, str]] = {"outcomes": KINDS | {ANY: "any of these"}, "dimensions": DIMENSIONS}
    fewest_shown: int = FEWEST


def write(report: Report, out: Path, lists: Mapping[str, Sequence[Path]]) -> None:
    """`report.json` and `report.html` in a folder. `lists`: files of rows, put behind the report in their order."""
    body = report.model_dump(mode="json")
    out.mkdir(parents=True, exist_ok=True)
    with (out / "report.json").open("wb") as file:
        _json(file, body, lists)
    (out / "report.html").write_text(page(body), encoding="utf-8")


def page(body: Mapping[str, Any]) -> str:
    """The page of a report as it stands in JSON."""
    return _environment().get_template("backtest.html").render(report=body)


def _json(file: IO[bytes], body: Mapping[str, Any], lists: Mapping[str, Iterable[Path]]) -> None:
    file.write(orjson.dumps(body, option=orjson.OPT_INDENT_2).rstrip(b"\n}"))
    for name, paths in lists.items():
        file.write(b',\n  "%b": [' % name.encode())
        for number, line in enumerate(_lines(paths)):
            file.write((b",\n    " if number else b"\n    ") + line.rstrip())
        file.write(b"\n  ]")
    file.write(b"\n}\n")


def _lines(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as lines:
            yield from lines


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"share": _share, "percent": _percent, "thousands": _thousands, "codes": ", ".join}
    return made


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f} %"


def _share(share: Mapping[str, Any]) -> str:
    if share["value"] is None:
        return "none"
    inside = f"{_percent(share['low'])} to {_percent(share['high'])}"
    return f"{_percent(share['value'])} ({inside}; {_thousands(share['part'])} of {_thousands(share['whole'])})"


def _thousands(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if isinstance(value, int) or value >= MILLION else f"{value:,.1f}"
