"""The truth has one writer: who was fenced off is not believed, is written over, and ends at its next write."""

from collections.abc import AsyncIterator
from typing import NoReturn

import pytest

from services.risk import changelog
from services.risk.changelog import Changelog, TooLarge
from services.risk.commands import desk
from services.risk.desk import Desk
from tests.component.risk.world import World

ONE, TWO = b"one", b"two"


class Ended(Exception):
    """The process would have ended here."""


@pytest.fixture
async def connected(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    def end(reason: str) -> NoReturn:
        raise Ended(reason)

    monkeypatch.setattr(changelog, "end", end)
    async with desk(world.settings) as (found, _):
        yield found


def another(connected: Desk) -> Changelog:
    """A second process on the same topic."""
    return Changelog(connected.changelog.topic, connected.producer, connected.reader)


async def test_who_comes_next_reads_what_was_written(connected: Desk) -> None:
    first, second = another(connected), another(connected)
    claim, truth = await first.claim(4)
    assert truth == {}
    await first.append(4, claim, {ONE: b"1", TWO: b"2"})
    await first.append(4, claim, {ONE: b"11", TWO: b""})

    _, truth = await second.claim(4)

    assert truth == {ONE: b"11"}


async def test_who_comes_back_and_was_alone_keeps_what_it_has(connected: Desk) -> None:
    log = another(connected)
    claim, _ = await log.claim(4)
    await log.append(4, claim, {ONE: b"1"})

    again, truth = await log.claim(4, claim)
    assert truth is None
    await log.append(4, again, {ONE: b"2"})

    assert (await log.read(4))[0] == {ONE: b"2"}


async def test_a_fenced_writer_ends_is_not_believed_and_is_written_over(connected: Desk) -> None:
    old, new = another(connected), another(connected)
    theirs, _ = await old.claim(4)
    await old.append(4, theirs, {ONE: b"true"})
    ours, _ = await new.claim(4)

    with pytest.raises(Ended):
        await old.append(4, theirs, {ONE: b"late", TWO: b"late"})
    assert (await new.read(4)) == ({ONE: b"true"}, {ONE, TWO})
    with pytest.raises(Ended):  # it sees that somebody wrote, and begins again
        await new.append(4, ours, {ONE: b"newer"})

    last, truth = await another(connected).claim(4)
    assert truth == {ONE: b"newer"}, "its own write was believed: it held the newest fence"
    records = [record async for record in connected.reader.records(old.topic, 4, last.token + 1, last.end)]
    assert [(record.key, record.value[8:]) for record in records] == [(TWO, b"")], "so that compaction finds the truth"


async def test_a_batch_is_there_whole_or_not_at_all(connected: Desk) -> None:
    log = another(connected)
    claim, _ = await log.claim(4)
    half = b"x" * (changelog.LIMIT // 2)

    with pytest.raises(TooLarge):
        await log.append(4, claim, {ONE: half, TWO: half})

    assert await log.read(4) == ({}, set())
