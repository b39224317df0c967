"""Where a lane's work becomes durable: the truth first, then what is said. Kafka's side of agent and re-fold."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Self

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.risk import memory, versions
from services.risk.changelog import LIMIT, Appender, Changelog, Claim, Record
from services.risk.ending import end
from services.risk.lane import Lane
from services.risk.memory import Memory, Staged
from services.risk.policies import Policies
from services.risk.reading import Reader
from services.risk.settings import RiskSettings
from shared import clock, metrics
from shared.kafka import dead_letter
from shared.kafka.record import RawRecord, raw_record
from shared.topics import ASSESSMENTS, LEDGER, RISK_VERSION

logger = logging.getLogger(__name__)

SERVICE = "risk"
DEAD_LETTER = "risk-dead-letter"
STATE_ALARM_BYTES = 200_000
RETRY_SECONDS = 1.0


class Retired(Exception):
    """This version of the state is no longer written: another one has taken over."""


class Desk:
    """One worker's hold on the partitions of one state version."""

    def __init__(
        self, settings: RiskSettings, version: int, policies: Policies, producer: AIOKafkaProducer, reader: Reader
    ) -> None:
        """For `connect`."""
        self.interrupted: Callable[[], bool] = lambda: False
        self.version, self.producer, self.reader, self._policies = version, producer, reader, policies
        self.ledger = settings.topics.name(LEDGER)
        self.assessments = settings.topics.name(ASSESSMENTS)
        self.letters = settings.topics.name(DEAD_LETTER)
        self.versions = settings.topics.name(RISK_VERSION)
        self.changelog = Changelog(settings.changelog(version), producer, reader)
        self._said, self._dead = Appender(producer, self.assessments), Appender(producer, self.letters)
        self._claims: dict[int, Claim] = {}
        self._memories: dict[int, Memory] = {}
        self._alarmed: set[bytes] = set()

    @classmethod
    async def connect(cls, settings: RiskSettings, policies: Policies, version: int | None = None) -> Self:
        """Connect, for the version in use if no other is named. Waits for a broker for as long as it takes."""
        told = False
        while True:
            try:
                producer, reader = await _clients(settings.kafka_bootstrap)
            except (KafkaError, OSError) as error:
                if not told:
                    logger.warning("waiting for a broker at %s: %s", settings.kafka_bootstrap, error)
                told = True
                await asyncio.sleep(RETRY_SECONDS)
            else:
                version = version or await versions.current(reader, settings.topics.name(RISK_VERSION))
                return cls(settings, version, policies, producer, reader)

    async def stop(self) -> None:
        """Let go of the connections."""
        for client in (self.producer, self.reader):
            try:
                await asyncio.wait_for(client.stop(), 5)
            except (KafkaError, TimeoutError) as error:
                logger.warning("closing: %r", error)

    async def open(self, number: int, *, muted: bool = False) -> Memory:
        """Take a partition: fence off who had it, read the truth, send again what was perhaps not all sent.

        `muted`: begin so, if nothing is known yet. Raises Retired.
        """
        claim, truth = await self.changelog.claim(number, self._claims.get(number))
        self._claims[number] = claim
        if truth is None:
            return self._memories[number]
        if memory.RETIRED in truth:
            raise Retired(f"version {self.version} of risk's state is retired")
        try:
            found, outputs = memory.restore(number, truth, muted=muted)
        except memory.OtherMeaning as error:
            end(str(error))
        return await self._taken(number, found, outputs)

    async def _taken(self, number: int, found: Memory, outputs: list[Record]) -> Memory:
        first, last = await self.reader.bounds(self.ledger, number)
        if found.partition.offset < 0:
            found.partition = msgspec.structs.replace(found.partition, offset=first - 1)
        elif not first <= found.partition.offset + 1 <= last:
            end(f"{self.ledger} {number}: position {found.partition.offset + 1} is outside {first}..{last}")
        await self._said.append(number, outputs)
        self._memories[number] = found
        return found

    def forget_all_but(self, numbers: Iterable[int]) -> None:
        """Partitions that went to others take no room; if they come back they are read again."""
        kept = set(numbers)
        self._claims = {number: claim for number, claim in self._claims.items() if number in kept}
        self._memories = {number: found for number, found in self._memories.items() if number in kept}

    async def retire(self, number: int) -> Memory:
        """End this version for a partition, for good: whoever writes it stops. Gives the last of its truth."""
        self._claims[number] = await self.changelog.fence(number)
        await self.changelog.append(number, self._claims[number], {memory.RETIRED: b"1"})
        truth, _ = await self.changelog.read(number)
        return await self._taken(number, *memory.ended(number, truth))

    async def write(self, lane: Lane, staged: Staged) -> None:
        """Durable, in this order: what is known, with the position and what will be said; then what is said."""
        number, bodies = lane.number, staged.bodies()
        await self.changelog.append(number, self._claims[number], bodies)
        if staged.outputs:
            await self._said.append(number, staged.outputs)
        self._measure(staged)
        for key, body in bodies.items():
            if len(body) > STATE_ALARM_BYTES and key[:1] != memory.RESERVED and key not in self._alarmed:
                self._alarmed.add(key)
                logger.error("the state of %s takes %d bytes", key.decode(), len(body))

    async def letter(self, record: RawRecord, reason: str) -> int:
        """Set a record aside on the dead letters, without a word of what it says."""
        metrics.DEAD_LETTERS.labels(SERVICE).inc()
        value = dead_letter.letter(SERVICE, record, reason)
        [(base, _)] = await self._dead.append(record.partition, [(record.key.encode(), value, ())])
        return base + 1

    async def need(self, digest: str) -> None:
        """Wait until this policy is known. Raises UnusablePolicy."""
        await self._policies.need(digest)

    async def records(self, number: int, first: int, until: int) -> AsyncGenerator[RawRecord, None]:
        """A stretch of the ledger. Whoever may leave it early closes it (`aclosing`)."""
        async with aclosing(self.reader.records(self.ledger, number, first, until)) as found:
            async for record in found:
                yield raw_record(LEDGER, record)

    @staticmethod
    def _measure(staged: Staged) -> None:
        now = clock.now()
        metrics.LAST_PROGRESS.labels(SERVICE).set(datetime.now(UTC).timestamp())
        for place, changed in staged.judged:
            metrics.ASSESSMENTS.labels(place, "true" if changed else "false").inc()
        for recorded in staged.since:
            metrics.EVENT_TO_ASSESSMENT.observe(max((now - recorded).total_seconds(), 0))


async def _clients(bootstrap: str) -> tuple[AIOKafkaProducer, Reader]:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=LIMIT,
        max_request_size=1 << 20,
        request_timeout_ms=60_000,
    )
    reader = Reader(bootstrap)
    try:
        await producer.start()
        await reader.start()
    except BaseException:
        await asyncio.gather(producer.stop(), reader.stop(), return_exceptions=True)
        raise
    return producer, reader
