"""A lane gives the same states and says the same things for any batches, crashes, redelivery and interruptions."""

import asyncio
import contextlib
import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.support import ledger as ledgers
from tests.unit.risk_edge.log import PARTITION, Crash, Interrupted, Log, Worker, homes, plain, rules, states, words

HOMES = homes(4)


def story(steps: list[tuple[str, int]]) -> Log:
    """A partition's ledger: marks and facts, as drawn."""
    ledger, log, day = ledgers.Ledger(), Log(), date(2026, 3, 1)
    for number, (what, which) in enumerate(steps):
        home = HOMES[which % len(HOMES)]
        match what:
            case "register":
                ledgers.registered(ledger, home)
            case "concern":
                ledgers.concern(ledger, home, number, severity=("S1", "S2", "S3", "S4")[which % 4])
            case "return":
                ledgers.filed(ledger, home, "RT-PMR", f"2026-{1 + which % 12:02}")
            case "policy":
                ledger.in_force(rules().digest, partitions=[PARTITION])
            case "day":
                day += timedelta(days=which)
                ledger.close_day(day, ["quality_concern.raised"] if which % 2 else [], partitions=[PARTITION])
    for record in ledger.records:
        log.add(record)
    return log


STEPS = some.lists(
    some.tuples(some.sampled_from(["register", "concern", "concern", "return", "policy", "day"]), some.integers(0, 40)),
    min_size=10,
    max_size=30,
)


LIVES = some.lists(
    some.tuples(
        some.sampled_from(["interrupt", "before_truth", "before_outputs", "after"]),
        some.integers(0, 6),
        some.integers(1, 6),
    ),
    min_size=3,
    max_size=8,
)
"""How each life ends, when, and how large its batches are."""


@given(steps=STEPS, lives=LIVES)
@settings(deadline=None, max_examples=40)
def test_any_batches_crashes_and_interruptions_give_what_a_quiet_life_gives(
    steps: list[tuple[str, int]], lives: list[tuple[str, int, int]]
) -> None:
    log = story([("policy", 0), *steps])
    expected = asyncio.run(plain(log.ledger))

    for trouble, when, size in lives:
        life = Worker(log)
        if trouble == "interrupt":
            life.interrupt_after = when + 1
        else:
            life.crash = (trouble, log.batches + when)
        with contextlib.suppress(Crash, Interrupted):
            asyncio.run(life.work(size))
    asyncio.run(Worker(log).work(3))

    assert states(log) == states(expected)
    assert [words(event) for event in log.said()] == [words(event) for event in expected.said()]


@given(steps=STEPS)
@settings(deadline=None, max_examples=15)
def test_a_ledger_that_repeats_itself_changes_nothing(steps: list[tuple[str, int]]) -> None:
    """A relay that died sends its last rows again: their sequences have been seen."""
    log = story([("policy", 0), *steps])
    expected = asyncio.run(plain(log.ledger))

    doubled = Log()
    for record in log.ledger:
        for again in (record, record):
            doubled.ledger.append(dataclasses.replace(again, offset=len(doubled.ledger)))
    found = asyncio.run(plain(doubled.ledger))

    assert [event.id for event in found.said()] == [event.id for event in expected.said()]


@pytest.mark.parametrize("flush_every", [1, 1000])
async def test_a_day_is_judged_before_the_next_record_is_taken(flush_every: int) -> None:
    log = story([("policy", 0), ("register", 0), ("day", 40), ("concern", 3)])

    await Worker(log).work(flush_every)

    kinds = [event.kind for event in log.said()]
    assert kinds.index("day.judged") < kinds.index("alert.raised")
