"""What may be asked of a task over HTTP, and the step that it becomes."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.governance.order import Code, Text
from shared.events import Sealed, tasks
from shared.events import vocabulary as words


class Step(BaseModel):
    """One step. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Assign(Step):
    """Give it to a role, or to one of its officers; or hand it over to another, with a note."""

    type: Literal["assigned"]
    role: words.Role
    officer: words.Word | None = None
    """By a staff code, as on the register of contracts; never a name."""
    note: Text | None = None


class Done(Step):
    """It is done."""

    type: Literal["done"]
    evidence: tuple[Code, ...] = Field((), max_length=50)
    note: Text | None = None


class NotDone(Step):
    """It will not be done, and why."""

    type: Literal["not_done"]
    reason: Text


AnyStep = Annotated[Assign | Done | NotDone, Field(discriminator="type")]


def step(order: AnyStep, task_id: str, actor: str, seal: Callable[[str | None], Sealed | None]) -> tasks.Task:
    """The step that an order asks for."""
    match order:
        case Assign():
            return tasks.TaskAssigned(
                task_id=task_id, actor=actor, role=order.role, officer=order.officer, note=seal(order.note)
            )
        case Done():
            return tasks.TaskDone(task_id=task_id, actor=actor, evidence=order.evidence, note=seal(order.note))
    reason = seal(order.reason)
    assert reason is not None  # noqa: S101 - a text is sealed
    return tasks.TaskNotDone(task_id=task_id, actor=actor, reason=reason)
