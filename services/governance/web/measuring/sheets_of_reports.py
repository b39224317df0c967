"""A standing report's sections as tables: counts in words, a line for each sector, service or theme. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.governance.web import words

PAGE: Final = 100
NOT_A_SECTION: Final = frozenset(
    {
        "clause",
        "name",
        "by",
        "for",
        "every",
        "says",
        "ours",
        "figures",
        "place",
        "from",
        "to",
        "unreadable",
        "policy_was_in_force",
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """One section."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    """What each line is about (a code, or a provider's id), and its cells."""


def tables(report: Mapping[str, Any]) -> list[Table]:
    """Every section of a report that holds anything but figures."""
    return [_table(name, section) for name, section in report.items() if name not in NOT_A_SECTION]


def _table(name: str, section: Mapping[str, Any]) -> Table:
    lines = section if all(isinstance(one, dict) and "services" in one for one in section.values()) else {}
    if section and not lines and all(isinstance(one, dict) for one in section.values()):
        lines = section
    shown = lines or ({"": section} if section else {})
    columns = list(dict.fromkeys(column for line in shown.values() for column in line))
    rows = [(about, [_cell(line.get(column)) for column in columns]) for about, line in shown.items()]
    return Table(name, words.plain(name), [words.plain(column) for column in columns], rows)


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{_code(code)}: {count}" for code, count in value.items()) or "none"
    return "–" if value is None else str(value)


def _code(code: str) -> str:
    return code if code[:1].isdigit() else words.plain(code)
