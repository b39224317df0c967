"""Time and policy come by marks alone, each in its place in the order."""

from datetime import UTC, date, datetime, timedelta

from tests.support import ledger as ledgers
from tests.unit.risk_edge.log import PARTITION, Log, Worker, homes, rules

HOME, OTHER = homes(2)
ONLY = [PARTITION]


def opened(*providers: str) -> ledgers.Ledger:
    """A place with its policy, and homes."""
    ledger = ledgers.Ledger()
    ledger.in_force(rules().digest, partitions=ONLY)
    for provider in providers:
        ledgers.registered(ledger, provider)
    return ledger


async def worked(ledger: ledgers.Ledger) -> Log:
    log = Log()
    for record in ledger.records:
        log.add(record)
    await Worker(log).work(7)
    return log


async def test_an_event_is_judged_at_once_and_names_what_it_was_judged_by() -> None:
    ledger = opened(HOME)
    ledger.close_day(date(2026, 3, 1), ["quality_concern.raised"], partitions=ONLY)
    event = ledgers.concern(ledger, HOME, 1, severity="S4").event

    log = await worked(ledger)

    assessment, alert, _ = log.said()[-3:]
    assert (assessment.kind, alert.kind) == ("assessment.changed", "alert.raised")
    assert assessment.data["computed_from"] == {
        "partition": PARTITION,
        "offset": len(ledger.records) - 1,
        "c": "2026-03-01",
        "policy_digest": rules().digest,
    }
    assert {assessment.causationid, alert.causationid} == {str(event.id)}
    assert event.recordedtime < assessment.recordedtime < alert.recordedtime


async def test_nothing_is_ever_recorded_before_its_cause() -> None:
    ledger = ledgers.Ledger(clock=datetime.now(UTC) + timedelta(days=300))
    ledgers.registered(ledger, HOME)
    event = ledgers.concern(ledger, HOME, 1, severity="S4").event

    log = await worked(ledger)

    [alert] = [said for said in log.said() if said.causationid == str(event.id)]
    assert alert.recordedtime > event.recordedtime


async def test_what_has_not_happened_is_judged_when_both_writers_have_closed_the_day() -> None:
    ledger = opened(HOME)
    ledger.close_day(date(2026, 6, 30), writers=["governance"], partitions=ONLY)
    log = await worked(ledger)
    assert not [event for event in log.said() if event.kind in ("alert.raised", "day.judged")]

    first = len(ledger.records)
    ledger.close_day(date(2026, 6, 30), writers=["intake"], partitions=ONLY)
    for record in ledger.records[first:]:
        log.add(record)
    await Worker(log).work(1)

    said = [event for event in log.said() if event.kind in ("alert.raised", "day.judged")]
    assert {event.data["alert"] for event in said[:-1]} >= {"A11"}
    assert said[-1].data == {"date": "2026-06-30", "ledger_offset": len(ledger.records) - 1}
    assert said[-1].time == datetime(2026, 6, 30, 23, tzinfo=UTC), "the London midnight that ends the day"


async def test_a_writer_stopped_over_a_deadline_raises_nothing_against_who_filed_in_time() -> None:
    ledger = opened(HOME)
    ledger.close_day(date(2026, 5, 31), partitions=ONLY)
    before = len([event for event in (await worked(ledger)).said() if event.data.get("alert") == "A11"])
    ledger.close_day(date(2026, 6, 20), writers=["governance"], partitions=ONLY)  # intake's relay stands still
    in_time = datetime(2026, 6, 8, 12, tzinfo=UTC)
    for period in ("2026-04", "2026-05"):
        ledgers.filed(ledger, HOME, "RT-PMR", period, at=in_time)
    ledger.close_day(date(2026, 6, 20), writers=["intake"], partitions=ONLY)

    log = await worked(ledger)

    causes = [event.data["cause"] for event in log.said() if event.data.get("alert") == "A11"]
    assert "return:RT-PMR:2026-05" not in causes
    assert len(causes) >= before


async def test_days_closed_one_by_one_or_all_at_once_end_alike() -> None:
    one, all_at_once = opened(HOME, OTHER), opened(HOME, OTHER)
    for ledger in (one, all_at_once):
        ledgers.concern(ledger, HOME, 1, severity="S3")
    for day in range(60):
        one.close_day(date(2026, 3, 1) + timedelta(days=day), partitions=ONLY)
    all_at_once.close_day(date(2026, 3, 1) + timedelta(days=59), partitions=ONLY)

    ends = [await worked(ledger) for ledger in (one, all_at_once)]

    last = [{event.subject: event.data for event in log.said() if event.kind == "assessment.changed"} for log in ends]
    for assessments in last:
        for data in assessments.values():
            data.pop("computed_from")
    assert last[0] == last[1]


async def test_a_policy_takes_effect_by_its_mark_and_tells_nobody() -> None:
    ledger = ledgers.Ledger()
    ledgers.registered(ledger, HOME)
    ledger.close_day(date(2026, 3, 1), partitions=ONLY)
    ledger.in_force(rules().digest, partitions=ONLY)

    log = await worked(ledger)

    without, with_ = [event for event in log.said() if event.subject == HOME]
    assert (without.data["missing"][0]["what"], without.basis) == ("policy", "live")
    assert (with_.data["policy"]["digest"], with_.basis) == (rules().digest, "adoption")


async def test_only_what_changed_is_said() -> None:
    ledger = opened(HOME, OTHER)
    for day in (1, 2, 3):
        ledger.close_day(date(2026, 3, day), partitions=ONLY)
    kinds = [event.kind for event in (await worked(ledger)).said()]

    assert kinds.count("day.judged") == 3
    assert kinds[-2:] == ["day.judged", "day.judged"], "nothing happened on the second and third day"


async def test_what_an_import_causes_is_an_import() -> None:
    ledger = opened(HOME)
    event = ledgers.concern(ledger, HOME, 1, severity="S4", basis="import").event

    log = await worked(ledger)

    alerts = [said for said in log.said() if said.causationid == str(event.id) and said.kind == "alert.raised"]
    assert [alert.basis for alert in alerts] == ["import", "import"], "A1 and A3"


async def test_what_one_writer_heard_counts_when_the_day_is_over_for_both() -> None:
    ledger = opened(HOME)
    ledger.close_day(date(2026, 3, 1), partitions=ONLY)
    sources = [
        "quality_concern.raised",
        "safeguarding_concern.received",
        "returns.submitted",
        "cqc_enforcement.recorded",
    ]
    ledger.close_day(date(2026, 3, 2), sources, writers=["intake"], partitions=ONLY)
    ledgers.filed(ledger, HOME, "RT-PMR", "2026-03")
    before = len((await worked(ledger)).said())
    ledger.close_day(date(2026, 3, 2), writers=["governance"], partitions=ONLY)

    said = (await worked(ledger)).said()

    changed = [event for event in said if event.kind == "assessment.changed"]
    assert [event.causationid for event in said[before:]] == [str(ledger.records[-1].event.id)] * 2
    unknown = [{each["what"] for each in event.data["missing"]} for event in changed]
    assert unknown[-1] < unknown[-2], "known by the day's close, and not before"
