"""Small pieces of plain English: counts, lists, lengths of time. Pure."""

from collections.abc import Iterable
from datetime import date

from shared.policies.section import Limit

NUMBERS = ("none", "one", "two", "three", "four", "five", "six")
UNITS = {"minutes": "minute", "hours": "hour", "days": "day", "working_days": "working day", "months": "month"}


def number(count: int) -> str:
    """A small count in words."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def plain(name: str) -> str:
    """A name of the software as words: `board_secretary`, `team-manager`."""
    return name.replace("_", " ").replace("-", " ")


def listed(names: Iterable[str], last: str) -> str:
    """`a, b or c`."""
    found = list(dict.fromkeys(names))
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}" if found else "nobody"


def either(names: Iterable[str]) -> str:
    """`a, b or c`."""
    return listed(names, "or")


def both(names: Iterable[str]) -> str:
    """`a, b and c`."""
    return listed(names, "and")


def length(limit: Limit) -> str:
    """`5 working days`; a limit of no minutes is `at once`."""
    unit, value = next((unit, value) for unit in UNITS if (value := getattr(limit, unit)) is not None)
    if value == 0:
        return "at once"
    return f"{value} {UNITS[unit]}" if value == 1 else f"{value} {UNITS[unit]}s"


def within(limit: Limit) -> str:
    """`within 5 working days`, or `at once`."""
    said = length(limit)
    return said if said == "at once" else f"within {said}"


def every(limit: Limit) -> str:
    """`every month`, `every 3 months`."""
    return f"every {length(limit).removeprefix('1 ')}"


def day(when: date) -> str:
    """`31 March 2020`."""
    return f"{when.day} {when:%B %Y}"
