"""What is remembered of one provider, and how each fact changes it. Pure: the same log, the same state.

Nothing here depends on the order in which facts about the same thing arrive: versions of each stand beside each other,
the newest by (time, recordedtime, id) that was not withdrawn counts, and a correction waits for its target. (Plans are
the exception: one writer alone writes them, in order.) State is bounded by time and by caps; what is let go is counted,
and a cap that was reached is shown.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from services.risk.remembered import contracted, items, keeping, rated, registered, reported
from services.risk.remembered import decided as decisions
from services.risk.remembered import heard as hearing
from services.risk.remembered import plans as planning
from services.risk.remembered.items import Day
from services.risk.remembered.partition import PartitionState, fold_mark, is_mark, place_of
from shared.events import TYPES, Event, carried_over, contracts, data_of, returns, visits
from shared.events import plans as published_plans

__all__ = ["VERSION", "PartitionState", "ProviderState", "empty", "fold", "fold_mark", "is_mark", "place_of"]

VERSION = 3
"""Of the meaning of this state: a change of it needs a re-fold under a new version (architecture §7)."""

RETURNS_KEPT, FILED_KEPT, CONTACTS_KEPT = 40, 3, 3
"""Periods kept of one return type, submissions of one period, contacts of one kind."""


class ProviderState(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that risk knows of one provider. Its properties are what counts now: withdrawn facts are out."""

    provider_id: str
    place: str
    register: registered.Register = registered.Register()
    heard: hearing.Heard = hearing.Heard()
    cqc_ratings: rated.Ratings = {}
    cqc_actions: rated.Actions = {}
    filed: dict[str, dict[str, tuple[items.Filed, ...]]] = {}
    """By return type, then period, the first submissions."""
    contacted: dict[str, tuple[items.Reference, ...]] = {}
    """The newest of each kind of event that counts as contact, oldest first."""
    decided: decisions.Decided = decisions.Decided()
    plans: planning.Plans = {}
    contracts: dict[str, contracted.Contract] = {}
    newest: Day = 0
    """The London day of the newest record: what is older by KEEP_DAYS is let go."""
    unprocessed: int = 0
    """Records of this provider that could not be processed and wait for a release: set by the edge, never by a fold."""

    @property
    def withdrawn(self) -> Mapping[str, int]:
        """Ids of events that were taken back."""
        return self.heard.withdrawn

    @property
    def concerns(self) -> dict[str, items.Concern]:
        """By `publisher|concern_id`, as raised."""
        return keeping.current(self.heard.concerns, self.withdrawn)

    @property
    def outcomes(self) -> dict[str, items.Outcome]:
        """By `publisher|concern_id` of whoever said it."""
        return keeping.current(self.heard.outcomes, self.withdrawn)

    @property
    def safeguarding(self) -> dict[str, items.Safeguarding]:
        """By the safeguarding team's reference."""
        return keeping.current(self.heard.safeguarding, self.withdrawn)

    @property
    def visits(self) -> dict[str, items.Visit]:
        """By `publisher|visit_id`."""
        return keeping.current(self.heard.visits, self.withdrawn)

    @property
    def ratings(self) -> dict[str, items.Rating]:
        """By service group; `location` is the whole."""
        return rated.newest(self.cqc_ratings, self.withdrawn)

    @property
    def enforcement(self) -> dict[str, items.Enforcement]:
        """By enforcement id."""
        return keeping.current(self.cqc_actions, self.withdrawn)

    @property
    def returns(self) -> dict[str, dict[str, items.Filed]]:
        """By return type, then period, the first submission."""
        return {type_: keeping.first(periods, self.withdrawn) for type_, periods in self.filed.items()}

    @property
    def contacts(self) -> dict[str, items.Reference]:
        """The newest of each kind of event that counts as contact."""
        return keeping.current(self.contacted, self.withdrawn)

    @property
    def capped(self) -> Mapping[str, Day]:
        """Collections that reached their cap, and when last: their counts are lower bounds."""
        return self.heard.capped

    @property
    def dropped(self) -> int:
        """Facts that came after their window was over."""
        return self.heard.dropped

    def of(self, collection: str) -> dict[str, items.Report]:
        """What counts now of one collection of reports (`reported.py`)."""
        return self.heard.of(collection)


def empty(provider_id: str, place: str) -> ProviderState:
    """A provider of which nothing is known."""
    return ProviderState(provider_id, place)


def fold(state: ProviderState | None, event: Event) -> ProviderState:
    """The state after one more event of this provider; None: nothing was known of it.

    Kinds that say nothing to risk change nothing. Raises pydantic's ValidationError where the data breaks its type, and
    UnknownType where it is a version that this software does not know: the edge takes such a record aside.
    """
    before = state or empty(event.subject, event.place)
    changes = CHANGES.get(event.kind)
    if changes is None:
        return before
    data, after = data_of(event), before
    for change in changes:
        after = change(after, event, data)
    newest = max(before.newest, items.recorded_day(event))
    kept = hearing.bounded(before.heard, after.heard, newest, moved=newest > before.newest)
    return msgspec.structs.replace(after, newest=newest, heard=kept)


def _heard(state: ProviderState, event: Event, data: Any) -> ProviderState:
    return msgspec.structs.replace(state, heard=hearing.fold(state.heard, event, data))


def _rating(state: ProviderState, event: Event, data: Any) -> ProviderState:
    return msgspec.structs.replace(state, cqc_ratings=rated.rating(state.cqc_ratings, event, data))


def _enforcement(state: ProviderState, event: Event, data: Any) -> ProviderState:
    return msgspec.structs.replace(state, cqc_actions=rated.enforcement(state.cqc_actions, event, data))


def _return(state: ProviderState, event: Event, data: returns.ReturnSubmitted) -> ProviderState:
    periods = state.filed.get(data.return_type, {})
    filed = items.Filed(items.day_or(data.submitted_on, event), items.stamp(event))
    every = sorted({*periods.get(data.period, ()), filed}, key=lambda each: (each.day, each.stamp))
    periods = periods | {data.period: tuple(every[:FILED_KEPT])}
    while len(periods) > RETURNS_KEPT:
        periods.pop(min(periods))
    return msgspec.structs.replace(state, filed=state.filed | {data.return_type: periods})


def _visit(state: ProviderState, event: Event, data: visits.VisitCompleted) -> ProviderState:  # noqa: ARG001
    return _contact(state, event, items.day(event))


def _contact_recorded(state: ProviderState, event: Event, data: visits.ContactRecorded) -> ProviderState:
    return _contact(state, event, items.day_or(data.on, event))


def _contact(state: ProviderState, event: Event, day: Day, kind: str = "") -> ProviderState:
    new, kind = items.Reference(day, items.stamp(event)), kind or event.kind
    every = sorted({*state.contacted.get(kind, ()), new}, key=lambda each: (each.day, each.stamp))
    return msgspec.structs.replace(state, contacted=state.contacted | {kind: tuple(every[-CONTACTS_KEPT:])})


def _registered(state: ProviderState, event: Event, data: Any) -> ProviderState:
    return msgspec.structs.replace(state, place=event.place, register=registered.fold(state.register, event, data))


def _decided(state: ProviderState, event: Event, data: Any) -> ProviderState:
    after = msgspec.structs.replace(state, decided=decisions.fold(state.decided, event, data))
    if event.kind == "decision.took_effect" and data.decision.type == "contract_review.held":
        return _contact(after, event, items.day(event), "contract_review.held")
    return after


def _plan(state: ProviderState, event: Event, data: Any) -> ProviderState:
    return msgspec.structs.replace(state, plans=planning.fold(state.plans, event, data))


def _contract(state: ProviderState, event: Event, data: Any) -> ProviderState:
    state = msgspec.structs.replace(state, contracts=contracted.fold(state.contracts, event, data))
    clauses = data.breached if isinstance(data, contracts.ContractChanged) else None
    if not clauses:
        return state
    breach = items.Report(items.stamp(event), items.day(event), themes=clauses, count=len(clauses), of=data.contract_id)
    return msgspec.structs.replace(state, heard=hearing.report(state.heard, "breaches", str(event.id), breach))


def _carried_over(state: ProviderState, event: Event, data: carried_over.CarriedOverRecorded) -> ProviderState:
    state = msgspec.structs.replace(
        state,
        decided=decisions.carried(state.decided, event, data),
        plans=planning.carried(state.plans, event, data),
    )
    last = data.last_contact
    return state if last is None else _contact(state, event, items.day_or(last, event), "contact.recorded")


PLAN_STEPS = tuple(
    entry.kind
    for entry in TYPES.values()
    if issubclass(entry.model, published_plans.Plan) and entry.model is not published_plans.PlanSubmittedForSignoff
)
Change = Callable[[ProviderState, Event, Any], ProviderState]
CHANGES: Mapping[str, tuple[Change, ...]] = {
    **dict.fromkeys(reported.KINDS, (_heard,)),
    "registry.service.registered": (_registered,),
    "registry.service.changed": (_registered,),
    "registry.service.reregistered": (_registered, _heard),
    "registry.service.closed": (_registered, _heard),
    "quality_concern.raised": (_heard,),
    "concern.outcome_recorded": (_heard,),
    "concern.regraded": (_heard,),
    "fact.withdrawn": (_heard,),
    "fact.corrected": (_heard,),
    "safeguarding_concern.received": (_heard,),
    "cqc_rating.published": (_rating,),
    "cqc_enforcement.recorded": (_enforcement,),
    "returns.submitted": (_return, _heard),
    "visit.completed": (_heard, _visit),
    "contact.recorded": (_contact_recorded,),
    "contract.registered": (_contract,),
    "contract.changed": (_contract,),
    "contract.ended": (_contract,),
    "carried_over.recorded": (_carried_over,),
    **dict.fromkeys(PLAN_STEPS, (_plan,)),
    "decision.took_effect": (_decided,),
    "decision.ratification_refused": (_decided,),
}
"""What each kind of event changes. Every type that names risk as a reader is here or is a mark: a test says so."""
