"""Releases: an operator lets a record that could not be processed be tried again, by its id.

A release is a note on the dead letters, behind the letter that it answers (`python -m services.risk release EVENT_ID`
puts one on every partition: only the one that holds the record acts on it). So whichever worker owns the partition
finds it, now or after a restart, and the state depends on the ledger alone.
"""

import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from functools import partial

import orjson

from services.risk.desk import Desk
from services.risk.lane import Lane
from services.risk.memory import ProviderRecord
from services.risk.publish import Cause
from shared import events
from shared.kafka.record import RawRecord

logger = logging.getLogger(__name__)

KEY = b"release"
LOOK_SECONDS = 1.0


def note(event_id: str) -> bytes:
    """The value of a release."""
    return orjson.dumps({"release": event_id})


class Releases:
    """Looks for releases while anything is held."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._looked = 0.0
        self._read: dict[int, int] = {}
        self._notes: dict[tuple[int, str], int] = {}
        """By partition and event id, where the newest release stands."""

    async def look(self, lanes: Mapping[int, Lane]) -> None:
        """Try again whatever was released since the last look. Raises Interrupted."""
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        for number, lane in lanes.items():
            held = lane.held()
            if not held:
                continue
            await self._catch_up(number, min(each.letter for each in held.values()))
            for provider_id, each in held.items():
                if self._notes.get((number, each.event_id), -1) >= each.letter:
                    async with aclosing(self._desk.records(number, each.offset, lane.durable)) as records:
                        whole = await retry(lane, provider_id, records)
                    logger.info("%s was released: %s", each.event_id, "applied" if whole else "still not processed")

    async def _catch_up(self, number: int, first: int) -> None:
        topic = self._desk.letters
        begin, end = await self._desk.reader.bounds(topic, number)
        start = max(self._read.get(number, first), begin)
        async for record in self._desk.reader.records(topic, number, start, end):
            if record.key == KEY:
                self._notes[number, str(orjson.loads(record.value).get("release"))] = record.offset
        self._read[number] = max(end, start)


async def retry(lane: Lane, provider_id: str, records: AsyncIterator[RawRecord]) -> bool:
    """What is held of a provider, and what waits behind it, once more. `records`: the ledger from there to here.

    False: it, or a later one, still cannot be processed. Whatever was done until then stays done.
    """
    known = lane.memory.providers[provider_id]
    if known.held is None:
        return True
    await lane.ready(known.held.at)
    seen, cause = dict(known.held.at.sequences), Cause.release(known.held.event_id, known.state.place)
    async for record in records:
        await lane.breathe()
        if record.key != provider_id:
            continue
        known = lane.known(provider_id) or known
        try:
            event = events.decode(record.raw)
        except ValueError as error:
            return await _held_again(lane, known, record, error)
        if event.sequence <= seen.get(event.writer, 0):
            continue
        judged = partial(lane.judge.retried, lane.here, known, event, record.offset, lane.now())
        if (broken := await lane.attempt(judged)) is not None:
            return await _held_again(lane, known, record, broken)
        seen[event.writer], cause = event.sequence, Cause.of(event)
    known = lane.known(provider_id) or known
    broken = await lane.attempt(partial(lane.judge.resumed, lane.here, known, cause, lane.now()))
    if broken is not None:
        return await _held_again(lane, known, lane.nothing(known, cause.id), broken)
    await lane.flush()
    return True


async def _held_again(lane: Lane, known: ProviderRecord, record: RawRecord, error: Exception) -> bool:
    await lane.hold(lane.here, known, record, error)
    await lane.flush()
    return False
