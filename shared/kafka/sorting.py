"""What to do with the records of one partition, in order: apply, drop, set aside, or stop before. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from shared.kafka import dead_letter
from shared.kafka.order import judge
from shared.kafka.positions import Lane, Position
from shared.kafka.record import RawRecord, decoded


@dataclass(frozen=True, slots=True)
class Step:
    """One record, and the position before it and once it is done with."""

    lane: Lane
    record: RawRecord
    before: Position
    after: Position
    apply: bool = False
    """Whether the handler sees it; a repeat and a dead letter it does not."""
    dead: str | None = None
    """Why it is set aside."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Something is missing before this record."""

    offset: int
    says: str


def sort(
    lane: Lane,
    position: Position,
    records: Iterable[RawRecord],
    *,
    enveloped: bool,
    whole: bool = True,
    accept: int | None = None,
) -> tuple[list[Step], Hole | None]:
    """The steps up to the first hole. `enveloped`: the records are events of ours, with sequences.

    `whole`: the partition is read from offset 0, so that a writer's first record has nothing before it.
    Records without sequences have only their offsets: a jump is a hole, unless it was looked at twice (`accept`).
    """
    steps: list[Step] = []
    for record in records:
        found = (
            _enveloped(lane, position, record, 0 if whole else None)
            if enveloped
            else _raw(lane, position, record, accept)
        )
        if record.offset <= position.offset:
            found = Hole(record.offset, f"after offset {position.offset} came {record.offset}: another topic")
        if isinstance(found, Hole):
            return steps, found
        steps.append(found)
        position = found.after
    return steps, None


def _raw(lane: Lane, position: Position, record: RawRecord, accept: int | None) -> Step | Hole:
    if -1 < position.offset < record.offset - 1 and accept != record.offset:
        return Hole(record.offset, f"after offset {position.offset} came {record.offset}")
    return Step(lane, record, position, position.after(record.offset, record.identity), apply=True)


def _enveloped(lane: Lane, position: Position, raw: RawRecord, unknown: int | None) -> Step | Hole:
    try:
        record = decoded(raw)
    except ValidationError as error:
        return Step(lane, raw, position, _past_unreadable(position, raw), dead=dead_letter.reason(error))
    event = record.event
    last = position.sequences.get(event.writer, unknown)
    match judge(last, event.sequence, event.prevsequence):
        case "repeat":
            return Step(lane, record, position, position.after(raw.offset, raw.identity))
        case "hole":
            return Hole(raw.offset, f"{event.writer}: after {last} came one that follows {event.prevsequence}")
        case _:
            after = position.after(raw.offset, raw.identity, event.writer, event.sequence)
            return Step(lane, record, position, after, apply=True)


def _past_unreadable(position: Position, raw: RawRecord) -> Position:
    """Its headers still say which sequence it takes, so that the record after it is no hole."""
    writer = raw.headers.get("writer", b"").decode(errors="replace")
    text = raw.headers.get("sequence", b"")
    if writer and text.isdigit() and int(text) > position.sequences.get(writer, 0):
        return position.after(raw.offset, raw.identity, writer, int(text))
    return position.after(raw.offset, raw.identity)
