"""A provider challenges something: an answer is owed in the policy's time, and the answer ends it (rulings 30)."""

from services.governance.domain import doubts, task
from services.governance.event_store import EventStore
from services.governance.watching import following
from services.governance.watching.following import About
from shared import identifiers
from shared.events import Event, corrections, tasks

TASK = task.CHALLENGE


def raised(store: EventStore, about: About, event: Event, said: corrections.DisputeRaised) -> None:
    """An answer is owed: from when the challenge was recorded, or by the day that it names."""
    rules = about.rules
    within = rules.challenge.answer_within if rules else None
    owed = tasks.TaskRaised(
        task_id=_id(about, said.dispute_id),
        task=TASK,
        how="task",
        clause=rules.challenge.id if rules else None,
        due=doubts.answer_by(said.answer_by, event.recordedtime, within),
        policy_digest=about.digest,
        role=rules.challenge.role if rules else None,
        cause=f"dispute:{said.dispute_id}",
    )
    made = following.task_of(store, about, owed)
    if made is not None:
        following.save(store, about, [made])


def answered(store: EventStore, about: About, event: Event, said: corrections.DisputeAnswered) -> None:
    """It was answered, however it was: what was owed is done."""
    made = store.matter(task.KIND.name, _id(about, said.dispute_id))
    if made is not None and made.state is not None and made.state.outcome is None:
        done = tasks.TaskDone(task_id=made.matter_id, evidence=(str(event.id),))
        made.take(done, identifiers.derived_id("task-step", made.matter_id, str(event.id)), about.at)
        following.save(store, about, [made])


def _id(about: About, dispute_id: str) -> str:
    return following.task_id("dispute", about.seen.provider_id, dispute_id)
