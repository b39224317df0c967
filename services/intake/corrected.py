"""Whose fact a correction names: only its own publisher takes a fact back; else a steward decides (architecture §4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from services.intake.judgement import Arrival
from services.intake.register import Cursor
from shared.events import corrections, entry_of
from shared.journal.rows import Row

UNKNOWN_EVENT, NOT_ITS_PUBLISHER = "unknown-event", "not-its-publisher"
"""Reasons to wait for a steward: a slip in an id would correct nothing, silently; another's word is not theirs."""

NAMED = {
    entry_of(corrections.FactWithdrawn).type: ("event_id",),
    entry_of(corrections.FactCorrected).type: ("event_id", "replaced_by"),
}
_RECORDED = "SELECT id, key, body FROM journal WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a recorded fact came from."""

    provider_id: str
    publisher: str


async def checked(cursor: Cursor, arrivals: Sequence[Arrival], verdicts: Sequence[Row | str]) -> list[Row | str]:
    """The verdicts; that on a correction is the reason to wait where it names no fact of its publisher's."""
    wanted = {id_ for arrival in arrivals for id_ in named(arrival)}
    if not wanted:
        return list(verdicts)
    await cursor.execute(_RECORDED, (list(wanted),))
    known = {id_: Origin(key, _publisher(body)) for id_, key, body in await cursor.fetchall()}
    judged: list[Row | str] = []
    for arrival, verdict in zip(arrivals, verdicts, strict=True):
        answer = judge(arrival, verdict.key, known) if isinstance(verdict, Row) else None
        judged.append(answer or verdict)
        if isinstance(judged[-1], Row):  # what stands earlier in the same batch is known to what follows
            known.setdefault(arrival.it.id, Origin(judged[-1].key, arrival.it.publisher))
    return judged


def named(arrival: Arrival) -> Iterable[UUID]:
    """The events that this one corrects, or is replaced by."""
    return (UUID(arrival.it.data[field]) for field in NAMED.get(arrival.it.type, ()))


def judge(arrival: Arrival, provider_id: str, known: Mapping[UUID, Origin]) -> str | None:
    """Why a correction has to wait, if it has to."""
    origins = [known.get(id_) for id_ in named(arrival)]
    if not all(origin is not None and origin.provider_id == provider_id for origin in origins):
        return UNKNOWN_EVENT
    if not all(origin is not None and origin.publisher == arrival.it.publisher for origin in origins):
        return NOT_ITS_PUBLISHER
    return None


def _publisher(body: bytes) -> str:
    source: str = orjson.loads(body)["source"]
    return source.rpartition("/")[2]
