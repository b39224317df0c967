"""The names of services, so that no page leaves its reader alone with an id."""

from collections.abc import Iterable

from services.governance import view
from services.governance.event_store import EventStore

_NAMES = f"SELECT provider_id, facts->>'name' AS name FROM {view.SCHEMA}.providers WHERE provider_id = ANY(%s)"  # noqa: S608


def of(store: EventStore, provider_ids: Iterable[str]) -> dict[str, str]:
    """Id → name, of those that are known. Blocks: call it from a thread."""
    with store.reading() as cursor:
        cursor.execute(_NAMES, (sorted(set(provider_ids)),), prepare=True)
        return {row["provider_id"]: row["name"] for row in cursor}


def one(store: EventStore, provider_id: str) -> str:
    """The name of one service; its id where nobody told us the name. Blocks: call it from a thread."""
    return of(store, [provider_id]).get(provider_id, provider_id)


def of_place(store: EventStore, place: str) -> dict[str, str]:
    """The same of a place's services that have not closed, in the order of their names: what a form offers."""
    with store.reading() as cursor:
        cursor.execute(_OF_PLACE, (place,), prepare=True)
        return {row["provider_id"]: row["name"] for row in cursor}


_OF_PLACE = f"""
SELECT provider_id, facts->>'name' AS name FROM {view.SCHEMA}.providers
WHERE place = %s AND facts->'closed' IS NULL ORDER BY facts->>'name', provider_id
"""  # noqa: S608 - names of ours alone
