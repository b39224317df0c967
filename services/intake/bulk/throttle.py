"""An import waits while much is unpublished, or risk is far behind: a live event never waits behind it for long."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from services.intake.parts import Parts
from shared import topics
from shared.kafka import lag
from shared.kafka.producer import FAILURES

log = logging.getLogger(__name__)

MOST_UNPUBLISHED = 2_000
"""Journal rows: less than a second of the relay's work."""
MOST_UNJUDGED = 5_000
"""Ledger records that risk has yet to read: a few seconds of its work, so a live event is judged within them."""
PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.1
ASK_SECONDS = 2.0
"""How often the broker is asked how far risk is: it commits every few seconds."""
RISK = r"risk-v\d+"
"""The consumer groups of risk, one for each version of its state."""


class NotPublishing(Exception):
    """Nothing of the journal reaches the ledger: intake or Kafka is not running."""


class NotJudging(Exception):
    """Risk does not read what is on the ledger: it is not running, or has stopped at a record."""


@dataclass
class Throttle:
    """Asked before each batch."""

    parts: Parts
    bootstrap: str
    names: topics.Topics
    _asked: float = field(default=0.0, init=False)

    async def wait(self) -> None:
        """Until there is room. Raises NotPublishing, NotJudging when it does not get less."""
        if waiting := await _over(self._unpublished, MOST_UNPUBLISHED):
            raise NotPublishing(f"{waiting} journal rows wait to be published, and it does not get less")
        now = asyncio.get_running_loop().time()
        if now - self._asked > ASK_SECONDS:
            if waiting := await _over(self._unjudged, MOST_UNJUDGED):
                raise NotJudging(f"risk has {waiting} records of the ledger to read, and it does not get less")
            self._asked = asyncio.get_running_loop().time()

    async def _unpublished(self) -> int:
        """How many journal rows the ledger does not have yet."""
        sql = "SELECT (SELECT coalesce(max(position), 0) FROM journal) - position FROM mark"
        async with self.parts.pool.connection() as connection:
            return int((await (await connection.execute(sql)).fetchall())[0][0])

    async def _unjudged(self) -> int:
        """How many records risk has yet to read; none where no risk has ever read, or the broker cannot be asked."""
        try:
            return await lag.behind(self.bootstrap, self.names, topics.LEDGER, RISK) or 0
        except FAILURES as error:
            log.warning("how far risk is cannot be asked: %s", type(error).__name__)
            return 0


async def _over(measured: Callable[[], Awaitable[int]], most: int) -> int:
    """0 once it is at most `most`; what it is, if for the whole of our patience it did not get less."""
    loop = asyncio.get_running_loop()
    least, since = await measured(), loop.time()
    waiting = least
    while waiting > most:
        if waiting < least:
            least, since = waiting, loop.time()
        if loop.time() - since > PATIENCE_SECONDS:
            return waiting
        await asyncio.sleep(LOOK_SECONDS)
        waiting = await measured()
    return 0
