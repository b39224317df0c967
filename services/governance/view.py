"""The read model: what ledger, assessments and notifications say of each provider, put down in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Json

from services.governance import view_alerts, view_arrivals, view_elsewhere
from shared import topics
from shared.events import Data, Event, assessments, data_of, entry_of, marks, registry_facts
from shared.kafka.record import Record

SCHEMA = "governance_view"
CHANGED = f"{SCHEMA}_changed"
"""The channel on which open pages hear, at the commit, whose record has changed: `place/provider`, some at once."""
TOLD_AT_ONCE = 120
TOPICS = (topics.LEDGER, topics.ASSESSMENTS, topics.NOTIFICATIONS)
_MODELS: tuple[type[Data], ...] = (
    marks.DayClosed,
    assessments.DayJudged,
    assessments.AssessmentChanged,
    assessments.AssessmentShadowed,
    registry_facts.ServiceRegistered,
    registry_facts.ServiceChanged,
    registry_facts.ServiceReregistered,
    registry_facts.ServiceClosed,
    *view_alerts.MODELS,
)
FOLDED = frozenset(entry_of(model).type for model in _MODELS)
"""What is more to this model than a line of history: of everything else the data need not be understood."""
RANK = {name: rank for rank, name in enumerate(TOPICS)}
"""At the same recordedtime: what was recorded, what was derived from it, who was told of that."""
Cursor = psycopg.AsyncCursor[Any]
Facts = dict[str, Any]

_HISTORY = """
INSERT INTO history(
  topic, partition, "offset", rank, provider_id, recordedtime, peak, time, id, type, classification, body)
SELECT * FROM unnest(%s::text[], %s::smallint[], %s::bigint[], %s::smallint[], %s::text[], %s::timestamptz[],
                     %s::timestamptz[], %s::timestamptz[], %s::uuid[], %s::text[], %s::text[], %s::bytea[])
ON CONFLICT DO NOTHING
"""
_PROVIDER = """
INSERT INTO providers(provider_id, place, partition, registered, facts) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (provider_id) DO UPDATE SET facts = excluded.facts
"""
_ASSESSMENT = """
INSERT INTO assessments(provider_id, id, recordedtime, data) VALUES (%s, %s, %s, %s)
ON CONFLICT (provider_id) DO UPDATE SET id = excluded.id, recordedtime = excluded.recordedtime, data = excluded.data
"""
_INDICATION = """
INSERT INTO indications(provider_id, recordedtime, low, high)
SELECT %(provider)s, %(at)s, %(low)s, %(high)s WHERE NOT EXISTS (
  SELECT 1 FROM (SELECT low, high FROM indications WHERE provider_id = %(provider)s
                 ORDER BY recordedtime DESC LIMIT 1) AS last
  WHERE last.low IS NOT DISTINCT FROM %(low)s::text AND last.high IS NOT DISTINCT FROM %(high)s::text)
ON CONFLICT (provider_id, recordedtime) DO UPDATE SET low = excluded.low, high = excluded.high
"""
_SHADOWED = """
INSERT INTO shadowed(provider_id, digest, moves, recordedtime, data) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (provider_id) DO UPDATE
SET digest = excluded.digest, moves = excluded.moves, recordedtime = excluded.recordedtime, data = excluded.data
"""
_PEAKS = """
INSERT INTO peaks(topic, partition, peak) SELECT * FROM unnest(%s::text[], %s::smallint[], %s::timestamptz[])
ON CONFLICT (topic, partition) DO UPDATE SET peak = excluded.peak
"""
_MARKS = """
INSERT INTO marks(partition, "offset", peak, body)
SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::timestamptz[], %s::bytea[])
"""
_DAY = """
INSERT INTO days(topic, partition, writer, day) VALUES (%s, %s, %s, %s)
ON CONFLICT (topic, partition, writer) DO UPDATE SET day = greatest(days.day, excluded.day)
"""


async def take(cursor: Cursor, records: Sequence[Record]) -> None:
    """Put these records down, in order. What is there already (by its id) stays as it is."""
    peaks = await _peaks(cursor)
    rows, marked = [], []
    for record in records:
        lane, event = (record.topic, record.partition), record.event
        peaks[lane] = max(peaks.get(lane, event.recordedtime), event.recordedtime)
        if not event.subject.startswith("partition/"):
            rows.append(_row(record, peaks[lane]))
        elif record.topic == topics.LEDGER:
            marked.append((record.partition, record.offset, peaks[lane], record.raw))
    if marked:
        await cursor.execute(_MARKS, [list(column) for column in zip(*marked, strict=True)], prepare=True)
    if rows:
        await cursor.execute(_HISTORY, [list(column) for column in zip(*rows, strict=True)], prepare=True)
    lanes = sorted((*lane, peaks[lane]) for lane in {(record.topic, record.partition) for record in records})
    await cursor.execute(_PEAKS, [list(column) for column in zip(*lanes, strict=True)], prepare=True)
    await view_arrivals.put(cursor, (each.event.id for each in records if each.event.type in view_arrivals.FOLLOWED))
    await view_elsewhere.take(cursor, (each.event for each in records))
    for record in records:
        if record.event.type in FOLDED:
            await _fold(cursor, record, data_of(record.event))
    await _tell(cursor, records)


async def _tell(cursor: Cursor, records: Sequence[Record]) -> None:
    """Under the schema's own name, so that nobody hears of a model that is being built again beside it."""
    about = (record.event for record in records if not record.event.subject.startswith("partition/"))
    changed_ones = sorted({f"{event.place}/{event.subject}" for event in about})
    for first in range(0, len(changed_ones), TOLD_AT_ONCE):
        said = " ".join(changed_ones[first : first + TOLD_AT_ONCE])
        await cursor.execute("SELECT pg_notify(current_schema() || '_changed', %s)", (said,), prepare=True)


async def _peaks(cursor: Cursor) -> dict[tuple[str, int], datetime]:
    await cursor.execute("SELECT topic, partition, peak FROM peaks", prepare=True)
    return {(topic, partition): peak for topic, partition, peak in await cursor.fetchall()}


async def _fold(cursor: Cursor, record: Record, data: Any) -> None:
    event = record.event
    match data:
        case _ if isinstance(data, view_alerts.MODELS):
            await view_alerts.take(cursor, event, data)
        case marks.DayClosed(date=day) | assessments.DayJudged(date=day):
            await cursor.execute(_DAY, (record.topic, record.partition, event.writer, day), prepare=True)
        case assessments.AssessmentChanged(indicated=said):
            judged = (event.subject, event.id, event.recordedtime, Json(event.data))
            await cursor.execute(_ASSESSMENT, judged, prepare=True)
            step = {"provider": event.subject, "at": event.recordedtime, "low": said.min, "high": said.max}
            await cursor.execute(_INDICATION, step, prepare=True)
        case assessments.AssessmentShadowed():
            draft = (event.subject, data.policy.digest, data.moves, event.recordedtime, Json(event.data))
            await cursor.execute(_SHADOWED, draft, prepare=True)
        case _:
            await cursor.execute(
                "SELECT facts::text FROM providers WHERE provider_id = %s", (event.subject,), prepare=True
            )
            found = await cursor.fetchone()
            facts = changed(orjson.loads(found[0]) if found else {}, data, event)
            row = (event.subject, event.place, record.partition, event.recordedtime, Json(facts))
            await cursor.execute(_PROVIDER, row, prepare=True)


def changed(facts: Facts, data: Any, event: Event) -> Facts:
    """What is known of a service after one more registry event."""
    aliases = facts.get("aliases", {})
    match data:
        case registry_facts.ServiceReregistered(old_cqc_location_id=old, new_cqc_location_id=new):
            former = [*facts.get("former_cqc_location_ids", []), old]
            return facts | {"aliases": aliases | {"cqc_location_id": new}, "former_cqc_location_ids": former}
        case registry_facts.ServiceClosed(closed_on=day, reason=reason):
            return facts | {"closed": {"on": day.isoformat(), "reason": reason}}
    return facts | event.data | {"aliases": aliases | event.data.get("aliases", {})}


def _row(record: Record, peak: datetime) -> tuple[Any, ...]:
    event = record.event
    return (
        record.topic, record.partition, record.offset, RANK[record.topic], event.subject, event.recordedtime,
        peak, event.time, event.id, event.type, event.classification, record.raw,
    )  # fmt: skip
