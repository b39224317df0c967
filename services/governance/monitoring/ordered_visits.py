"""A visit that a body ordered is owed until it is planned, and again if that plan is cancelled (HER-M2.c, CAL-21)."""

from services.governance.asking import Asking, Unfit
from services.governance.domain import visit
from services.governance.domain.taken import NoSuchDecision, Taken
from services.governance.event_store import EventStore
from services.governance.matter import Matter
from services.governance.register import Seen
from services.governance.watching import ordered
from shared import identifiers
from shared.events import processes, tasks

FIX = "Give the decision by which this service is to be visited, or leave it out."


def demand(store: EventStore, seen: Seen, decision_id: str | None) -> None:
    """The decision that is named orders a visit of this provider, and stands. Raises Unfit."""
    if decision_id is None:
        return
    try:
        found: Taken | None = store.case(seen.provider_id, seen.place).decision(decision_id)
    except NoSuchDecision:
        found = None
    if found is None or not isinstance(found.proposal.decision, processes.VisitOrdered):
        raise Unfit("/ordered_by", "This is no decision that orders a visit of this provider.", FIX)


def planned(store: EventStore, made: Matter, asking: Asking) -> list[Matter]:
    """It is in the timetable: nobody owes its planning any more."""
    state: visit.Visit = made.state
    found = ordered.owed(store, made.subject, state.planned.ordered_by)
    if found is None:
        return []
    done = tasks.TaskDone(task_id=found.matter_id, actor=asking.actor)
    found.take(done, identifiers.derived_id("task-step", found.matter_id, "planned", made.matter_id), asking.at)
    return [found]


def cancelled(store: EventStore, made: Matter, asking: Asking) -> list[Matter]:
    """It does not take place: the body's order stands, and is owed anew by the same day."""
    state: visit.Visit = made.state
    if state.status != "cancelled" or state.planned.ordered_by is None:
        return []
    again = ordered.anew(store, made.subject, state.planned.ordered_by, made.matter_id, asking.at)
    return [again] if again else []
