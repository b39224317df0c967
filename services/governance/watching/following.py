"""Saves what follows from what arrived: tasks, alerts; in one transaction, once, whichever process is first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.governance import matters, publish
from services.governance.domain import task
from services.governance.event_store import Cursor, EventStore, IntegrityError, Keep
from services.governance.matter import Matter
from services.governance.packs import InForce
from services.governance.publish import Origin
from services.governance.register import Seen
from shared import identifiers
from shared.events import tasks
from shared.events.alerts import AlertBody
from shared.journal.rows import Row
from shared.policies.correcting import Correcting


@dataclass(frozen=True, slots=True)
class About:
    """The provider that something is about, when it is followed up, under which policy."""

    seen: Seen
    policy: InForce | None
    at: datetime
    origin: Origin

    @property
    def rules(self) -> Correcting | None:
        """The limits of the policy, if it has any."""
        return self.policy.pack.correcting if self.policy else None

    @property
    def digest(self) -> str | None:
        """Of the policy."""
        return self.policy.adoption.digest if self.policy else None


def task_of(store: EventStore, about: About, raised: tasks.TaskRaised) -> Matter | None:
    """A new task; None where it was raised before."""
    if store.matter(task.KIND.name, raised.task_id) is not None:
        return None
    made = Matter(task.KIND.name, raised.task_id, about.seen.provider_id, about.seen.place)
    made.take(raised, identifiers.derived_id("task-step", raised.task_id, "raised"), about.at)
    return made


def task_id(*cause: str) -> str:
    """The id of a task follows from its cause, so that it is raised once."""
    return f"task-{identifiers.derived_id('task', *cause).hex[:16]}"


def save(store: EventStore, about: About, made: Sequence[Matter], told: Sequence[AlertBody] = ()) -> None:
    """Keep these matters and tell these alerts together. Another process may have been first: then it is done."""
    waiting = matters.pending(made)

    def rows(cursor: Cursor) -> list[Row]:
        steps = [row for one, events in waiting for row in matters.kept(one, events, about.origin, cursor)]
        return steps + [publish.alert(one, about.seen.provider_id, about.at, about.origin) for one in told]

    try:
        store.save(*made, keep=Keep(rows))
    except IntegrityError:
        return
