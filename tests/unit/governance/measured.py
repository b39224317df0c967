"""Synthetic records for measures: services with facts on days, without a database."""

import functools
import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.governance.measures import catalogue, item, measured, record
from services.governance.measures.asked import Asked
from services.governance.measures.indication import Judged
from services.governance.measures.record import Fact, Place, Service
from shared import calendar, events, policy
from shared.events import decisions, entry_of
from shared.policies.pack import Pack

CODE = "X00000001"
HOME = "prv-0000000synthetic1"
YEAR = Asked(date(2025, 4, 1), date(2026, 3, 31))
_ids = itertools.count(1)


@functools.cache
def pack(name: str = "herefordshire-2018") -> Pack:
    return policy.load(name)


def on(day: str, data: Any, *, recorded: str | None = None, publisher: str = "council-quality", **more: Any) -> Fact:
    """Something that happened on a day, at noon."""
    at = noon(date.fromisoformat(day))
    corrects = isinstance(data, events.Data) and entry_of(type(data)).correction
    known = noon(date.fromisoformat(recorded)) if recorded else at + timedelta(seconds=next(_ids) / 1000)
    return Fact(
        id=more.pop("id", f"00000000-0000-0000-0000-{next(_ids):012d}"), at=at, day=calendar.london_date(at),
        recorded=known, data=data, publisher=publisher, corrects=corrects, **more,
    )  # fmt: skip


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def home(*facts: Fact, name: str = HOME, known: str = "2020-01-01", end: date = YEAR.last, **about: Any) -> Service:
    usual = {"name": "Rowan House (synthetic)", "service_type": "care_home_residential", "commissioning": "council"}
    said = record.standing(record.kept(facts), noon(end) + timedelta(hours=11))
    return Service(name, date.fromisoformat(known), usual | about, said)


def place(*services: Service, policy: Pack | None = None, **more: Any) -> Place:
    return Place(CODE, services, policy or pack(), **more)


def effect(decision: Any, name: str = "d1", body: str = "MA_QUALITY_REVIEW", **more: Any) -> Any:
    said = {"decision_id": name, "decision": decision, "body": body, "organisation": "council", "role": "panel-chair"}
    return decisions.DecisionTookEffect(**(said | more))


def level(code: str, name: str = "d1", body: str = "MA_QUALITY_REVIEW", **more: Any) -> Any:
    return effect(decisions.LevelConfirmed(level=code, **more), name, body)


def judged(low: str | None, high: str | None = None) -> Judged:
    return Judged(low, high or low)


def figure(code: str, where: Place, asked: Asked = YEAR, body: str | None = None) -> item.Figure:
    (measure,) = catalogue.named(code)
    return item.figure(measure, measured.items(measure, where, asked, body))


def outcomes(code: str, where: Place, asked: Asked = YEAR) -> list[str]:
    (measure,) = catalogue.named(code)
    return sorted(one.outcome for one in measured.items(measure, where, asked))


def days(first: str, number: int) -> Iterable[str]:
    begun = date.fromisoformat(first)
    return [(begun + timedelta(days=each)).isoformat() for each in range(number)]
