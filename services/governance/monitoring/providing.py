"""The use cases of a temporary duty: open it with its tasks, count people, settle each item, close it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.governance import matters, register
from services.governance.asking import Asking, Reply, Unfit
from services.governance.domain import deadlines, recorded, task, temporary_duty
from services.governance.event_store import EventStore
from services.governance.matter import Matter, NotFitting
from services.governance.matters import About, Matters, Seal
from services.governance.monitoring import duty_orders as orders
from services.governance.monitoring import gathering
from shared import calendar, identifiers
from shared.events import Data, market, tasks
from shared.vault import Vault

FAILURE = "market.failure_event.recorded"
WHOSE = "contracts-officer"


@dataclass(frozen=True, slots=True)
class Providing:
    """Blocks: call it from a thread."""

    store: EventStore
    matters: Matters
    vault: Vault

    def open(self, provider_id: str, order: orders.NewDuty, asking: Asking) -> Reply:
        """Raises Unknown, Unfit, NotFitting while one is open, and what Matters raises."""
        seen = register.provider(self.store, provider_id, asking.places)
        self._demand(provider_id, order)

        def first(name: str, _: Any, seal: Seal) -> Data:
            with self.store.reading() as cursor:
                if matters.open_ones(cursor, temporary_duty.KIND.name, provider_id):
                    raise NotFitting("a temporary duty is open for this provider: go on with that one")
            return orders.opened(order, name, asking.actor, calendar.london_date(asking.at), seal)

        about, content = About(provider_id, seen.place), order.model_dump(mode="json")
        return self.matters.begin(temporary_duty.KIND, about, asking, content, [first], also=raised)

    def step(self, name: str, order: orders.AnyStep, asking: Asking) -> Reply:
        """One more step; what it settles is nobody's task any more, what it opens again is. Raises as `open` does."""

        def said(_: str, __: Any, seal: Seal) -> Data:
            return orders.step(order, name, asking.actor, calendar.london_date(asking.at), seal)

        def also(made: Matter, asking: Asking) -> list[Matter]:
            known = self._open(made)
            if isinstance(order, orders.Counted):
                missing = [item for item in temporary_duty.open_items(made.state) if item not in known]
                return [_raised(made, item, asking, str(made.version)) for item in missing]
            return list(self._over(order, asking, known))

        content = order.model_dump(mode="json")
        return self.matters.step(temporary_duty.KIND, name, asking, content, said, also=also)

    def shown(self, made: Matter) -> dict[str, Any]:
        """As it is answered, each item of the checklist with the day by which it is owed."""
        with self.store.reading() as cursor:
            cursor.execute(_DAYS, (made.subject, made.matter_id), prepare=True)
            days = {row["task"]: row["due"] for row in cursor}
        found = matters.shown(made)
        return found | {
            "checklist": [one | {"due": days.get(f"{task.CHECKLIST}{one['item']}")} for one in found["checklist"]]
        }

    def _open(self, made: Matter) -> dict[str, str]:
        """Item → the task that is open of it."""
        with self.store.reading() as cursor:
            known = matters.open_ones(cursor, task.KIND.name, made.subject)
        mine = [one for one in known if one["cause"] == made.matter_id]
        return {one["task"].removeprefix(task.CHECKLIST): one["task_id"] for one in mine}

    def _demand(self, provider_id: str, order: orders.NewDuty) -> None:
        """What it rests on is on the record of this provider: recorded here, or sent through the door."""
        name = order.failure_id
        if name is None:
            return
        own = self.store.matter(recorded.FAILURE.name, name)
        if own is not None and own.subject == provider_id:
            return
        with self.store.reading() as cursor:
            known = gathering.events(cursor, provider_id, (FAILURE,), gathering.EVERYTHING)
            if not any(one.data.get("failure_id") == name for one in known):
                fix = "Record the failure first; one that was sent a moment ago: ask again."
                raise Unfit("/failure_id", "No such failure of this provider is on the record.", fix)

    def _over(self, order: orders.AnyStep, asking: Asking, known: Mapping[str, str]) -> Iterator[Matter]:
        items = [order.item] if isinstance(order, orders.Settled) else list(known)
        for item in items:
            found = self.store.matter(task.KIND.name, known[item]) if item in known else None
            if found is not None and found.state.outcome is None:
                id_ = identifiers.derived_id("task-step", found.matter_id, "over")
                found.take(self._ended(found, order, asking, id_), id_, asking.at)
                yield found

    def _ended(self, found: Matter, order: orders.AnyStep, asking: Asking, id_: Any) -> tasks.Task:
        name, note = found.matter_id, getattr(order, "note", None)
        if isinstance(order, orders.Closed):
            return tasks.TaskWithdrawn(task_id=name, because="duty_ended")
        if isinstance(order, orders.Settled) and order.outcome == "not_needed":
            reason = self.vault.seal_sync(str(note), event_id=id_, subjects=[found.subject])
            return tasks.TaskNotDone(task_id=name, actor=asking.actor, reason=reason)
        return tasks.TaskDone(task_id=name, actor=asking.actor)


def raised(made: Matter, asking: Asking) -> list[Matter]:
    """Each item of the checklist is somebody's task, with its day."""
    return [_raised(made, item, asking) for item in temporary_duty.CHECKLIST]


def _raised(made: Matter, item: market.Item, asking: Asking, *again: str) -> Matter:
    """The task of one item; anew `again` when people who came to light later open it once more."""
    within, _ = temporary_duty.CHECKLIST[item]
    task_id = f"task-{identifiers.derived_id('task', made.matter_id, item, *again).hex[:16]}"
    step = tasks.TaskRaised(
        task_id=task_id, actor=asking.actor, task=f"{task.CHECKLIST}{item}", how="task", role=WHOSE,
        due=deadlines.last_day(within, asking.at), cause=made.matter_id,
    )  # fmt: skip
    new = Matter(task.KIND.name, task_id, made.subject, made.place)
    new.take(step, identifiers.derived_id("task-step", task_id), asking.at)
    return new


_DAYS = """
SELECT document->>'task' AS task, document->>'due' AS due FROM matters
WHERE kind = 'task' AND subject = %s AND document->>'cause' = %s ORDER BY number
"""
