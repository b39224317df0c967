"""The schedule of a place: levels, clocks, tasks and planned visits, read in one go."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from services.governance import pages, view
from services.governance.event_store import Cursor, EventStore
from services.governance.monitoring import listing, schedule
from services.governance.monitoring.schedule import Entry, Planned
from services.governance.packs import Packs

_PROVIDERS = f"""
SELECT p.provider_id, p.place, p.facts::text AS facts, a.data->'scales'->%(scale)s AS indicated,
       a.data->'clocks' AS clocks, c.standing->%(scale)s->>'level' AS confirmed
FROM {view.SCHEMA}.providers AS p
LEFT JOIN {view.SCHEMA}.assessments AS a USING (provider_id) LEFT JOIN cases AS c USING (provider_id)
WHERE p.place = %(place)s
"""  # noqa: S608 - names of ours alone
_VISITS = f"""
SELECT subject, document FROM {listing.EVERY} WHERE kind = 'visit' AND place = %s AND open ORDER BY matter_id
"""  # noqa: S608 - names of ours alone
_TASKS = """
SELECT subject, document->>'task' AS task, due FROM matters
WHERE kind = 'task' AND place = %s AND open AND due IS NOT NULL AND document->>'task' ~ 'visit|assess'
"""


@dataclass(frozen=True, slots=True)
class Scheduling:
    """Blocks: call it from a thread."""

    store: EventStore
    packs: Packs

    def place(self, place: str, today: date) -> tuple[str, list[Entry]]:
        """By which scale, and every open provider in its order. Raises NoPolicy."""
        pack = self.packs.in_force(place, today).pack
        scale = schedule.scale_of(pack.scales, pack.primary)
        with self.store.reading() as cursor:
            visits, tasks = _visits(cursor, place), _tasks(cursor, place)
            cursor.execute(_PROVIDERS, {"place": place, "scale": scale}, prepare=True)
            rows = cursor.fetchall()
        entries = [_entry(row, visits, tasks) for row in rows if not orjson.loads(row["facts"]).get("closed")]
        return scale, schedule.ordered(entries, pack.scales[scale].order)


def _entry(row: dict[str, Any], visits: dict[str, list[Planned]], tasks: dict[str, list[tuple[str, date]]]) -> Entry:
    name, indicated = row["provider_id"], row["indicated"] or {}
    about = pages.summary(name, row["place"], orjson.loads(row["facts"]))
    return Entry(
        provider_id=name,
        about={key: about[key] for key in ("name", "place", "service_type", "commissioning")},
        confirmed=row["confirmed"],
        indicated=None if indicated.get("unknown") else indicated.get("max"),
        due=schedule.due_of(row["clocks"] or (), tasks.get(name, ())),
        planned=tuple(visits.get(name, ())),
    )


def _visits(cursor: Cursor, place: str) -> dict[str, list[Planned]]:
    found: dict[str, list[Planned]] = defaultdict(list)
    cursor.execute(_VISITS, (place,), prepare=True)
    for row in cursor:
        one = row["document"]
        if one["status"] == "planned":
            day = date.fromisoformat(one["planned_for"])
            planned = Planned(one["visit_id"], day, one["purpose"], one["lead"], tuple(one["commissioners"]))
            found[row["subject"]].append(planned)
    return found


def _tasks(cursor: Cursor, place: str) -> dict[str, list[tuple[str, date]]]:
    found: dict[str, list[tuple[str, date]]] = defaultdict(list)
    cursor.execute(_TASKS, (place,), prepare=True)
    for row in cursor:
        found[row["subject"]].append((row["task"], row["due"]))
    return found
