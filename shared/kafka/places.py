"""The texts of the places: every service reads the topic `places` whole before it starts, and keeps following it."""

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared import calendar, clock, events, topics
from shared.kafka import tail
from shared.kafka.order import judge
from shared.kafka.producer import FAILURES

log = logging.getLogger(__name__)


class Broken(Exception):
    """`places` has a hole, or holds what cannot be read: no service may go on with a policy missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    """A policy as a place has adopted it."""

    place: str
    pack: str
    version: str
    digest: str
    text: dict[str, Any]
    """The pack, whole."""
    effective_from: date
    review_by: date | None
    event_id: UUID
    recordedtime: datetime

    @property
    def in_force_from(self) -> date:
        """A text that is adopted with an earlier date counts from its adoption: its mark comes then."""
        return max(self.effective_from, calendar.london_date(self.recordedtime))


class Places:
    """What each place has adopted. `run` must be running; nothing is to be trusted before `ready`."""

    def __init__(self, bootstrap: str, names: topics.Topics) -> None:
        self._bootstrap, self._names = bootstrap, names
        self._policies: dict[str, list[PolicyText]] = {}
        self._texts: dict[str, PolicyText] = {}
        self._baselines: dict[str, events.places.BaselinePublished] = {}
        self._read = asyncio.Event()
        self._grew = asyncio.Condition()

    @property
    def ready(self) -> bool:
        """Whether everything that was there at the start has been read."""
        return self._read.is_set()

    async def until_ready(self) -> None:
        """Wait for `ready`."""
        await self._read.wait()

    def policy(self, place: str, on: date | None = None) -> PolicyText | None:
        """The policy in force on a London day (today), or None where none was adopted."""
        day = on or calendar.london_date(clock.now())
        # Later in the list is adopted later; `sorted` keeps that order among equals.
        known = sorted(self._policies.get(place, ()), key=lambda policy: policy.in_force_from)
        return next((policy for policy in reversed(known) if policy.in_force_from <= day), None)

    def in_force_since(self, place: str, on: date | None = None) -> date | None:
        """Since when packs of the name in force on a London day have been so without a break: a new version goes on."""
        day = on or calendar.london_date(clock.now())
        since: date | None = None
        name: str | None = None
        for policy in sorted(self._policies.get(place, ()), key=lambda policy: policy.in_force_from):
            if policy.in_force_from <= day:
                since = since if policy.pack == name else policy.in_force_from
                name = policy.pack
        return since

    def text(self, digest: str) -> PolicyText | None:
        """The text with this digest, adopted or judged beside anywhere."""
        return self._texts.get(digest)

    def baseline(self, digest: str) -> events.places.BaselinePublished | None:
        """The peers' rates with this digest."""
        return self._baselines.get(digest)

    def places(self) -> frozenset[str]:
        """The places that have adopted anything."""
        return frozenset(self._policies)

    async def until(self, digest: str) -> PolicyText:
        """Wait until the text with this digest has been read."""
        async with self._grew:
            await self._grew.wait_for(lambda: digest in self._texts)
        return self._texts[digest]

    async def until_known(self, digest: str) -> None:
        """Wait until the text or the baseline with this digest has been read."""
        async with self._grew:
            await self._grew.wait_for(lambda: digest in self._texts or digest in self._baselines)

    async def run(self) -> None:
        """Read all, then follow, for ever. Raises Broken where something is missing twice (once may be the library)."""
        missing: str | None = None
        while True:
            try:
                async with tail.reader(self._bootstrap) as consumer:
                    await self._follow(consumer)
            except Broken as error:
                if str(error) == missing:
                    raise
                missing = str(error)
                log.error("places are read again: %s", error)  # noqa: TRY400 - it may be nothing
            except FAILURES as error:
                log.warning("places are read again: %s: %.300s", type(error).__name__, error)
                await asyncio.sleep(1)

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        """From the beginning each time: what was read before stays valid, and is told apart by its event's id."""
        tp = TopicPartition(self._names.name(topics.PLACES), 0)
        begin, end = (await consumer.beginning_offsets([tp]))[tp], (await consumer.end_offsets([tp]))[tp]
        # `places` is kept for ever: a writer's first text has nothing before it.
        last: defaultdict[str, int] = defaultdict(int)
        consumer.assign([tp])
        consumer.seek(tp, begin)
        while True:
            if not self.ready and await consumer.position(tp) >= end:
                self._read.set()
            found = await consumer.getmany(timeout_ms=1000)
            for record in found.get(tp, ()):
                self._take(record.offset, record.value or b"", last)
            if found:
                async with self._grew:
                    self._grew.notify_all()

    def _take(self, offset: int, body: bytes, last: defaultdict[str, int]) -> None:
        try:
            event = events.decode(body)
            verdict = judge(last[event.writer], event.sequence, event.prevsequence)
            data = events.data_of(event) if event.type in events.TYPES else None
        except ValueError as error:
            raise Broken(f"offset {offset} of places cannot be read: {type(error).__name__}") from error
        if verdict == "hole":
            raise Broken(f"a hole before offset {offset} of places")
        if verdict == "next":
            last[event.writer] = event.sequence
            if isinstance(data, events.places.PolicyAdopted):
                self._adopt(event, data)
            elif isinstance(data, events.places.PolicyShadowed):
                self._shadow(event, data)
            elif isinstance(data, events.places.BaselinePublished):
                self._baselines[data.digest] = data

    def _shadow(self, event: events.Event, data: events.places.PolicyShadowed) -> None:
        self._texts.setdefault(data.digest, _text(event, data, calendar.london_date(event.recordedtime)))

    def _adopt(self, event: events.Event, data: events.places.PolicyAdopted) -> None:
        known = self._policies.setdefault(event.place, [])
        if any(policy.event_id == event.id for policy in known):
            return
        policy = _text(event, data, data.effective_from, data.review_by)
        known.append(policy)
        self._texts[policy.digest] = policy


def _text(
    event: events.Event,
    data: events.places.PolicyAdopted | events.places.PolicyShadowed,
    effective_from: date,
    review_by: date | None = None,
) -> PolicyText:
    return PolicyText(
        place=event.place,
        pack=data.pack,
        version=data.version,
        digest=data.digest,
        text=data.text,
        effective_from=effective_from,
        review_by=review_by,
        event_id=event.id,
        recordedtime=event.recordedtime,
    )
