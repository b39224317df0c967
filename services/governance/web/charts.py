"""Charts as coordinates: the templates draw them as SVG, so that they stand without a script and in print. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.governance.web import words
from shared import calendar

Steps = Sequence[tuple[date, str | None]]
"""From when on at which level; None: unknown."""
SPARK_WIDTH, SPARK_HEIGHT = 72, 24
WIDTH, LEFT, TOP, STEP = 680, 110, 16, 34
BARS: Final = 320
LEAST: Final = 4
"""What is short is still seen."""
LEAST_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time at a range of levels."""

    x: float
    y: float
    width: float
    height: float
    is_unknown: bool
    says: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A decision on the line of time."""

    x: float
    y: float
    says: str


@dataclass(frozen=True, slots=True)
class LevelChart:
    """Levels over time: what was indicated as bands, what was confirmed as a line with a mark for each decision."""

    width: int
    height: int
    left: int
    lines: Sequence[tuple[float, str]]
    spans: Sequence[Span]
    confirmed: str
    """The line, as an SVG path."""
    marks: Sequence[Mark]
    here: float | None
    """Where the moment stands that is looked at."""
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Bar:
    """An observed count against the expected one."""

    observed: float
    expected: float
    width: int


def spark(trend: Steps, order: Sequence[str], today: date, days: int) -> str | None:
    """The path of a small line: the worst level on top, unknown as a gap. None without any step."""
    if not order or not any(level in order for _, level in trend):
        return None
    start = today.toordinal() - days
    path: list[str] = []
    scale = (SPARK_HEIGHT - 4) / max(len(order) - 1, 1)
    ends = [day for day, _ in trend[1:]] + [today]
    for (begins, level), end in zip(trend, ends, strict=True):
        if level in order:
            y = SPARK_HEIGHT - 2 - order.index(level) * scale
            x0, x1 = (_across(day, start, days, SPARK_WIDTH) for day in (begins, end))
            x0, x1 = min(x0, SPARK_WIDTH - LEAST), max(x1, min(x0, SPARK_WIDTH - LEAST) + LEAST)
            path.append(f"{'L' if path and path[-1] else 'M'}{x0:.1f} {y:.1f}H{x1:.1f}")
        else:
            path.append("")
    return "".join(path)


def levels(
    indicated: Sequence[tuple[date, str | None, str | None]], confirmed: Steps, order: Sequence[str],
    until: date, here: date | None = None,
) -> LevelChart | None:  # fmt: skip
    """The chart, or None where there is nothing to show. `here`: the day that is looked at."""
    days = [day for day, *_ in indicated] + [day for day, _ in confirmed]
    if not days or not order:
        return None
    last = max([until, *days])
    first = min(*days, calendar.add_days(last, -LEAST_DAYS))
    length = max((last - first).days, 1)
    height = TOP + STEP * (len(order) + 1)

    def x(day: date) -> float:
        return round(LEFT + _across(day, first.toordinal(), length, WIDTH - LEFT - 10), 1)

    def y(level: str | None) -> float:
        at = order.index(level) if level in order else -1
        return float(height - STEP * (at + 1.5))

    spans = []
    ends = [day for day, *_ in indicated[1:]] + [last] * bool(
        indicated
    )  # a level may be confirmed that nothing indicated
    for (day, low, high), end in zip(indicated, ends, strict=True):
        top, bottom = y(high), y(low)
        says = f"{words.span(low, high)} indicated from {words.day(day)}"
        width = max(x(end) - x(day), LEAST)
        spans.append(Span(x(day), top - 7, width, bottom - top + 14, high not in order, says))
    marks = [Mark(x(day), y(level), f"{words.level(level)} confirmed on {words.day(day)}") for day, level in confirmed]
    path = "".join(f"{'V' if at else 'M'}{mark.y if at else f'{mark.x} {mark.y}'}H{_end(marks, at, x(last))}"
                   for at, mark in enumerate(marks))  # fmt: skip
    lines = [(y(level), words.level(level)) for level in order] + [(y(None), "Unknown")]
    return LevelChart(WIDTH, height, LEFT, lines, spans, path, marks, x(here) if here else None, first, last)


def bar(observed: int, expected: float) -> Bar:
    """Two lengths on one scale."""
    most = max(observed, expected, 1) * 1.1
    return Bar(round(observed / most * BARS, 1), round(expected / most * BARS, 1), BARS)


def _end(marks: Sequence[Mark], at: int, last: float) -> float:
    return marks[at + 1].x if at + 1 < len(marks) else last


def _across(day: date, start: int, length: int, width: float) -> float:
    return min(max((day.toordinal() - start) / length, 0), 1) * width
