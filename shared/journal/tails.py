"""What Kafka has of a writer's lanes: read forward from what was acknowledged last, by the rule of every consumer."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import orjson
import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from shared import topics
from shared.events import envelope
from shared.journal.append import EPOCH, Lane
from shared.journal.rows import WIDTH, topics_of
from shared.kafka import tail

log = logging.getLogger(__name__)

Found: TypeAlias = "ConsumerRecord[bytes, bytes]"
COLUMNS = (
    "position, topic, partition, key, type, sequence, prevsequence, prevhash, hash, id, digest, recordedtime, body"
)


class Contradiction(Exception):
    """Journal and Kafka contradict each other: a person must look. Nothing is appended and nothing published."""


@dataclass(slots=True)
class Tail:
    """What Kafka has of one lane."""

    sequence: int = 0
    offset: int = -1
    hash: str = ""
    begun: bool = False
    """Whether this is where the comparison began: the next record must follow."""


async def read(
    consumer: AIOKafkaConsumer,
    connection: psycopg.AsyncConnection[Any],
    names: topics.Topics,
    writer: str,
    *,
    acknowledged: Mapping[Lane, Tail],
    mark: int,
) -> dict[Lane, Tail]:
    """What Kafka has now of each lane; on the way, what the journal may lack is put into the table `found`.

    Forward from the last acknowledged record of a lane; from its beginning where that is unknown, or another one.
    Raises Contradiction, KafkaError, psycopg.Error.
    """
    tails = {lane: replace(end) for lane, end in acknowledged.items()}
    lanes = [(topic, partition) for topic in topics_of(writer) for partition in range(WIDTH[topic])]
    where = {TopicPartition(names.name(topic), partition): (topic, partition) for topic, partition in lanes}
    begins, ends = await consumer.beginning_offsets(list(where)), await consumer.end_offsets(list(where))
    known = {tp: tails[lane].offset for tp, lane in where.items() if lane in tails}
    lost = {tp for tp, offset in known.items() if not begins[tp] <= offset < ends[tp]}
    async for tp, records in tail.stretch(consumer, {tp: known[tp] for tp in known.keys() - lost}, ends):
        end = tails[where[tp]]
        if not end.begun and not _is_known(records[0], end, writer):
            lost.add(tp)
        if tp not in lost:
            await _take(connection, where[tp], end, _own(records, writer), after=0)
    again = {tp: begins[tp] for tp in where.keys() - known.keys() | lost}
    for tp in lost:
        log.error("%s no longer holds what was published: compared from its beginning", tp)
    for tp in again:
        # The log is kept for ever: at its beginning nothing is before the first record.
        tails[where[tp]] = Tail(begun=begins[tp] == 0)
    async for tp, records in tail.stretch(consumer, again, ends):
        await _take(connection, where[tp], tails[where[tp]], _own(records, writer), after=mark)
    return tails


def _headers(record: Found) -> dict[str, bytes]:
    return {name: value for name, value in record.headers if value is not None}


def _is_known(record: Found, known: Tail, writer: str) -> bool:
    """Whether the record at the last acknowledged offset is the one that was acknowledged. Raises Contradiction."""
    own = next(_own([record], writer), None)
    if own is None or (record.offset, own[0]) != (known.offset, known.sequence):
        return False
    if orjson.loads(own[2])["hash"] != known.hash:
        raise Contradiction(f"{record.topic}/{record.partition} offset {record.offset} differs from the journal")
    known.begun = True
    return True


def _own(records: Sequence[Found], writer: str) -> Iterator[tuple[int, Found, bytes]]:
    """The records of one writer, with their sequence and their bytes."""
    for record in records:
        headers = _headers(record)
        if headers.get("writer") == writer.encode() and record.value is not None:
            yield int(headers["sequence"]), record, record.value


async def _take(
    connection: psycopg.AsyncConnection[Any],
    lane: Lane,
    end: Tail,
    records: Iterator[tuple[int, Found, bytes]],
    *,
    after: int,
) -> None:
    """Follow one lane as every consumer does: repeats are nothing, a hole may not be.

    What lies after this position may be new to the journal. After an acknowledged record all of it may be (0).
    """
    new = []
    for sequence, record, body in records:
        if sequence <= end.sequence:
            continue
        event = orjson.loads(body)
        if not envelope.is_whole(body):
            raise Contradiction(f"{record.topic}/{record.partition} offset {record.offset} fails its hash")
        if end.begun and int(event["prevsequence"]) != end.sequence:
            raise Contradiction(f"{record.topic}/{record.partition} offset {record.offset}: a hole before it")
        end.sequence, end.offset, end.hash, end.begun = sequence, record.offset, event["hash"], True
        if sequence % EPOCH > after:
            new.append(_row(lane, record, event))
    if new:
        async with connection.cursor() as cursor, cursor.copy(f"COPY found ({COLUMNS}) FROM STDIN") as copy:
            for row in new:
                await copy.write_row(row)


def _row(lane: Lane, record: Found, event: Mapping[str, Any]) -> tuple[Any, ...]:
    sequence = int(event["sequence"])
    return (
        sequence % EPOCH, *lane, (record.key or b"").decode(), event["type"], sequence, int(event["prevsequence"]),
        event["prevhash"], event["hash"], UUID(event["id"]), bytes.fromhex(event["digest"]),
        datetime.fromisoformat(event["recordedtime"]), record.value,
    )  # fmt: skip
