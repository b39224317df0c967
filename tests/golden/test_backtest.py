"""Golden scenario 19: Herefordshire's history under Salford's policy, its differences listed with their criteria."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.risk.looking_back import differences, lives, spool
from services.risk.looking_back.lives import Span
from services.risk.looking_back.replay import Verdicts
from services.risk.looking_back.signals import signals
from services.risk.looking_back.staging import Staging
from services.risk.remembered.partition import is_mark
from tests.golden.story import HOME, PLACE, Story, rules


def history() -> Story:
    """A home that CQC found wanting in one area, then suspended for over three months, then wanting as a whole."""
    story = Story("2026-01-05").adopted().registered(commissioning="none")
    story.rated(
        "good", safe="requires_improvement", effective="good", caring="good", responsive="good", well_led="good"
    )
    story.on("2026-02-01").decided("suspension.imposed", suspension_id="sus-1", kind="enforced")
    story.on("2026-06-01").decided("suspension.lifted", suspension_id="sus-1")
    return story.on("2026-06-15").rated(
        "requires_improvement",
        safe="requires_improvement",
        effective="good",
        caring="good",
        responsive="good",
        well_led="requires_improvement",
    )


def compared(story: Story) -> tuple[differences.Comparison, list[Mapping[str, Any]]]:
    ready = {each.digest: Verdicts(each) for each in (rules("herefordshire-2018"), rules("salford-2024"))}
    ours, theirs = ready
    past = spool.past(HOME, [event for event in story.log if not is_mark(event)])
    span = Span(past.facts[0].day, date(2026, 6, 30).toordinal())
    stood = [
        lives.live(past, Staging(PLACE, (), ready, (digest, span.first)), span, daily=True) for digest in (ours, theirs)
    ]
    order = ready[ours].order
    found = differences.Comparison(order, *(differences.above_lowest(each) for each in ready.values()))
    assert stood[0] is not None
    assert stood[1] is not None
    return found, found.add(stood[0], stood[1], signals(order))


def test_each_difference_has_its_days_and_the_criteria_behind_either_side():
    _, rows = compared(history())

    assert [(each["from"], each["to"]) for each in rows] == [
        ("2026-01-05", "2026-01-31"),
        ("2026-02-01", "2026-04-30"),
        ("2026-05-01", "2026-05-31"),  # over three months at 00:00 of 2 May, which is the end of 1 May
        ("2026-06-01", "2026-06-14"),
        ("2026-06-15", "2026-06-30"),
    ]
    assert [(each["ours"], each["ours_by"]) for each in rows] == [
        ("1 to 2", ("HER-L2.a",)),
        ("2", ("HER-L2.a", "HER-L2.j")),
        ("3", ("HER-L2.a", "HER-L2.j", "HER-L3.g")),
        ("1 to 2", ("HER-L2.a",)),
        ("2", ("HER-L2.a",)),
    ]
    # Salford looks at the overall rating alone, and asks nothing of a restriction that is in place.
    assert [(each["theirs"], each["theirs_by"]) for each in rows] == [
        *[("unknown", ())] * 4,
        ("2 to 3", ("SAL-L2.b", "SAL-L3.b")),
    ]


def test_which_policy_speaks_first_and_by_how_many_days():
    found, _ = compared(history())
    first = {each.signal: each for each in found.first_reached(signals(found.order))}

    assert (first["at_least_2"].ours_earlier, first["at_least_2"].median_days_earlier) == (1, 134)  # 1 Feb, 15 June
    assert (first["perhaps_3"].ours_earlier, first["perhaps_3"].median_days_earlier) == (1, 45)  # 1 May, 15 June
    assert first["at_least_3"].ours_alone == 1
    assert (found.days_different, found.providers_different) == (177, 1)
