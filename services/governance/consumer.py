"""Kafka → read model. Which consumer fills it says the model itself, so that it can be built again beside the old."""

import asyncio
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from services.governance import view
from shared import clock, database, service, topics
from shared.database import Pool
from shared.kafka.consumer import Consumer
from shared.kafka.record import Record

log = logging.getLogger(__name__)

Cursor = psycopg.AsyncCursor[Any]
HERE = Path(__file__).parent
TABLES = (HERE / "view", Path(database.__file__).parent / "kafka" / "migrations")
FIRST = "governance-view-1"
LOOK_SECONDS = 0.2
"""How often it is looked whether everything has been applied, and whether the model was built again."""


class Moved(Exception):
    """The model was built again and another consumer fills it: nothing of ours may go in."""

    retry_after = 1


def prepare(url: str, schema: str = view.SCHEMA, name: str = FIRST) -> None:
    """Make the tables, and say which consumer fills them if none does yet."""
    database.migrate(url, schema, *TABLES)
    with psycopg.connect(database.conninfo(url, schema)) as connection:
        connection.execute(
            "INSERT INTO generation(name) SELECT %s WHERE NOT EXISTS (SELECT 1 FROM generation)", (name,)
        )


class Filler:
    """Fills one generation of the read model."""

    def __init__(self, name: str, pool: Pool, bootstrap: str, names: topics.Topics) -> None:
        self.name = name
        self.consumer = Consumer(
            name, view.TOPICS, pool, self._take, bootstrap=bootstrap, names=names, service="governance"
        )

    async def _take(self, cursor: Cursor, records: list[Record]) -> None:
        # Held until the commit: whoever exchanges the model waits for us, or we see that it was exchanged.
        await cursor.execute("SELECT name FROM generation FOR SHARE")
        found = await cursor.fetchone()
        if found is None or found[0] != self.name:
            raise Moved(f"{self.name} fills this model no more")
        await view.take(cursor, records)


class ReadModel:
    """Keeps the read model filled, generation after generation. `run` must be running."""

    def __init__(self, pool: Pool, bootstrap: str, names: topics.Topics) -> None:
        self._pool, self._bootstrap, self._names = pool, bootstrap, names
        self._filler: Filler | None = None
        self.arrived: datetime | None = None
        """Everything that stood in Kafka at this instant has been applied."""

    async def run(self) -> None:
        """For ever. Raises what the consumer raises."""
        while True:
            self._filler = Filler(await self._generation(), self._pool, self._bootstrap, self._names)
            filling = asyncio.create_task(self._filler.consumer.run(), name=self._filler.name)
            try:
                await self._watch(self._filler, filling)
            finally:
                await service.end([filling])
            log.info("the read model was built again: %s fills it no more", self._filler.name)
            self.arrived = None

    def behind(self) -> timedelta | None:
        """How old the read model may be; None before it was whole for the first time."""
        return None if self.arrived is None else max(clock.now() - self.arrived, timedelta())

    def check(self) -> str | None:
        """For readiness."""
        if self._filler is None or self.arrived is None:
            return "the read model has not caught up yet"
        return self._filler.consumer.check()

    async def _watch(self, filler: Filler, filling: "asyncio.Task[None]") -> None:
        """Until the consumer fails, or the model is another. Raises what the consumer raised."""
        while not filling.done():
            if await self._name_or_none() not in (filler.name, None):
                return
            if filler.consumer.lag and not any(filler.consumer.lag.values()) and not filler.consumer.stopped:
                self.arrived = clock.now()
            await asyncio.wait([filling], timeout=LOOK_SECONDS)
        await filling

    async def _generation(self) -> str:
        while (name := await self._name_or_none()) is None:  # noqa: ASYNC110 - it is the database that will know
            await asyncio.sleep(LOOK_SECONDS)
        return name

    async def _name_or_none(self) -> str | None:
        try:
            async with self._pool.connection() as connection:
                found = await (await connection.execute("SELECT name FROM generation")).fetchone()
                return found[0] if found else None
        except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.UndefinedTable):
            return None  # the database is away, or the model is being exchanged in this moment
