"""What is remembered of one ledger partition: where we are in it, which days are closed, what is in force where.

Marks are the only way that time and policy reach a judgement, so both have their place in the order of facts.
"""

from enum import Enum

import msgspec

from services.risk.remembered import items
from services.risk.remembered.items import Day
from shared.events import Event, data_of, marks

WRITERS = ("intake", "governance")
"""Both must have closed a day before it is over."""
MARKS = frozenset({"day.closed", "policy.in_force", "baseline.in_force", "shadow.in_force"})


class Place(Enum):
    """Where a record stands to the last one applied of its writer (architecture §4)."""

    NEXT = "next"
    REPEAT = "repeat"
    HOLE = "hole"


class InForce(msgspec.Struct, frozen=True):
    """A policy that counts for a place."""

    digest: str
    since: Day
    """The day on which this text came into force, or was recorded as such, whichever is later."""
    pack: str = ""
    adopted: Day = 0
    """Since when packs of this name have been in force without a break: clocks go on through a new version."""


class PartitionState(msgspec.Struct, frozen=True):
    """One partition."""

    number: int
    sequences: dict[str, int] = {}
    """By writer, the last sequence that was applied."""
    closed: dict[str, Day] = {}
    """By writer, the last day that it has closed."""
    c: Day | None = None
    """The last day that all writers have closed. It never goes back."""
    heard: dict[str, dict[str, Day]] = {}
    """By place and kind of event, the newest closed day on which any of that kind was heard."""
    hearing: dict[str, dict[str, Day]] = {}
    """The same of days that not all writers have closed: nobody is judged by it until C moves."""
    policies: dict[str, InForce] = {}
    baselines: dict[str, str] = {}
    shadows: dict[str, str] = {}
    """By place, the draft that is judged beside its policy."""

    def texts(self) -> frozenset[str]:
        """Every digest that a judgement needs to know."""
        policies = {in_force.digest for in_force in self.policies.values()}
        return frozenset(policies | set(self.baselines.values()) | set(self.shadows.values()))


def is_mark(event: Event) -> bool:
    """Whether the event is of the partition, not of a provider."""
    return event.kind in MARKS


def place_of(partition: PartitionState, event: Event) -> Place:
    """Whether the record is the next of its writer, a repeat to be dropped, or shows a hole.

    A partition that begins in the middle takes the first that it sees.
    """
    last = partition.sequences.get(event.writer)
    if last is None or (event.sequence > last and event.prevsequence == last):
        return Place.NEXT
    return Place.REPEAT if event.sequence <= last else Place.HOLE


def fold_mark(partition: PartitionState, event: Event, *, pack: str = "") -> PartitionState:
    """The partition after one more record: its place for every record, time and policy where it is a mark.

    `pack`: for `policy.in_force`, the name of the pack with that digest, as the worker has read it in `places`.
    """
    partition = msgspec.structs.replace(partition, sequences={**partition.sequences, event.writer: event.sequence})
    if not is_mark(event):
        return partition
    match data_of(event):
        case marks.DayClosed() as closed:
            return _close(partition, event.writer, closed)
        case marks.PolicyInForce(place=place, digest=digest):
            since = max(items.day(event), items.recorded_day(event))
            policies = {**partition.policies, place: _adopt(partition.policies.get(place), digest, pack, since)}
            return msgspec.structs.replace(partition, policies=policies)
        case marks.BaselineInForce(place=place, digest=digest):
            return msgspec.structs.replace(partition, baselines={**partition.baselines, place: digest})
        case marks.ShadowInForce(place=place, digest=digest):
            others = {name: one for name, one in partition.shadows.items() if name != place}
            shadows = others if digest is None else {**others, place: digest}
            return msgspec.structs.replace(partition, shadows=shadows)
    raise TypeError(f"{event.kind} is called a mark and is none")


def _close(partition: PartitionState, writer: str, data: marks.DayClosed) -> PartitionState:
    day = data.date.toordinal()
    closed = {**partition.closed, writer: max(day, partition.closed.get(writer, day))}
    new = {place: dict.fromkeys(kinds, day) for place, kinds in data.sources.items() if kinds}
    # No writer's last closed day goes back, so neither does the least of them.
    c = min(closed[name] for name in WRITERS) if all(name in closed for name in WRITERS) else None
    heard, hearing = partition.heard, _merged(partition.hearing, new)
    if c is not None and (c != partition.c or day <= c):
        heard, hearing = _merged(heard, hearing), {}
    return msgspec.structs.replace(partition, closed=closed, heard=heard, hearing=hearing, c=c)


def _merged(known: dict[str, dict[str, Day]], new: dict[str, dict[str, Day]]) -> dict[str, dict[str, Day]]:
    merged = dict(known)
    for place, kinds in new.items():
        there = merged.get(place, {})
        merged[place] = {**there, **{kind: max(day, there.get(kind, day)) for kind, day in kinds.items()}}
    return merged


def _adopt(before: InForce | None, digest: str, pack: str, since: Day) -> InForce:
    if before is not None and pack and before.pack == pack:
        return InForce(digest, since, pack, before.adopted)
    return InForce(digest, since, pack, since)
