"""What host authorities said of services where our people are: notices and assurance (CAL-35, rulings 24)."""

from collections.abc import Sequence
from typing import Any

import orjson

from services.governance import view
from services.governance.event_store import EventStore
from shared.events import entry_of, placements

MODELS = (placements.HostNoticeReceived, placements.HostAssuranceReceived)
TYPES = [entry_of(model).type for model in MODELS]
SHOWN = 20
_NOTICES = f"""
SELECT h.provider_id, h.time, h.body FROM {view.SCHEMA}.history AS h JOIN {view.SCHEMA}.providers AS p
USING (provider_id) WHERE p.place = ANY(%s) AND h.type = ANY(%s) ORDER BY h.time DESC LIMIT %s
"""  # noqa: S608 - names of ours alone


def notices(store: EventStore, places: Sequence[str]) -> list[dict[str, Any]]:
    """The newest, of these places. Blocks: call it from a thread."""
    with store.reading() as cursor:
        cursor.execute(_NOTICES, (list(places), TYPES, SHOWN), prepare=True)
        rows = cursor.fetchall()
    found = []
    for row in rows:
        event = orjson.loads(bytes(row["body"]))
        is_notice = event["type"] == TYPES[0]
        said = {"provider_id": row["provider_id"], "on": row["time"], "is_notice": is_notice}
        found.append(said | {name: event["data"].get(name) for name in KEPT})
    return found


KEPT = ("host_authority", "concern_level", "requested_action", "improvements_made", "embedded")
