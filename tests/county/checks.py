"""What the product says at the end, beside the simulation's own ledger: alerts, measures, and every list to its end."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from tests.county.counted import counted
from tests.county.run import FIGURES, County
from tests.county.town import LONDON, Differs, Town, wait

CODES = ("A10", "A11", "A13", "A15")
"""Alerts of which the ledger knows each one: what it does not foresee must not be there."""
SMALL, LARGE = 7, 500
SLOW = {"first_level": 95}
"""So many days it takes until it can be missed."""
CLAUSES = {"OXF": "OXF-8", "SAL": "SAL-31"}


def alerts(county: County) -> Iterator[str]:
    """Each alert that was foreseen is there, with its day, cleared if it was late; here no other: what is not so."""
    for town, home in ((one, home) for one in (county, *county.neighbours) for home in one.book.homes):
        mine = [one for one in town.book.alerts if one.home == home.id]
        raised = {(one["data"]["alert"], one["data"]["cause"]): one for one in town.alerts(home.id)}
        cleared = {(one["data"]["alert"], one["data"]["cause"]) for one in town.alerts(home.id, "cleared")}
        for one in mine:
            found = [key for key in raised if key[0] == one.code and key[1].startswith(one.cause)]
            if len(found) != 1:
                yield f"{one} is there {len(found)} times"
            elif one.due is not None and raised[found[0]]["data"].get("due") != f"{one.due}":
                yield f"{one}: due {raised[found[0]]['data'].get('due')}"
            elif (day := day_of(raised[found[0]]["recordedtime"])) != one.raised:
                yield f"{one}: raised on {day}"
            elif (found[0] in cleared) is not one.cleared:
                yield f"{one}: cleared is {found[0] in cleared}"
        for code, cause in raised:
            known = any(code == one.code and cause.startswith(one.cause) for one in mine)
            if town is county and code in CODES and not known:
                yield f"nobody foresaw {code} {cause} of {home.id} ({sorted(home.busy)})"


def day_of(instant: str) -> date:
    """The London day of it."""
    return datetime.fromisoformat(instant).astimezone(LONDON).date()


def measures(county: County) -> dict[str, tuple[Any, Any]]:
    """Each figure of the interface beside the ledger's own, and the neighbours': code → (theirs, ours)."""
    found = figures(county, county.first, county.last)
    for town in county.neighbours:
        theirs = figures(town, county.first, county.last)
        found |= {f"{code} ({CLAUSES[town.clocks]})": theirs[code] for code in FIGURES[town.clocks]}
    return found


def figures(town: Town, first: date, last: date) -> dict[str, tuple[Any, Any]]:
    path, ours = f"/v1/places/{town.place.code}/measures", counted(town.book, first, last)
    found = town.ask(path, **{"from": f"{first}", "to": f"{last}"})
    shown = {one["code"]: one for one in found["figures"]}
    names = ("value", "numerator", "denominator", "unknown")
    return {code: (tuple(shown[code][name] for name in names), own) for code, own in ours.items()}


def kinds(county: County) -> Iterator[str]:
    """Every kind of deadline was both kept and missed: what was not."""
    length = (county.last - county.first).days
    for kind, counts in every(county).items():
        if length < SLOW.get(kind, 0):
            continue
        if not counts["hit"] or not counts["missed"]:
            yield f"{kind} was not both kept and missed: {dict(counts)}"


def every(county: County) -> dict[str, Counter[str]]:
    """Kinds of deadlines and how they ended, here and next door."""
    found: dict[str, Counter[str]] = {}
    for town in (county, *county.neighbours):
        for kind, counts in town.book.kinds.items():
            found.setdefault(kind, Counter()).update(counts)
    return found


def faults(county: County, figures: dict[str, tuple[Any, Any]]) -> list[str]:
    """Everything in which the product and the ledger differ."""
    differ = [f"{code}: {theirs}, by the ledger {own}" for code, (theirs, own) in figures.items() if theirs != own]
    return [*county.faults, *alerts(county), *kinds(county), *differ]


def lists(county: County) -> dict[str, int]:
    """Every list, page by page in small and in large pages, shows the same things, each once. How many each."""
    place, sizes = county.place.code, {}
    for path, key, names in LISTS:
        read = (county.pages(path, key, limit=limit, place=place) for limit in (SMALL if path in SHORT else 50, LARGE))
        small, large = ([tuple(one[name] for name in names) for one in every] for every in read)
        again = [name for name, count in Counter(small).items() if count > 1]
        if again or small != large:
            raise Differs(f"{path}: {len(small)} in small pages, {len(large)} in large ones; twice: {again[:3]}")
        sizes[path] = len(small)
    wait(lambda: sizes["/v1/providers"] == len(county.book.homes), "every home is listed", 1)
    return sizes


SHORT = ("/v1/meetings", "/v1/practices", "/v1/temporary-duties", "/v1/assessments")
LISTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("/v1/providers", "providers", ("provider_id",)),
    ("/v1/owed", "owed", ("kind", "id", "item")),
    ("/v1/tasks", "tasks", ("task_id",)),
    ("/v1/contracts", "contracts", ("contract_id",)),
    ("/v1/visits", "visits", ("visit_id",)),
    ("/v1/assessments", "assessments", ("assessment_id",)),
    ("/v1/plans", "plans", ("plan_id",)),
    ("/v1/placements", "placements", ("placement_token",)),
    ("/v1/practices", "practices", ("practice_id",)),
    ("/v1/temporary-duties", "temporary_duties", ("duty_id",)),
    ("/v1/meetings", "meetings", ("meeting_id",)),
)
