"""AMB-15: a level falls when the facts have borne it for a while and nothing is left to do; or by an open override."""

from datetime import datetime
from typing import Any

import pytest

from services.governance.domain import lowering
from services.governance.domain.standing import Confirmed
from shared import policy
from shared.events import decisions
from shared.events.assessments import Indicated
from tests.unit.governance.given import MORNING, after

PACK = policy.load("herefordshire-2018")
ORDER = PACK.scales["level"].order
RULE = PACK.authority.lowering
LOW, HIGH, UNKNOWN = Indicated(min="1", max="2"), Indicated(min="2", max="3"), Indicated(unknown=True)
OPEN = {"status": "agreed", "open_actions": 2}


def why_not(*judged: tuple[datetime, Indicated], plan: Any = None) -> str | None:
    assert RULE is not None
    return lowering.why_not(RULE, "1", ORDER, judged, plan=plan, at=MORNING)


def test_only_a_better_level_is_lower_and_an_override_never_is():
    three = Confirmed("3", MORNING, "d0")

    assert lowering.is_lower(decisions.LevelConfirmed(level="2"), three, ORDER)
    assert not lowering.is_lower(decisions.LevelConfirmed(level="3"), three, ORDER)
    assert not lowering.is_lower(decisions.LevelConfirmed(level="1"), None, ORDER)
    assert not lowering.is_lower(decisions.LevelOverridden(level="1"), three, ORDER)


@pytest.mark.parametrize(
    ("judged", "too_early"),
    [
        ([], False),
        ([(after(days=-40), UNKNOWN)], False),
        ([(after(days=-40), HIGH)], True),  # they still indicate it
        ([(after(days=-10), LOW), (after(days=-40), HIGH)], True),  # until ten days ago
        ([(after(days=-30), LOW), (after(days=-40), HIGH)], False),
        ([(after(days=-5), UNKNOWN), (after(days=-10), HIGH)], True),  # silence is no improvement
        ([(after(days=-5), LOW), (after(days=-30), LOW), (after(days=-60), HIGH)], False),
    ],
)
def test_the_facts_must_have_borne_it_for_four_weeks(judged: list[tuple[datetime, Indicated]], too_early: bool):
    why = why_not(*judged)

    assert (why is not None) is too_early
    assert why is None or ("HER-R25" in why and "override" in why)


def test_no_action_of_an_agreed_plan_is_open():
    assert "2 actions" in str(why_not(plan=OPEN))
    assert why_not(plan=OPEN | {"open_actions": 0}) is None
    assert why_not(plan=OPEN | {"status": "closed"}) is None


@pytest.mark.parametrize("name", policy.shipped())
def test_every_policy_asks_for_it(name: str):
    assert policy.load(name).authority.lowering is not None


def moves(*said: tuple[int, str, str | None]) -> list[lowering.Move]:
    return [lowering.Move(after(days=day), level, was) for day, level, was in said]


@pytest.mark.parametrize(
    ("said", "raised"),
    [
        ([], None),
        ([(0, "2", None)], 0),
        ([(0, "1", None), (5, "2", "1")], 5),
        ([(0, "2", None), (5, "2", "2")], 0),  # said again
        ([(0, "1", None), (5, "3", "1"), (9, "2", "3"), (12, "2", "2")], 5),  # fell by a step
        ([(5, "2", "2")], None),  # it came to it before our first decision
        ([(5, "1", "2")], None),
    ],
)
def test_when_a_level_was_last_raised(said: list[tuple[int, str, str | None]], raised: int | None):
    """LGA-10: a plan that both signed since then counts, however often the level was held meanwhile."""
    assert lowering.raised_at(moves(*said), ORDER) == (None if raised is None else after(days=raised))
