"""An alert that a policy asks for while something holds: once for each time, through crashes, sweeps and a re-fold."""

from datetime import date, timedelta

import msgspec
import pytest

from services.risk import memory
from services.risk.criteria import Rules, Watched
from services.risk.episodes import Episode, Sighting, cause_key, resumed, turn
from shared import policy
from tests.support import ledger as ledgers
from tests.unit.risk_edge.log import PARTITION, Crash, Log, Worker, homes, plain, rules, states, words

HOME, OTHER = homes(2)
ONLY = [PARTITION]
KEY = "A2|HER-R13a"


def watched(hold: int = 0) -> Watched:
    found = next(each for each in Rules(policy.load("herefordshire-2018")).watched if each.key == KEY)
    trigger = found.trigger.model_copy(update={"hold_days": hold})
    return Watched(found.code, trigger, found.when)


def three_low_concerns() -> Log:
    """A theme comes together at one home, comes apart a month later, and together again."""
    ledger, log = ledgers.Ledger(), Log()
    ledger.in_force(rules().digest, partitions=ONLY)
    for home in (HOME, OTHER):
        ledgers.registered(ledger, home)
    for round_ in range(2):
        day = date(2026, 3, 2) + timedelta(days=100 * round_)
        ledger.close_day(day, ["quality_concern.raised"], partitions=ONLY)
        for number in range(3):
            ledgers.concern(ledger, HOME, 10 * round_ + number, severity="S1")
        for later in (20, 45, 80):
            ledger.close_day(day + timedelta(days=later), ["quality_concern.raised"], partitions=ONLY)
    for record in ledger.records:
        log.add(record)
    return log


def told(log: Log) -> list[tuple[str, str]]:
    said = [each for each in log.said() if each.data.get("cause", "").startswith("when:HER-R13a")]
    return [(each.kind, each.data["cause"]) for each in said]


async def test_it_is_raised_once_each_time_that_it_begins_and_cleared_in_between() -> None:
    log = await plain(three_low_concerns().ledger)

    first, gone, again, over = told(log)

    assert [kind for kind, _ in (first, gone, again, over)] == ["alert.raised", "alert.cleared"] * 2
    assert first[1] == gone[1] != again[1] == over[1]


@pytest.mark.parametrize("moment", ["before_truth", "before_outputs", "after"])
@pytest.mark.parametrize("turn_", [1, 3, 5])
async def test_a_crash_raises_nothing_twice_and_loses_nothing(moment: str, turn_: int) -> None:
    whole, log = three_low_concerns(), three_low_concerns()
    expected = await plain(whole.ledger)

    worker = Worker(log, (moment, turn_))
    with pytest.raises(Crash):
        await worker.work(2)
    await Worker(log).work(3)

    assert told(log) == told(expected)
    assert [words(each) for each in log.said()] == [words(each) for each in expected.said()]
    assert states(log) == states(expected)


async def test_what_is_open_is_kept_in_the_truth_and_read_from_what_was_published() -> None:
    log = three_low_concerns()
    await Worker(Log(log.ledger[:9], log.truth, log.assessments)).work(1)
    known = memory.restore(PARTITION, log.truth)[0].providers[HOME]
    raised = [each for each in log.said() if each.data.get("cause", "").startswith("when:")]

    again = resumed({each.data["cause"]: each.data["alert"] for each in raised})

    assert KEY in known.episodes
    assert {name: each.cause for name, each in again.items()} == {
        name: each.cause for name, each in known.episodes.items()
    }
    assert {cause_key(name, each) for name, each in known.episodes.items()} == {each.data["cause"] for each in raised}


def test_what_is_not_known_neither_begins_nor_ends() -> None:
    unknown = {KEY: Sighting(watched(), "unknown")}

    assert turn({}, unknown, "e", 100).begun == {}
    assert turn({KEY: Episode("d", 90)}, unknown, "e", 100).now == {KEY: Episode("d", 90)}


def test_it_goes_on_through_a_dip_that_is_shorter_than_the_policy_says() -> None:
    held = watched(hold=7)
    gone, back = {KEY: Sighting(held, "not_met")}, {KEY: Sighting(held, "met")}
    began = turn({}, back, "e1", 100).now

    dipped = turn(began, gone, "e2", 103)
    risen = turn(dipped.now, back, "e3", 108)
    again = turn(turn(risen.now, gone, "e4", 110).now, gone, "e5", 116)
    over = turn(again.now, gone, "e6", 117)

    assert (dipped.ended, risen.begun, again.ended) == ({}, {}, {})
    assert risen.now[KEY].lapsed is None
    assert list(over.ended) == [KEY]


def test_a_policy_that_no_longer_asks_ends_it() -> None:
    assert list(turn({KEY: Episode("d", 90)}, {}, "mark", 100).ended) == [KEY]


def test_without_a_closed_day_only_what_needs_no_patience_ends() -> None:
    patient, hasty = watched(hold=7), watched()

    assert turn({KEY: Episode("d")}, {KEY: Sighting(patient, "not_met")}, "e", None).ended == {}
    assert list(turn({KEY: Episode("d")}, {KEY: Sighting(hasty, "not_met")}, "e", None).ended) == [KEY]


def test_a_record_without_it_is_read_as_it_was() -> None:
    old = msgspec.msgpack.encode({"state": {"provider_id": HOME, "place": "X"}, "said": b"x", "number": 3})

    known = msgspec.msgpack.decode(old, type=memory.ProviderRecord)

    assert (known.episodes, known.shadowed, known.number) == ({}, b"", 3)
