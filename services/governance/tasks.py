"""The use cases of tasks: what a decision sets going, in its own transaction; assigned, done, not done by people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from services.governance import matters
from services.governance.asking import Asking, Reply, Unfit
from services.governance.domain import task
from services.governance.domain.task import Task
from services.governance.event_store import EventStore
from services.governance.matter import Matter, NotFitting
from services.governance.matters import Matters, Said, Seal
from services.governance.packs import Packs
from services.governance.provider_case import ProviderCase
from services.governance.task_orders import AnyStep, Assign, step
from shared import identifiers, security
from shared.events import decisions, tasks
from shared.policies.pack import Pack

Step = TypeVar("Step", bound=decisions.DecisionEvent)


def follow(store: EventStore, case: ProviderCase, pack: Pack, at: datetime) -> list[Matter]:
    """The tasks that the pending events of a case raise, close or withdraw: to be saved with it."""
    effects = _happened(case, "TookEffect", decisions.DecisionTookEffect)
    refusals = _happened(case, "RatificationRefused", decisions.DecisionRatificationRefused)
    if not effects and not refusals:
        return []
    with store.reading() as cursor:
        known = matters.open_ones(cursor, task.KIND.name, case.provider_id)
    levels = {scale: one.level for scale, one in case.standing.levels.items()}
    steps = [(one.decision_id, each) for one in effects for each in task.follow(one, pack, known, levels, at)]
    steps += [(one.decision_id, each) for one in refusals for each in task.ended(one, pack, at)]
    made: dict[str, Matter] = {}
    for decision_id, each in steps:
        one = made.get(each.task_id) or _matter(store, case, each)
        if one.state is None or one.state.outcome is None:  # two decisions of one command may end the same task
            one.take(each, identifiers.derived_id("task-step", each.task_id, decision_id), at)
            made[each.task_id] = one
    return list(made.values())


class Tasks:
    """What people do about tasks. Blocks: call it from a thread."""

    def __init__(self, store: EventStore, packs: Packs, works: Matters) -> None:
        self._store, self._packs, self._matters = store, packs, works

    def step(self, task_id: str, order: AnyStep, asking: Asking) -> Reply:
        """Assign a task, say that it is done, or why it is not. What is done again and again is owed anew.

        Raises Unknown, Unfit, NotFitting (also for what is done by an event of its own), and what Matters raises.
        """
        if isinstance(order, Assign) and order.role not in security.ROLES:  # else it is on nobody's list any more
            raise Unfit("/role", "There is no such role.", f"Give one of {', '.join(sorted(security.ROLES))}.")
        said: Said = partial(_step, order, asking.actor)
        content = order.model_dump(mode="json")
        return self._matters.step(task.KIND, task_id, asking, content, said, also=self._again)

    def page(
        self, places: list[str], asked: Mapping[str, Any], after: tuple[str, str], limit: int
    ) -> tuple[list[dict[str, Any]], tuple[str, str] | None]:
        """Tasks of these places, those due first; and where to go on from."""
        values = {"places": places, "day": after[0], "after": after[1], "limit": limit + 1} | dict(asked)
        with self._store.reading() as cursor:
            cursor.execute(_PAGE, values, prepare=True)
            found = cursor.fetchall()
        rows = found[:limit]
        shown = [matters.shown_row(row["subject"], row["place"], row["document"]) for row in rows]
        more = (rows[-1]["day"].isoformat(), rows[-1]["matter_id"]) if len(found) > limit else None
        return shown, more

    def _again(self, made: Matter, asking: Asking) -> list[Matter]:
        state: Task = made.state
        if state.outcome != "done" or state.raised.policy_digest is None:
            return []
        anew = task.again(state, self._packs.pack(state.raised.policy_digest), asking.at)
        if anew is None or self._store.matter(task.KIND.name, anew.task_id):
            return []
        next_ = Matter(task.KIND.name, anew.task_id, made.subject, made.place)
        next_.take(anew, _id(anew), asking.at)
        return [next_]


def listed(
    shown: Iterable[dict[str, Any]], asked: Mapping[str, Any], after: tuple[str, str], limit: int
) -> tuple[list[dict[str, Any]], tuple[str, str] | None]:
    """A page of these tasks as `Tasks.page` gives it: of those that were known at a past time. Pure."""
    role, by, is_open = asked["role"], asked["by"], asked["open"]
    found = sorted(
        (
            one for one in shown
            if (is_open is None or is_open == (one["outcome"] is None)) and role in (None, one["role"])
            and (by is None or (one["due"] is not None and one["due"] <= by.isoformat())) and _at(one) > after
        ),
        key=_at,
    )  # fmt: skip
    return found[:limit], _at(found[limit - 1]) if len(found) > limit else None


def _at(one: Mapping[str, Any]) -> tuple[str, str]:
    return one["due"] or "9999-12-31", one["task_id"]


def _happened(case: ProviderCase, name: str, model: type[Step]) -> list[Step]:
    """Steps of this name that are not saved yet."""
    happened: Sequence[Any] = case.pending_events
    return [model.model_validate(event.step) for event in happened if type(event).__name__ == name]


def _matter(store: EventStore, case: ProviderCase, each: tasks.Task) -> Matter:
    kind = task.KIND.name
    return store.matter(kind, each.task_id) or Matter(kind, each.task_id, case.provider_id, case.place)


def _step(order: AnyStep, actor: str, task_id: str, state: Task, seal: Seal) -> tasks.Task:
    refused = task.not_by_hand(state)
    if state.outcome is None and order.type in refused:
        else_ = "" if "not_done" in refused else ", or say why it will not be done"
        raise NotFitting(f"it is done by {task.done_by(state)}, not by saying so: do that{else_}")
    return step(order, task_id, actor, seal)


def _id(raised: tasks.TaskRaised) -> UUID:
    return identifiers.derived_id("task-step", raised.task_id, "again")


_PAGE = """
SELECT matter_id, subject, place, document, coalesce(due, '9999-12-31') AS day FROM matters
WHERE kind = 'task' AND place = ANY(%(places)s) AND (%(provider)s::text IS NULL OR subject = %(provider)s)
  AND (%(open)s::boolean IS NULL OR open = %(open)s) AND (%(role)s::text IS NULL OR document->>'role' = %(role)s)
  AND (%(by)s::date IS NULL OR due <= %(by)s)
  AND (coalesce(due, '9999-12-31'), matter_id) > (%(day)s::date, %(after)s)
ORDER BY day, matter_id LIMIT %(limit)s
"""
