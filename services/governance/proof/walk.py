"""One walk through all of Kafka, journals and history beside it: every chain, every row (architecture §3.1).

What Kafka holds is held against three things at once: the writer's chain, its journal, and the history that people see.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from services.governance import view
from services.governance.proof import columns
from services.governance.proof.beside import Beside, Row, walked
from services.governance.proof.columns import HISTORY, JOURNAL, NO_EVENT, Event
from services.governance.proof.findings import NOWHERE, Bad, Findings
from services.governance.proof.stored import WRITER, Stored
from shared import topics
from shared.journal.rows import partition_of, topics_of
from shared.journal.verify import Proof
from shared.kafka import whole
from shared.kafka.record import RawRecord
from shared.kafka.whole import Whole

Connection = psycopg.AsyncConnection[Any]
Step = Callable[[int], None]
Head = tuple[str, str, str, str]
"""(writer, topic, key, hash)."""

JOURNALS = ("intake", "governance", "notify")
WRITERS = (*JOURNALS, "risk")
TOPICS = (topics.LEDGER, topics.PLACES, topics.ASSESSMENTS, topics.NOTIFICATIONS)

_APPLIED = f"""
SELECT topic, partition, "offset" FROM {view.SCHEMA}.positions
WHERE consumer = (SELECT name FROM {view.SCHEMA}.generation)
"""  # noqa: S608 - names of ours alone, here and below


@dataclass(slots=True)
class Walk:
    """One proof, as it goes on."""

    connection: Connection
    whole: Whole
    found: Findings
    journals: Sequence[str]
    marks: Mapping[str, int]
    """By writer: the journal position that had been published before Kafka's ends were read."""
    wanted: dict[Head, str]
    """Heads that were signed and kept elsewhere, and of which checkpoint: each must be met on the way."""
    step: Step
    applied: dict[tuple[str, int], int] = field(default_factory=dict)
    proofs: dict[str, Proof] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    places: dict[str, str] = field(default_factory=dict)
    stored: Stored = field(default_factory=Stored)

    async def run(self) -> None:
        """Walk through everything."""
        self.proofs = {writer: Proof(writer) for writer in WRITERS}
        rows = await (await self.connection.execute(_APPLIED)).fetchall()
        self.applied = {(topic, partition): offset for topic, partition, offset in rows}
        for topic, partition in self.whole.lanes:
            await self._lane(topic, partition)
        for writer in self.journals:
            await self._heads(writer)
        await self._strangers()
        if WRITER in self.journals:
            async for bad in self.stored.compare(self.connection):
                self.found.add(bad)
        for (writer, topic, key, _), said in self.wanted.items():
            lane = 0 if topic == topics.PLACES else partition_of(key)
            why = f"the head of {key} that {writer} had signed at {said} is gone: cut off, or written anew"
            self.found.add(Bad(topic, lane, NOWHERE, "", why, self.places.get(key, "")))
        self.found.chains = sum(len(proof.chains) for proof in self.proofs.values())

    async def _lane(self, topic: str, partition: int) -> None:
        async with self._beside(topic, partition) as (journals, history):
            peak = ""
            async for record in self.whole.lane(topic, partition):
                self.found.records += 1
                self.step(1)
                if (event := columns.read(record.raw)) == NO_EVENT:
                    self._bad(record, event, "it is no event of ours")
                    continue
                new = self._chain(record, event)
                self.places.setdefault(record.key, event["place"])
                peak = max(peak, event["recordedtime"])
                if history is not None:
                    await self._shown(record, event, history, peak)
                if new and event["writer"] in journals:
                    await self._journalled(record, event, journals[event["writer"]])
                if new:
                    self.stored.published(topic, partition, record.offset, event)
                self.ids.add(event["id"])
            for writer, journal in journals.items():
                async for row in journal.rest():
                    self._unpublished(writer, topic, partition, row)
                self.found.journalled += journal.taken
            if history is not None:
                async for row in history.rest():
                    if row[0] > self.applied.get((topic, partition), NOWHERE):  # else newer than what we read of Kafka
                        self._extra(topic, partition, row)
                self.found.shown += history.taken

    @asynccontextmanager
    async def _beside(self, topic: str, partition: int) -> AsyncIterator[tuple[dict[str, Beside], Beside | None]]:
        async with AsyncExitStack() as stack:
            journals, history, lane = {}, None, (topic, partition)
            for writer in self.journals:
                if topic in topics_of(writer):
                    sql = JOURNAL.format(writer=writer)
                    journals[writer] = await stack.enter_async_context(walked(self.connection, writer, sql, lane))
            if topic in view.TOPICS:
                beside = walked(self.connection, "history", HISTORY, (*lane, *lane))
                history = await stack.enter_async_context(beside)
            yield journals, history

    def _chain(self, record: RawRecord, event: Event) -> bool:
        """Whether the record is new, as every consumer tells it."""
        if (proof := self.proofs.get(event["writer"])) is None:
            self._bad(record, event, f"{event['writer']} is no writer of ours")
            return False
        faults, repeats = len(proof.faults), proof.repeats
        proof.take(record.topic, record.partition, record.key, record.raw)
        for fault in proof.faults[faults:]:
            self._bad(record, event, fault.says)
        self.wanted.pop((event["writer"], record.topic, record.key, event["hash"]), None)
        return proof.repeats == repeats

    async def _shown(self, record: RawRecord, event: Event, history: Beside, peak: str) -> None:
        before, row = await history.upto(record.offset)
        for one in before:
            self._extra(record.topic, record.partition, one)
        if row is None:
            late = record.offset > self.applied.get((record.topic, record.partition), NOWHERE)
            a_mark = event["subject"].startswith("partition/") and record.topic != topics.LEDGER
            if not (late or a_mark or event["id"] in self.ids):
                self._bad(record, event, "the history lacks it")
            return
        if bytes(row[-1]) != record.raw:
            self._bad(record, event, "the history has other content")
        elif not columns.fit_history(row, event, record.topic, peak):
            self._bad(record, event, "the history's columns are not its content's")
        elif record.offset > self.applied.get((record.topic, record.partition), NOWHERE):
            self._bad(record, event, "the history has it, and says that it has not read so far")

    async def _journalled(self, record: RawRecord, event: Event, journal: Beside) -> None:
        writer = event["writer"]
        before, row = await journal.upto(int(event["sequence"]))
        for one in before:
            self._missing(writer, record.topic, record.partition, one)
        if row is None:
            self._bad(record, event, f"the journal of {writer} lacks it")
        elif bytes(row[-1]) != record.raw:
            self._bad(record, event, f"the journal of {writer} has other content")
        elif not columns.fit_journal(row, event, record.key):
            self._bad(record, event, f"the columns of the journal of {writer} are not its content's")

    def _unpublished(self, writer: str, topic: str, partition: int, row: Row) -> None:
        """A row after the last that Kafka has: rightly there only if it was not published yet."""
        if row[1] <= self.marks[writer]:
            return self._missing(writer, topic, partition, row)
        proof, body = self.proofs[writer], bytes(row[-1])
        faults, event = len(proof.faults), columns.read(body)
        if event == NO_EVENT:
            return self.found.add(
                Bad(topic, partition, NOWHERE, str(row[3]), f"the journal of {writer} holds no event")
            )
        if not columns.fit_journal(row, event, row[2]):
            says = f"the columns of the journal of {writer} are not its content's"
            self.found.add(Bad(topic, partition, NOWHERE, event["id"], says, event["place"]))
        proof.take(topic, partition, row[2], body)
        self.wanted.pop((writer, topic, row[2], event["hash"]), None)
        self.stored.published(topic, partition, NOWHERE, event)
        for fault in proof.faults[faults:]:
            says = f"in the journal of {writer}, not yet published: {fault.says}"
            self.found.add(Bad(topic, partition, NOWHERE, event["id"], says, event["place"]))
        return None

    def _missing(self, writer: str, topic: str, partition: int, row: Row) -> None:
        event = columns.read(bytes(row[-1]))
        says = f"the journal of {writer} has it as published (position {row[1]}), and Kafka lacks it"
        self.found.add(Bad(topic, partition, NOWHERE, str(row[3]), says, event["place"]))

    def _extra(self, topic: str, partition: int, row: Row) -> None:
        event = columns.read(bytes(row[-1]))
        says = "the history has a row where Kafka has none"
        self.found.add(Bad(topic, partition, row[0], event["id"], says, event["place"]))

    async def _heads(self, writer: str) -> None:
        """Where the next event of each lane and chain would be put on."""
        if self.found.place is not None:
            return
        proof = self.proofs[writer]
        rows = await self.connection.execute(f"SELECT topic, partition, sequence FROM {writer}.heads_partition")  # noqa: S608
        lanes = {(topic, partition): sequence for topic, partition, sequence in await rows.fetchall()}
        for (topic, partition), _ in sorted(lanes.items() ^ proof.lanes.items())[:1]:
            self.found.add(
                Bad(topic, partition, NOWHERE, "", f"the head that {writer} keeps of it is not its last row")
            )
        rows = await self.connection.execute(f"SELECT topic, key, hash FROM {writer}.heads_key")  # noqa: S608
        chains = {(topic, key): hash_ for topic, key, hash_ in await rows.fetchall()}
        for (topic, key), _ in sorted(chains.items() ^ proof.chains.items())[:1]:
            lane = 0 if topic == topics.PLACES or key.startswith("partition/") else partition_of(key)
            self.found.add(Bad(topic, lane, NOWHERE, "", f"the head that {writer} keeps of {key} is not its last row"))

    async def _strangers(self) -> None:
        """Rows of a topic or a partition that Kafka does not have: nobody has walked beside them."""
        if self.found.place is not None:
            return
        journals = {f"the journal of {one}": columns.STRANGE_JOURNAL.format(writer=one) for one in self.journals}
        for name, sql in (columns.STRANGE | journals).items():
            rows = await (await self.connection.execute(sql)).fetchall()
            for topic, partition, first, count in sorted(rows):
                if (topic, partition) not in self.whole.lanes:
                    says = f"{name} has {count} rows where Kafka has no partition, the first at {first}"
                    self.found.add(Bad(topic, partition, NOWHERE, "", says))

    def _bad(self, record: RawRecord, event: Event, says: str) -> None:
        self.found.add(Bad(record.topic, record.partition, record.offset, event["id"], says, event["place"]))


async def prove(
    connection: Connection, bootstrap: str, names: topics.Topics, *, found: Findings, wanted: dict[Head, str],
    begun: Callable[[int], None], step: Step, journals: Sequence[str] = JOURNALS,
) -> None:  # fmt: skip
    """Hold everything against everything. `begun` is told how many records there are, `step` how many were read.

    First the marks, then Kafka's ends, then the database's snapshot: so what one lacks, the other cannot yet have lost.
    """
    marks = {}
    for writer in journals:
        rows = await connection.execute(f"SELECT position FROM {writer}.mark")  # noqa: S608 - a name of ours
        marks[writer] = (await rows.fetchall())[0][0]
    async with whole.opened(bootstrap, names, TOPICS) as stood:
        begun(stood.records)
        async with connection.transaction():
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            await Walk(connection, stood, found, journals, marks, wanted, step).run()
