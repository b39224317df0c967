"""Figures that take long to count from a long record: counted once for whoever asks meanwhile, and kept for a while."""

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from fastapi.concurrency import run_in_threadpool

from shared import clock

WAITING: Final = 15.0
"""Seconds after which a reader is told that it is still being counted, instead of a browser that waits."""
QUICK: Final = 1.0
"""What took less is counted anew each time."""
KEPT: Final = 20.0
"""What took longer is kept so many times as long as it took."""
LONGEST: Final = 3600.0


class StillCounting(Exception):
    """It goes on: whoever asks again in a minute finds it."""


@dataclass
class _Count:
    task: asyncio.Task[Any]
    begun: float
    at: datetime
    until: float | None = None
    """On the clock of the process; None: under way."""


@dataclass
class Counted:
    """One count at a time: many at once would slow down every other page."""

    _known: dict[Hashable, _Count] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, key: Hashable, count: Callable[[], Any], waiting: float = WAITING) -> tuple[Any, datetime]:
        """What `count` gives, and when it was counted. It blocks, and is called in a thread. Raises StillCounting."""
        now = time.monotonic()
        self._known = {name: one for name, one in self._known.items() if one.until is None or one.until > now}
        if key not in self._known:
            self._known[key] = _Count(asyncio.create_task(self._counting(key, count)), now, clock.now())
        known = self._known[key]
        try:
            return await asyncio.wait_for(asyncio.shield(known.task), waiting), known.at
        except TimeoutError as error:
            raise StillCounting from error

    async def _counting(self, key: Hashable, count: Callable[[], Any]) -> Any:
        known = None
        try:
            async with self._turn:
                begun = time.monotonic()
                found = await run_in_threadpool(count)
                took = time.monotonic() - begun
            known = self._known[key]
            known.until = time.monotonic() + (min(took * KEPT, LONGEST) if took >= QUICK else 0)
            return found
        finally:
            if known is None:
                self._known.pop(key, None)
