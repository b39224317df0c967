"""What the peers of each service had in a year: events and exposure by kind of service and size band (AMB-3). Pure.

Counted as risk counts it: a thing once, by its publisher's reference, without what was found groundless or taken back;
of incidents only those that did harm. A service counts from the day on which it was known here to the day it closed.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from shared import calendar
from shared.events import Event, concerns, corrections, data_of, incidents, safeguarding, voice
from shared.events.places import PeerRate
from shared.policies.peers import MEASURES, WIDER, band, group

GROUNDLESS = frozenset({"not_upheld", "withdrawn"})
WEEK = 7


@dataclass(frozen=True, slots=True)
class Service:
    """One service, as far as peers look at it."""

    provider_id: str
    service_type: str | None
    beds: float | None
    hours: float | None
    """Of care in a week."""
    known_from: date
    closed_on: date | None = None

    @property
    def daily(self) -> float | None:
        """Its exposure on one day; None where its size is not recorded."""
        return self.beds if self.beds is not None else self.hours / WEEK if self.hours is not None else None

    def days(self, first: date, last: date) -> tuple[date, date] | None:
        """The days on which it counts; None: on none."""
        begins = max(first, self.known_from)
        ends = last if self.closed_on is None else min(last, calendar.add_days(self.closed_on, -1))
        return (begins, ends) if begins <= ends else None


@dataclass(frozen=True, slots=True)
class Rates:
    """By `measure|service type|size band`, and how many services could not be counted."""

    rates: Mapping[str, PeerRate]
    left_out: int

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the rates in canonical JSON."""
        plain: dict[str, Any] = {name: each.model_dump(mode="json") for name, each in self.rates.items()}
        return hashlib.sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()


def counted(events: Iterable[Event], first: date, last: date) -> Counter[str]:
    """What happened at one service from the first to the last day, by measure."""
    things: dict[tuple[str, str], tuple[date, int]] = {}
    gone: set[tuple[str, str]] = set()
    every = [(event, data_of(event)) for event in events]
    taken_back = {data.event_id for _, data in every if isinstance(data, corrections.FactWithdrawn)}
    for event, data in every:
        match data:
            case _ if event.id in taken_back:
                continue
            case concerns.ConcernOutcomeRecorded(outcome=outcome, concern_id=name):
                who = data.raised_by or _publisher(event)
                (gone.add if outcome in GROUNDLESS else gone.discard)(("concerns", f"{who}|{name}"))
            case voice.ComplaintResolved(outcome=outcome, complaint_id=name):
                (gone.add if outcome in GROUNDLESS else gone.discard)(("complaints", f"{_publisher(event)}|{name}"))
            case _:
                if (thing := _thing(event, data)) is not None:
                    measure, name, day, count = thing
                    things[measure, name] = (day, count)
    found = Counter[str]()
    for key, (day, count) in things.items():
        if key not in gone and first <= day <= last:
            found[key[0]] += count
    return found


def rates(services: Sequence[Service], counts: Mapping[str, Mapping[str, int]], first: date, last: date) -> Rates:
    """The rates of every peer group. `counts`: by provider and measure, of the days on which each service counts."""
    events, exposure, peers = Counter[str](), defaultdict[str, float](float), Counter[str]()
    left_out = 0
    for each in services:
        days, daily = each.days(first, last), each.daily
        if days is None:
            continue
        if not daily or each.service_type is None:
            left_out += 1
            continue
        length = (days[1] - days[0]).days + 1
        for size in {WIDER} if each.beds is None else {WIDER, band(each.beds)}:
            for measure in MEASURES:
                name = group(measure, each.service_type, size)
                events[name] += counts.get(each.provider_id, {}).get(measure, 0)
                exposure[name] += daily * length
                peers[name] += 1
    made = {
        name: PeerRate(events=events[name], exposure=round(exposure[name], 3), peers=peers[name])
        for name in sorted(peers)
    }
    return Rates(made, left_out)


def _thing(event: Event, data: Any) -> tuple[str, str, date, int] | None:
    """Measure, name, day and count of what happened; None where it is none of these."""
    who, day = _publisher(event), calendar.london_date(event.time)
    match data:
        case concerns.QualityConcernRaised(concern_id=name):
            return "concerns", f"{who}|{name}", day, 1
        case safeguarding.SafeguardingConcernReceived(sg_ref=name):
            return "safeguarding", name, data.received_date or day, 1
        case incidents.IncidentReported(incident_id=name) if data.kind != "near_miss" and data.severity != "S1":
            return "incidents", f"{who}|{name}", day, data.count
        case incidents.DeathRecorded(death_id=name):
            return "deaths", f"{who}|{name}", day, data.count
        case voice.ComplaintReceived(complaint_id=name):
            return "complaints", f"{who}|{name}", data.received_date or day, 1
        case _:
            return None


def _publisher(event: Event) -> str:
    return event.source.rpartition("/")[2]
