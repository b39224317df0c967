"""What an event says, and what the columns beside its bytes must say: of a journal's row, of the history's. Pure."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import orjson

from services.governance import view
from services.governance.proof.beside import Row
from shared.events import envelope
from shared.journal.append import EPOCH

Event = dict[str, Any]

NO_EVENT: Final[Event] = dict.fromkeys(
    ("id", "type", "subject", "time", "recordedtime", "classification", "place", "writer", "sequence", "prevsequence",
     "prevhash", "digest", "hash"), ""
)  # fmt: skip
_NUMBERS: Final = ("sequence", "prevsequence")

JOURNAL: Final = """
SELECT sequence, position, key, id, hash, type, prevsequence, prevhash, digest, recordedtime, body FROM {writer}.journal
WHERE topic = %s AND partition = %s ORDER BY sequence
"""
HISTORY: Final = f"""
SELECT "offset", id, type, provider_id, time, recordedtime, classification, rank, peak, body FROM {view.SCHEMA}.history
WHERE topic = %s AND partition = %s
UNION ALL SELECT "offset", NULL, NULL, NULL, NULL, NULL, NULL, NULL, peak, body FROM {view.SCHEMA}.marks
WHERE %s = 'ledger' AND partition = %s ORDER BY 1
"""  # noqa: S608 - names of ours alone
STRANGE: Final = {
    "history": f'SELECT topic, partition, min("offset"), count(*) FROM {view.SCHEMA}.history GROUP BY 1, 2',  # noqa: S608
    "marks": f"SELECT 'ledger', partition, min(\"offset\"), count(*) FROM {view.SCHEMA}.marks GROUP BY 1, 2",  # noqa: S608
}
"""Where rows stand: outside of Kafka's partitions nobody would walk beside them."""
STRANGE_JOURNAL: Final = "SELECT topic, partition, min(sequence), count(*) FROM {writer}.journal GROUP BY 1, 2"


def read(body: bytes) -> Event:
    """What it says, or NO_EVENT: whoever tampers need not write JSON, nor numbers where numbers stood."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return NO_EVENT
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in NO_EVENT):
        return NO_EVENT
    try:
        fits = all(envelope.number(int(said[name])) == said[name] for name in _NUMBERS)
        return said if fits and str(UUID(said["id"])) == said["id"] else NO_EVENT
    except ValueError:
        return NO_EVENT


def fit_history(row: Row, event: Event, topic: str, peak: str) -> bool:
    """Whether the history's columns, or those of a mark, are its content's. `peak`: the latest recordedtime so far."""
    if envelope.instant(row[8]) != peak:
        return False
    if row[1] is None:
        return True  # a mark: the rest stands in its bytes alone
    times = envelope.instant(row[4]), envelope.instant(row[5])
    names = "id", "type", "subject", "time", "recordedtime", "classification"
    return (str(row[1]), *row[2:4], *times, *row[6:8]) == (*_of(event, names), view.RANK[topic])


def fit_journal(row: Row, event: Event, key: str) -> bool:
    """Whether the columns of a journal's row are its content's."""
    sequence, _, _, id_, _, type_, before, prevhash, digest, recorded, _ = row
    said = envelope.number(sequence), str(id_), type_, envelope.number(before), prevhash, bytes(digest).hex()
    names = "sequence", "id", "type", "prevsequence", "prevhash", "digest", "recordedtime", "hash"
    place = sequence % EPOCH, key
    return (*said, envelope.instant(recorded), row[4]) == _of(event, names) and row[1:3] == place


def _of(event: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(event[name] for name in names)
