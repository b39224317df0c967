"""When a provider cannot carry on: everybody is counted, each item is a task, nobody is left (Care Act s48, SAL-27)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.asking import Asking
from services.governance.domain import temporary_duty as fold
from services.governance.matter import Matter, NotFitting
from services.governance.monitoring import duty_orders, providing, record_orders, sustaining
from shared import identifiers
from shared.events import Data, market
from tests.unit.governance.given import MORNING, PLACE, PROVIDER

NAME = "duty-0123456789abcdef"
DAY = date(2026, 3, 2)
counts = st.integers(0, 30)


def said(model: type[Data], **data: Any) -> Any:
    return model.model_validate({"duty_id": NAME, "actor": "a"} | data)


OPENED = said(market.TemporaryDutyOpened, because="business_failure", failure_id="MF-1", since=DAY)
MET = said(market.TemporaryDutyClosed, outcome="needs_met", closed_on=DAY)


def counted(own: int, self_funded: int, others: int, arranged: int) -> Any:
    placed = [{"authority": "E08000033", "people": others}] if others else []
    return said(market.TemporaryDutyCounted, own=own, self_funded=self_funded, others=placed, arranged=arranged)


def settled(item: str, outcome: str = "done") -> Any:
    return said(market.TemporaryDutyStepRecorded, item=item, outcome=outcome)


EVERYTHING = [settled(item) for item in fold.CHECKLIST]


def duty(*steps: Data) -> Matter:
    made = Matter("duty", NAME, PROVIDER, PLACE)
    for number, step in enumerate(steps):
        made.take(step, identifiers.derived_id("test", str(number)), MORNING)
    return made


@given(counts, counts, counts, counts)
def test_it_ends_only_when_everybody_is_provided_for(own, self_funded, others, arranged):
    total = own + self_funded + others
    count = counted(own, self_funded, others, arranged)
    if arranged > total:
        with pytest.raises(NotFitting, match="cannot be arranged"):
            duty(OPENED, count)
    elif arranged < total:
        with pytest.raises(NotFitting, match=f"for {total - arranged} people"):
            duty(OPENED, count, *EVERYTHING)
    else:
        shown = fold.document(duty(OPENED, count, *EVERYTHING, MET).state)
        assert (shown["people"], shown["waiting"], shown["outcome"]) == (total, 0, "needs_met")


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ((settled("people_counted"),), "count them first"),
        ((settled("continuity_arranged"),), "count them first"),
        ((settled("authorities_told", "not_needed"),), "nobody knows yet"),
        ((counted(1, 1, 2, 0), settled("authorities_told", "not_needed")), "have people here"),
        ((counted(1, 0, 0, 1), *EVERYTHING[:-1], MET), "still to be done: continuity_arranged"),
        ((counted(1, 0, 0, 1), *EVERYTHING, counted(2, 0, 0, 1), MET), "still to be done: continuity_arranged"),
        (
            (counted(1, 0, 0, 1), settled("authorities_told", "not_needed"), *EVERYTHING[4:], counted(1, 0, 1, 2), MET),
            "authorities_told",
        ),
        ((counted(1, 0, 0, 1), *EVERYTHING, MET, MET), "it is over"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(steps, why):
    with pytest.raises(NotFitting, match=why):
        duty(OPENED, *steps)


def test_each_item_is_a_task_with_its_day():
    asking = Asking("s", "council", frozenset(), frozenset({PLACE}), MORNING, "k", b"key")
    raised = providing.raised(duty(OPENED), asking)

    assert [one.state.raised.task for one in raised] == [f"temporary_duty.{item}" for item in fold.CHECKLIST]
    assert all(one.state.raised.due > MORNING.date() and one.state.raised.cause == NAME for one in raised)
    assert len({one.matter_id for one in raised}) == len(fold.CHECKLIST)


def test_only_the_failure_of_a_business_makes_it_a_duty():
    power = said(market.TemporaryDutyOpened, because="other_interruption", since=DAY)
    assert [fold.document(duty(one).state)["power"] for one in (OPENED, power)] == ["duty", "power"]


@pytest.mark.parametrize(
    ("model", "order"),
    [
        (duty_orders.NewDuty, {"because": "business_failure", "since": DAY}),
        (duty_orders.NewDuty, {"because": "other_interruption", "failure_id": "MF-1", "since": DAY}),
        (duty_orders.Settled, {"type": "settled", "item": "people_involved", "outcome": "not_needed"}),
        (duty_orders.Closed, {"type": "closed", "outcome": "opened_in_error", "closed_on": DAY}),
        (record_orders.Continuity, {"type": "continuity", "on": DAY, "held": False, "dated_on": DAY,
                                    "review_due": "2026-06-01"}),
        (record_orders.Continuity, {"type": "continuity", "on": DAY, "held": True, "tested_on": DAY,
                                    "review_due": "2026-06-01"}),
        (record_orders.Continuity, {"type": "continuity", "on": DAY, "held": True, "review_due": DAY}),
    ],
)  # fmt: skip
def test_an_order_that_contradicts_itself_is_refused(model, order):
    with pytest.raises(ValueError, match="1 validation error"):
        model.model_validate(order)


def test_a_failure_takes_effect_on_its_day():
    order = record_orders.Failure(type="failure", on=DAY, code="administrator_appointed")
    fact = record_orders.fact(order, "failure-1", lambda _: None)
    assert fact == market.MarketFailureEventRecorded(
        failure_id="failure-1", code="administrator_appointed", effective_date=DAY
    )


def event(id_: str, kind: str, **data: Any) -> dict[str, Any]:
    return {"id": id_, "type": f"careledger.{kind}.v1", "data": data}


def test_the_market_shows_signs_of_ninety_days_with_their_clause():
    firm, today = sustaining.Firm(), date(2026, 6, 1)
    for id_, sign, day in (
        ("1", "m.sponsor_licence", date(2026, 5, 1)),
        ("2", "m.industrial_action", date(2026, 5, 2)),
        ("3", "m.liquidity", date(2026, 5, 3)),
        ("4", "m.key_debt", date(2026, 3, 3)),
        ("5", "m.liquidity", date(2026, 5, 4)),
        ("6", "m.liquidity", date(2026, 5, 5)),
    ):
        sustaining.take(firm, event(id_, sustaining.SIGNAL, signal=sign, confidence="unverified"), day)
    for kind, gone in zip(sustaining.TAKEN_BACK, ("5", "6"), strict=True):
        sustaining.take(firm, event("9", kind, event_id=gone), date(2026, 5, 4))
    shown = sustaining.shape(PROVIDER, firm, today)

    assert shown is not None
    assert [one["signal"] for one in shown["signals"]] == ["m.sponsor_licence", "m.industrial_action", "m.liquidity"]
    assert shown["clauses"] == ["SAL-27.d", "SAL-27.e", "SAL-27.f"]
    assert sustaining.shape(PROVIDER, sustaining.Firm(), today) is None
