"""The read model's list of what governance has to follow up, in the transaction that puts it into the history."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import psycopg

from shared.events import carried_over, concerns, corrections, entry_of, placements, tasks, visits

FOLLOWED = frozenset(
    entry_of(model).type
    for model in (
        corrections.FactWithdrawn,
        corrections.FactCorrected,
        corrections.DisputeRaised,
        corrections.DisputeAnswered,
        concerns.ConcernOutcomeRecorded,
        carried_over.CarriedOverRecorded,
        placements.HostNoticeReceived,
        visits.VisitPlanned,
        visits.VisitCancelled,
        tasks.TaskDone,
        tasks.TaskNotDone,
        tasks.TaskWithdrawn,
    )
)
_PUT = "INSERT INTO arrived(id) SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING"


async def put(cursor: psycopg.AsyncCursor[Any], ids: Iterable[UUID]) -> None:
    """These are to be followed up; again, if they come again: whoever follows up does it once."""
    if found := list(ids):
        await cursor.execute(_PUT, (found,), prepare=True)
