"""The report of a back-test as its file says it, as far as a page shows it. Pure."""

from typing import Final

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

FORMAT: Final = 1


class NoReport(Exception):
    """A file that is no report of a back-test, or one of another software."""


class Shown(BaseModel):
    """What a page leaves out is not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Tried(Shown):
    """A policy."""

    pack: str
    version: str
    title: str
    digest: str


class Share(Shown):
    """A part of a whole, with the interval that it lies in; None where the whole is empty."""

    part: float
    whole: float
    value: float | None = None
    low: float | None = None
    high: float | None = None


class Source(Shown):
    """What was read."""

    kind: str
    place: str | None = None
    rows: int


class Warned(Shown):
    """A warning, in words."""

    id: str
    words: str


class Lead(Shown):
    """How long before a kind of event a warning stood."""

    outcome: str
    signal: str
    events: int
    warned: Share
    median_days: float | None = None


class Hit(Shown):
    """How often a warning was right, and how often it was needed."""

    outcome: str
    signal: str
    precision: Share
    recall: Share
    false_alarms: Share
    times_base_rate: float | None = None


class Group(Shown):
    """How one kind of service fared beside others."""

    dimension: str
    group: str
    signal: str
    suppressed: bool = False
    providers: int
    reached: Share | None = None


class Spoke(Shown):
    """How far one criterion could speak."""

    id: str
    level: str
    says: str
    met: int
    known: int


class Limit(Shown):
    """What the history cannot show."""

    title: str
    says: str


class Report(Shown):
    """The whole, as `services.risk backtest` writes it."""

    format: int
    policies: tuple[Tried, ...] = Field(min_length=1)
    compared: Tried | None = None
    source: Source
    first: str
    last: str
    horizon_days: int
    providers: int
    unwatched: int
    provider_days: int
    days_at: dict[str, int]
    signals: tuple[Warned, ...]
    outcomes: dict[str, int]
    lead_times: tuple[Lead, ...]
    confusion: tuple[Hit, ...]
    fairness: tuple[Group, ...]
    criteria: tuple[Spoke, ...]
    limits: tuple[Limit, ...]
    providers_different: int | None = None
    days_different: int | None = None
    words: dict[str, dict[str, str]] = {}

    def signal(self, code: str) -> str:
        """A warning in words."""
        return next((one.words for one in self.signals if one.id == code), code)

    def outcome(self, code: str) -> str:
        """A kind of event in words."""
        return self.words.get("outcomes", {}).get(code, code)

    def dimension(self, code: str) -> str:
        """What services are told apart by."""
        return self.words.get("dimensions", {}).get(code, code)


def read(text: bytes) -> Report:
    """A report. Raises NoReport."""
    try:
        found = Report.model_validate(orjson.loads(text))
    except (ValueError, ValidationError) as error:
        raise NoReport("This file is no report of a back-test.") from error
    if found.format != FORMAT:
        raise NoReport(f"This report has the format {found.format}; these pages read format {FORMAT}.")
    return found


def percent(value: float | None) -> str:
    """`12.3 %`, or that there is none."""
    return "none" if value is None else f"{value * 100:.1f} %"


def share(one: Share | None) -> str:
    """A share with its interval and its counts."""
    if one is None or one.value is None:
        return "none"
    return f"{percent(one.value)} ({percent(one.low)} to {percent(one.high)}; {one.part:,.0f} of {one.whole:,.0f})"
