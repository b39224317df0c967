"""Events of a provider whose words can be erased or held, to be chosen instead of typed by their ids."""

from collections.abc import Iterator
from uuid import UUID

from pydantic import ValidationError

from services.governance import tables, view
from services.governance.event_store import Cursor, EventStore
from services.governance.proof import retention, sealed_texts
from services.governance.web import words
from services.governance.web.form import Choices
from shared.events import Event, decode
from shared.vault import Vault

MOST = 40
_NEWEST = f"""
SELECT body FROM {view.SCHEMA}.history WHERE provider_id = %s AND type = ANY(%s) AND classification = ANY(%s)
ORDER BY id = %s DESC NULLS LAST, recordedtime DESC LIMIT %s
"""  # noqa: S608 - names of ours alone


def events(
    store: EventStore, vault: Vault, provider_id: str, may: frozenset[str], picked: UUID | None
) -> tuple[Choices, dict[str, str]]:
    """The one that was picked on its own page, then the newest; and where each is looked at. Blocks."""
    values = provider_id, tables.types(sorted(retention.with_texts())), sorted(may), picked, MOST
    with store.reading() as cursor:
        cursor.execute(_NEWEST, values, prepare=True)
        found = [(event, sealed_texts.kids(event)) for event in _read(cursor)]
    gone = vault.destroyed_sync({kid for _, kids in found for kid in kids})
    readable = [event for event, kids in found if kids - gone]
    choices = [(str(event.id), f"{words.kind(event.type)}, {words.day(event.time)}{_of(event)}") for event in readable]
    return choices, {name: f"/providers/{provider_id}/events/{name}" for name, _ in choices}


def _read(cursor: Cursor) -> Iterator[Event]:
    for row in cursor:
        try:
            yield decode(bytes(row["body"]))
        except ValidationError:
            continue  # altered since: `verify` names it


def _of(event: Event) -> str:
    """Which of its fields hold words."""
    sealed = [name for name, said in event.data.items() if isinstance(said, dict) and said.keys() == sealed_texts.MARKS]
    return f": {', '.join(words.plain(name).lower() for name in sealed)}" if sealed else ""
