"""A re-fold says only what differs from the last published word, and tells nobody: basis `rebuild`."""

import asyncio
from datetime import date
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.risk import memory
from services.risk.judge import Judge
from services.risk.publish import NOWHERE, Cause
from services.risk.published import Published
from services.risk.refold import unmute
from services.risk.remembered import state
from services.risk.remembered.partition import PartitionState
from services.risk.weighing import Texts
from shared import clock, events
from tests.support import ledger as ledgers
from tests.unit.risk_edge.log import PARTITION, Log, Worker, homes, plain, rules
from tests.unit.risk_edge.test_lane import STEPS, story

HOMES = homes(3)
CAUSE = Cause("refold", clock.now(), NOWHERE, "rebuild")


async def refolded(log: Log, until: int) -> tuple[Log, list[events.Event]]:
    """A new version over the same ledger, taking over at an offset; and what it said then."""
    new = Log(log.ledger[:until])
    kept, _ = memory.restore(PARTITION, {}, muted=True)
    worker = Worker(new)
    worker.lane = type(worker.lane)(kept, Judge(2, lambda _: rules()), worker, clock.now)
    await worker.work(5)
    last = Published()
    for _, value, _ in log.assessments:
        last.take(orjson.loads(value))
    await unmute(worker.lane, last, CAUSE)
    await worker.lane.flush()
    new.ledger = log.ledger
    return new, [events.decode(value) for _, value, _ in new.assessments]


@given(steps=STEPS, cut=some.floats(0, 1))
@settings(deadline=None, max_examples=20)
def test_the_same_software_has_nothing_to_say(steps: list[tuple[str, int]], cut: float) -> None:
    log = story([("policy", 0), *steps])
    until = round(cut * len(log.ledger))
    old = asyncio.run(plain(log.ledger[:until]))

    new, said = asyncio.run(refolded(Log(log.ledger, assessments=old.assessments), until))

    assert said == []
    assert _known(new) == _known(old)


async def test_nor_while_only_one_writer_has_closed_the_day() -> None:
    ledger, log = ledgers.Ledger(), Log()
    ledger.in_force(rules().digest, partitions=[PARTITION])
    ledgers.registered(ledger, HOMES[0])
    ledger.close_day(date(2026, 3, 1), partitions=[PARTITION])
    ledger.close_day(date(2026, 3, 2), ["quality_concern.raised"], writers=["intake"], partitions=[PARTITION])
    for record in ledger.records:
        log.add(record)
    await Worker(log).work(10)

    _, said = await refolded(log, len(log.ledger))

    assert said == []


async def test_a_core_that_learns_says_what_is_new_as_a_rebuild(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, log = ledgers.Ledger(), Log()
    ledger.mark(
        "policy.in_force", {"place": ledger.place, "digest": rules().digest}, writer="governance", partitions=[3]
    )
    for home in HOMES:
        ledgers.registered(ledger, home)
    urgent = ledgers.concern(ledger, HOMES[0], 1, severity="S4")
    ledger.close_day(date(2026, 3, 1), partitions=[3])
    for record in ledger.records:
        log.add(record)
    with monkeypatch.context() as deaf:
        deaf.setattr(state, "CHANGES", {kind: each for kind, each in state.CHANGES.items() if "concern" not in kind})
        await Worker(log).work(10)
    before = log.said()

    new, said = await refolded(log, len(log.ledger))

    assert {event.basis for event in said} == {"rebuild"}
    assert {event.subject for event in said} == {HOMES[0]}
    assert [event.data.get("alert") for event in said] == [None, "A1", "A3"]
    assert said[1].data["evidence"] == [str(urgent.event.id)]
    log.assessments += new.assessments
    assert log.said() == [*before, *said], "the order goes on unbroken in the new epoch"


async def test_an_alert_whose_cause_is_gone_under_the_new_core_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, log = ledgers.Ledger(), Log()
    ledgers.registered(ledger, HOMES[0])
    raised = ledgers.concern(ledger, HOMES[0], 1, severity="S4")
    outcome = {"concern_id": "QC-1", "outcome": "withdrawn"}
    ledger.fact("concern.outcome_recorded", HOMES[0], outcome)
    for record in ledger.records:
        log.add(record)
    with monkeypatch.context() as deaf:
        deaf.setattr(state, "CHANGES", {kind: each for kind, each in state.CHANGES.items() if "outcome" not in kind})
        await Worker(log).work(10)
    [alert] = [event for event in log.said() if event.kind == "alert.raised"]

    _, said = await refolded(log, len(log.ledger))

    [cleared] = [event for event in said if event.kind == "alert.cleared"]
    assert (cleared.basis, cleared.data["raised_id"]) == ("rebuild", str(alert.id))
    assert raised.event.id != cleared.id


async def test_a_provider_that_breaks_the_core_is_held_and_stops_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, log = ledgers.Ledger(), Log()
    ledger.in_force(rules().digest, partitions=[PARTITION])
    for home in HOMES:
        ledgers.registered(ledger, home)
    ledger.close_day(date(2026, 3, 1), partitions=[PARTITION])
    for record in ledger.records:
        log.add(record)
    await Worker(log).work(10)
    weigh = Texts.weigh

    def breaks(self: Texts, known: state.ProviderState, at: PartitionState) -> Any:
        if known.provider_id == HOMES[1]:
            raise OverflowError("date value out of range")
        return weigh(self, known, at)

    monkeypatch.setattr(Texts, "weigh", breaks)
    new, said = await refolded(log, len(log.ledger))

    assert [(event.subject, event.basis, event.data["unprocessed"]) for event in said] == [(HOMES[1], "rebuild", 1)]
    kept, _ = memory.restore(PARTITION, new.truth)
    assert set(kept.held) == {HOMES[1]}


async def test_after_it_what_is_live_is_said_as_live() -> None:
    ledger, log = ledgers.Ledger(), Log()
    ledgers.registered(ledger, HOMES[0])
    for record in ledger.records:
        log.add(record)
    await Worker(log).work(10)
    new, _ = await refolded(log, 1)
    new.assessments = [*log.assessments, *new.assessments]
    new.add(ledgers.concern(ledger, HOMES[0], 1, severity="S4"))

    await Worker(new).work(10)

    assert [(event.kind, event.basis) for event in new.said()][-1] == ("alert.raised", "live")


def test_states_of_another_fold_are_refused_and_where_they_end_is_still_known() -> None:
    log = asyncio.run(plain(story([("policy", 0), ("register", 0), ("concern", 0)]).ledger))
    before, _ = memory.restore(PARTITION, log.truth)
    older = msgspec.structs.replace(before.partition, meaning=state.VERSION - 1)
    log.truth[memory.PARTITION] = memory.encode(older)

    with pytest.raises(memory.OtherMeaning, match="refold"):
        memory.restore(PARTITION, log.truth)
    ended, _ = memory.ended(PARTITION, log.truth)

    assert (ended.partition.offset, ended.providers) == (before.partition.offset, {})


def _known(log: Log) -> dict[str, Any]:
    kept, _ = memory.restore(PARTITION, log.truth)
    found = {id_: (each.state, each.said) for id_, each in kept.providers.items()}
    return found | {"": (kept.partition.state, kept.partition.offset)}
