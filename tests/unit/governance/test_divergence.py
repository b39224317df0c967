"""What a body confirmed against what the facts indicate: which differ, since when, when A9 is due (domain.md §3.7)."""

from datetime import datetime, timedelta

import pytest

from services.governance.domain import divergence
from services.governance.domain.divergence import Divergence
from services.governance.domain.standing import Confirmed, Standing
from services.governance.watching import alerts
from shared import policy
from shared.events.assessments import Indicated
from tests.unit.governance.given import MORNING, after

PACK = policy.load("herefordshire-2018")
ORDER = PACK.scales["level"].order
RULE = PACK.alerts["A9"]
LOW, HIGH = Indicated(min="1", max="1"), Indicated(min="2", max="3")


def differing(level: str, indicated: Indicated, **more: object) -> list[Divergence]:
    standing = Standing(levels={"level": Confirmed(level, MORNING, "d1", **more)})  # type: ignore[arg-type]
    return divergence.diverging(standing, {"level": indicated}, PACK.scales)


def test_worse_facts_and_better_facts_differ_and_the_same_or_unknown_do_not():
    assert [one.worse for one in differing("1", HIGH)] == [True]
    assert [one.worse for one in differing("3", LOW)] == [False]
    assert differing("2", HIGH) == []
    assert differing("1", Indicated(unknown=True)) == []


def test_a_scale_of_another_policy_is_nobodys_divergence():
    standing = Standing(levels={"rag": Confirmed("red", MORNING, "d1")})

    assert divergence.diverging(standing, {"rag": LOW}, PACK.scales) == []


@pytest.mark.parametrize(
    ("judged", "since"),
    [
        ([], MORNING),
        ([(after(days=-3), HIGH)], MORNING),  # it was so when the body decided otherwise
        ([(after(days=3), HIGH), (after(days=2), HIGH), (after(days=1), LOW)], after(days=2)),
        ([(after(days=3), HIGH), (after(days=-1), LOW)], after(days=3)),
        ([(after(days=3), HIGH), (after(days=2), LOW), (after(days=1), HIGH)], after(days=3)),  # it agreed in between
        ([(after(days=3), HIGH), (after(days=2), Indicated(unknown=True))], after(days=3)),
    ],
)
def test_it_began_with_the_unbroken_run_but_never_before_the_decision(
    judged: list[tuple[datetime, Indicated]], since: datetime
):
    (one,) = differing("1", HIGH)

    assert divergence.began(one, judged, ORDER) == since


def test_worse_facts_are_told_sooner():
    (worse,), (better,) = differing("1", HIGH), differing("3", LOW)

    assert divergence.told_at(worse, MORNING, RULE) == MORNING + timedelta(days=1)
    assert divergence.told_at(better, MORNING, RULE) == MORNING + timedelta(days=7)


def test_what_a_body_set_aside_openly_is_not_asked_again_until_the_facts_say_something_else():
    (same,), (other,) = differing("1", HIGH, set_aside=("2", "3")), differing("1", HIGH, set_aside=("2", "2"))

    assert divergence.told_at(same, MORNING, RULE) is None
    assert divergence.told_at(other, MORNING, RULE) is not None


def test_the_alert_says_both_and_since_when_and_rests_on_the_decision():
    (one,) = differing("1", HIGH)
    facts = alerts.Facts("prv-1", "Rowan House (synthetic)", "council")
    said = alerts.divergent(facts, one, MORNING.date(), one.cause(MORNING), "d" * 64)

    assert said.summary == "Level 1 is confirmed; since 2026-03-02 the facts have indicated 2 to 3"
    assert said.evidence == ("d1",)
    assert alerts.no_longer_divergent(facts, "level", said.cause).cause == said.cause
