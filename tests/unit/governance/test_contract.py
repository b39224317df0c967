"""A contract's life: terms as last said, breaches until remedied, reviews that are due again (OXF-5 to OXF-8)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.governance.asking import Unfit
from services.governance.domain import contract as fold
from services.governance.matter import Matter, NotFitting
from services.governance.monitoring import contract_orders
from services.governance.monitoring.contracting import rag
from shared import identifiers
from shared.events import Data, contracts
from tests.unit.governance.given import MORNING, PLACE, PROVIDER

NAME = "contract-0123456789abcdef"
TODAY = date(2026, 3, 2)
START, END = date(2025, 4, 1), date(2029, 3, 31)
CLAUSES = ("returns", "insurance", "cqc_copies")


def registered(**more: Any) -> contracts.ContractRegistered:
    usual = {"contract_id": NAME, "kind": "framework", "commissioner": "council", "starts_on": START, "ends_on": END,
             "clauses": CLAUSES, "review_due": date(2026, 4, 1)}  # fmt: skip
    return contracts.ContractRegistered.model_validate(usual | more)


def changed(**more: Any) -> contracts.ContractChanged:
    return contracts.ContractChanged.model_validate({"contract_id": NAME} | more)


ENDED = contracts.ContractEnded(contract_id=NAME, ended_on=END, because="expired")


def contract(*steps: Data) -> Matter:
    made = Matter("contract", NAME, PROVIDER, PLACE)
    for number, step in enumerate(steps):
        made.take(step, identifiers.derived_id("test", str(number)), MORNING)
    return made


def test_terms_stand_as_they_were_last_said():
    made = contract(registered(), changed(rag="red", officer="qm-07"), changed(rag="amber"))

    shown = fold.document(made.state)
    assert (shown["rag"], shown["officer"], shown["starts_on"]) == ("amber", "qm-07", "2025-04-01")


def test_what_comes_first_is_due():
    documents = [{"name": "insurance", "due": date(2025, 6, 1)}]
    reviewed = contracts.ContractReviewed(
        contract_id=NAME, reviewed_on=date(2026, 3, 1), how="desk", outcome="satisfactory", next_due=date(2027, 3, 1)
    )
    dues = [
        fold.KIND.due(contract(*steps).state)
        for steps in (
            (registered(),),
            (registered(documents=documents),),
            (registered(documents=documents), changed(documents_received=["insurance"])),
            (registered(), reviewed),
        )
    ]

    assert dues == [date(2026, 4, 1), date(2025, 6, 1), date(2026, 4, 1), date(2027, 3, 1)]


@pytest.mark.parametrize(
    ("before", "step", "why"),
    [
        ((registered(), ENDED), changed(rag="red"), "has ended"),
        ((registered(),), ENDED.model_copy(update={"ended_on": date(2025, 3, 1)}), "it began on"),
        ((registered(kind="no_contract", clauses=None),), changed(breached=["returns"]), "no contract that could"),
        ((registered(kind="no_contract", clauses=None),), changed(ends_on=END), "no contract that could"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(before, step, why):
    with pytest.raises(NotFitting, match=why):
        contract(*before, step)


@given(st.lists(st.tuples(st.sampled_from(("breached", "remedied")), st.sampled_from(CLAUSES)), max_size=12))
def test_a_clause_is_breached_until_it_is_remedied(steps):
    made = contract(registered(), *(changed(**{what: [clause]}) for what, clause in steps))

    last = {clause: what for what, clause in steps}
    assert set(made.state.breached) == {clause for clause, what in last.items() if what == "breached"}


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 9000))
def test_the_middle_of_a_term_lies_in_it(start, days):
    end = start + timedelta(days=days)
    mid = fold.middle(start, end)

    assert mid is not None
    assert start <= mid <= end
    assert abs((mid - start) - (end - mid)) <= timedelta(days=1)


@pytest.mark.parametrize(
    ("order", "path"),
    [
        ({"type": "breached", "clauses": ["parking"], "reason": "x"}, "/clauses/0"),
        ({"type": "remedied", "clauses": ["returns"]}, "/clauses/0"),
        ({"type": "documents_received", "documents": ["insurance"]}, "/documents/0"),
        ({"type": "changed", "ends_on": "2024-01-01"}, "/ends_on"),
        ({"type": "reviewed", "reviewed_on": "2026-03-01", "how": "desk", "outcome": "actions",
          "next_due": "2026-03-01"}, "/next_due"),
    ],
)  # fmt: skip
def test_what_is_not_on_the_contract_is_pointed_at(order, path):
    adapter: TypeAdapter[Any] = TypeAdapter(contract_orders.AnyStep)
    with pytest.raises(Unfit) as caught:
        contract_orders.step(
            adapter.validate_python(order), contract(registered()).state, "officer", TODAY, lambda _: None
        )

    assert caught.value.path == path


def test_another_term_has_another_middle():
    order = contract_orders.Changed(type="changed", ends_on=date(2027, 4, 1))

    step = contract_orders.step(order, contract(registered()).state, "officer", TODAY, lambda _: None)

    assert isinstance(step, contracts.ContractChanged)
    assert step.mid_term_on == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("rag", "tier", "months"),
    [("red", "3", 3), ("red", "5", 3), ("red", "2", 12), ("red", None, 12), ("amber", "5", 12), (None, "5", 12)],
)
def test_very_high_risk_is_reviewed_quarterly(rag, tier, months):
    assert contract_orders.review_months({"rag": rag, "tier": tier}, None) == months
    assert contract_orders.review_months({"rag": rag}, tier) == months
    assert contract_orders.review_months({"rag": rag, "tier": "1"}, tier) == 12  # set by hand, it counts


def test_what_becomes_very_high_risk_waits_no_year():
    made = contract(registered(tier="4", review_due=date(2027, 1, 1)))

    step = contract_orders.step(
        contract_orders.Rated(type="rated", rag="red", reason="Poor."), made.state, "officer", TODAY, lambda _: None
    )
    calm = contract_orders.step(
        contract_orders.Rated(type="rated", rag="amber", reason="Better."), made.state, "officer", TODAY, lambda _: None
    )

    assert isinstance(step, contracts.ContractChanged)
    assert isinstance(calm, contracts.ContractChanged)
    assert (step.review_due, calm.review_due) == (date(2026, 6, 2), None)


@pytest.mark.parametrize(
    ("scales", "colour"),
    [
        ({"rag-existing": {"min": "green", "max": "amber"}, "rag": {"max": "red"}}, "amber"),
        ({"rag": {"max": "red"}}, "red"),
        ({"rag": {"unknown": True}}, None),
        ({"level": {"max": "3"}}, None),
    ],
)
def test_the_worst_colour_that_the_facts_indicate(scales, colour):
    assert rag(scales) == colour
