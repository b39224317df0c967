"""That a registered manager is back: CQC only tells of absence, so its end is that it tells no more of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import psycopg

from services.intake.feeds.cqc_locations import FEED, MANAGER
from services.intake.feeds.reading import Fact, Said, reference

Cursor = psycopg.AsyncCursor[Any]

_LAST = """
SELECT DISTINCT ON (j.key) a.value, j.id, j.body FROM journal AS j
JOIN aliases AS a ON a.provider_id = j.key AND a.scheme = 'cqc_location_id'
WHERE j.type LIKE 'careledger.registry.manager.changed.%%' AND a.value = ANY(%s) AND a.place = ANY(%s)
ORDER BY j.key, j.position DESC
"""


async def ended(cursor: Cursor, batch: Sequence[Said], publisher: str, today: date) -> list[Said]:
    """The batch, with a manager in post again wherever this publisher said last that there was none."""
    there = [said for said in batch if said.manager_is_there]
    if not there:
        return list(batch)
    names = [said.subject.partition(":")[2] for said in there]
    await cursor.execute(_LAST, (names, sorted({said.place for said in there if said.place})))
    away: dict[str, str] = {}
    for name, id_, body in await cursor.fetchall():
        event = orjson.loads(bytes(body))
        if event["data"]["status"] == "absent" and event["source"].endswith(f"/publishers/{publisher}"):
            away[f"cqc:{name}"] = str(id_)
    return [_back(said, away[said.subject], today) if said.subject in away else said for said in batch]


def _back(said: Said, ended: str, today: date) -> Said:
    """Since when is not told: since the day on which we saw it."""
    data = {"status": "in_post", "since": today.isoformat()}
    named = reference(FEED, [said.subject.partition(":")[2], "manager"], ["in_post", ended])
    return replace(said, facts=(*said.facts, Fact(rows=said.rows, reference=named, kind=MANAGER, data=data, on=today)))
