"""Kafka in: the ledger's decisions, for one thing alone: a confirmed level may ask for a return (LGA-9)."""

from datetime import date

from services.intake import register
from services.intake.parts import Parts
from services.intake.returns import asked, asking
from services.intake.returns.asking import Ask
from services.intake.returns.request_rows import Rows
from services.intake.returns.schedules import Schedules
from shared import calendar, clock, topics
from shared.events import Event, data_of, decisions, decode, entry_of
from shared.journal import append
from shared.kafka.consumer import Consumer, Cursor
from shared.kafka.record import RawRecord

NAME = "intake-ledger"
TYPE = entry_of(decisions.DecisionTookEffect).type


class Ledger:
    """Reads the ledger by its records' headers, so that what intake itself writes there costs next to nothing."""

    def __init__(self, parts: Parts, schedules: Schedules, *, bootstrap: str, names: topics.Topics) -> None:
        self._parts, self._schedules, self._rows = parts, schedules, Rows(parts.digest_key)
        self.consumer = Consumer(
            NAME, [topics.LEDGER], parts.pool, self.handle, bootstrap=bootstrap, names=names, enveloped=False
        )

    async def run(self) -> None:
        """Follow for ever, once the policies are known."""
        await self._schedules.until_ready()
        await self.consumer.run()

    async def handle(self, cursor: Cursor, records: list[RawRecord]) -> None:
        """Ask for what these decisions ask for, in the transaction that moves the positions."""
        found = [decode(record.raw) for record in records if record.headers.get("type") == TYPE.encode()]
        if not found:
            return
        asks = [(ask, event) for event in found for ask in await self._asks(cursor, event)]
        if asks:
            await cursor.execute(append.LOCK)
            rows = [self._rows.requested(ask, self._parts.now(), cause=event) for ask, event in asks]
            async with cursor.connection.cursor(binary=True) as ours:
                await append.arun(ours, append.append(rows, self._parts.writer.name, clock.offset(), locked=True))

    async def _asks(self, cursor: Cursor, event: Event) -> list[Ask]:
        data = data_of(event)
        if not isinstance(data, decisions.DecisionTookEffect):
            return []
        said, day = data.decision, _day(event)
        if not isinstance(said, decisions.LevelConfirmed | decisions.LevelOverridden):
            return []
        provider, policy = await register.provider(cursor, event.subject), self._schedules.policy(event.place, day)
        if provider is None or policy is None:
            return []
        since = await asked.asking_since(cursor, event.place, calendar.london_date(self._parts.now()))
        asks = asking.on_level(provider, policy, scale=said.scale, level=said.level, before=said.from_level, day=day)
        return [ask for ask in asks if ask.period.last >= since]


def _day(event: Event) -> date:
    """On which the level counts: when it took effect, or when that was recorded, whichever is later."""
    return max(calendar.london_date(event.time), calendar.london_date(event.recordedtime))
