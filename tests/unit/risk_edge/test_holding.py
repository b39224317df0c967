"""A record that breaks the core is caught alone; its provider waits, the others go on; a release makes it whole."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.risk import releases
from services.risk.lane import Hole, UnusableMark
from services.risk.remembered import state
from shared.events import Event
from shared.kafka.record import RawRecord
from tests.support import ledger as ledgers
from tests.unit.risk_edge.log import PARTITION, Log, Worker, homes, plain, rules, states, words

BROKEN, OTHER = homes(2)


class Story:
    """Two homes; a poisoned concern about the first; what comes after it."""

    def __init__(self) -> None:
        self.ledger, self.log = ledgers.Ledger(), Log()
        self.ledger.in_force(rules().digest, partitions=[PARTITION])
        for home in (BROKEN, OTHER):
            ledgers.registered(self.ledger, home)
        ledgers.concern(self.ledger, BROKEN, 1)
        self.poison = ledgers.concern(self.ledger, BROKEN, 2, severity="S4")
        ledgers.concern(self.ledger, BROKEN, 3, severity="S4")
        ledgers.concern(self.ledger, OTHER, 4, severity="S4")
        for record in self.ledger.records:
            self.log.add(record)


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def poisoned(story: Story, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The core does not understand the poisoned concern, until this is undone."""
    stock = state.fold

    def fold(known: Any, event: Event) -> Any:
        if event.id == story.poison.event.id:
            raise ZeroDivisionError("the secret text of the concern")
        return stock(known, event)

    monkeypatch.setattr(state, "fold", fold)
    return monkeypatch


async def stretch(log: Log, first: int) -> AsyncIterator[RawRecord]:
    for record in log.ledger[first:]:
        yield record


async def test_its_provider_shows_unprocessed_and_an_unknown_level(story: Story, poisoned: pytest.MonkeyPatch) -> None:
    worker = Worker(story.log)

    await worker.work(3)

    last = [event for event in story.log.said() if event.subject == BROKEN][-1]
    assert last.kind == "assessment.changed"
    assert (last.data["unprocessed"], last.data["indicated"]["unknown"]) == (1, True)
    held = worker.lane.held()[BROKEN]
    assert (held.event_id, held.waiting) == (str(story.poison.event.id), 1)
    assert worker.lane.unprocessed() == {story.ledger.place: 1}


async def test_the_others_go_on(story: Story, poisoned: pytest.MonkeyPatch) -> None:
    await Worker(story.log).work(3)

    raised = [event.subject for event in story.log.said() if event.data.get("alert") == "A1"]
    assert raised == [OTHER]


async def test_the_dead_letter_names_the_record_and_says_nothing_of_it(
    story: Story, poisoned: pytest.MonkeyPatch
) -> None:
    await Worker(story.log).work(3)

    [(record, reason)] = story.log.letters
    assert record.headers["id"].decode() == str(story.poison.event.id)
    assert "ZeroDivisionError" in reason
    assert "secret" not in reason


async def test_a_release_makes_it_what_it_would_have_been(story: Story, poisoned: pytest.MonkeyPatch) -> None:
    await Worker(story.log).work(3)
    poisoned.undo()
    worker = Worker(story.log)  # a restart remembers what is held
    held = worker.lane.held()[BROKEN]

    whole = await releases.retry(worker.lane, BROKEN, stretch(story.log, held.offset))

    expected = await plain(story.log.ledger)
    assert whole
    assert worker.lane.held() == {}
    assert without_numbers(states(story.log)) == without_numbers(states(expected))
    alerts = {words(event) for event in story.log.said() if event.kind == "alert.raised"}
    assert alerts == {words(event) for event in expected.said() if event.kind == "alert.raised"}


async def test_a_release_that_does_not_help_leaves_it_held_with_a_new_letter(
    story: Story, poisoned: pytest.MonkeyPatch
) -> None:
    worker = Worker(story.log)
    await worker.work(3)
    before = worker.lane.held()[BROKEN]

    whole = await releases.retry(worker.lane, BROKEN, stretch(story.log, before.offset))

    after = worker.lane.held()[BROKEN]
    assert not whole
    assert (after.offset, after.waiting) == (before.offset, before.waiting)
    assert after.letter > before.letter


async def test_time_does_not_hold_a_breach_against_a_provider_whose_records_wait(
    story: Story, poisoned: pytest.MonkeyPatch
) -> None:
    filed = [ledgers.filed(story.ledger, BROKEN, "RT-PMR", period) for period in ("2026-03", "2026-04", "2026-05")]
    for record in filed:
        story.log.add(record)
    closed = len(story.ledger.records)
    story.ledger.close_day(ledgers.date(2026, 6, 30), ["returns.submitted"], partitions=[PARTITION])
    for record in story.ledger.records[closed:]:
        story.log.add(record)
    await Worker(story.log).work(100)
    poisoned.undo()
    worker = Worker(story.log)

    await releases.retry(worker.lane, BROKEN, stretch(story.log, worker.lane.held()[BROKEN].offset))

    missed = [event.data["cause"] for event in story.log.said() if event.data.get("alert") == "A11"]
    theirs = [
        event.data["cause"] for event in story.log.said() if event.subject == BROKEN and event.kind == "alert.raised"
    ]
    assert not [cause for cause in theirs if cause.startswith("return")]
    assert missed, "the other home has filed nothing"


async def test_judging_that_breaks_in_a_sweep_holds_that_provider_alone(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.risk import weighing

    stock = weighing.weigh
    closed = len(story.ledger.records)
    story.ledger.close_day(ledgers.date(2026, 3, 1), partitions=[PARTITION])
    for record in story.ledger.records[closed:]:
        story.log.add(record)

    def weigh(known: Any, at: Any, *rest: Any) -> Any:
        if known.provider_id == BROKEN and at.c is not None:
            raise OverflowError
        return stock(known, at, *rest)

    monkeypatch.setattr(weighing, "weigh", weigh)
    worker = Worker(story.log)
    await worker.work(100)

    assert set(worker.lane.held()) == {BROKEN}
    assert [event.kind for event in story.log.said()][-1] == "day.judged"

    monkeypatch.undo()
    held = worker.lane.held()[BROKEN]
    assert await releases.retry(worker.lane, BROKEN, stretch(story.log, held.offset))
    assert without_numbers(states(story.log)) == without_numbers(states(await plain(story.log.ledger)))


async def test_bytes_that_are_no_event_are_set_aside_and_show_no_hole() -> None:
    ledger, log = ledgers.Ledger(), Log()
    ledger.in_force(rules().digest, partitions=[PARTITION])
    ledgers.registered(ledger, BROKEN)
    ledgers.concern(ledger, BROKEN, 1)
    ledgers.concern(ledger, OTHER, 2)
    for record, value in zip(ledger.records, (None, None, b"{not json", None), strict=True):
        log.add(record, value=value)
    worker = Worker(log)

    await worker.work(1)

    assert worker.lane.held()[BROKEN].reason.startswith("ValidationError")
    assert [event.data.get("unprocessed") for event in log.said() if event.subject == BROKEN] == [0, 1]


async def test_a_hole_in_a_writers_order_stops_the_lane_before_it() -> None:
    ledger, log = ledgers.Ledger(), Log()
    for number in range(4):
        ledgers.concern(ledger, BROKEN, number)
    for record in (*ledger.records[:2], ledger.records[3]):
        log.add(record)
    worker = Worker(log)

    with pytest.raises(Hole):
        await worker.work(1)

    assert worker.lane.next == 2


@pytest.mark.parametrize("value", [b"{", None])
async def test_a_mark_that_cannot_be_folded_stops_the_lane(value: bytes | None) -> None:
    ledger, log = ledgers.Ledger(), Log()
    ledger.mark("day.closed", {"date": "not a day"}, writer="intake", partitions=[PARTITION])
    log.add(ledger.records[0], value=value)

    with pytest.raises(UnusableMark):
        await Worker(log).work(1)


def without_numbers(found: dict[str, bytes]) -> dict[str, Any]:
    """How often something was said differs for one that was held; what is known and was last said does not."""
    from services.risk import memory

    return {key: memory.msgspec.msgpack.decode(value)[:2] for key, value in found.items()}
