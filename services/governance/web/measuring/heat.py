"""Themes by group and month as a table of numbers with a shade each: never colour alone. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

SHADES: Final = 4
PAGE: Final = 60
"""So many lines of themes on a page."""
FEW: Final = "few"
"""Too few to be told to this reader, where somebody could be known by it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of a theme: what stands there, and how dark it is, 0 to 4."""

    month: str
    says: str
    shade: int


@dataclass(frozen=True, slots=True)
class Line:
    """One theme of one group."""

    group: str
    name: str | None
    """The service's own name, where the group is one."""
    services: int
    theme: str
    total: str
    rising: bool | None
    trend: str
    cells: Sequence[Cell]


def months(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """As the record names them, and in words."""
    return [(each, f"{date.fromisoformat(each + '-01'):%b %Y}") for each in found["months"]]


def lines(found: Mapping[str, Any]) -> list[Line]:
    """All of a scope: groups in which something rises first, then the largest; in each what rises first."""
    groups = sorted(found["groups"], key=lambda one: (not _rises(one), -_sum(one), one["group"]))
    wanted = months(found)
    return [
        _line(group, theme, wanted, most)
        for group in groups
        for most in [max((count or 0 for one in group["themes"] for count in one["by_month"].values()), default=0)]
        for theme in sorted(group["themes"], key=lambda one: (not one["rising"], -(one["count"] or 0), one["theme"]))
    ]


def grouped(page: Sequence[Line]) -> list[tuple[Line, list[Line]]]:
    """The lines of a page by their group: its first line says whose they are."""
    found: dict[str, list[Line]] = {}
    for each in page:
        found.setdefault(each.group, []).append(each)
    return [(ones[0], ones) for ones in found.values()]


def _line(group: Mapping[str, Any], theme: Mapping[str, Any], wanted: Sequence[tuple[str, str]], most: int) -> Line:
    counts = [theme["by_month"][month] for month, _ in wanted]
    cells = [
        Cell(text, FEW if count is None else str(count), shade(count, most))
        for (_, text), count in zip(wanted, counts, strict=True)
    ]
    total = FEW if theme["count"] is None else str(theme["count"])
    return Line(
        group["group"], group.get("name"), group["services"], theme["theme"], total, theme["rising"],
        _trend(theme["trend"]), cells,
    )  # fmt: skip


def shade(count: int | None, most: int) -> int:
    """0: nothing; 1 to 4: a quarter each of the most that any theme of the group has in a month."""
    if not count:
        return 0 if count == 0 else 1
    return min(SHADES, 1 + (count - 1) * SHADES // max(most, 1))


def _trend(said: Mapping[str, Any] | None) -> str:
    if said is None:
        return ""
    if said["expected"] is None:
        return f"{said['recent']} in 13 weeks; nothing to compare with"
    return f"{said['recent']} in 13 weeks, {said['expected']:.1f} expected"


def _rises(group: Mapping[str, Any]) -> bool:
    return any(one["rising"] for one in group["themes"])


def _sum(group: Mapping[str, Any]) -> int:
    return sum(one["count"] or 0 for one in group["themes"])
