"""What a pack is made of: the record up to the marks that close its cut-off day, and no further. Blocks.

A prefix of each ledger partition, and of what risk judged from it: whenever it is read, it is the same.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from services.governance import past, view
from services.governance.domain.standing import Standing
from services.governance.domain.taken import Taken
from services.governance.event_store import Cursor
from shared import calendar, topics
from shared.events import TYPES, Event, assessments, data_of, decode, entry_of, marks

WRITERS = ("governance", "intake")
"""Both must have closed the day in every partition (architecture §3)."""
FOLDED = ("decision.", "plan.", "partner_rating.", "risk_log.", "alert.")
FOLDED_TYPES = [name for name, entry in TYPES.items() if entry.kind.startswith(FOLDED)]
COUNTED_TYPES = [name for name, entry in TYPES.items() if entry.senders]
"""What people and other systems send: how much of it came since the last meeting."""
CHANGED = entry_of(assessments.AssessmentChanged).type
CLOSED = entry_of(marks.DayClosed).type


class Awaited(Exception):
    """Not all inputs have passed the cut-off: `awaited` says which, and how far they are."""

    def __init__(self, cut_off: date, awaited: list[dict[str, Any]]) -> None:
        super().__init__(f"not everything up to the end of {cut_off.isoformat()} has been recorded and judged")
        self.awaited = awaited


@dataclass(frozen=True, slots=True)
class Close:
    """Where a partition of the ledger ends for a pack."""

    offset: int
    peak: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """One provider as the record had it at the cut-off."""

    provider_id: str
    facts: Mapping[str, Any]
    standing: Standing
    pending: tuple[Taken, ...]
    plan: Mapping[str, Any] | None
    assessment: assessments.AssessmentChanged | None
    events: tuple[Event, ...]
    """Decisions, plans, ratings, risk log and alerts, in their order."""
    came: Mapping[str, int] = field(default_factory=dict)
    """By kind, what came since the last pack."""


def closes(cursor: Cursor, cut_off: date) -> dict[int, Close]:
    """Per partition, the mark that closes the cut-off day last. Raises Awaited."""
    cursor.execute(f"SELECT topic, partition, writer, day FROM {view.SCHEMA}.days")  # noqa: S608 - names of ours alone
    days = {(row["topic"], row["partition"], row["writer"]): row["day"] for row in cursor}
    wanted = [(topics.LEDGER, writer) for writer in WRITERS] + [(topics.ASSESSMENTS, "risk")]
    awaited = [
        {"topic": topic, "partition": partition, "writer": writer, "passed": day and day.isoformat()}
        for topic, writer in wanted
        for partition in range(topics.PARTITIONS)
        if (day := days.get((topic, partition, writer))) is None or day < cut_off
    ]
    if awaited:
        raise Awaited(cut_off, awaited)
    cursor.execute(_MARKS, (calendar.midnight(cut_off), CLOSED, cut_off))
    return {row["partition"]: Close(row["closing"], row["peak"]) for row in cursor}


def recorded(cursor: Cursor, place: str, ends: Mapping[int, Close], since: date) -> list[Recorded]:
    """Every provider of the place that was registered by then and not closed, by its id."""
    asked = {
        "place": place, "partitions": list(ends), "offsets": [one.offset for one in ends.values()],
        "peaks": [one.peak for one in ends.values()], "since": calendar.midnight(calendar.add_days(since, 1)),
        "folded": FOLDED_TYPES, "counted": COUNTED_TYPES, "changed": CHANGED,
    }  # fmt: skip
    cursor.execute(_PROVIDERS, asked)
    facts = {row["provider_id"]: orjson.loads(row["facts"]) for row in cursor}
    events, came = _events(cursor, asked), _came(cursor, asked)
    judged = _judged(cursor, asked)
    return [
        _provider(who, about, events.get(who, []), judged.get(who), came.get(who, {})) for who, about in facts.items()
    ]


def _provider(
    who: str, facts: dict[str, Any], events: list[Event], judged: assessments.AssessmentChanged | None,
    came: Mapping[str, int],
) -> Recorded:  # fmt: skip
    standing, pending = past.folded(events)
    waiting = tuple(sorted(pending, key=lambda one: one.proposal.decision_id))
    return Recorded(who, facts, standing, waiting, past.folded_plan(events), judged, tuple(events), came)


def _events(cursor: Cursor, asked: Mapping[str, Any]) -> dict[str, list[Event]]:
    cursor.execute(_EVENTS, asked)
    found: dict[str, list[Event]] = defaultdict(list)
    for row in cursor:
        found[row["provider_id"]].append(decode(bytes(row["body"])))
    return found


def _came(cursor: Cursor, asked: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    cursor.execute(_CAME, asked)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in cursor:
        found[row["provider_id"]][TYPES[row["type"]].kind] = row["came"]
    return found


def _judged(cursor: Cursor, asked: Mapping[str, Any]) -> dict[str, assessments.AssessmentChanged]:
    cursor.execute(_JUDGED, asked)
    return dict(_assessments(cursor))


def _assessments(cursor: Cursor) -> Iterator[tuple[str, assessments.AssessmentChanged]]:
    for row in cursor:
        data = data_of(decode(bytes(row["body"])))
        assert isinstance(data, assessments.AssessmentChanged)  # noqa: S101 - asked by its type
        yield row["provider_id"], data


_ENDS = """
WITH ends AS MATERIALIZED (
  SELECT * FROM unnest(%(partitions)s::smallint[], %(offsets)s::bigint[], %(peaks)s::timestamptz[])
    AS ends(partition, closing, peak)),
ours AS MATERIALIZED (
  SELECT p.provider_id, p.partition, p.facts, e.closing, e.peak
  FROM {view}.providers AS p JOIN ends AS e USING (partition)
  WHERE p.place = %(place)s AND p.registered <= e.peak AND p.facts->'closed' IS NULL)
""".replace("{view}", view.SCHEMA)
# Of each writer the first mark that closes the day; of both the later.
_MARKS = f"""
SELECT partition, max(first) AS closing, max(peak) AS peak FROM (
  SELECT partition, min("offset") AS first, min(peak) AS peak FROM (
    SELECT m.partition, m."offset", m.peak, convert_from(m.body, 'UTF8')::json AS e
    FROM {view.SCHEMA}.marks AS m WHERE m.peak >= %s) AS read
  WHERE e->>'type' = %s AND (e->'data'->>'date')::date >= %s GROUP BY partition, e->>'writer') AS writers
GROUP BY partition
"""  # noqa: S608 - names of ours alone
_PROVIDERS = f"{_ENDS} SELECT provider_id, facts::text AS facts FROM ours ORDER BY provider_id"  # noqa: S608
_EVENTS = f"""
{_ENDS} SELECT h.provider_id, h.body FROM ours JOIN {view.SCHEMA}.history AS h USING (provider_id)
WHERE h.type = ANY(%(folded)s) AND (
  (h.topic = 'ledger' AND h."offset" <= ours.closing) OR (h.topic = 'assessments' AND h.time <= ours.peak))
ORDER BY h.provider_id, h.recordedtime, h.rank, h."offset"
"""  # noqa: S608
_CAME = f"""
{_ENDS} SELECT h.provider_id, h.type, count(*) AS came FROM ours JOIN {view.SCHEMA}.history AS h USING (provider_id)
WHERE h.topic = 'ledger' AND h."offset" <= ours.closing AND h.recordedtime >= %(since)s AND h.type = ANY(%(counted)s)
GROUP BY h.provider_id, h.type ORDER BY h.provider_id, h.type
"""  # noqa: S608
# The newest that was judged from no more than the prefix: from the newest back, so that few are read.
_JUDGED = f"""
{_ENDS} SELECT ours.provider_id, last.body FROM ours, LATERAL (
  SELECT h.body FROM {view.SCHEMA}.history AS h
  WHERE h.provider_id = ours.provider_id AND h.type = %(changed)s
    AND (convert_from(h.body, 'UTF8')::json->'data'->'computed_from'->>'offset')::bigint <= ours.closing
  ORDER BY h.recordedtime DESC, h.rank DESC, h.partition DESC, h."offset" DESC LIMIT 1) AS last
"""  # noqa: S608
