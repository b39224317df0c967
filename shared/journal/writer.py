"""The writer: gathers concurrent appends of one service into one transaction (architecture §3.1, group commit)."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import psycopg

from shared import clock
from shared.database import Pool
from shared.journal import append as journal
from shared.journal.rows import Result, Row

log = logging.getLogger(__name__)
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Work(Protocol[T_co]):
    """A piece of work that runs under the append lock, in the transaction that appends its rows.

    Both halves may run again, in another transaction, when a neighbour in the same transaction failed:
    everything that they change must be changed through the cursor.
    """

    async def rows(self, cursor: psycopg.AsyncCursor[Any]) -> Sequence[Row]:
        """What to append. May read and write the service's own tables: nobody else is appending now."""
        ...

    async def done(self, cursor: psycopg.AsyncCursor[Any], results: Sequence[Result]) -> T_co:
        """What became of it, before the commit. To raise here takes back everything of this work, rows included."""
        ...


class Stopped(journal.Unavailable):
    """The service is stopping."""


@dataclass(frozen=True, slots=True)
class Append:
    """The simple case: rows that need no look at anything else."""

    given: Sequence[Row]

    async def rows(self, cursor: psycopg.AsyncCursor[Any]) -> Sequence[Row]:  # noqa: ARG002
        """The rows as they were given."""
        return self.given

    async def done(self, cursor: psycopg.AsyncCursor[Any], results: Sequence[Result]) -> list[Result]:  # noqa: ARG002
        """One result a row."""
        return list(results)


@dataclass(slots=True)
class _Job(Generic[T]):
    work: Work[T]
    reply: asyncio.Future[T]
    size: int = 1

    def answer(self, value: T) -> None:
        if not self.reply.done():
            self.reply.set_result(value)

    def fail(self, error: BaseException) -> None:
        if not self.reply.done():
            self.reply.set_exception(error)


class Writer:
    """The one way for a service to write its journal from asynchronous code. `run` must be running."""

    def __init__(self, pool: Pool, name: str, *, gather: float = 0.002, most: int = 500) -> None:
        """`gather`: seconds to wait for company when others are about; `most`: rows in one transaction."""
        self.name = name
        self._pool, self._gather, self._most = pool, gather, most
        self._queue: asyncio.Queue[_Job[Any]] = asyncio.Queue(2 * most)
        self._held: _Job[Any] | None = None
        self._taken: list[_Job[Any]] = []
        self._stopped = False

    async def submit(self, work: Work[T]) -> T:
        """Run one work and return what its `done` returned, once it is committed.

        Raises whatever the work raised, journal.Unavailable (503), or psycopg.OperationalError: then the outcome may be
        unknown, and the same work may be submitted again (its rows have the same ids).
        """
        if self._stopped:
            raise Stopped("the service is stopping")
        size = len(work.given) if isinstance(work, Append) else 1
        reply: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        job = _Job(work, reply, size)
        await self._queue.put(job)
        if self._stopped:  # while this waited for room: nobody takes it out any more, nor makes room for the next
            self._stop()
        return await reply

    async def append(self, rows: Sequence[Row]) -> list[Result]:
        """Append rows that need no look at anything else. Raises as `submit` does."""
        return await self.submit(Append(rows))

    async def run(self) -> None:
        """Serve for ever. One transaction is under way at a time; what arrives meanwhile goes into the next."""
        busy = False
        try:
            while True:
                await self._gather_jobs(self._gather if busy else 0.0)
                busy = len(self._taken) > 1
                await self._settle(self._taken)
        finally:
            self._stop()

    def _stop(self) -> None:
        self._stopped = True
        left = [*self._taken, *([self._held] if self._held else [])]
        while not self._queue.empty():
            left.append(self._queue.get_nowait())
        for job in left:  # those that are answered already stay as they are
            job.fail(Stopped("the service stopped before this was known to be kept"))

    async def _gather_jobs(self, gather: float) -> None:
        first = self._held or await self._queue.get()
        self._held, self._taken = None, [first]
        size, until = first.size, asyncio.get_running_loop().time() + gather
        while size < self._most:
            try:
                if self._queue.empty():
                    async with asyncio.timeout_at(until):
                        job = await self._queue.get()
                else:
                    job = self._queue.get_nowait()
            except TimeoutError:
                break
            if size + job.size > self._most:
                self._held = job
                break
            self._taken.append(job)
            size += job.size

    async def _settle(self, jobs: list[_Job[Any]]) -> None:
        """Commit the jobs together; if that cannot be, each half by itself, down to the one that fails alone."""
        try:
            await self._commit(jobs)
        except (psycopg.OperationalError, psycopg.InterfaceError, journal.Unavailable) as error:
            for job in jobs:
                job.fail(error)
        except Exception as error:
            if len(jobs) == 1:
                jobs[0].fail(error)
            else:
                middle = len(jobs) // 2
                await self._settle(jobs[:middle])
                await self._settle(jobs[middle:])

    async def _commit(self, jobs: list[_Job[Any]]) -> None:
        async with self._pool.connection() as connection, AsyncExitStack() as stack:
            if all(isinstance(job.work, Append) for job in jobs):
                # Nothing but our own statements: two round trips instead of five. A work's statements are not put into
                # a pipeline, because there a row count is not known, and an error not raised, where it is expected.
                await stack.enter_async_context(connection.pipeline())
            await stack.enter_async_context(connection.transaction())
            values = await self._work(jobs, connection)
        for job, value in zip(jobs, values, strict=True):
            job.answer(value)

    async def _work(self, jobs: list[_Job[Any]], connection: psycopg.AsyncConnection[Any]) -> list[Any]:
        async with connection.cursor() as theirs, connection.cursor(binary=True) as ours:
            await ours.execute(journal.LOCK, prepare=True)
            wanted = [list(await job.work.rows(theirs)) for job in jobs]
            steps = journal.append([row for rows in wanted for row in rows], self.name, clock.offset(), locked=True)
            results = iter(await journal.arun(ours, steps))
            return [
                await job.work.done(theirs, [next(results) for _ in rows])
                for job, rows in zip(jobs, wanted, strict=True)
            ]
