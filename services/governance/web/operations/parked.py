"""Services with a record that risk could not process: their level is unknown until somebody releases it."""

from collections.abc import Iterable
from typing import Any

from services.governance import view
from services.governance.event_store import EventStore

MOST = 50
_PARKED = f"""
SELECT p.provider_id, p.place, p.facts->>'name' AS name, (a.data->>'unprocessed')::int AS records
FROM {view.SCHEMA}.providers AS p JOIN {view.SCHEMA}.assessments AS a USING (provider_id)
WHERE p.place = ANY(%s) AND (a.data->>'unprocessed')::int > 0 ORDER BY p.place, name LIMIT %s
"""  # noqa: S608 - names of ours alone


def parked(store: EventStore, places: Iterable[str]) -> list[dict[str, Any]]:
    """At most fifty of these places. Blocks."""
    with store.reading() as cursor:
        cursor.execute(_PARKED, (sorted(places), MOST), prepare=True)
        return [dict(row) for row in cursor]
