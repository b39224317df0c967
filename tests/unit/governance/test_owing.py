"""What is owed is shown with its reason, its day and its link; a task goes to an officer and back."""

from datetime import date
from typing import Any

import pytest

from services.governance.domain import task
from services.governance.monitoring import owing
from services.governance.task_orders import Assign, step
from shared import problems
from shared.events import tasks

TODAY = date(2026, 3, 2)


def row(**more: Any) -> dict[str, Any]:
    usual = {
        "id": "plan 7/b", "item": "a1", "subject": "prv-1", "place": "X00000001", "due": TODAY, "kind": "plan_action",
        "reason": "visit", "clause": None, "role": None, "officer": None, "body": None, "needs": [],
    }  # fmt: skip
    return usual | more


@pytest.mark.parametrize(("due", "overdue"), [(date(2026, 3, 1), True), (TODAY, False), (None, False)])
def test_a_day_is_over_when_the_next_begins(due, overdue):
    assert owing.shown(row(due=due), TODAY)["overdue"] is overdue


def test_a_link_holds_whatever_a_council_calls_its_plans():
    assert owing.shown(row(), TODAY)["link"] == "/v1/plans/plan%207%2Fb"


def test_what_is_about_the_place_names_no_provider():
    assert "provider_id" not in owing.shown(row(subject="X00000001"), TODAY)


@pytest.mark.parametrize("cursor", ["", "2026-03-02", "2026-13-02~task:x", "~", "2026-03-02~\x00"])
def test_a_cursor_that_is_none_is_refused(cursor):
    with pytest.raises(problems.Problem):
        owing.position(cursor)


def test_a_task_goes_to_an_officer_and_back_to_the_role():
    raised = tasks.TaskRaised(task_id="task-1", task="visit", how="task", role="quality-officer")
    state, shown = task.take(None, raised), []
    for officer in ("qm-07", None):
        order = Assign(type="assigned", role="contracts-officer", officer=officer)
        state = task.take(state, step(order, "task-1", "a", lambda _: None))
        shown.append((task.document(state)["role"], task.document(state)["officer"]))
    assert shown == [("contracts-officer", "qm-07"), ("contracts-officer", None)]
