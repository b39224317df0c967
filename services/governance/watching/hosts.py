"""What a host authority asks of us beside a pause is a task: welfare visits, reviews, moves (CAL-36, CAL-38)."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.governance.domain import deadlines
from services.governance.event_store import EventStore
from services.governance.watching import following
from services.governance.watching.following import About
from shared.events import Event, placements, tasks
from shared.policies.section import Limit


@dataclass(frozen=True, slots=True)
class Asks:
    """What is to be done, and by when."""

    clause: str
    within: Limit


TASKS: Mapping[str, Asks] = {
    "welfare_visits": Asks("CAL-36", Limit(working_days=5)),
    "review_people": Asks("CAL-36", Limit(working_days=5)),
    "move_people": Asks("CAL-38", Limit(working_days=1)),
}
"""By what the host asks; the days are ours."""
WHOSE = "team-manager"
"""Ours: the seed names the social care teams, which have no role here. A manager hands it on."""


def wanted(said: placements.HostNoticeReceived) -> str | None:
    """What the host asks of us. A home that is to close must be left, whatever else is asked (CAL-38). Pure."""
    if said.concern_level == "closure":
        return "move_people"
    return said.requested_action if said.requested_action in TASKS else None


def follow(store: EventStore, about: About, event: Event, said: placements.HostNoticeReceived) -> None:
    """Raise it, once for this notice; whether placements are paused is the standing rule's affair."""
    what = wanted(said)
    if what is None:
        return
    rule = about.policy.pack.out_of_area if about.policy else None
    asks = TASKS[what]
    named = asks.clause in {one.id for one in rule.mechanisms} if rule else False
    raised = tasks.TaskRaised(
        task_id=following.task_id("host", about.seen.provider_id, said.notice_id, what),
        task=f"host_asks.{what}",
        how="task",
        clause=asks.clause if named else None,
        due=deadlines.last_day(asks.within, event.recordedtime),
        policy_digest=about.digest,
        role=WHOSE,
        cause=f"host_notice:{said.notice_id}",
    )
    if (made := following.task_of(store, about, raised)) is not None:
        following.save(store, about, [made])
