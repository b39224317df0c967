"""The trace of monitoring stands on tests and modules that exist; and the small clauses that no other test names."""

import ast
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from services.governance import plan_orders
from services.governance.domain.plan import Action, document, take
from services.governance.monitoring import guide, visit_orders
from shared.events import plans, visits
from shared.policies import reading, tracing
from tests.unit.governance.given import REASON

ASKED = {
    "oxfordshire-2013": {f"OXF-{number}" for number in (6, 7, 8, *range(13, 22))},
    "salford-2024": {"SAL-4", "SAL-5", "SAL-9", "SAL-10", "SAL-11", "SAL-14", "SAL-27", "SAL-30",
                     "SAL-L1.a", "SAL-L1.e", "SAL-L2.f", "SAL-L3.f"},
    "calderdale-2023": {f"CAL-{number}" for number in (4, *range(20, 24), 27, *range(32, 40))},
    "herefordshire-2018": {"HER-18", "HER-21", "HER-22", "HER-23", "HER-24", "HER-32", "HER-M2.e", "HER-L3.d"},
    "herefordshire-lga-2017": {"LGA-10", "LGA-11", "LGA-12"},
}  # fmt: skip
"""What is to be traced at least: sections 2.4, 2.5, 3.1.5 and 3.1.6 of Salford's strategy are SAL-4, 5, 9 and 10."""
ROWS = [(name, row) for name, found in guide.rows().items() for row in found]


@cache
def functions(path: Path) -> frozenset[str]:
    """The tests of a file: `test_x`, `TestY::test_x`."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        before = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        found |= {f"{before}{one.name}" for one in inside if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    return frozenset(found)


def test_the_page_is_what_the_list_says():
    assert guide.PAGE.read_text("utf-8") == guide.page()


def test_every_requirement_about_monitoring_is_traced():
    rows = guide.rows()
    assert {name: wanted - {row.clause for row in rows[name]} for name, wanted in ASKED.items()} == {
        name: set() for name in ASKED
    }


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{name}-{row.clause}" for name, row in ROWS])
def test_what_is_named_exists(name, row):
    assert row.proof
    assert row.modules
    for module in row.modules:
        assert (guide.ROOT / "services" / f"{module}.py").is_file(), module
    for proof in row.proof:
        file, _, test = proof.partition("::")
        assert test in functions(guide.ROOT / "tests" / file), proof


def test_a_requirement_that_its_policy_does_not_name_is_no_entry_of_another():
    document_ = reading.read_file(guide.guide.PACKS / "calderdale-2023.yaml")[0]
    [traced] = tracing.traced(document_, ("CAL-2",), {})
    assert not any(entry.clause.startswith("CAL-20") for entry in traced.entries)


def test_every_method_that_the_councils_name_can_be_recorded():
    """HER-22, SAL-14, OXF-15."""
    named = {"talk_to_people", "talk_to_families", "observe_care", "environment", "support_plans", "documents",
             "policies", "talk_to_staff", "share_a_meal", "experts_by_experience"}  # fmt: skip
    order = visit_orders.Completed.model_validate({"type": "completed", "methods": sorted(named)})
    assert set(order.methods) == named == set(get_args(visit_orders.Method))


def test_there_are_visits_to_celebrate_to_look_after_people_and_to_follow_up():
    """CAL-21, SAL-14: whatever it is for, in person or not, announced or not."""
    wanted = {"good_practice", "welfare", "follow_up", "unannounced", "joint", "annual", "focused"}
    assert wanted <= set(get_args(visits.Purpose))
    assert set(get_args(visit_orders.Mode)) == {"in_person", "virtual", "desktop"}


def test_an_action_says_that_it_comes_from_safeguarding():
    """CAL-22."""
    drafted = take(None, plans.PlanDrafted(plan_id="p", source="safeguarding"))
    added = plans.PlanActionAdded.model_validate({
        "plan_id": "p", "action_id": "a1", "due": "2026-05-01", "safeguarding": True})  # fmt: skip
    made = take(drafted, added)

    assert isinstance(made.actions["a1"], Action)
    assert document(made)["source"] == "safeguarding"
    assert [one["safeguarding"] for one in document(made)["actions"]] == [True]


def test_progress_says_what_stands_in_the_way_and_what_support_was_offered():
    """LGA-11: both are words of people, and sealed before they are published."""
    said = {"type": "action_progressed", "action_id": "a1", "progress": "none",
            "barrier": "Nobody can be hired.", "support_offered": "A nurse for two weeks."}  # fmt: skip
    order = plan_orders.ActionProgressed.model_validate(said)
    step = plan_orders.step(order, "p", "officer", lambda text: None if text is None else REASON)

    assert isinstance(step, plans.PlanActionProgressed)
    assert (step.barrier, step.support_offered) == (REASON, REASON)
