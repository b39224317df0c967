"""What has changed, told to open pages: the read model says so in its own transaction, and every process hears it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psycopg

from services.governance import view
from shared import database

log = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0
QUEUED = 200
EVERYTHING = "*"
"""Something was missed: whoever is shown anything looks again."""


@dataclass(eq=False)
class Follower:
    """One open page: which providers it has still to be told of."""

    places: frozenset[str]
    _waiting: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(QUEUED))

    def tell(self, provider: str) -> None:
        """Never blocks: whoever is too slow is told to look at everything again."""
        try:
            self._waiting.put_nowait(provider)
        except asyncio.QueueFull:
            while not self._waiting.empty():
                self._waiting.get_nowait()
            self._waiting.put_nowait(EVERYTHING)

    async def next(self) -> str:
        """The next provider that changed, or EVERYTHING."""
        return await self._waiting.get()

    def rest(self) -> set[str]:
        """Those that changed since, without waiting."""
        return {self._waiting.get_nowait() for _ in range(self._waiting.qsize())}


class Live:
    """Hears the database, tells the followers. `run` must be running."""

    def __init__(self, url: str) -> None:
        self._conninfo = database.conninfo(url, view.SCHEMA)
        self._followers: set[Follower] = set()

    async def run(self) -> None:
        """For ever: a database that is away is waited for."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                log.warning("changes are not heard at the moment: %s: %.200s", type(error).__name__, error)
            await asyncio.sleep(AGAIN_SECONDS)

    @asynccontextmanager
    async def following(self, places: frozenset[str]) -> AsyncIterator[Follower]:
        """For as long as a page is open."""
        follower = Follower(places)
        self._followers.add(follower)
        try:
            yield follower
        finally:
            self._followers.discard(follower)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
            await connection.execute(f'LISTEN "{view.CHANGED}"')
            for follower in self._followers:
                follower.tell(EVERYTHING)
            async for note in connection.notifies():
                self._tell(note.payload)

    def _tell(self, payload: str) -> None:
        for word in payload.split():
            place, _, provider = word.partition("/")
            for follower in self._followers:
                if place in follower.places:
                    follower.tell(provider)
