"""What is remembered of one provider, and how each fact changes it. Pure: the same log, the same state.

Nothing here depends on the order in which facts about the same thing arrive: each is kept by its id, the later one by
(time, recordedtime, id) wins, and a correction waits for its target. State is bounded by time and by caps; what is let
go is counted, and a cap that was reached is shown.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from services.risk import decided as decisions
from services.risk import items, keeping, rated, registered
from services.risk.items import Day
from services.risk.partition import PartitionState, fold_mark, is_mark, place_of
from shared.events import Event, concerns, data_of, returns, safeguarding, visits

__all__ = ["VERSION", "PartitionState", "ProviderState", "empty", "fold", "fold_mark", "is_mark", "place_of"]

VERSION = 1
"""Of the meaning of this state: a change of it needs a re-fold under a new version (architecture §7)."""

CAPS = {"concerns": 400, "outcomes": 400, "safeguarding": 400, "visits": 100}
WINDOWED = tuple(CAPS)
"""Collections of facts that their windows pass."""
RETURNS_KEPT = 40
"""Periods kept of one return type."""


class ProviderState(msgspec.Struct, frozen=True):
    """All that risk knows of one provider."""

    provider_id: str
    place: str
    register: registered.Register = registered.Register()
    concerns: dict[str, items.Concern] = {}
    """By `publisher|concern_id`: two publishers may use the same number for two concerns."""
    outcomes: dict[str, items.Outcome] = {}
    """By `publisher|concern_id`; one may be here before its concern."""
    safeguarding: dict[str, items.Safeguarding] = {}
    """By the safeguarding team's reference: one concern counts once, whoever reports it."""
    ratings: dict[str, items.Rating] = {}
    """By service group; `location` is the whole."""
    enforcement: dict[str, items.Enforcement] = {}
    returns: dict[str, dict[str, items.Filed]] = {}
    """By return type, then period."""
    visits: dict[str, items.Visit] = {}
    contacts: dict[str, items.Reference] = {}
    """The newest of each kind of event that counts as contact."""
    decided: decisions.Decided = decisions.Decided()
    newest: Day = 0
    """The London day of the newest record: what is older by KEEP_DAYS is let go."""
    dropped: int = 0
    """Facts that came after their window was over."""
    capped: dict[str, Day] = {}
    """Collections that reached their cap, and when last: their counts are lower bounds."""
    unprocessed: int = 0
    """Records of this provider that could not be processed and wait for a release: set by the edge, never by a fold."""


def empty(provider_id: str, place: str) -> ProviderState:
    """A provider of which nothing is known."""
    return ProviderState(provider_id, place)


def fold(state: ProviderState | None, event: Event) -> ProviderState:
    """The state after one more event of this provider; None: nothing was known of it.

    Kinds that say nothing to risk change nothing. Raises pydantic's ValidationError where the data breaks its type, and
    UnknownType where it is a version that this software does not know: the edge takes such a record aside.
    """
    before = state or empty(event.subject, event.place)
    change = CHANGES.get(event.kind)
    if change is None:
        return before
    after = change(before, event, data_of(event))
    return _bounded(before, after, max(before.newest, items.recorded_day(event)))


def _concern(state: ProviderState, event: Event, data: concerns.QualityConcernRaised) -> ProviderState:
    item = items.Concern(items.stamp(event), items.day(event), data.severity, data.themes)
    return _with(state, "concerns", f"{items.publisher(event)}|{data.concern_id}", item)


def _outcome(state: ProviderState, event: Event, data: concerns.ConcernOutcomeRecorded) -> ProviderState:
    key, stamp = f"{items.publisher(event)}|{data.concern_id}", items.stamp(event)
    old = state.outcomes.get(key)
    last = [] if old is None or old.groundless is None else [old.groundless]
    last += [stamp] if data.outcome in items.GROUNDLESS else []
    item = items.Outcome(stamp, items.day(event), data.outcome, max(last, default=None))
    if old is not None and old.stamp >= stamp:
        item = msgspec.structs.replace(old, groundless=item.groundless)
    return msgspec.structs.replace(state, outcomes={**state.outcomes, key: item})


def _safeguarding(state: ProviderState, event: Event, data: safeguarding.SafeguardingConcernReceived) -> ProviderState:
    item = items.Safeguarding(items.stamp(event), items.day_or(data.received_date, event), data.abuse_types)
    return _with(state, "safeguarding", data.sg_ref, item)


def _rating(state: ProviderState, event: Event, data: Any) -> ProviderState:
    return msgspec.structs.replace(state, ratings=rated.rating(state.ratings, event, data))


def _enforcement(state: ProviderState, event: Event, data: Any) -> ProviderState:
    return msgspec.structs.replace(state, enforcement=rated.enforcement(state.enforcement, event, data))


def _return(state: ProviderState, event: Event, data: returns.ReturnSubmitted) -> ProviderState:
    periods = state.returns.get(data.return_type, {})
    filed = items.Filed(items.day_or(data.submitted_on, event), items.stamp(event))
    old = periods.get(data.period)
    if old is not None and (old.day, old.stamp) <= (filed.day, filed.stamp):
        return state
    periods = periods | {data.period: filed}
    while len(periods) > RETURNS_KEPT:
        periods.pop(min(periods))
    return msgspec.structs.replace(state, returns=state.returns | {data.return_type: periods})


def _visit(state: ProviderState, event: Event, data: visits.VisitCompleted) -> ProviderState:
    item = items.Visit(items.stamp(event), items.day(event), data.immediate_risk)
    return _contact(_with(state, "visits", f"{items.publisher(event)}|{data.visit_id}", item), event, item.day)


def _contact_recorded(state: ProviderState, event: Event, data: visits.ContactRecorded) -> ProviderState:
    return _contact(state, event, items.day_or(data.on, event))


def _contact(state: ProviderState, event: Event, day: Day) -> ProviderState:
    new, old = items.Reference(day, items.stamp(event)), state.contacts.get(event.kind)
    if old is not None and (old.day, old.stamp) >= (new.day, new.stamp):
        return state
    return msgspec.structs.replace(state, contacts=state.contacts | {event.kind: new})


def _registered(state: ProviderState, event: Event, data: Any) -> ProviderState:
    return msgspec.structs.replace(state, place=event.place, register=registered.fold(state.register, event, data))


def _decided(state: ProviderState, event: Event, data: Any) -> ProviderState:
    return msgspec.structs.replace(state, decided=decisions.fold(state.decided, event, data))


def _with(state: ProviderState, collection: str, key: str, item: Any) -> ProviderState:
    """The item put into its collection, unless a later one of its key is there."""
    return msgspec.structs.replace(state, **{collection: keeping.put(getattr(state, collection), key, item)})


def _bounded(before: ProviderState, after: ProviderState, newest: Day) -> ProviderState:
    """Without what its window has passed, and without more than the caps allow."""
    floor, dropped = newest - items.KEEP_DAYS, after.dropped
    changed: dict[str, Any] = {}
    capped = keeping.most_recent(after.capped, floor)
    for name in WINDOWED:
        there: dict[str, Any] = getattr(after, name)
        if there is getattr(before, name) and newest == before.newest:
            continue
        kept = keeping.young(there, floor)
        within = keeping.newest(kept, CAPS[name])
        if len(within) < len(kept):
            capped = {**capped, name: newest}
        if within is not there:
            changed[name] = within
            dropped += any(key not in kept for key in there.keys() - getattr(before, name).keys())
    return msgspec.structs.replace(after, newest=newest, dropped=dropped, capped=capped, **changed)


CHANGES: Mapping[str, Callable[[ProviderState, Event, Any], ProviderState]] = {
    "registry.service.registered": _registered,
    "registry.service.changed": _registered,
    "registry.service.reregistered": _registered,
    "registry.service.closed": _registered,
    "quality_concern.raised": _concern,
    "concern.outcome_recorded": _outcome,
    "safeguarding_concern.received": _safeguarding,
    "cqc_rating.published": _rating,
    "cqc_enforcement.recorded": _enforcement,
    "returns.submitted": _return,
    "visit.completed": _visit,
    "contact.recorded": _contact_recorded,
    "decision.took_effect": _decided,
    "decision.ratification_refused": _decided,
}
"""What each kind of event changes. Every type that names risk as a reader is here or is a mark: a test says so."""
