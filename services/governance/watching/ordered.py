"""A visit that a body ordered is owed by nobody while it stands in somebody's timetable, ours or another (CAL-21)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from services.governance import matters, view
from services.governance.domain import task
from services.governance.event_store import EventStore
from services.governance.matter import Matter
from services.governance.watching import following
from services.governance.watching.following import About
from shared import identifiers
from shared.events import Event, data_of, decode, entry_of, tasks, visits

_SENT = f"""
SELECT document FROM {view.SCHEMA}.elsewhere
WHERE provider_id = %s AND kind = 'visit' AND source = %s AND name = %s AND document IS NOT NULL
"""  # noqa: S608 - names of ours alone, here and below
_WAS = f"SELECT body FROM {view.SCHEMA}.history WHERE id = %s AND type = ANY(%s)"  # noqa: S608
_TYPES = [entry_of(model).type for model in (visits.VisitPlanned, visits.VisitCancelled)]
_ANSWERED = f"""
SELECT FROM (SELECT subject, kind, document FROM matters
             UNION ALL SELECT provider_id, kind, document FROM {view.SCHEMA}.elsewhere) AS every
WHERE subject = %s AND kind = 'visit' AND document->>'ordered_by' = %s AND document->>'status' <> 'cancelled' LIMIT 1
"""  # noqa: S608


def owed(store: EventStore, provider_id: str, decision_id: str | None) -> Matter | None:
    """The open task to plan what this decision ordered."""
    if decision_id is None:
        return None
    with store.reading() as cursor:
        known = matters.open_ones(cursor, task.KIND.name, provider_id)
    names = [one["task_id"] for one in known if one["decision_id"] == decision_id and task.orders_visit(one["task"])]
    return store.matter(task.KIND.name, names[0]) if names else None


def anew(store: EventStore, provider_id: str, decision_id: str, after: str, at: datetime) -> Matter | None:
    """The visit of that number, or the event that planned it, is gone: the order stands, and is owed by the same day.

    Once for each.
    """
    first, name = store.matter(task.KIND.name, task.ordered_id(decision_id)), task.ordered_id(decision_id, after)
    if first is None or owed(store, provider_id, decision_id) is not None:
        return None
    if store.matter(task.KIND.name, name) is not None:
        return None
    said: tasks.TaskRaised = first.state.raised
    made = Matter(task.KIND.name, name, first.subject, first.place)
    made.take(said.model_copy(update={"task_id": name}), identifiers.derived_id("task-step", name), at)
    return made


def follow(store: EventStore, about: About, event: Event, visit_id: str) -> None:
    """What a visit of another system's timetable does to the order that it names."""
    who = about.seen.provider_id
    with store.reading() as cursor:
        cursor.execute(_SENT, (who, event.source, visit_id), prepare=True)
        row = cursor.fetchone()
    order = row["document"]["ordered_by"] if row else None
    if row is None or order is None:
        return
    if row["document"]["status"] == "cancelled":
        made = anew(store, who, order, row["document"]["visit_id"], about.at)
    elif (made := owed(store, who, order)) is not None:
        done = tasks.TaskDone(task_id=made.matter_id, evidence=(str(event.id),))
        made.take(done, identifiers.derived_id("task-step", made.matter_id, str(event.id)), about.at)
    if made is not None:
        following.save(store, about, [made])


def taken_back(store: EventStore, about: Callable[[str], About], event_id: UUID) -> None:
    """A word of another system about a visit never was true: the order that it answered is owed anew, or no more.

    Not while another visit answers the same order: the one that replaces it, or anybody else's.
    """
    with store.reading() as cursor:
        cursor.execute(_WAS, (event_id, _TYPES), prepare=True)
        row = cursor.fetchone()
    if row is None:
        return
    event = decode(bytes(row["body"]))
    said, here = data_of(event), about(event.subject)
    if not isinstance(said, visits.VisitPlanned | visits.VisitCancelled):
        return
    follow(store, here, event, said.visit_id)  # what is left of it
    order = said.ordered_by if isinstance(said, visits.VisitPlanned) else None
    if order is None or _is_answered(store, event.subject, order):
        return
    if (made := anew(store, event.subject, order, str(event_id), here.at)) is not None:
        following.save(store, here, [made])


def _is_answered(store: EventStore, provider_id: str, decision_id: str) -> bool:
    with store.reading() as cursor:
        cursor.execute(_ANSWERED, (provider_id, decision_id), prepare=True)
        return cursor.fetchone() is not None
