"""Reads a place's history from the ledger, whole and read-only: partitions up to a stated end, texts from `places`."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from services.risk.expected import Baseline
from services.risk.looking_back.spool import Spool, Survey
from services.risk.policies import of_peers
from services.risk.reading import Reader
from services.risk.remembered import partition
from services.risk.settings import RiskSettings
from shared import events, policy, service
from shared.kafka.places import Places
from shared.policy import Pack
from shared.topics import LEDGER, PARTITIONS


@dataclass(frozen=True, slots=True)
class Stretch:
    """One partition of the ledger from its beginning to before `end`."""

    bootstrap: str
    topic: str
    number: int
    end: int
    place: str


def stretches(settings: RiskSettings, place: str) -> list[Stretch]:
    """The ledger as it stands now. Raises KafkaConnectionError."""
    return asyncio.run(_stretches(settings, place))


def spooled(stretch: Stretch, file: Path) -> Survey:
    """Write the place's events of one partition, and its marks, into a part of its own. Raises Unreadable."""
    return asyncio.run(_spooled(stretch, file))


def texts(settings: RiskSettings, survey: Survey) -> tuple[list[Pack], list[Baseline]]:
    """The policies that came into force, oldest first, and the baselines."""
    return asyncio.run(_texts(settings, survey))


async def _stretches(settings: RiskSettings, place: str) -> list[Stretch]:
    topic, reader = settings.topics.name(LEDGER), Reader(settings.kafka_bootstrap)
    await reader.start()
    try:
        ends = [(await reader.bounds(topic, number))[1] for number in range(PARTITIONS)]
    finally:
        await reader.stop()
    return [Stretch(settings.kafka_bootstrap, topic, number, end, place) for number, end in enumerate(ends)]


async def _spooled(stretch: Stretch, file: Path) -> Survey:
    reader = Reader(stretch.bootstrap)
    await reader.start()
    try:
        with Spool([file]) as spool:
            first, _ = await reader.bounds(stretch.topic, stretch.number)
            async with aclosing(reader.records(stretch.topic, stretch.number, first, stretch.end)) as records:
                async for record in records:
                    try:
                        event = events.decode(record.value)
                    except ValueError:
                        spool.survey.unreadable += 1
                        continue
                    if _concerns(event, stretch.place):
                        spool.add(event, record.value)
        return spool.survey
    finally:
        await reader.stop()


def _concerns(event: events.Event, place: str) -> bool:
    if event.kind in ("policy.in_force", "baseline.in_force"):
        return bool(event.data.get("place") == place)
    return partition.is_mark(event) or event.place == place


async def _texts(settings: RiskSettings, survey: Survey) -> tuple[list[Pack], list[Baseline]]:
    places = Places(settings.kafka_bootstrap, settings.topics)
    following = asyncio.create_task(places.run())
    try:
        await places.until_ready()
    finally:
        await service.end([following])
    found = sorted(
        (text for digest in survey.policies if (text := places.text(digest)) is not None),
        key=lambda text: (text.in_force_from, text.recordedtime, text.digest),
    )
    rates = {digest: said for digest in sorted(survey.baselines) if (said := places.baseline(digest)) is not None}
    return [policy.parse(text.text) for text in found], [of_peers(*each) for each in rates.items()]
