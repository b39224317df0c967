"""An improvement plan's life: what each step needs, and that it is not over before both have signed (LGA-10)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.domain import plan as fold
from services.governance.matter import Matter, NotFitting
from shared import identifiers
from shared.events import plans
from tests.unit.governance.given import MORNING, PLACE, PROVIDER

PLAN = "plan-0123456789abcdef"
AGREED, DUE, LATER = date(2026, 3, 2), date(2026, 5, 1), date(2026, 6, 1)


def said(model: type[plans.Plan], actor: str = "officer", **data: Any) -> plans.Plan:
    return model.model_validate({"plan_id": PLAN, "actor": actor} | data)


DRAFT = said(plans.PlanDrafted, source="visit")
ACTION = said(plans.PlanActionAdded, action_id="a1", due=DUE)
AGREEMENT = said(plans.PlanAgreed, agreed_on=AGREED, due=DUE)
DONE = said(plans.PlanActionClosed, action_id="a1", outcome="done")
SUBMITTED = said(plans.PlanSubmittedForSignoff)
COMPLETED = said(plans.PlanClosed, outcome="completed")


def signed(by: str, actor: str) -> plans.Plan:
    return said(plans.PlanSignedOff, actor, by=by, signed_on=DUE, signed_by_role="registered_manager")


BY_PROVIDER, BY_COUNCIL = signed("provider", "officer"), signed("council", "manager")


def plan(*steps: plans.Plan) -> Matter:
    made = Matter("plan", PLAN, PROVIDER, PLACE)
    for number, step in enumerate(steps):
        made.take(step, identifiers.derived_id("test", str(number)), MORNING)
    return made


def test_it_is_over_when_both_have_signed():
    made = plan(DRAFT, ACTION, AGREEMENT, DONE, SUBMITTED, BY_PROVIDER, BY_COUNCIL, COMPLETED)

    shown = fold.document(made.state)
    assert (shown["status"], shown["outcome"], shown["signed_off_by"]) == (
        "closed",
        "completed",
        ["council", "provider"],
    )


@pytest.mark.parametrize(
    ("before", "step", "why"),
    [
        ((), AGREEMENT, "begun once, and first"),
        ((DRAFT,), DRAFT, "begun once, and first"),
        ((DRAFT,), AGREEMENT, "without any action"),
        ((DRAFT, ACTION, AGREEMENT), AGREEMENT, "was agreed: extend it"),
        ((DRAFT, ACTION), said(plans.PlanAgreed, agreed_on=DUE, due=AGREED), "due before it was agreed"),
        ((DRAFT, ACTION), said(plans.PlanAgreed, agreed_on=AGREED, due=AGREED), "due later than the plan: a1"),
        ((DRAFT, ACTION), ACTION, "an action a1 already"),
        ((DRAFT, ACTION, AGREEMENT), said(plans.PlanActionAdded, action_id="a2", due=LATER), "extend it first"),
        ((DRAFT, ACTION, DONE), DONE, "no action a1 is open"),
        ((DRAFT, ACTION), said(plans.PlanExtended, due=LATER), "nothing to extend"),
        ((DRAFT, ACTION, AGREEMENT), said(plans.PlanExtended, due=DUE), "an extension must be later"),
        ((DRAFT, ACTION, AGREEMENT), said(plans.PlanExtended, due=LATER, action_id="a2"), "no action a2"),
        ((DRAFT, ACTION, AGREEMENT), said(plans.PlanExtended, due=LATER, action_id="a1"), "extend it first"),
        ((DRAFT, ACTION, AGREEMENT), SUBMITTED, "still open: a1"),
        ((DRAFT, ACTION, AGREEMENT, DONE), BY_COUNCIL, "after it was handed in"),
        ((DRAFT, ACTION, AGREEMENT, DONE, SUBMITTED, BY_COUNCIL), signed("council", "other"), "the council has signed"),
        (
            (DRAFT, ACTION, AGREEMENT, DONE, SUBMITTED),
            BY_COUNCIL.model_copy(update={"signed_on": AGREED - timedelta(days=1)}),
            "nobody had signed it off before",
        ),
        (
            (DRAFT, ACTION, AGREEMENT, DONE, SUBMITTED, BY_COUNCIL),
            signed("provider", "manager"),
            "two different people",
        ),
        ((DRAFT, ACTION, AGREEMENT, DONE, SUBMITTED, BY_COUNCIL), COMPLETED, "signed off by the provider first"),
        ((DRAFT,), said(plans.PlanClosed, outcome="superseded"), "which plan takes its place"),
        ((DRAFT,), said(plans.PlanBreached, because="no_progress"), "cannot be breached"),
        ((DRAFT, said(plans.PlanClosed, outcome="abandoned")), ACTION, "the plan is closed"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(before: tuple[plans.Plan, ...], step: plans.Plan, why: str):
    made = plan(*before)
    stood = made.state

    with pytest.raises(NotFitting, match=why):
        made.take(step, identifiers.derived_id("test", "refused"), MORNING)

    assert made.state == stood


def test_a_new_action_takes_a_plan_back_that_was_handed_in():
    another = said(plans.PlanActionAdded, action_id="a2", due=DUE)
    made = plan(DRAFT, ACTION, AGREEMENT, DONE, SUBMITTED, BY_PROVIDER, another)

    assert (made.state.status, made.state.signed) == ("agreed", {})


def test_more_time_is_counted_and_keeps_its_actions():
    made = plan(DRAFT, ACTION, AGREEMENT, said(plans.PlanExtended, due=LATER))
    made.take(said(plans.PlanExtended, due=LATER, action_id="a1"), identifiers.derived_id("test", "more"), MORNING)

    assert (made.state.due, made.state.extended, made.state.actions["a1"].due) == (LATER, 2, LATER)


@pytest.mark.parametrize(
    ("steps", "today", "in_time"),
    [
        ((DRAFT, ACTION, AGREEMENT), DUE, True),
        ((DRAFT, ACTION, AGREEMENT), DUE + timedelta(days=1), False),
        ((DRAFT, ACTION, AGREEMENT, DONE), DUE + timedelta(days=1), False),
        ((DRAFT, ACTION, AGREEMENT, said(plans.PlanExtended, due=LATER)), DUE + timedelta(days=1), False),
        (
            (DRAFT, ACTION, AGREEMENT, said(plans.PlanExtended, due=LATER),
             said(plans.PlanExtended, due=LATER, action_id="a1")),
            DUE + timedelta(days=1), True,
        ),
    ],
)  # fmt: skip
def test_a_day_is_missed_the_day_after_as_the_days_stand(steps, today, in_time):
    assert fold.in_time(plan(*steps).state, today) is in_time


def test_of_several_plans_the_newest_open_one_counts():
    older, closed = said(plans.PlanDrafted, source="level"), COMPLETED
    newer = plans.PlanDrafted(plan_id="plan-newer", source="visit")

    both = fold.current([older, newer])
    after = fold.current([older, newer, plans.PlanClosed(plan_id="plan-newer", outcome="abandoned")])
    last = fold.current([older, closed])

    assert [found and found.plan_id for found in (both, after, last)] == ["plan-newer", PLAN, PLAN]
    assert fold.current([]) is None


STEPS = st.sampled_from([ACTION, AGREEMENT, DONE, SUBMITTED, BY_PROVIDER, BY_COUNCIL, COMPLETED])


@given(st.lists(STEPS, max_size=20))
def test_no_order_of_steps_completes_a_plan_that_both_have_not_signed_for_all_that_is_in_it(steps: list[plans.Plan]):
    made = plan(DRAFT)
    for number, step in enumerate(steps):
        try:
            made.take(step, identifiers.derived_id("test", f"more-{number}"), MORNING)
        except NotFitting:
            continue

    if made.state.outcome == "completed":
        assert set(made.state.signed) == fold.BOTH
        assert made.state.agreed_on is not None
        assert not made.state.open_actions
