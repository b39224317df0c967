"""What follows from an assessment: a plan with an action for each issue, and tasks with their days (CAL-4, SAL-14)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.governance import matters
from services.governance.asking import Asking, Unfit
from services.governance.domain import plan, task
from services.governance.event_store import EventStore
from services.governance.matter import Matter
from services.governance.monitoring import assessment_orders, scoring
from services.governance.monitoring.question_set import Question, QuestionSet
from shared import calendar, identifiers
from shared.events import plans, tasks
from shared.vault import Vault

ACTION_MONTHS = 3
"""All significant follow-up actions are closed within three months (OXF-8)."""
COMMENTS, AGAIN = "factual_accuracy", "assess_again"
WHOSE = "quality-officer"


def comments(made: Matter, asking: Asking) -> Matter:
    """The provider's days for factual accuracy run: somebody waits for its word."""
    return _raised(made, COMMENTS, made.state.draft.comments_due, asking)


def no_more_comments(store: EventStore, made: Matter, asking: Asking) -> list[Matter]:
    """Nobody waits for it any more."""
    found = store.matter(task.KIND.name, _task_id(made, COMMENTS))
    if found is None or found.state.outcome is not None:
        return []
    done = tasks.TaskDone(task_id=found.matter_id, actor=asking.actor)
    found.take(done, identifiers.derived_id("task-step", found.matter_id, "done"), asking.at)
    return [found]


def concluded(
    store: EventStore, vault: Vault, made: Matter, order: assessment_orders.Completed, *, questions: QuestionSet,
    asking: Asking,
) -> list[Matter]:  # fmt: skip
    """After the final rating: the plan, the next assessment as a task; what was waited for is over."""
    kind, given = made.state.begun.service_type, made.state.given
    wanted = scoring.issues(questions, kind, given)
    _demand(order, [one.id for one in wanted])
    again = _raised(made, f"{AGAIN}.{questions.name}", made.state.result.repeat_due, asking)
    over = [*no_more_comments(store, made, asking), *_assessed_again(store, made, questions, asking)]
    return [*over, again, *([_plan(vault, made, order, wanted, asking)] if wanted else [])]


def _plan(
    vault: Vault, made: Matter, order: assessment_orders.Completed, wanted: list[Question], asking: Asking
) -> Matter:
    plan_id = f"plan-{identifiers.derived_id('plan', made.matter_id).hex[:16]}"
    said: Mapping[str, assessment_orders.Action] = {one.question: one for one in order.actions}
    due = calendar.add_months(calendar.london_date(asking.at), ACTION_MONTHS)
    new = Matter(plan.KIND.name, plan_id, made.subject, made.place)
    first = plans.PlanDrafted(plan_id=plan_id, actor=asking.actor, source="assessment")
    new.take(first, identifiers.derived_id("matter-step", plan_id, "drafted"), asking.at)
    for question in wanted:
        own, id_ = said.get(question.id), identifiers.derived_id("matter-step", plan_id, question.id)
        text = (own.issue if own else None) or question.asks or question.says or question.id
        step = plans.PlanActionAdded(
            plan_id=plan_id, actor=asking.actor, action_id=question.id, due=own.due if own else due,
            issue=vault.seal_sync(text, event_id=id_, subjects=[made.subject]), themes=question.themes,
            owner_role=own.owner_role if own else None, significant=question.critical or question.weight > 1,
        )  # fmt: skip
        new.take(step, id_, asking.at)
    return new


def _assessed_again(store: EventStore, made: Matter, questions: QuestionSet, asking: Asking) -> list[Matter]:
    """The task of an earlier assessment that asked for this one."""
    with store.reading() as cursor:
        known: list[dict[str, Any]] = matters.open_ones(cursor, task.KIND.name, made.subject)
    found = [
        store.matter(task.KIND.name, one["task_id"]) for one in known if one["task"] == f"{AGAIN}.{questions.name}"
    ]
    over = [one for one in found if one is not None]
    for one in over:
        done = tasks.TaskDone(task_id=one.matter_id, actor=asking.actor)
        one.take(done, identifiers.derived_id("task-step", one.matter_id, made.matter_id), asking.at)
    return over


def _raised(made: Matter, name: str, due: date, asking: Asking) -> Matter:
    task_id = _task_id(made, name)
    new = Matter(task.KIND.name, task_id, made.subject, made.place)
    raised = tasks.TaskRaised(
        task_id=task_id, actor=asking.actor, task=name, how="task", due=due, role=WHOSE, cause=made.matter_id
    )
    new.take(raised, identifiers.derived_id("task-step", task_id), asking.at)
    return new


def _task_id(made: Matter, name: str) -> str:
    return f"task-{identifiers.derived_id('task', made.matter_id, name).hex[:16]}"


def _demand(order: assessment_orders.Completed, wanted: list[str]) -> None:
    for number, one in enumerate(order.actions):
        if one.question not in wanted:
            fix = f"Give one of {', '.join(wanted) or 'none'}."
            raise Unfit(f"/actions/{number}/question", f"{one.question} is no issue.", fix)
