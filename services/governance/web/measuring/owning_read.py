"""Who owns what, from the register in the read model; and the newest word on a change of owner."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from services.governance import view
from services.governance.event_store import EventStore
from services.governance.web.measuring.owners import Owned
from shared.events import entry_of, registry_facts

CHANGED: Final = entry_of(registry_facts.OwnershipChanged).type
_SERVICES: Final = f"""
SELECT provider_id, place, facts::text AS facts FROM {view.SCHEMA}.providers
WHERE place = ANY(%s) ORDER BY facts->>'name', provider_id
"""  # noqa: S608 - names of ours alone, here and below
_CHANGES: Final = f"""
SELECT DISTINCT ON (provider_id) provider_id, body FROM {view.SCHEMA}.history
WHERE provider_id = ANY(%s) AND type = %s ORDER BY provider_id, time DESC, recordedtime DESC
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Owning:
    """Blocks: call it from a thread."""

    store: EventStore

    def services(self, places: Iterable[str]) -> list[Owned]:
        """Every service of these places, closed ones too, by name."""
        with self.store.reading() as cursor:
            cursor.execute(_SERVICES, (sorted(places),), prepare=True)
            return [Owned(row["provider_id"], row["place"], orjson.loads(row["facts"])) for row in cursor]

    def changes(self, provider_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What was last said of a change of owner: it is on the record, and not yet in the register."""
        with self.store.reading() as cursor:
            cursor.execute(_CHANGES, (list(provider_ids), CHANGED), prepare=True)
            return {row["provider_id"]: orjson.loads(bytes(row["body"]))["data"] for row in cursor}
