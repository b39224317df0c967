"""What a draft would say of the providers of a place, as risk published it: a page of the read model."""

from dataclasses import asdict, dataclass
from typing import Any

import orjson

from services.governance import view
from services.governance.event_store import EventStore

_PAGE = f"""
SELECT s.provider_id, s.data::text AS data, p.facts ->> 'name' AS name
FROM {view.SCHEMA}.shadowed AS s JOIN {view.SCHEMA}.providers AS p USING (provider_id)
WHERE p.place = %(place)s AND s.digest = %(digest)s AND s.provider_id > %(after)s
AND (%(moves)s::boolean IS NULL OR coalesce(s.moves, false) = %(moves)s)
ORDER BY s.provider_id LIMIT %(limit)s
"""  # noqa: S608 - names of ours alone
_COUNTS = f"""
SELECT count(*) AS judged, count(*) FILTER (WHERE s.moves) AS move, count(*) FILTER (WHERE s.moves IS NULL) AS unclear
FROM {view.SCHEMA}.shadowed AS s JOIN {view.SCHEMA}.providers AS p USING (provider_id)
WHERE p.place = %s AND s.digest = %s
"""  # noqa: S608 - names of ours alone


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of which draft."""

    place: str
    digest: str
    moves: bool | None
    """Only those that would move, or would not; None: all."""
    after: str
    limit: int


def page(store: EventStore, wanted: Asked) -> dict[str, Any]:
    """Counts of all, and a page of providers."""
    place, digest, limit = wanted.place, wanted.digest, wanted.limit
    asked = asdict(wanted) | {"limit": limit + 1}
    with store.reading() as cursor:
        cursor.execute(_COUNTS, (place, digest), prepare=True)
        counts = dict(cursor.fetchone() or {})
        cursor.execute(_PAGE, asked, prepare=True)
        found = cursor.fetchall()
    shown = [_said(row["provider_id"], row["name"], orjson.loads(row["data"])) for row in found[:limit]]
    return counts | {"providers": shown, "next": shown[-1]["provider_id"] if len(found) > limit else None}


def _said(provider_id: str, name: str | None, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "provider_id": provider_id,
        "name": name,
        "moves": data.get("moves"),
        "now": {"indicated": data["beside_indicated"], "scales": data["beside_scales"]},
        "draft": {"indicated": data["indicated"], "scales": data["scales"]},
        "met": data.get("met", []),
        "missing": data.get("missing", []),
    }
