"""What is due goes out: claimed by lease, sent, settled. One slow recipient keeps nobody else waiting."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import psycopg

from services.notify import deadlines, leases, links, messages
from services.notify.channels import Channel, Outcome
from services.notify.fanout import FanOut
from services.notify.leases import Claimed
from services.notify.limits import Bounds
from services.notify.messages import Links, Message
from services.notify.settling import Attempt, Settle, Word
from shared import clock, metrics
from shared.database import Pool
from shared.journal.append import Unavailable
from shared.journal.writer import Stopped, Writer

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.02
"""Between a recipient's having room and the next claim, so that one claim takes many."""
RECORD_AGAIN_SECONDS = 1.0
OUT_OF_REACH = (psycopg.OperationalError, psycopg.InterfaceError, Unavailable)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the links in a message lead."""

    own: str
    """Where recipients reach notify."""
    pages: str
    """Where they reach the record."""
    key: bytes
    """Signs acknowledgement links."""

    def links(self, claimed: Claimed, now: datetime) -> Links:
        """The links of one message."""
        one = claimed.delivery
        answer = f"{self.own}/acknowledge/{links.token(self.key, one.id, now)}" if one.acknowledge else None
        return Links(self.pages + messages.page_of(one.notice), answer)


@dataclass
class Sender:
    """Sends for ever, as far as bounds allow. Any number of processes may do so beside one another."""

    pool: Pool
    writer: Writer
    channels: Mapping[str, Channel]
    fanout: FanOut
    bounds: Bounds
    addresses: Addresses
    opened: asyncio.Event
    """Nothing is sent before it is set: a start first learns what has ended meanwhile."""
    chance: Callable[[], float] = random.random
    _under_way: dict[UUID, Claimed] = field(default_factory=dict)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Claim and send. A failure of the database is waited out; leases make it safe to begin again."""
        await self.opened.wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._renew())
            while True:
                claimed = await self._claim() if len(self._under_way) < self.bounds.in_all else []
                for one in claimed:
                    self._under_way[one.delivery.id] = one
                    group.create_task(self._deliver(one))
                if not claimed:
                    await self._rest()

    async def _rest(self) -> None:
        """Until a recipient has room again, or there may be something new."""
        self._freed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.bounds.idle.total_seconds()):
                await self._freed.wait()
                await asyncio.sleep(GATHER_SECONDS)

    async def _claim(self) -> list[Claimed]:
        mine = self._under_way.values()
        try:
            async with self.pool.connection() as connection, connection.cursor() as cursor:
                return await leases.claim(cursor, bounds=self.bounds, under_way=mine, now=clock.now(), lease=uuid4())
        except OUT_OF_REACH as error:
            log.warning("nothing can be claimed: %s", error)
            await asyncio.sleep(1)
            return []

    async def _renew(self) -> None:
        """A process that dies leaves its leases to end soon; one that lives holds them however long it takes."""
        while True:
            await asyncio.sleep(self.bounds.lease.total_seconds() / 4)
            if not self._under_way:
                continue
            try:
                async with self.pool.connection() as connection, connection.cursor() as cursor:
                    await leases.renew(cursor, self._under_way.values(), clock.now() + self.bounds.lease)
            except OUT_OF_REACH as error:
                log.warning("leases cannot be renewed: %s", error)

    async def _deliver(self, claimed: Claimed) -> None:
        try:
            began = time.monotonic()
            outcome = await self._attempt(claimed)
            took = time.monotonic() - began
            attempt = Attempt(claimed, outcome, clock.now(), took, self.chance())
            word = await self._settle(Settle(attempt, self.fanout, self.bounds))
            _measure(attempt, word)
        except Exception:
            # One message that cannot be settled must not end the sending of all others: its lease brings it back.
            log.exception("delivery %s: its outcome could not be settled", claimed.delivery.id)
        finally:
            del self._under_way[claimed.delivery.id]
            self._freed.set()

    async def _attempt(self, claimed: Claimed) -> Outcome:
        channel = self.channels.get(claimed.recipient.channel)
        if channel is None:
            return Outcome(sent=False, detail=f"no channel {claimed.recipient.channel}", ours=True)
        try:
            return await channel.send(self._message(claimed), claimed.recipient)
        except Exception as error:
            log.exception("delivery %s: the channel failed", claimed.delivery.id)
            return Outcome(sent=False, detail=f"a fault of ours: {type(error).__name__}", uncertain=True)

    def _message(self, claimed: Claimed) -> Message:
        one, now = claimed.delivery, clock.now()
        return messages.compose(
            one.notice,
            delivery_id=one.id,
            role=one.role,
            links=self.addresses.links(claimed, now),
            now=now,
            acknowledge_by=one.acknowledge_by or (deadlines.after(now, one.acknowledge) if one.acknowledge else None),
            repeat=one.uncertain,
        )

    async def _settle(self, work: Settle) -> Word:
        """Recorded, however often that has to be tried: who knows the outcome keeps the lease, and nobody repeats it.

        Only a process that ends leaves it to its lease: then the message is sent again, with the same id.
        """
        while True:
            try:
                return await self.writer.submit(work)
            except OUT_OF_REACH as error:
                key = work.attempt.claimed.delivery.id
                log.warning("delivery %s: its outcome could not be recorded: %s", key, error)
                if isinstance(error, Stopped):
                    return "lost"
            await asyncio.sleep(RECORD_AGAIN_SECONDS)


def _measure(attempt: Attempt, word: Word) -> None:
    one = attempt.claimed
    metrics.DELIVERY_ATTEMPT.observe(attempt.seconds)
    metrics.DELIVERIES.labels(one.recipient.channel, word).inc()
    if word == "sent":
        metrics.EVENT_TO_NOTIFICATION.observe(max((attempt.at - one.delivery.notice.raised_at).total_seconds(), 0.0))
    elif word != "lost":
        log.warning("delivery %s %s: %s", one.delivery.id, word, attempt.outcome.detail)
