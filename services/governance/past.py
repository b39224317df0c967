"""A provider on a past day, in two clocks: true by `as_of`, known by `known_at`; as recorded then, and recomputed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from services.governance import history, register, view
from services.governance.asking import Unknown
from services.governance.consumer import ReadModel
from services.governance.documents import Document
from services.governance.domain import doubts, plan
from services.governance.domain import standing as standings
from services.governance.domain.standing import Standing
from services.governance.domain.taken import Taken
from services.governance.event_store import EventStore
from services.governance.packs import InForce, Packs
from services.governance.pages import Shown
from services.governance.recompute import Known, Recompute
from shared import calendar
from shared.events import (
    TYPES,
    Event,
    assessments,
    carried_over,
    data_of,
    decisions,
    decode,
    entry_of,
    envelope,
    marks,
    plans,
    registry_facts,
)

TICK = timedelta(microseconds=1)
"""The end of a day belongs to it: one tick later the day is over."""
HEARD = timedelta(days=800)
"""Marks that say which sources were alive are needed for twice the longest window (400 days), and no longer."""
DAY_CLOSED = entry_of(marks.DayClosed).type
COMPARED = entry_of(marks.BaselineInForce).type
REGISTERED = entry_of(registry_facts.ServiceRegistered).type
CARRIED = entry_of(carried_over.CarriedOverRecorded).type
CHANGED = entry_of(assessments.AssessmentChanged).type
REGISTRY = (
    registry_facts.ServiceRegistered,
    registry_facts.ServiceChanged,
    registry_facts.ServiceReregistered,
    registry_facts.ServiceClosed,
)


class NotArrived(Exception):
    """`known_at` lies beyond what has arrived: what was known then is not yet known to us."""


@dataclass(frozen=True, slots=True)
class When:
    """Which past."""

    as_of: datetime
    known_at: datetime
    asked: bool
    """Whether `known_at` was asked for; else it is all that has arrived."""
    arrived: datetime

    @property
    def judged(self) -> date:
        """The London day at whose end it is judged: one that is over, or what is not yet due would be overdue."""
        return calendar.last_closed_day(min(self.as_of + TICK, self.arrived))


class Past:
    """Reads block in threads of their own; risk is asked over HTTP."""

    def __init__(self, store: EventStore, packs: Packs, read_model: ReadModel, recompute: Recompute) -> None:
        self._store, self._packs, self._read_model, self._recompute = store, packs, read_model, recompute

    def when(self, as_of: datetime | None, known_at: datetime | None) -> When:
        """Raises NotArrived."""
        arrived = self._read_model.arrived
        if arrived is None or (known_at is not None and known_at > arrived):
            until = envelope.instant(arrived) if arrived else "nothing yet"
            raise NotArrived(f"it lies beyond what has arrived, which is {until}")
        return When(as_of or known_at or arrived, known_at or arrived, known_at is not None, arrived)

    async def provider(self, provider_id: str, when: When, places: frozenset[str], bearer: str) -> Document:
        """The page of that day. Raises Unknown: also where nobody knew of the provider then."""
        seen, ledger, recorded = await asyncio.to_thread(self._read, provider_id, when, places)
        events = [(decode(body), body) for body in ledger]
        known = [event for event, _ in events if event.subject == provider_id]
        true = [event for event in known if event.time <= when.as_of]
        # Who it is may have been recorded later than what is told of it: a file brings years of ratings at once.
        if not (facts := folded_facts(true) or folded_facts(known)):
            raise Unknown("no provider of yours was known under this id by then")
        policy, was_in_force = await asyncio.to_thread(self._policy, seen.place, when)
        standing, waiting = folded(true)
        relied = relied_on(true, standing, waiting)
        named = {name for taken in relied for name in taken.proposal.evidence}
        # A correction counts once it is known, whenever what it corrects was true.
        shaken = doubts.fold(known, [event for event in known if str(event.id) in named])
        counted = [body for event, body in events if _counts(event, when.as_of, when.judged)]
        known_then = await asyncio.to_thread(self._known, seen.place, [event for event, _ in events])
        recomputed, why_not = await self._recompute(counted, policy, when.judged, bearer, known_then)
        shown = Shown(
            provider_id=provider_id, place=seen.place, facts=facts, standing=standing, pending=waiting,
            assessment=recorded, judged=None, policy=policy, plan=folded_plan(true), relied=relied, doubts=shaken,
            today=calendar.london_date(when.as_of),
        )  # fmt: skip
        return shown.document() | {
            "as_of": envelope.instant(when.as_of),
            "known_at": envelope.instant(when.known_at),
            "recorded": recorded.model_dump(mode="json") if recorded else None,
            "recomputed": recomputed,
            "not_recomputed_because": why_not,
            "policy_was_in_force": was_in_force,
            "behind_seconds": round((self._read_model.behind() or calendar.ONE_DAY).total_seconds(), 3),
            "version": "past",
        }

    def _read(
        self, provider_id: str, when: When, places: frozenset[str]
    ) -> tuple[register.Seen, list[bytes], assessments.AssessmentChanged | None]:
        seen = register.provider(self._store, provider_id, places)
        with self._store.reading() as cursor:
            ledger = history.ledger(cursor, provider_id, when.known_at if when.asked else None)
            last = history.latest(cursor, provider_id, CHANGED, min(when.as_of, when.known_at))
        recorded = data_of(decode(last.body)) if last else None
        assert recorded is None or isinstance(recorded, assessments.AssessmentChanged)  # noqa: S101 - asked by its type
        return seen, ledger, recorded

    def _known(self, place: str, ledger: Sequence[Event]) -> Known:
        """The packs' names, and the peers' rates that the last mark among these events put in force."""
        names = {one.digest: one.pack for one in self._store.book(place).adoptions}
        marked = [event.data["digest"] for event in ledger if event.type == COMPARED and event.place == place]
        if not marked:
            return Known(names)
        return Known(names, {"digest": marked[-1], "rates": orjson.loads(self._packs.text(marked[-1]))})

    def _policy(self, place: str, when: When) -> tuple[InForce | None, bool]:
        """The policy that counted then; before the first, the first (what would it have said?)."""
        day = calendar.london_date(when.as_of)
        known = [one for one in self._store.book(place).adoptions if one.at <= when.known_at]
        then = [one for one in known if one.in_force_from <= day]
        found = max(then, key=lambda one: (one.in_force_from, one.number)) if then else next(iter(known), None)
        return (InForce(found, self._packs.pack(found.digest)) if found else None), bool(then)


def folded_facts(events: Sequence[Event]) -> dict[str, Any]:
    """What was known of the service."""
    facts: dict[str, Any] = {}
    for event in events:
        data = data_of(event)
        if isinstance(data, REGISTRY):
            facts = view.changed(facts, data, event)
    return facts


def folded_plan(events: Sequence[Event]) -> Document | None:
    """The plan that was under way, else the last: from the published steps alone."""
    steps = (data for data in map(data_of, events) if isinstance(data, plans.Plan))
    found = plan.current(steps)
    return plan.document(found) if found else None


def folded(events: Sequence[Event]) -> tuple[Standing, list[Taken]]:
    """What stood, and what waited for somebody: from the published steps alone."""
    standing, waiting = Standing(), dict[str, Taken]()
    for event in events:
        if event.type == CARRIED:
            standing = standings.carried(standing, _carried(event), str(event.id))
    for event in sorted(events, key=lambda one: (one.time, one.recordedtime)):
        match data_of(event):
            case decisions.DecisionTookEffect() as effect:
                standing = standings.take(standing, effect, event.time)
            case decisions.DecisionRatificationRefused(decision_id=name):
                standing = standings.refused(standing, name, event.time)
    for event in events:  # as they were recorded: a decision is proposed before it takes effect, whatever its time
        _wait(waiting, data_of(event), event.time)
    for name in {taken.proposal.decision_id for taken in waiting.values() if not taken.owes}:
        if waiting[name].status == "effective_pending_ratification":
            standing = standings.ratified(standing, name)
    awaited = {one.decision_id for one in standing.active_restrictions if one.ratify_by}
    return standing, [
        one for name, one in waiting.items() if one.owes and (one.status == "proposed" or name in awaited)
    ]


def relied_on(events: Sequence[Event], standing: Standing, waiting: Sequence[Taken]) -> list[Taken]:
    """The decisions by which all this stood, and those that waited."""
    stood = standing.decisions - {taken.proposal.decision_id for taken in waiting}
    proposed = ((data_of(event), event.time) for event in events)
    return [
        Taken(data, at)
        for data, at in proposed
        if isinstance(data, decisions.DecisionProposed) and data.decision_id in stood
    ] + list(waiting)


def _carried(event: Event) -> carried_over.CarriedOverRecorded:
    said = data_of(event)
    assert isinstance(said, carried_over.CarriedOverRecorded)  # noqa: S101 - asked by its type
    return said


def _wait(waiting: dict[str, Taken], data: Any, at: datetime) -> None:
    match data:
        case decisions.DecisionProposed(decision_id=name):
            needs = frozenset(data.consents_needed)
            waiting[name] = Taken(data, at, needs=needs, approval_owed=data.approval_needed)
        case decisions.DecisionConsented(decision_id=name, consenting_organisation=who) if name in waiting:
            waiting[name] = replace(waiting[name], needs=waiting[name].needs - {who}, approval_owed=False)
        case decisions.DecisionRatified(decision_id=name, by_organisation=who) if name in waiting:
            waiting[name] = replace(waiting[name], needs=waiting[name].needs - {who}, approval_owed=False)
        case decisions.DecisionTookEffect(decision_id=name) if name in waiting:
            if data.pending_ratification:
                taken = waiting[name]
                waiting[name] = replace(taken, status="effective_pending_ratification", ratify_by=data.ratify_by)
            else:
                del waiting[name]
        case decisions.DecisionDeclined(decision_id=name) | decisions.DecisionRatificationRefused(decision_id=name):
            waiting.pop(name, None)


def _counts(event: Event, as_of: datetime, c: date) -> bool:
    """Whether risk would have counted it at the end of the day `c`, had it known it."""
    if event.type == DAY_CLOSED:  # written after the day that it closes
        return c - HEARD <= date.fromisoformat(event.data["date"]) <= c
    if event.type == REGISTERED:  # when it came under watch says nothing of when what is told of it happened
        return True
    # A correction applies at the time of what it corrects, whenever it came.
    return event.time <= as_of or (event.type in TYPES and TYPES[event.type].correction)
