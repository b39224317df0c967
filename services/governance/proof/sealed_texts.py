"""The sealed texts of events: which keys they have, and under which names the vault lists them. Pure."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from shared.events import Event, registry
from shared.events.registry import TYPES

MARKS = {"kid", "nonce", "ciphertext"}


def kids(event: Event, *, identity: bool = False) -> set[UUID]:
    """The keys of an event's texts, wherever in it they stand; `identity`: only of who somebody is."""
    said: Any = event.data
    if identity:
        model = TYPES[event.type].model if event.type in TYPES else None
        said = {name: event.data.get(name) for name in (registry.identities(model) if model else ())}
    return set(_kids(said))


def subjects(event_id: UUID, *, identity: bool = False) -> tuple[str, ...]:
    """Under which names intake lists the texts of one event (its attachments too); `identity`: only who somebody is."""
    return (f"identity:{event_id}",) if identity else (f"event:{event_id}", f"identity:{event_id}")


def _kids(said: Any) -> Iterator[UUID]:
    if isinstance(said, dict):
        if said.keys() == MARKS:
            yield UUID(said["kid"])
        else:
            for one in said.values():
                yield from _kids(one)
    elif isinstance(said, list):
        for one in said:
            yield from _kids(one)
