"""Collections of a state: the later item of a key wins, what is too old is let go, and a cap is never passed unseen.

Versions of a thing are kept beside each other, so that one that is withdrawn gives way to the one before it.
"""

from collections.abc import Container, Mapping
from typing import Protocol, TypeVar

from services.risk.remembered.items import Day, Stamp


class Stamped(Protocol):
    """Anything that ranks by its stamp."""

    @property
    def stamp(self) -> Stamp:
        """(time, recordedtime, id)."""


class Dated(Stamped, Protocol):
    """Anything that also has a London day."""

    @property
    def day(self) -> Day:
        """When it happened."""


VERSIONS_KEPT = 4

S = TypeVar("S", bound=Stamped)
D = TypeVar("D", bound=Dated)


def later(old: S, new: S | None) -> S:
    """The one that wins; a missing one never does."""
    return new if new is not None and new.stamp > old.stamp else old


def put(collection: dict[str, S], key: str, item: S) -> dict[str, S]:
    """The collection with the item, unless a later one of its key is there: then the collection itself."""
    old = collection.get(key)
    if old is not None and old.stamp >= item.stamp:
        return collection
    return {**collection, key: item}


def add(collection: dict[str, tuple[S, ...]], key: str, item: S, kept: int = VERSIONS_KEPT) -> dict[str, tuple[S, ...]]:
    """The collection with one more version of a thing, the newest `kept` in order: itself where nothing changes."""
    there = collection.get(key, ())
    versions = tuple(sorted({each.stamp: each for each in (*there, item)}.values(), key=_stamp))[-kept:]
    return collection if versions == there else {**collection, key: versions}


def current(collection: Mapping[str, tuple[S, ...]], withdrawn: Container[str]) -> dict[str, S]:
    """The newest version of each thing that has not been withdrawn."""
    if not withdrawn:
        return {key: versions[-1] for key, versions in collection.items()}
    found: dict[str, S] = {}
    for key, versions in collection.items():
        for version in reversed(versions):
            if version.stamp[2] not in withdrawn:
                found[key] = version
                break
    return found


def first(collection: Mapping[str, tuple[S, ...]], withdrawn: Container[str]) -> dict[str, S]:
    """The oldest version of each thing that has not been withdrawn."""
    found = {key: [each for each in versions if each.stamp[2] not in withdrawn] for key, versions in collection.items()}
    return {key: versions[0] for key, versions in found.items() if versions}


def within(collection: dict[str, tuple[D, ...]], floor: Day) -> dict[str, tuple[D, ...]]:
    """Things of which a version happened on the floor day or later: the collection itself where those are all."""
    if all(max(each.day for each in versions) >= floor for versions in collection.values()):
        return collection
    return {key: versions for key, versions in collection.items() if max(each.day for each in versions) >= floor}


def capped(collection: dict[str, tuple[S, ...]], cap: int) -> dict[str, tuple[S, ...]]:
    """At most `cap` versions: of more only the newest of each thing, of the newest things. Itself where all fits."""
    if sum(map(len, collection.values())) <= cap:
        return collection
    kept = set(sorted(collection, key=lambda key: collection[key][-1].stamp)[-cap:])
    return {key: versions[-1:] for key, versions in collection.items() if key in kept}


def _stamp(item: Stamped) -> Stamp:
    return item.stamp


def most_recent(days: Mapping[str, Day], floor: Day) -> dict[str, Day]:
    """Entries of the floor day or later."""
    return {key: day for key, day in days.items() if day >= floor}
