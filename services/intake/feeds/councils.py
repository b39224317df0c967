"""Which council area a name of a local authority stands for: versioned reference data (GSS codes; pure)."""

import csv
import difflib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

VERSION = "2025-04"
"""The data holds every English council with adult social care up to this month; change both together."""
DATA = Path(__file__).with_name("councils.csv")


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
def all_() -> dict[str, Council]:
    """Every council, by its name in lower case and by its short name (`Herefordshire, County of`: `herefordshire`)."""
    found: dict[str, Council] = {}
    with DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            until = date.fromisoformat(row["until"]) if row["until"] else None
            council = Council(row["code"], row["name"], until, row["became"])
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


def _plain(name: str) -> str:
    return " ".join(name.replace(".", "").replace("&", "and").lower().split())
