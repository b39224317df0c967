"""A figure of a place as people read it: its value, how it moved, a small line of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared import calendar

Said = dict[str, Any]
"""A figure as the HTTP interface answers it."""
QUARTERS: Final = 5
MONTHS: Final = 13
WIDTH, HEIGHT = 96, 28
LARGE: Final = (560, 150)
EDGE: Final = 4
UNITS: Final[Mapping[str, str]] = {"days": "days", "hours": "hours", "fields": "fields", "minutes": "minutes"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of values as coordinates: each stretch that is known is a path; what is not known is a gap."""

    width: int
    height: int
    paths: Sequence[str]
    dots: Sequence[tuple[float, float, str]]
    top: str
    """What the upper edge stands for; the lower is 0."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and its values over time, the newest last."""

    figure: Said
    values: Sequence[str]
    line: Line


def ends(last: date, number: int, step: int) -> list[date]:
    """So many days, so many months apart, up to the last one."""
    return [calendar.add_months(last, -step * back) for back in range(number - 1, -1, -1)]


def value(figure: Said) -> str:
    """With its unit; what is not known is said."""
    if (found := figure["value"]) is None:
        return "not known"
    number = f"{found:g}"
    return f"{number}%" if figure["unit"] == "percent" else f"{number} {UNITS.get(figure['unit'], '')}".strip()


def share(figure: Said) -> str:
    """What it is counted from."""
    said = f"{figure['numerator']} of {figure['denominator']}"
    parts = [said] if figure["denominator"] else []
    parts += [f"{figure['unknown']} not known"] if figure["unknown"] else []
    parts += [f"{figure['not_due']} not due"] if figure["not_due"] else []
    return ", ".join(parts)


def rows(
    over_time: Sequence[Sequence[Said]], days: Sequence[date], size: tuple[int, int] = (WIDTH, HEIGHT)
) -> list[Row]:
    """One for each figure of the newest day. `over_time`: all figures of each day, in the same order."""
    return [
        Row(newest, [value(each[at]) for each in over_time], line([each[at] for each in over_time], days, size))
        for at, newest in enumerate(over_time[-1])
    ]


def line(figures: Sequence[Said], days: Sequence[date], size: tuple[int, int]) -> Line:
    """Percentages on a scale from 0 to 100, everything else from 0 to the most."""
    width, height = size
    known = [each["value"] for each in figures if each["value"] is not None]
    most = 100.0 if figures[-1]["unit"] == "percent" else max([*known, 1.0])
    step = (width - 2 * EDGE) / max(len(figures) - 1, 1)
    paths: list[str] = []
    dots: list[tuple[float, float, str]] = []
    is_open = False
    for at, (figure, day) in enumerate(zip(figures, days, strict=True)):
        if figure["value"] is None:
            is_open = False
            continue
        x, y = round(EDGE + at * step, 1), round(height - EDGE - figure["value"] / most * (height - 2 * EDGE), 1)
        if is_open:
            paths[-1] += f"L{x} {y}"
        else:
            paths.append(f"M{x} {y}")
        is_open = True
        dots.append((x, y, f"{value(figure)} in the year to {day.day} {day:%b %Y}"))
    return Line(width, height, paths, dots, value(figures[-1] | {"value": most}))


def every(limit: Mapping[str, int]) -> str:
    """`{months: 1}` → every month."""
    parts = ((unit.replace("_", " "), number) for unit, number in limit.items())
    return "every " + " and ".join(unit.removesuffix("s") if n == 1 else f"{n} {unit}" for unit, n in parts)


def clauses(basis: str) -> str:
    """The councils' clauses that a figure rests on, without our own design's paragraphs."""
    ours = ("domain.md", "item ", "rulings ")
    return ", ".join(each for each in basis.partition(":")[0].split(", ") if not each.startswith(ours))


ORDER: Final = {"no": 0, "unknown": 1, "not_due": 2, "yes": 3}


def behind(items: Sequence[Said], outcome: str) -> list[Said]:
    """What stands behind a figure: what is not as it should be first."""
    wanted = [one for one in items if not outcome or one["outcome"] == outcome]
    return sorted(wanted, key=lambda one: (ORDER[one["outcome"]], one["name"] or "", one["about"] or ""))
