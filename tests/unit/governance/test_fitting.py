"""What is decided fits the policy and its own day: levels of the scale, the day of its review, days that lie ahead."""

from datetime import date
from typing import Any

import pytest

from services.governance import fitting
from services.governance.asking import Unfit
from shared import policy
from shared.events import decisions, processes
from tests.unit.governance.given import MORNING

PACK = policy.load("herefordshire-2018")
TODAY, OVER = MORNING.date(), date(2026, 3, 1)


def fit(said: decisions.Decision, pack: policy.Pack = PACK, **levels: str) -> Any:
    return fitting.fit(said, pack, levels, MORNING)


def test_a_level_is_looked_at_again_when_the_policy_says_or_the_body_does() -> None:
    assert fit(decisions.LevelConfirmed(level="3")).review_by == date(2026, 4, 2)
    assert fit(decisions.LevelConfirmed(level="1")).review_by == date(2027, 3, 2)
    assert fit(decisions.LevelConfirmed(level="3", review_by=TODAY)).review_by == TODAY


@pytest.mark.parametrize(("tier", "due"), [("4", date(2026, 6, 2)), ("1", date(2027, 3, 2))])
def test_in_oxfordshire_red_is_looked_at_each_quarter_on_tiers_3_to_5(tier: str, due: date) -> None:
    """Rulings 11."""
    red = decisions.LevelConfirmed(scale="rag-existing", level="red")

    assert fit(red, policy.load("oxfordshire-2013"), tier=tier).review_by == due


def test_nothing_counts_from_before_the_place_began_to_decide_here() -> None:
    """A restriction of the wrong year would be in place for longer than three months at once (HER-L3.g)."""
    fitting.demand_here(MORNING, TODAY)
    with pytest.raises(Unfit, match="2026-03-02"):
        fitting.demand_here(MORNING.replace(year=2016), TODAY)


@pytest.mark.parametrize(
    ("said", "path"),
    [
        (decisions.LevelConfirmed(level="2", review_by=OVER), "/review_by"),
        (decisions.SuspensionImposed(suspension_id="s", kind="enforced", review_by=OVER), "/review_by"),
        (decisions.DefaultNoticeServed(notice_id="n", remedy_by=OVER), "/remedy_by"),
        (processes.VisitOrdered(purpose="focused", by_when=OVER), "/by_when"),
        (processes.ContractReviewHeld(provider_seniors=True, next_by=OVER), "/next_by"),
        (decisions.LevelConfirmed(scale="rag", level="2"), "/scale"),
        (decisions.LevelConfirmed(level="green"), "/level"),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(said: decisions.Decision, path: str) -> None:
    with pytest.raises(Unfit) as refused:
        fit(said)

    assert refused.value.path == path
