"""The sealed texts of one event in clear, for those who may: and that they were read is kept (architecture §9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.governance import view
from services.governance.asking import Asking, Unknown
from services.governance.event_store import EventStore, remember
from shared.events import Sealed, decode, registry
from shared.events.registry import TYPES
from shared.vault import Vault

IDENTITIES = frozenset({"safeguarding"})
"""Who may learn who raised something (domain.md §4.4): nobody else, whatever else they may read."""

_FIND = f"""
SELECT classification, body FROM {view.SCHEMA}.history
WHERE provider_id = %s AND id = %s
"""  # noqa: S608 - names of ours alone


@dataclass(frozen=True, slots=True)
class Texts:
    """Blocks: call it from a thread."""

    store: EventStore
    vault: Vault

    def opened(self, provider_id: str, event_id: UUID, asking: Asking, may: frozenset[str]) -> Mapping[str, str | None]:
        """Text by field; None where it was erased. `may`: classifications the asker may read. Raises Unknown."""
        with self.store.reading() as cursor:
            cursor.execute(_FIND, (provider_id, event_id), prepare=True)
            found = cursor.fetchone()
        if found is None or found["classification"] not in may:
            raise Unknown("no event of this provider that you may read has this id")
        event = decode(bytes(found["body"]))
        return self.in_clear(_fields(event.type, event.data, asking.roles), event.id, asking)

    def in_clear(self, fields: Mapping[str, Sealed], event_id: UUID, asking: Asking) -> Mapping[str, str | None]:
        """These texts of an event; that they were read is kept."""
        # Kept before it is shown: what cannot be kept is not read.
        if fields:
            with self.store.datastore.transaction(commit=True) as cursor:
                cursor.execute("INSERT INTO openings(actor, event_id) VALUES (%s, %s)", (asking.actor, event_id))
                remember(cursor, asking)
        texts = self.vault.open_many_sync([(sealed, event_id) for sealed in fields.values()])
        return dict(zip(fields, texts, strict=True))


def _fields(type_: str, data: Mapping[str, Any], roles: frozenset[str]) -> dict[str, Sealed]:
    if type_ not in TYPES:
        return {}
    model = TYPES[type_].model
    hidden = set() if roles & IDENTITIES else set(registry.identities(model))
    names = [name for name in registry.texts(model) if name not in hidden and data.get(name) is not None]
    return {name: Sealed.model_validate(data[name]) for name in names}
