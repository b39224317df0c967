"""A task: what a confirmed level sets going, and when it is over. Pure."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.governance.domain import deadlines
from services.governance.domain.kind import Kind
from shared import identifiers
from shared.events import decisions, processes, tasks
from shared.policies.deciding import Response
from shared.policies.pack import Pack

RAISED = ("standing", "task", "consider")
"""What is only offered (`may`) is nobody's task."""
LIFTED = "suspension.lifted"
CONVENE = "convene_meeting"
"""A body is asked to meet about a provider."""
ORDERED = "ordered_visit"
"""A visit that a body ordered is to be planned: `ordered_visit.unannounced`."""
WHOSE = {"council": "quality-officer", "icb": "icb-quality"}
"""Who owes what a level sets going, by who confirmed it (ours: the documents name nobody); and may hand it over."""
CHECKLIST, CHALLENGE, TAINTED = "temporary_duty.", "answer_challenge", "review_tainted_decision"
"""An item of a temporary duty; what a provider challenged; a decision whose evidence fell."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task as it stands."""

    raised: tasks.TaskRaised
    role: str | None = None
    officer: str | None = None
    """Whose it is, by a staff code; None: the role's."""
    outcome: str | None = None
    """done, not_done or withdrawn; None while it is open."""


def take(task: Task | None, step: tasks.Task) -> Task:
    """The task after a step."""
    match step:
        case tasks.TaskRaised():
            return Task(step, step.role)
        case tasks.TaskAssigned(role=role, officer=officer) if task:
            return replace(task, role=role, officer=officer)
    assert task is not None  # noqa: S101 - a task is raised first
    return replace(task, outcome=type(step).__name__.removeprefix("Task").replace("NotDone", "not_done").lower())


def unfit(task: Task, _: tasks.Task) -> str | None:
    """Why a step is not possible, or None."""
    return f"the task is {task.outcome}" if task.outcome else None


def done_by(task: Task) -> str | None:
    """By what alone it is done, an event of its own (AMB-8, rulings 30); None: by whoever says that it is."""
    said = task.raised
    if said.task.startswith(CHECKLIST):
        return "settling its item on the checklist of the temporary duty"
    if said.task == CHALLENGE:
        return "the answer to the challenge"
    if said.closed_by and said.task != TAINTED:  # to look again may also end in leaving things as they are
        return f"the decision {' or '.join(said.closed_by)}"
    return None


def not_by_hand(task: Task) -> frozenset[str]:
    """How nobody may end it by saying so; of a temporary duty the checklist also says what is not needed, and why."""
    if done_by(task) is None:
        return frozenset()
    return frozenset({"done", "not_done"} if task.raised.task.startswith(CHECKLIST) else {"done"})


def document(task: Task) -> dict[str, Any]:
    """As it is shown."""
    said = task.raised
    return {
        "task_id": said.task_id,
        "task": said.task,
        "how": said.how,
        "clause": said.clause,
        "due": said.due and said.due.isoformat(),
        "scale": said.scale,
        "level": said.level,
        "decision_id": said.decision_id,
        "closed_by": list(said.closed_by),
        "body": said.body,
        "cause": said.cause,
        "meeting_id": said.meeting_id,
        "item": said.item,
        "role": task.role,
        "officer": task.officer,
        "outcome": task.outcome,
    }


KIND = Kind(
    name="task",
    key="task_id",
    first=tasks.TaskRaised,
    further=(tasks.TaskAssigned, tasks.TaskDone, tasks.TaskNotDone, tasks.TaskWithdrawn),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda task: task.outcome is None,
    due=lambda task: task.raised.due,
)


def follow(
    effect: decisions.DecisionTookEffect, pack: Pack, open_tasks: Iterable[Mapping[str, Any]],
    levels: Mapping[str, str], at: datetime,
) -> Iterator[tasks.Task]:  # fmt: skip
    """What a decision that took effect does to the tasks of its provider.

    `open_tasks`: as they are shown; `levels`: the confirmed level on each scale, this decision included.
    """
    known = list(open_tasks)
    for task in known:
        if _names(effect.decision) & set(task["closed_by"]):
            yield tasks.TaskDone(task_id=task["task_id"], decision_id=effect.decision_id)
    yield from _set_going(effect, effect.decision.type, pack, at)
    if isinstance(effect.decision, processes.EscalationReferred):
        yield _referred(effect, effect.decision, pack, at)
    if isinstance(effect.decision, processes.VisitOrdered):
        yield _ordered(effect, effect.decision)
    if isinstance(effect.decision, decisions.LevelConfirmed | decisions.LevelOverridden):
        wanted = {one.id: (scale, one) for scale, one in _wanted(pack, levels)}
        yield from _withdrawn(effect, known, wanted, levels)
        owed = {task["clause"] for task in known}
        for scale, one in wanted.values():
            # Of another scale only what depends on this one too: the rest was set going by its own level.
            if one.id not in owed and (scale == effect.decision.scale or effect.decision.scale in one.at):
                yield _raised(effect, one, scale, levels[scale], at)


def ended(refusal: decisions.DecisionRatificationRefused, pack: Pack, at: datetime) -> Iterator[tasks.TaskRaised]:
    """A restriction that nobody ratified has ended as one that was lifted: whoever heard of it is told so."""
    if isinstance(refusal.decision, decisions.SuspensionImposed):
        yield from _set_going(refusal, LIFTED, pack, at)


def _names(decision: decisions.Decision) -> set[str]:
    """A decision by its type, a step of a process by its step too."""
    step = getattr(decision, "step", None)
    return {decision.type} | ({f"{decision.type}:{step}"} if step else set())


def _set_going(effect: decisions.DecisionEvent, kind: str, pack: Pack, at: datetime) -> Iterator[tasks.TaskRaised]:
    """Who must be told, and which step comes next; unless the decision says that it was done."""
    for one in pack.follows.get(kind, ()):
        if one.unless is None or not getattr(effect.decision, one.unless):
            yield tasks.TaskRaised(
                task_id=f"task-{identifiers.derived_id('task', effect.decision_id, one.id).hex[:16]}",
                task=one.task,
                how="task",
                clause=one.id,
                due=deadlines.last_day(one.due, at),
                decision_id=effect.decision_id,
                policy_digest=effect.policy_digest,
                closed_by=one.closed_by,
                role=one.role,
                cause=f"decision:{effect.decision_id}",
            )


def _referred(
    effect: decisions.DecisionTookEffect, said: processes.EscalationReferred, pack: Pack, at: datetime
) -> tasks.TaskRaised:
    """The next body is asked to take it, in the policy's time (CAL-9, SAL-21)."""
    to = next((key for key, body in pack.bodies.items() if said.to_body in (key, *body.aliases)), said.to_body)
    fits = [one for one in pack.referrals if one.to == to]
    rule = next((one for one in fits if effect.body in one.by), fits[0] if fits else None)
    return tasks.TaskRaised(
        task_id=f"task-{identifiers.derived_id('task', effect.decision_id, 'referred').hex[:16]}",
        task=CONVENE,
        how="task",
        clause=rule.id if rule else None,
        due=deadlines.last_day(rule.within, at) if rule and rule.within else None,
        decision_id=effect.decision_id,
        policy_digest=effect.policy_digest,
        body=to,
        cause=f"decision:{effect.decision_id}",
    )


def ordered_id(decision_id: str, *after: str) -> str:
    """The id of the task to plan an ordered visit; anew `after` a visit that was cancelled."""
    return f"task-{identifiers.derived_id('task', decision_id, ORDERED, *after).hex[:16]}"


def orders_visit(task: str) -> bool:
    """Whether this task is to plan an ordered visit, by its name."""
    return task.startswith(f"{ORDERED}.")


def _ordered(effect: decisions.DecisionTookEffect, said: processes.VisitOrdered) -> tasks.TaskRaised:
    """Planned by the day that the body gave (HER-M2.c, CAL-21)."""
    return tasks.TaskRaised(
        task_id=ordered_id(effect.decision_id),
        task=f"{ORDERED}.{said.purpose}",
        how="task",
        due=said.by_when,
        decision_id=effect.decision_id,
        policy_digest=effect.policy_digest,
        cause=f"decision:{effect.decision_id}",
        role=WHOSE["council"],
    )


def again(task: Task, pack: Pack, at: datetime) -> tasks.TaskRaised | None:
    """What is done again and again is owed anew, from now on."""
    said = task.raised
    every = next((one.every for one in responses(pack, said.scale, said.level) if one.id == said.clause), None)
    if said.how != "standing" or every is None:
        return None
    name = identifiers.derived_id("task-again", said.task_id).hex[:16]
    return said.model_copy(update={"task_id": f"task-{name}", "due": deadlines.last_day(every, at), "actor": None})


def responses(pack: Pack, scale: str | None, level: str | None) -> tuple[Response, ...]:
    """What a level of a scale sets going under this policy."""
    key = level if scale in (None, pack.primary) else f"{scale}:{level}"
    return pack.responses.get(key or "", ())


def _withdrawn(
    effect: decisions.DecisionTookEffect, known: Iterable[Mapping[str, Any]], wanted: Container[str],
    levels: Container[str],
) -> Iterator[tasks.Task]:  # fmt: skip
    for task in known:
        if task["scale"] in levels and task["clause"] not in wanted:
            yield tasks.TaskWithdrawn(task_id=task["task_id"], because="level_changed", decision_id=effect.decision_id)


def _wanted(pack: Pack, levels: Mapping[str, str]) -> Iterator[tuple[str, Response]]:
    for scale, level in levels.items():
        for one in responses(pack, scale, level):
            dated = one.due is not None or one.every is not None or one.how != "standing"
            if one.how in RAISED and dated and all(levels.get(name) in codes for name, codes in one.at.items()):
                yield scale, one


def _raised(
    effect: decisions.DecisionTookEffect, one: Response, scale: str, level: str, at: datetime
) -> tasks.TaskRaised:
    limit = one.due or one.every
    return tasks.TaskRaised(
        task_id=f"task-{identifiers.derived_id('task', effect.decision_id, one.id).hex[:16]}",
        task=one.task,
        how=one.how,
        clause=one.id,
        due=deadlines.last_day(limit, at) if limit else None,
        scale=scale,
        level=level,
        decision_id=effect.decision_id,
        policy_digest=effect.policy_digest,
        closed_by=one.closed_by,
        role=WHOSE.get(effect.organisation, WHOSE["council"]),
    )
