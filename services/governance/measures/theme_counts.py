"""Themes as they are shown: counts by group, theme and month, with care for small numbers, and how each moves. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from services.governance.measures import themes
from services.governance.measures.asked import Asked, months
from services.governance.measures.record import Place
from services.governance.measures.themes import Group, Rising, Scope, Sighting

SMALL = 5
"""Fewer than this are not told apart where somebody could be known by it (ours)."""


def shown(place: Place, scope: Scope, asked: Asked, *, restricted: bool) -> dict[str, Any]:
    """Every group of a scope in which anything with a theme happened."""
    wanted = [f"{month:%Y-%m}" for month in months(asked)]
    seen = themes.seen(place, min(asked.first, themes.begins(asked.last)))
    moves = {(one.group.name, one.theme): one for one in themes.trends(place, scope, asked.last, seen)}
    groups = [
        _group(group, [one for service in group.services for one in seen[service.provider_id] if asked.holds(one.day)],
               wanted, moves, restricted=restricted)
        for group in themes.groups(place, scope)
    ]  # fmt: skip
    return {
        "scope": scope,
        "months": wanted,
        "small_numbers": None if restricted else f"fewer than {SMALL} with something restricted among them: not told",
        "test": "conditional binomial test of two Poisson rates, exact: the last 91 days against the 364 before, by "
        "service-days; rising below 0.01 and from 5 on",
        "groups": [group for group in groups if group["themes"]],
    }


def _group(
    group: Group, every: list[Sighting], wanted: list[str], moves: dict[tuple[str, str], Rising], *, restricted: bool
) -> dict[str, Any]:
    names = {service.provider_id: service.about.get("name") for service in group.services}
    by_theme: dict[str, list[Sighting]] = defaultdict(list)
    for one in every:
        by_theme[one.theme].append(one)
    found = [
        _theme(theme, seen, wanted, moves.get((group.name, theme)), restricted=restricted)
        for theme, seen in sorted(by_theme.items())
    ]
    about = {"name": names[group.name]} if group.scope == "service" else {}
    return {"group": group.name, **about, "services": len(group.services), "themes": found}


def _theme(
    theme: str, seen: list[Sighting], wanted: list[str], move: Rising | None, *, restricted: bool
) -> dict[str, Any]:
    total = _count(seen, restricted=restricted)
    by_month: dict[str, list[Sighting]] = {month: [] for month in wanted}
    for one in seen:
        by_month[one.day.isoformat()[:7]].append(one)
    cells = {month: _count(found, restricted=restricted) for month, found in by_month.items()}
    hidden = [month for month, cell in cells.items() if cell is None]
    if len(hidden) == 1 and total is not None:  # else it could be taken from the sum
        total = None
    shows = restricted or not any(one.restricted for one in seen)
    return {
        "theme": theme,
        "count": total,
        "by_month": cells,
        "services": len({one.provider_id for one in seen}),
        "rising": None if move is None else move.trend.rising,
        "trend": None if move is None or not shows else _trend(move),
    }


def _count(seen: Iterable[Sighting], *, restricted: bool) -> int | None:
    """None: too few to be told to somebody who may not read what is restricted."""
    found = list(seen)
    number = sum(one.count for one in found)
    is_small = 0 < number < SMALL and any(one.restricted for one in found)
    return number if restricted or not is_small else None


def _trend(move: Rising) -> dict[str, Any]:
    said = move.trend
    return {
        "recent": said.recent,
        "before": said.before,
        "expected": said.expected,
        "probability": said.probability,
        "more_in_services": len(move.services),
    }
