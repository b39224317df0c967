"""Standing reports of a policy: which figures each of them holds (CAL-10, CAL-14, OXF-8, SAL-12…). Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.governance.measures import measured, plans_seen, quality, restricted, themes
from services.governance.measures.asked import SECTORS, Asked
from services.governance.measures.catalogue import MEASURES, named
from services.governance.measures.indication import Judged
from services.governance.measures.levels import confirmed
from services.governance.measures.record import Place, Service
from shared.events import Data, quality_assessments, visits
from shared.policies.referring import Report

Section = Callable[[Place, Asked], dict[str, Any]]
NOT_KNOWN = "not known"


def said(report: Report) -> dict[str, Any]:
    """A report as the policy asks for it."""
    every = report.every.model_dump(exclude_none=True) if report.every else None
    about = {"clause": report.id, "name": report.name, "by": report.by, "for": list(report.to), "every": every}
    return about | {"says": report.says, "ours": report.ours}


def made(report: Report, place: Place, asked: Asked) -> dict[str, Any]:
    """A report of a period: counts only, no text and no person."""
    codes, sections = CONTENTS.get(report.id, (tuple(one.code for one in MEASURES), EVERYTHING))
    wanted = [one for code in codes for one in named(code)]
    return said(report) | {
        "figures": measured.figures(place, asked, measures=wanted),
        **{name: section(place, asked) for name, section in sections.items()},
    }


def overview(place: Place, asked: Asked) -> dict[str, Any]:
    """The services under watch as a system: by level, indication, CQC's rating, restriction."""
    return _overview(place, list(place.open(asked)), asked)


def sectors(place: Place, asked: Asked) -> dict[str, Any]:
    """The same by sector (LGA-1, SAL-12)."""
    every = list(place.open(asked))
    return {name: _overview(place, [one for one in every if one.sector == name], asked) for name in SECTORS}


def providers(place: Place, asked: Asked) -> dict[str, Any]:
    """The same of each service by itself (SAL-12: individual providers)."""
    return {one.provider_id: _overview(place, [one], asked) for one in place.open(asked)}


def _overview(place: Place, services: Iterable[Service], asked: Asked) -> dict[str, Any]:
    level, indicated, rated = Counter[str](), Counter[str](), Counter[str]()
    scale, number, held = place.pack.primary if place.pack else "level", 0, 0
    for service in services:
        number += 1
        known, ratings, judged = confirmed(service, scale), quality.ratings(service, asked.last), service.of(Judged)
        level[known[-1].level if known else NOT_KNOWN] += 1
        indicated[_range(judged[-1][1]) if judged else NOT_KNOWN] += 1
        if service.regulated:
            rated[ratings[-1].overall if ratings else NOT_KNOWN] += 1
        held += any(one.ended is None for one in restricted.restrictions(service))
    counts = {"confirmed": level, "indicated": indicated, "cqc": rated}
    return {"services": number, "restricted": held} | {name: dict(sorted(one.items())) for name, one in counts.items()}


def _range(judged: Judged) -> str:
    if judged.low is None:
        return NOT_KNOWN
    return judged.low if judged.low == judged.high else f"{judged.low}-{judged.high}"


def rising(place: Place, asked: Asked) -> dict[str, Any]:
    """Themes that rise at the end of the period (CAL-8, SAL-18)."""
    found = themes.rising(place, asked.last)
    return {
        f"{one.theme} in {one.group.scope} {one.group.name}": {
            "recent": one.trend.recent,
            "services": len(one.services),
        }
        for one in found
    }


def improvement(place: Place, asked: Asked) -> dict[str, Any]:
    """Actions of improvement plans, by theme: set, closed and open (CAL-10.f)."""
    found: dict[str, Counter[str]] = {}
    for service in place.services:
        for action in (one for plan in plans_seen.seen(service) for one in plan.actions.values()):
            closed_before = action.closed is not None and action.closed < asked.first
            if action.opened > asked.last or closed_before:
                continue
            state = "open" if action.closed is None else "closed"
            for theme in action.themes or ("without a theme",):
                counts = found.setdefault(theme, Counter())
                counts[state] += 1
                counts["set"] += asked.holds(action.opened)
    return {theme: {name: one[name] for name in ("set", "closed", "open")} for theme, one in sorted(found.items())}


def activity(place: Place, asked: Asked) -> dict[str, Any]:
    """Visits, contacts and assessments of the period, by confirmed level (OXF-26)."""
    kinds: dict[str, type[Data]] = {"visits": visits.VisitCompleted, "contacts": visits.ContactRecorded,
             "assessments": quality_assessments.AssessmentCompleted}  # fmt: skip
    found: dict[str, Counter[str]] = {}
    scale = place.pack.primary if place.pack else "level"
    for service in place.services:
        known = confirmed(service, scale)
        counts = found.setdefault(known[-1].level if known else NOT_KNOWN, Counter())
        counts["services"] += 1
        for name, model in kinds.items():
            counts[name] += sum(asked.holds(fact.day) for fact, _ in service.of(model))
    return {level: {name: one[name] for name in ("services", *kinds)} for level, one in sorted(found.items())}


SYSTEM: Mapping[str, Section] = {"overview": overview}
TRENDS: Mapping[str, Section] = {"rising": rising, "improvement": improvement}
EVERYTHING: Mapping[str, Section] = {"overview": overview, "sectors": sectors, "rising": rising}
CONTENTS: Mapping[str, tuple[tuple[str, ...], Mapping[str, Section]]] = {
    "CAL-10.e": (("K1", "K5", "K6", "K8", "K13"), SYSTEM),
    "CAL-10.f": (("K3", "K7", "K11"), TRENDS),
    "CAL-14": (("K5",), SYSTEM),
    "OXF-8": (("K2", "K3"), {}),
    "OXF-26.a": (("K1", "K6"), {"activity": activity}),
    "OXF-27": (("K11", "K8"), EVERYTHING),
    "SAL-12": (
        ("K1", "K3", "K5", "K6", "K8", "K11", "K14"),
        {"providers": providers, "sectors": sectors, "market": overview, "rising": rising},
    ),
    "SAL-31": (("K5a", "K5b"), {}),
    "LGA-7": ((), {}),
}
"""By the report's clause: measures, and sections. A report that nobody described holds everything."""
