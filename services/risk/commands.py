"""What an operator does beside the running service: prove the states, release a record."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from services.risk import folding
from services.risk.desk import Desk
from services.risk.judge import Judge
from services.risk.lane import Hole, UnusableMark
from services.risk.memory import Memory
from services.risk.policies import Policies, UnusablePolicy
from services.risk.releases import KEY, note
from services.risk.settings import RiskSettings
from shared import service
from shared.kafka.places import Places
from shared.topics import PARTITIONS

TRIES = 100
PAUSE_SECONDS = 0.2


@asynccontextmanager
async def desk(settings: RiskSettings, version: int | None = None) -> AsyncIterator[tuple[Desk, Policies]]:
    """A connected desk, and the policies, with `places` read."""
    places = Places(settings.kafka_bootstrap, settings.topics)
    following = asyncio.create_task(places.run())
    policies = Policies(places, settings.places_seconds)
    connected = await Desk.connect(settings, policies, version)
    try:
        await places.until_ready()
        yield connected, policies
    finally:
        await service.end([following])
        await connected.stop()


async def verify(settings: RiskSettings) -> int:
    """Print what was compared, and how it differs. The worker may be running. Gives the exit code."""
    wrong, providers, behind = 0, 0, 0
    async with desk(settings) as (connected, policies):
        judge = Judge(connected.version, policies.rules, policies.baseline)
        for number in range(PARTITIONS):
            try:
                found, kept = await _settled(connected, number, judge)
            except (Hole, UnusableMark, UnusablePolicy) as error:
                print(f"partition {number}: the ledger cannot be folded: {error}")
                wrong += 1
                continue
            _, end = await connected.reader.bounds(connected.ledger, number)
            providers, behind = providers + len(kept.providers), behind + end - kept.partition.offset - 1
            wrong += len(found)
            for difference in found:
                print(f"partition {number}: {difference}")
    verdict = f"{wrong} differ from" if wrong else "all equal"
    told = f"state version {connected.version}: {providers} providers, {behind} records behind"
    print(f"{told}: {verdict} a fold of the ledger")
    return 1 if wrong else 0


async def _settled(connected: Desk, number: int, judge: Judge) -> tuple[list[str], Memory]:
    for _ in range(TRIES):
        with suppress(folding.Unsettled):
            return await folding.differences(connected, number, judge)
        await asyncio.sleep(PAUSE_SECONDS)
    raise folding.Unsettled(f"partition {number} is still being swept")


async def release(settings: RiskSettings, event_id: str) -> int:
    """Put a release on every partition's dead letters: the one that holds the record acts on it."""
    async with desk(settings) as (connected, _):
        for number in range(PARTITIONS):
            await connected.producer.send_and_wait(connected.letters, note(event_id), KEY, partition=number)
    print(f"{event_id} is released: it is tried again within a second, or when a worker is back")
    return 0
