"""Proof that nothing was changed, lost or put in between: the chains of a journal, and of the topics that it feeds.

`python -m shared.journal.verify intake` for a service's journal, `--kafka` for what Kafka holds of it.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

import orjson
import psycopg
import typer
from aiokafka import TopicPartition

from shared import database, settings, topics
from shared.events import envelope
from shared.journal.append import EPOCH, Chain, Lane
from shared.journal.rows import WIDTH, topics_of
from shared.kafka import tail
from shared.kafka.order import judge

MOST_FAULTS = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written."""

    topic: str
    partition: int
    sequence: int
    says: str


@dataclass(slots=True)
class Proof:
    """Follows one writer's records, lane by lane in their order, and collects what is wrong. Pure."""

    writer: str
    rows: int = 0
    repeats: int = 0
    faults: list[Fault] = field(default_factory=list)
    lanes: dict[Lane, int] = field(default_factory=dict)
    chains: dict[Chain, str] = field(default_factory=dict)
    _ids: set[UUID] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def take(self, topic: str, partition: int, key: str, body: bytes) -> None:
        """The next record of a lane."""
        event = orjson.loads(body)
        if event["writer"] != self.writer:
            return
        lane, chain, sequence = (topic, partition), (topic, key), int(event["sequence"])
        verdict = judge(self.lanes.get(lane), sequence, int(event["prevsequence"]))
        if verdict == "repeat":
            self.repeats += 1
            return
        self.rows += 1
        begins = lane not in self.lanes
        if verdict == "hole" or (begins and int(event["prevsequence"])):
            self._fault(lane, sequence, f"follows {event['prevsequence']}, but {self.lanes.get(lane, 0)} is before it")
        if not envelope.is_whole(body):
            self._fault(lane, sequence, "the content does not fit its hash")
        if event["prevhash"] != self.chains.get(chain, ""):
            self._fault(lane, sequence, f"the chain of {key} is broken before it")
        if (id_ := UUID(event["id"])) in self._ids:
            self._fault(lane, sequence, f"the id {id_} is there twice")
        self._ids.add(id_)
        self.lanes[lane], self.chains[chain] = sequence, event["hash"]

    def _fault(self, lane: Lane, sequence: int, says: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(*lane, sequence, says))


async def journal(connection: psycopg.AsyncConnection[Any], writer: str) -> Proof:
    """Prove a whole journal: its bodies, its columns and its heads. Memory grows with providers and ids."""
    proof = Proof(writer)
    async with connection.transaction(), connection.cursor("journal_proof", binary=True) as cursor:
        cursor.itersize = 5000
        await cursor.execute(
            "SELECT topic, partition, key, position, sequence, id, hash, body FROM journal ORDER BY position"
        )
        async for topic, partition, key, position, sequence, id_, hash_, body in cursor:
            proof.take(topic, partition, key, body)
            event = orjson.loads(body)
            says = (int(event["sequence"]), UUID(event["id"]), event["hash"])
            if says != (sequence, id_, hash_) or sequence % EPOCH != position:
                proof.faults.append(Fault(topic, partition, sequence, "the row's columns are not its content's"))
    for fault in await _heads(connection, proof):
        proof.faults.append(fault)
    return proof


async def _heads(connection: psycopg.AsyncConnection[Any], proof: Proof) -> list[Fault]:
    faults = []
    found = await connection.execute("SELECT topic, partition, sequence FROM heads_partition")
    if {(topic, partition): sequence for topic, partition, sequence in await found.fetchall()} != proof.lanes:
        faults.append(Fault("*", -1, 0, "the heads of the partitions are not the last rows"))
    found = await connection.execute("SELECT topic, key, hash FROM heads_key")
    if {(topic, key): hash_ for topic, key, hash_ in await found.fetchall()} != proof.chains:
        faults.append(Fault("*", -1, 0, "the heads of the chains are not the last rows"))
    return faults


async def kafka(bootstrap: str, names: topics.Topics, writer: str) -> Proof:
    """Prove what Kafka holds of a writer, as every consumer reads it."""
    proof = Proof(writer)
    async for topic, partition, key, body in _records(bootstrap, names, writer):
        proof.take(topic, partition, key, body)
    return proof


async def _records(bootstrap: str, names: topics.Topics, writer: str) -> AsyncIterator[tuple[str, int, str, bytes]]:
    async with tail.reader(bootstrap) as consumer:
        for topic in topics_of(writer):
            every = [TopicPartition(names.name(topic), n) for n in range(WIDTH[topic])]
            begins, ends = await consumer.beginning_offsets(every), await consumer.end_offsets(every)
            async for tp, found in tail.stretch(consumer, begins, ends):
                for record in found:
                    if dict(record.headers).get("writer") == writer.encode():
                        yield topic, tp.partition, (record.key or b"").decode(), record.value or b"{}"


def main(
    service: Annotated[str, typer.Argument(help="intake, governance or notify")],
    of_kafka: Annotated[bool, typer.Option("--kafka", help="Prove the topics, not the journal.")] = False,
) -> None:
    """Prove the chains of one writer. Exit code 1 if anything is wrong."""
    given = settings.ServiceSettings(port=0)

    async def prove() -> Proof:
        if of_kafka:
            return await kafka(given.kafka_bootstrap, topics.Topics(prefix=given.topic_set), service)
        address = database.conninfo(given.database_url, service)
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
            return await journal(connection, service)

    proof = asyncio.run(prove())
    for fault in proof.faults:
        typer.echo(f"{fault.topic}/{fault.partition} {envelope.number(fault.sequence)}: {fault.says}", err=True)
    typer.echo(f"{proof.rows} records, {len(proof.chains)} chains, {len(proof.faults)} faults")
    raise typer.Exit(0 if proof.is_whole else 1)


if __name__ == "__main__":
    typer.run(main)
