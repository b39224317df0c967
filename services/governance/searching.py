"""Which entries of a history are looked for: by who published them, by what they name. Never by a sealed text. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.governance.history import Entry
from shared.events import TYPES
from shared.events.registry import Published

SEALED = {"kid", "nonce", "ciphertext"}


class UnknownGroup(Exception):
    """There is no such group of types: the known ones are told."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no group {name}")
        self.known = sorted({group_of(entry) for entry in TYPES.values()})


@dataclass(frozen=True, slots=True)
class Search:
    """What an entry must have."""

    publisher: str | None = None
    """Who published it: an organisation's name as intake knows it, or a service of ours."""
    words: str | None = None
    """A code, an id or a reference that stands in it, in any case of letters."""
    may: frozenset[str] = frozenset()
    """Only contents of these classifications are searched."""

    @property
    def is_empty(self) -> bool:
        """Whether it leaves nothing out."""
        return self.publisher is None and self.words is None

    def fits(self, entry: Entry) -> bool:
        """Whether this entry is looked for."""
        event = entry.event
        if self.publisher is not None and publisher(event) != self.publisher:
            return False
        if self.words is None:
            return True
        words = self.words.casefold()
        said = [event["id"], event["type"], event["source"]]
        if entry.classification in self.may:
            said += leaves(event["data"])
        return any(words in one.casefold() for one in said)


def publisher(event: Mapping[str, Any]) -> str:
    """Who published an event: `/places/…/publishers/icb-quality` → `icb-quality`; of ours, the service."""
    _, _, named = event["source"].partition("/publishers/")
    return str(named.partition("/")[0] or event["writer"])


def leaves(said: Any) -> Iterator[str]:
    """Every word, number and date in the data of an event, but nothing of a sealed text."""
    if isinstance(said, dict):
        if said.keys() != SEALED:
            for one in said.values():
                yield from leaves(one)
    elif isinstance(said, list):
        for one in said:
            yield from leaves(one)
    elif said is not None:
        yield str(said)


def types_of(group: str) -> list[str]:
    """The types of a group, as they are stored. Raises UnknownGroup."""
    found = [type_ for type_, entry in TYPES.items() if group_of(entry) == group]
    if not found:
        raise UnknownGroup(group)
    return found


def group_of(entry: Published) -> str:
    """The part of the published language that a type belongs to: `concerns`, `decisions`, `plans`."""
    return entry.model.__module__.rpartition(".")[2]
