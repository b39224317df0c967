"""A start first reads what ended while it was away, so that nobody is told of what is over; but not for ever."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from services.notify import consumer
from shared.database import Pool
from shared.kafka import offsets, producer
from shared.kafka.consumer import Consumer
from shared.kafka.positions import Lane
from shared.topics import Topics

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Opens the way for sending, once."""

    pool: Pool
    following: Consumer
    bootstrap: str
    names: Topics
    opened: asyncio.Event
    at_most: timedelta

    async def run(self) -> None:
        """Wait until everything that was on the topics at the start is applied, or the time is over."""
        try:
            async with asyncio.timeout(self.at_most.total_seconds()):
                await self._caught_up()
        except TimeoutError:
            log.warning("sending begins although not all that is on the topics has been read")
        self.opened.set()
        await asyncio.Event().wait()  # a background task lives as long as the process

    async def _caught_up(self) -> None:
        last = await self._last()
        while True:
            try:
                if await self._behind(last) <= self.following.stopped.keys():
                    return
            except psycopg.OperationalError as error:
                log.warning("cannot see how far the topics were read: %s", error)
            await asyncio.sleep(LOOK_SECONDS)

    async def _last(self) -> dict[Lane, int]:
        while True:
            try:
                return await offsets.last(self.bootstrap, self.names, consumer.TOPICS)
            except producer.FAILURES as error:
                log.warning("cannot see the ends of the topics: %s: %.300s", type(error).__name__, error)
                await asyncio.sleep(1)

    async def _behind(self, last: dict[Lane, int]) -> set[Lane]:
        query = 'SELECT topic, partition, "offset" FROM positions WHERE consumer = %s'
        async with self.pool.connection() as connection:
            found = await (await connection.execute(query, (consumer.NAME,))).fetchall()
        at = {(topic, partition): offset for topic, partition, offset in found}
        return {lane for lane, offset in last.items() if at.get(lane, -1) < offset}
