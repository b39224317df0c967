"""The read model's lists of what came through the door: each event kept until it is taken back, each thing folded."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Json

from services.governance.domain import elsewhere
from shared.events import Event, corrections, entry_of

Cursor = psycopg.AsyncCursor[Any]
MOST = 500
"""So many are folded with a batch of records: only after an upgrade are there more."""
CORRECTIONS = frozenset(entry_of(model).type for model in (corrections.FactWithdrawn, corrections.FactCorrected))

_PUT = """
INSERT INTO outside(id, provider_id, place, source, kind, name, time, recordedtime, type, data)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_TAKEN_BACK = "INSERT INTO taken_back(event_id) SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING"
_TOUCHED = """
INSERT INTO elsewhere(provider_id, kind, source, name, place, stale)
SELECT DISTINCT ON (provider_id, kind, source, name) provider_id, kind, source, name, place, true
FROM outside WHERE id = ANY(%(ids)s)
ON CONFLICT (provider_id, kind, source, name) DO UPDATE SET stale = true
"""
_GONE = "DELETE FROM outside AS o USING taken_back AS t WHERE o.id = t.event_id AND o.id = ANY(%(ids)s)"
_STALE = "SELECT provider_id, kind, source, name FROM elsewhere WHERE stale LIMIT %s"
_STEPS = """
SELECT type, time, data FROM outside WHERE provider_id = %s AND kind = %s AND source = %s AND name = %s
ORDER BY time, recordedtime, id
"""
_FOLDED = """
UPDATE elsewhere SET matter_id = %s, open = %s, due = %s, document = %s, stale = false
WHERE provider_id = %s AND kind = %s AND source = %s AND name = %s
"""
_NOTHING = """
UPDATE elsewhere SET matter_id = NULL, open = NULL, due = NULL, document = NULL, stale = false
WHERE provider_id = %s AND kind = %s AND source = %s AND name = %s
"""


async def take(cursor: Cursor, events: Iterable[Event]) -> None:
    """Keep what is new, let go what was taken back, whichever came first; fold what either touches."""
    rows, gone = [], []
    for event in events:
        if event.type in CORRECTIONS:
            gone.append(UUID(str(event.data["event_id"])))
        elif (key := elsewhere.key_of(event)) is not None:
            rows.append(_row(event, *key))
    if gone:
        await cursor.execute(_TAKEN_BACK, (gone,), prepare=True)
    if rows:
        await cursor.executemany(_PUT, rows)
    if rows or gone:
        ids = {"ids": [*(row[0] for row in rows), *gone]}
        await cursor.execute(_TOUCHED, ids, prepare=True)
        await cursor.execute(_GONE, ids, prepare=True)
    await cursor.execute(_STALE, (MOST,), prepare=True)
    for thing in await cursor.fetchall():
        await _fold(cursor, thing)


async def _fold(cursor: Cursor, thing: Sequence[Any]) -> None:
    provider_id, kind, source, name = thing
    await cursor.execute(_STEPS, (provider_id, kind, source, name), prepare=True)
    ours = elsewhere.matter_id(provider_id, kind, source, name)
    shown = elsewhere.folded(kind, await cursor.fetchall(), ours)
    if shown is None:
        await cursor.execute(_NOTHING, (provider_id, kind, source, name), prepare=True)
        return
    said = dict(shown.document) | {"elsewhere": {"source": source, "reference": name}}
    values = (ours, shown.open, shown.due, Json(said), provider_id, kind, source, name)
    await cursor.execute(_FOLDED, values, prepare=True)


def _row(event: Event, kind: str, name: str) -> tuple[Any, ...]:
    return (
        event.id, event.subject, event.place, event.source, kind, name, event.time, event.recordedtime, event.type,
        Json(event.data),
    )  # fmt: skip
