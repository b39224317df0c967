"""Collections of a state: the later item of a key wins, what is too old is let go, and a cap is never passed unseen."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from services.risk.items import Day, Stamp


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


def young(collection: dict[str, D], floor: Day) -> dict[str, D]:
    """What happened on the floor day or later: the collection itself where that is all."""
    if all(item.day >= floor for item in collection.values()):
        return collection
    return {key: item for key, item in collection.items() if item.day >= floor}


def newest(collection: dict[str, S], cap: int) -> dict[str, S]:
    """The newest `cap` items: the collection itself where there are no more."""
    if len(collection) <= cap:
        return collection
    kept = set(sorted(collection, key=lambda key: collection[key].stamp)[-cap:])
    return {key: item for key, item in collection.items() if key in kept}


def most_recent(days: Mapping[str, Day], floor: Day) -> dict[str, Day]:
    """Entries of the floor day or later."""
    return {key: day for key, day in days.items() if day >= floor}
