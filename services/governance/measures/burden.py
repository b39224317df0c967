"""Collect once: of each field of a return, where it is held already; what is left to ask, in fields and minutes. Pure.

K17 is counted from it. As the form of a return does: what the register, the Capacity Tracker or the last word on the
manager says is shown and not asked (OXF-22). What else is held, and asked all the same, is named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from services.governance.measures.asked import MONTHS, Asked, months
from services.governance.measures.forms import FIELDS, Forms
from services.governance.measures.record import Fact, Place, Service
from shared import calendar
from shared.events import cqc, registry_facts, returns

TRACKER = "RT-CT"


@dataclass(frozen=True)
class Wanted:
    """One return that a provider was asked for."""

    said: returns.ReturnRequested
    held: dict[str, tuple[str, ...]]
    """Field → the sources that have it on this record."""
    shown: frozenset[str]
    """Fields that are shown, not asked."""
    minutes: float
    """For what is left to ask."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields that are left."""
        return tuple(name for name in FIELDS[self.said.return_type] if name not in self.shown)

    @property
    def twice(self) -> tuple[str, ...]:
        """Fields that are asked although somebody has them."""
        return tuple(name for name in self.asked if name in self.held)


def wanted(service: Service, asked: Asked, forms: Forms) -> list[Wanted]:
    """Every return of a known form that was due from a provider in the period, each by its newest request."""
    newest = {(data.return_type, data.period): data for _, data in service.of(returns.ReturnRequested)}
    mine = [one for one in newest.values() if one.asked_of == "provider" and asked.holds(one.due_on)]
    return [_wanted(service, one, forms) for one in mine if one.return_type in FIELDS]


def _wanted(service: Service, said: returns.ReturnRequested, forms: Forms) -> Wanted:
    form, every = forms.forms[said.return_type], FIELDS[said.return_type]
    found = {
        field: tuple(source for source, name in by.items() if _has(service, said, source, name))
        for field, by in form.held.items()
    }
    held = {field: by for field, by in found.items() if by}
    shown = {field for field, by in held.items() if any(forms.sources[one].shown for one in by)}
    shown |= set(said.known_already) & set(every)
    return Wanted(said, held, frozenset(shown), form.minutes * (len(every) - len(shown)) / len(every))


def _has(service: Service, said: returns.ReturnRequested, source: str, name: str) -> bool:
    match source:
        case "cqc_register":
            return service.about.get(name) is not None
        case "manager":
            return bool(service.of(registry_facts.ManagerChanged))
        case "cqc_ratings":
            return bool(service.of(cqc.CqcRatingPublished))
        case "capacity_tracker":
            known = [one for _, one in service.of(returns.ReturnSubmitted) if one.return_type == TRACKER]
            return any(one.period[:7] >= said.period[:7] and _says(one, name) for one in known)
    return any(_earlier(fact, one, said) and _says(one, name) for fact, one in service.of(returns.ReturnSubmitted))


def _earlier(fact: Fact, one: returns.ReturnSubmitted, said: returns.ReturnRequested) -> bool:
    """Another return of this form, of the twelve months before this one is due."""
    since = calendar.add_months(said.due_on, -MONTHS)
    return one.return_type == said.return_type and one.period != said.period and since <= fact.day < said.due_on


def _says(one: returns.ReturnSubmitted, name: str) -> bool:
    return one.body is not None and getattr(one.body, name, None) is not None


def provider(service: Service, asked: Asked, forms: Forms) -> dict[str, Any]:
    """A provider's burden: each return with its fields, and what they come to in a month."""
    every = wanted(service, asked, forms)
    return _totals(service, every, len(months(asked))) | {"returns": list(map(_document, every))}


def place(where: Place, asked: Asked, forms: Forms) -> dict[str, Any]:
    """The burden of every provider that was asked for anything, and the median of them."""
    length = len(months(asked))
    rows = [_totals(one, found, length) for one in where.services if (found := wanted(one, asked, forms))]
    each = {name: [row[name] for row in rows] for name in ("fields_a_month", "minutes_a_month")}
    middle = {name: round(median(values), 1) if values else None for name, values in each.items()}
    rows.sort(key=lambda row: (-row["minutes_a_month"], row["provider_id"]))
    return {"median": middle, "providers": rows}


def _totals(service: Service, every: list[Wanted], length: int) -> dict[str, Any]:
    return {
        "provider_id": service.provider_id,
        "asked": len(every),
        "fields_a_month": round(sum(len(one.asked) for one in every) / length, 2),
        "minutes_a_month": round(sum(one.minutes for one in every) / length, 1),
        "shown_not_asked": sum(len(one.shown) for one in every),
        "asked_although_held": sum(len(one.twice) for one in every),
    }


def _document(one: Wanted) -> dict[str, Any]:
    said = one.said
    return {
        "return_type": said.return_type,
        "period": said.period,
        "due_on": said.due_on.isoformat(),
        "minutes": round(one.minutes, 1),
        "fields": list(_fields(one)),
    }


def _fields(one: Wanted) -> Iterator[dict[str, Any]]:
    for name in FIELDS[one.said.return_type]:
        yield {"field": name, "held": list(one.held.get(name, ())), "asked": name not in one.shown}
