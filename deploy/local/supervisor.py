"""Keeps the children of a local deployment alive: starts them, restarts those that die, stops all in order."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from deploy.local import records
from deploy.local.commands import Command, StartFailed

MOST_DEATHS = 5
MINUTE = 60.0
LONGEST_PAUSE = 8.0
POLL = 0.1

T = TypeVar("T")
Say = Callable[[str], None]
Ready = Callable[[], Awaitable[bool]]


class GivenUp(Exception):
    """A child died five times in a minute; the message says which, and its last words."""


@dataclass(eq=False)
class Child:
    """One supervised process. It is (re)started only when what it `needs` is up; `rank` is the order of stopping."""

    command: Command
    ready: Ready
    rank: int
    needs: tuple["Child", ...] = ()
    process: asyncio.subprocess.Process | None = None
    up: asyncio.Event = field(default_factory=asyncio.Event)
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_DEATHS))

    @property
    def name(self) -> str:
        """Its name in messages and records."""
        return self.command.name

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.returncode is None


class Supervisor:
    """Owns the children of one deployment. `record` remembers them for a next start, should this process be killed."""

    def __init__(self, record: records.Record, say: Say) -> None:
        self._record, self._say = record, say
        self._children: list[Child] = []
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, child: Child) -> None:
        """Start a child and keep it alive from now on."""
        self._children.append(child)
        self._tasks.append(asyncio.create_task(self._keep(child), name=child.name))

    async def during(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something while the children live. Raises GivenUp as soon as one of them cannot be kept alive."""
        doing = asyncio.ensure_future(work)
        try:
            await asyncio.wait((doing, *self._tasks), return_when=asyncio.FIRST_COMPLETED)
            for task in self._tasks:
                if task.done():
                    task.result()
            return await doing
        finally:
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)

    async def ready(self, *children: Child, seconds: float) -> None:
        """Wait until these are up. Raises StartFailed when time is up, GivenUp when one cannot live."""
        try:
            async with asyncio.timeout(seconds):
                await self.during(_all_up(children))
        except TimeoutError:
            late = [f"{each.name} ({each.command.last_words()})" for each in children if not each.up.is_set()]
            raise StartFailed(f"not ready after {seconds:.0f} s: {', '.join(late)}") from None

    async def stop(self) -> None:
        """Stop everything, lowest rank first, each rank at once."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for rank in sorted({child.rank for child in self._children}):
            await asyncio.gather(*(self._end(child) for child in self._children if child.rank == rank))
        self._record.clear()

    async def _keep(self, child: Child) -> None:
        while True:
            await self._may_start(child)
            code = await self._live(child)
            child.up.clear()
            pause = self._pause(child)
            self._say(f"{child.name} died ({_cause(code)}); it is restarted in {pause:.1f} s")
            await asyncio.sleep(pause)

    async def _may_start(self, child: Child) -> None:
        for needed in child.needs:
            await needed.up.wait()
        while self._record.held(child.name):  # noqa: ASYNC110 - a file that somebody removes
            await asyncio.sleep(POLL)

    async def _live(self, child: Child) -> int:
        """From start to death; the exit code, negative for a signal."""
        with child.command.open_log() as log:
            child.process = process = await asyncio.create_subprocess_exec(
                *child.command.tethered(), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=child.command.cwd, env=dict(child.command.env), start_new_session=True,
            )  # fmt: skip
        self._record.add(child.name, process.pid, child.command.stop)
        rising = asyncio.create_task(_rise(child))
        try:
            return await process.wait()
        finally:
            rising.cancel()

    def _pause(self, child: Child) -> float:
        """How long to wait before the next start. Raises GivenUp at the fifth death in a minute, or on a full disk."""
        if self._record.disk_is_full():
            raise GivenUp(f"{child.name} died because the disk that holds {self._record.directory} is full")
        now = time.monotonic()
        child.deaths.append(now)
        recent = [death for death in child.deaths if now - death <= MINUTE]
        if len(recent) == MOST_DEATHS:
            raise GivenUp(f"{child.name} died {MOST_DEATHS} times in a minute: {child.command.last_words(1)}")
        return min(0.5 * float(2 ** (len(recent) - 1)), LONGEST_PAUSE)

    async def _end(self, child: Child) -> None:
        process = child.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(child.command.stop)
        try:
            async with asyncio.timeout(child.command.patience):
                await process.wait()
        except TimeoutError:
            self._say(f"{child.name} did not stop within {child.command.patience:g} s and is killed")
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _all_up(children: tuple[Child, ...]) -> None:
    """All at the same time: one that was up may have died while another was awaited."""
    while not all(child.up.is_set() for child in children):
        for child in children:
            await child.up.wait()


async def _rise(child: Child) -> None:
    while not await child.ready():  # noqa: ASYNC110 - it is another process
        await asyncio.sleep(POLL)
    child.up.set()


def _cause(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"
