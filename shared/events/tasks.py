"""What is owed after a decision: raised by the policy's responses, done by people, never by itself (AMB-8)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import Data, Sealed, published

READERS = ("governance",)
NO_FACT = "what is owed inside the council says nothing of the service; risk judges the dates that a policy sets"


class Task(Data):
    """What every step names."""

    task_id: str = Field(min_length=1, max_length=200)
    actor: str | None = None
    """Who took this step, by a keyed pseudonym."""


@published("task.raised", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class TaskRaised(Task):
    """Somebody owes something."""

    task: words.Word
    """Its short name, as the policy gives it."""
    how: Literal["standing", "task", "consider"]
    """standing: again and again while the level holds; consider: the answer is to be recorded, whichever it is."""
    clause: str | None = None
    """The clause of the policy that asks for it."""
    due: date | None = None
    scale: str | None = None
    level: str | None = None
    """The confirmed level that set it going."""
    decision_id: str | None = None
    policy_digest: str | None = None
    closed_by: tuple[str, ...] = ()
    """Decisions that close it."""
    body: str | None = None
    """The body that is asked to meet about it (`convene_meeting`)."""
    cause: str | None = None
    """What asked for it, so that it is asked for once."""
    meeting_id: str | None = None
    """The meeting at which it was agreed, and the item."""
    item: str | None = None
    note: Sealed | None = None
    """What is to be done, where its short name does not say it."""
    role: words.Role | None = None


@published("task.assigned", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class TaskAssigned(Task):
    """It is somebody's, or handed over to another."""

    role: words.Role
    officer: words.Word | None = None
    """Whose it is, by a staff code; None: the role's."""
    note: Sealed | None = None


@published("task.done", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class TaskDone(Task):
    """It is done; a decision may have done it."""

    decision_id: str | None = None
    evidence: tuple[str, ...] = Field((), max_length=50)
    note: Sealed | None = None


@published("task.not_done", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class TaskNotDone(Task):
    """People decided not to do it, and say why (AMB-8)."""

    reason: Sealed


@published("task.withdrawn", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class TaskWithdrawn(Task):
    """It is owed no more."""

    because: Literal["level_changed", "service_closed", "duty_ended"]
    decision_id: str | None = None
