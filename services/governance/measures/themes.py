"""Themes and trends in SAL-18's three scopes (a service, an organisation, a sector) and of the place (CAL-8). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.governance.measures import trend
from services.governance.measures.record import Fact, Place, Service
from services.governance.measures.trend import Trend
from shared import calendar
from shared.events import Data, concerns, incidents, safeguarding, voice

Scope = Literal["service", "organisation", "sector", "place"]
SCOPES: tuple[Scope, ...] = ("service", "organisation", "sector", "place")
THEMED: tuple[type[Data], ...] = (
    concerns.QualityConcernRaised, concerns.WhistleblowingReceived, safeguarding.SafeguardingConcernReceived,
    voice.ComplaintReceived, incidents.IncidentReported,
)  # fmt: skip
RESTRICTED = (concerns.WhistleblowingReceived, safeguarding.SafeguardingConcernReceived)
"""Who may not read these is shown no small number that holds one of them."""
GROUNDLESS = frozenset({"not_upheld", "withdrawn", "not_substantiated", "ceased_at_request"})
RECENT_DAYS = 91
"""Thirteen weeks against the year before them (ours)."""
BEFORE_DAYS = 364
ACROSS = 3
"""A rise that is seen in so many services is told (A16: domain.md §3.7)."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One theme of one thing that happened at a service, counted once, however often it was sent."""

    provider_id: str
    theme: str
    day: date
    count: int = 1
    restricted: bool = False


Seen = Mapping[str, Sequence[Sighting]]
"""By service."""


@dataclass(frozen=True, slots=True)
class Group:
    """A service, an organisation, a sector or the place, and the services that belong to it."""

    scope: Scope
    name: str
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class Rising:
    """How one theme moves in one group."""

    group: Group
    theme: str
    trend: Trend
    services: tuple[str, ...]
    """Those in which there is more of it than before."""


def themes_of(data: Any) -> tuple[str, ...]:
    """The themes of what happened; of a safeguarding concern its types of abuse."""
    found = data.abuse_types if isinstance(data, safeguarding.SafeguardingConcernReceived) else data.themes
    return tuple(dict.fromkeys(found))


def sightings(service: Service, since: date = date.min) -> list[Sighting]:
    """Everything with a theme from a day on, without what was found groundless."""
    gone, things = _groundless(service), dict[tuple[str, str], tuple[Fact, Any]]()
    for fact, data in service.of(*THEMED):
        things.setdefault(_named(fact, data), (fact, data))
    return [
        Sighting(service.provider_id, theme, _day(fact, data), _count(data), isinstance(data, RESTRICTED))
        for name, (fact, data) in things.items()
        if name not in gone and _day(fact, data) >= since
        for theme in themes_of(data)
    ]


def _named(fact: Fact, data: Any) -> tuple[str, str]:
    match data:
        case concerns.QualityConcernRaised(concern_id=name):
            return "concern", f"{fact.publisher}|{name}"
        case concerns.WhistleblowingReceived(disclosure_id=name):
            return "disclosure", f"{fact.publisher}|{name}"
        case safeguarding.SafeguardingConcernReceived(sg_ref=name):
            return "safeguarding", name
        case voice.ComplaintReceived(complaint_id=name):
            return "complaint", f"{fact.publisher}|{name}"
        case _:
            return "incident", f"{fact.publisher}|{data.incident_id}"


def _groundless(service: Service) -> set[tuple[str, str]]:
    """The newest word on each counts."""
    said: dict[tuple[str, str], str] = {}
    for fact, outcome in service.of(concerns.ConcernOutcomeRecorded):
        said["concern", f"{outcome.raised_by or fact.publisher}|{outcome.concern_id}"] = outcome.outcome
    for fact, resolved in service.of(voice.ComplaintResolved):
        said["complaint", f"{fact.publisher}|{resolved.complaint_id}"] = resolved.outcome
    for _, ended in service.of(safeguarding.SafeguardingEnquiryConcluded):
        said["safeguarding", ended.sg_ref] = ended.conclusion
    return {name for name, outcome in said.items() if outcome in GROUNDLESS}


def _day(fact: Fact, data: Any) -> date:
    is_dated = isinstance(data, safeguarding.SafeguardingConcernReceived | voice.ComplaintReceived)
    return (data.received_date if is_dated else None) or fact.day


def _count(data: Any) -> int:
    return data.count if isinstance(data, incidents.IncidentReported) else 1


def seen(place: Place, since: date) -> Seen:
    """Everything with a theme from a day on, by service."""
    return {service.provider_id: sightings(service, since) for service in place.services}


def begins(last: date) -> date:
    """The first day that a trend to this one looks at."""
    return calendar.add_days(last, 1 - RECENT_DAYS - BEFORE_DAYS)


def groups(place: Place, scope: Scope) -> list[Group]:
    """The groups of a scope, in the order of their names. A service whose organisation nobody recorded is in none."""
    if scope == "place":
        return [Group(scope, place.code, tuple(place.services))]
    found: dict[str, list[Service]] = defaultdict(list)
    for service in place.services:
        name = {"service": service.provider_id, "sector": service.sector}.get(scope, service.organisation)
        if name is not None:
            found[name].append(service)
    return [Group(scope, name, tuple(members)) for name, members in sorted(found.items())]


def trends(place: Place, scope: Scope, last: date, found: Seen | None = None) -> Iterator[Rising]:
    """Each theme of each group of a scope, thirteen weeks against the year before. `found`: what `seen` has said."""
    known = seen(place, begins(last)) if found is None else found
    for group in groups(place, scope):
        yield from _group(group, known, last)


def _group(group: Group, known: Seen, last: date) -> Iterator[Rising]:
    turn, first = calendar.add_days(last, 1 - RECENT_DAYS), begins(last)
    days = {one.provider_id: (one.days(turn, last), one.days(first, calendar.add_days(turn, -1)))
            for one in group.services}  # fmt: skip
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for sighting in (one for each in group.services for one in _counting(each, known[each.provider_id], first, last)):
        counts[sighting.theme][sighting.provider_id][sighting.day < turn] += sighting.count
    recent_days, before_days = (sum(one[n] for one in days.values()) for n in (0, 1))
    for theme, by_service in sorted(counts.items()):
        recent, before = (sum(one[n] for one in by_service.values()) for n in (0, 1))
        judged = trend.judge(recent, before, recent_days, before_days)
        more = tuple(sorted(name for name, one in by_service.items() if _more(one, days[name])))
        yield Rising(group, theme, judged, more)


def _counting(service: Service, known: Sequence[Sighting], first: date, last: date) -> Iterator[Sighting]:
    """Those of the days on which the service counts: before it was known here nothing could be recorded."""
    return (one for one in known if first <= one.day <= last and service.is_open(one.day))


def _more(counts: Sequence[int], days: tuple[int, int]) -> bool:
    """More of it in a day than before."""
    return counts[0] * days[1] > counts[1] * days[0] if days[1] else counts[0] > 0


def to_tell(found: Iterable[Rising]) -> list[Rising]:
    """What A16 is raised of: rising in the group, and more than before in three services of it at least."""
    return [one for one in found if one.trend.rising and len(one.services) >= ACROSS]


def rising(place: Place, last: date, found: Seen | None = None) -> list[Rising]:
    """Every rise to be told of, each theme once: a whole place's only where no sector of it tells the same."""
    known = seen(place, begins(last)) if found is None else found
    narrower: tuple[Scope, ...] = ("organisation", "sector")
    said = [one for scope in narrower for one in to_tell(trends(place, scope, last, known))]
    told = {one.theme for one in said if one.group.scope == "sector"}
    return said + [one for one in to_tell(trends(place, "place", last, known)) if one.theme not in told]
