"""A new version of risk's state: the ledger folded from its start, muted, then put in the place of the old version.

1. A changelog of its own is made, and the ledger folded into it as far as the old version has come: never further, or
   what is live would be said as a rebuild.
2. Partition by partition the old version is retired: a fence and a note in its changelog stop whoever writes it. The
   new one folds on to the old one's last position, is unmuted, and says only what differs from the last published word,
   with basis `rebuild`, which tells nobody.
3. The new version becomes the one in use. Workers of the old one, which have waited since, end and start again as it.

Harmless to break off and to repeat: everything that is done is durable, and what was said is read back.
"""

from collections.abc import Callable
from contextlib import aclosing

import msgspec
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.risk import commands, memory, published, versions
from services.risk.desk import Desk
from services.risk.judge import Judge
from services.risk.lane import Lane
from services.risk.memory import Change
from services.risk.publish import NOWHERE, Cause
from services.risk.published import Published
from services.risk.settings import RiskSettings
from shared import clock, identifiers
from shared.topics import COMPACTED, LEDGER, PARTITIONS

replace = msgspec.structs.replace
TOPIC_ALREADY_EXISTS = 36
SAFE_COPIES = 3


class NotCreated(Exception):
    """The new changelog could not be made."""


async def needed(settings: RiskSettings) -> bool:
    """Whether the states in use were folded by other software: this one's service would end instead of going on."""
    async with commands.desk(settings) as (old, _):
        truths = [await old.changelog.read(number) for number in range(PARTITIONS)]
    return any(memory.is_other(truth) for truth, _ in truths)


async def refold(settings: RiskSettings, tell: Callable[[str], None]) -> int:
    """Do it, telling how far it is. Gives the new version."""
    async with commands.desk(settings) as (old, policies):
        version = old.version + 1
        await _make_changelog(settings, old.version, version)
        new = await Desk.connect(settings, policies, version)
        try:
            lanes = await _lanes(new, Judge(version, policies.rules, policies.baseline))
            tell(f"version {version}: folding as far as version {old.version} has come")
            committed = await _committed(settings, old.version)
            for number, lane in lanes.items():
                await _fold(new, lane, committed.get(number, 0))
                tell(f"partition {number}: at {lane.durable}")
            for number, lane in lanes.items():
                last = await old.retire(number)
                await _fold(new, lane, last.partition.offset + 1)
                said = await _unmute(new, lane)
                tell(f"partition {number}: taken over at {lane.durable}, {said} events differ")
            await versions.advance(new.producer, new.versions, version)
        finally:
            await new.stop()
    tell(f"version {version} of risk's state is in use")
    return version


async def _make_changelog(settings: RiskSettings, old: int, new: int) -> None:
    """As the old one is. Raises NotCreated."""
    client = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await client.start()
    try:
        [found] = await client.describe_topics([settings.changelog(old)])
        copies = len(found["partitions"][0]["replicas"])
        config = COMPACTED | ({"min.insync.replicas": "2"} if copies >= SAFE_COPIES else {})
        topic = NewTopic(settings.changelog(new), PARTITIONS, copies, topic_configs=config)
        answer = await client.create_topics([topic])
        for name, code, *why in answer.topic_errors:
            if code not in (0, TOPIC_ALREADY_EXISTS):
                raise NotCreated(f"{name}: {code} {why}")
    finally:
        await client.close()


async def _lanes(new: Desk, judge: Judge) -> dict[int, Lane]:
    lanes = {}
    for number in range(PARTITIONS):
        lanes[number] = Lane(await new.open(number, muted=True), judge, new, clock.now)
        await lanes[number].ready()
    return lanes


async def _committed(settings: RiskSettings, version: int) -> dict[int, int]:
    """How far a version surely is: its commits may lag behind its truth, and are never ahead of it."""
    client = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await client.start()
    try:
        found = await client.list_consumer_group_offsets(settings.group(version))
        ledger = settings.topics.name(LEDGER)
        return {tp.partition: max(mark.offset, 0) for tp, mark in found.items() if tp.topic == ledger}
    finally:
        await client.close()


async def _fold(new: Desk, lane: Lane, until: int) -> None:
    """Muted, up to an offset. Raises Hole, UnusableMark, UnusablePolicy."""
    async with aclosing(new.records(lane.number, lane.next, until)) as records:
        async for record in records:
            await lane.take(record)
    await lane.flush()


async def _unmute(new: Desk, lane: Lane) -> int:
    if not lane.memory.partition.muted:
        return 0  # this was done before an earlier attempt broke off
    id_ = str(identifiers.derived_id("refold", str(new.version), str(lane.number)))
    cause = Cause(id_, clock.now(), NOWHERE, "rebuild", id_)
    last = await published.read(new.reader, new.assessments, lane.number)
    said = await unmute(lane, last, cause)
    await lane.flush()
    return said


async def unmute(lane: Lane, last: Published, cause: Cause) -> int:
    """Say what differs from the last published word; from here on the lane speaks. Gives how much was said."""
    said, order = 0, max(lane.here.order, last.order, key=lambda each: each.sequence)
    await lane.stage(Change(replace(lane.here, order=order)))
    for provider_id in lane.providers():
        await lane.breathe()
        said += await _rebuild(lane, provider_id, last, cause)
    c = lane.here.state.c
    if c is not None and (last.judged is None or last.judged.toordinal() < c):
        await lane.stage(lane.judge.day_judged(lane.here, cause, lane.now()))
    await lane.stage(Change(replace(lane.here, muted=False)))
    return said


async def _rebuild(lane: Lane, provider_id: str, last: Published, cause: Cause) -> int:
    """Say what differs of one provider; gives how much. What breaks the core is held, as it is when it is live."""
    change = Change(lane.here)

    def judged() -> Change:
        nonlocal change
        known = lane.known(provider_id)
        assert known is not None  # noqa: S101 - it is one of the lane's
        change = lane.judge.rebuilt(lane.here, known, last, cause.at(known.state.place), lane.now())
        return change

    broken, known = await lane.attempt(judged), lane.known(provider_id)
    if broken is not None and known is not None:
        await lane.hold(lane.here, known, lane.nothing(known, cause.id), broken)
        await lane.stage(judged())
    return len(change.outputs)
