"""The councils: which area a name stands for, and what an area is called. Versioned reference data (GSS codes)."""

import csv
import difflib
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

VERSION = "2025-04"
"""The data holds every English council with adult social care up to this month; change both together."""
DATA = Path(__file__).with_name("councils.csv")
INVERTED: Final = re.compile(r"(.+), (?:City|County) of")
"""`Herefordshire, County of`, as the statistics have it: nobody says it so."""
NOBODYS: Final = re.compile(r"X(?=\d{8}$)0*(\d+)")
"""No council's code begins so: demonstrations and tests use these."""


class UnknownCouncil(Exception):
    """There is no local authority of that name; the nearest names are told."""


@dataclass(frozen=True, slots=True)
class Council:
    """A council with adult social care."""

    code: str
    name: str
    until: date | None
    """Its last day, where it is no more."""
    became: str


@cache
def by_code() -> dict[str, Council]:
    """Every council, by its code."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {row["code"]: _council(row) for row in csv.DictReader(file)}


@cache
def all_() -> dict[str, Council]:
    """Every council, by its name in lower case and by its short name (`Herefordshire, County of`: `herefordshire`)."""
    found: dict[str, Council] = {}
    for council in by_code().values():
        for name in {_plain(council.name), _plain(council.name.partition(",")[0])}:
            if name not in found or found[name].until is not None:
                found[name] = council
    return found


def named(name: str) -> Council:
    """The council of this name, today's where there was one of the same name before. Raises UnknownCouncil."""
    if (council := all_().get(_plain(name))) is not None:
        return council
    near = difflib.get_close_matches(_plain(name), all_(), n=3, cutoff=0.6)
    told = "; ".join(all_()[each].name for each in near) or "none is near"
    raise UnknownCouncil(f"no local authority {name!r} is known; near: {told}")


def called(code: str) -> str:
    """What people call the place of this code: Herefordshire. Unknown codes stay as they are."""
    if nobodys := NOBODYS.fullmatch(code):
        return f"Demonstration place {nobodys[1]} (synthetic)"
    if (council := by_code().get(code)) is None:
        return code
    inverted = INVERTED.fullmatch(council.name)
    name = inverted[1] if inverted else council.name
    return name if council.until is None else f"{name} (until {council.until.year})"


def _council(row: dict[str, str]) -> Council:
    until = date.fromisoformat(row["until"]) if row["until"] else None
    return Council(row["code"], row["name"], until, row["became"])


def _plain(name: str) -> str:
    return " ".join(name.replace(".", "").replace("&", "and").lower().split())
