"""A decision whose evidence fell after it was taken: whoever took it looks at it again, and is told (scenario 15)."""

from collections.abc import Callable, Iterator

from services.governance import doubted, view
from services.governance.domain import deadlines, doubts, task
from services.governance.domain.doubts import Fallen
from services.governance.domain.taken import STANDING_RULE, Taken
from services.governance.event_store import EventStore
from services.governance.watching import alerts, following
from services.governance.watching.following import About
from shared.events import Event, concerns, corrections, data_of, decode, entry_of, tasks

TASK = task.TAINTED
CLOSED_BY = {
    "level": ("level.confirmed", "level.overridden"),
    "suspension": ("suspension.lifted", "suspension.varied"),
    "default_notice": ("default_notice.satisfied", "default_notice.withdrawn"),
    "lsi": ("lsi.closed", "lsi.declined"),
    "ooa": ("ooa.resumed",),
}
"""What answers it beside a recorded answer, by the kind of the decision."""
_NAMING = "SELECT decision_id FROM evidence_named WHERE event_id = %s"
_CONCERNS = f"""
SELECT n.decision_id, h.body FROM evidence_named AS n JOIN {view.SCHEMA}.history AS h ON h.id = n.event_id
WHERE h.provider_id = %s AND h.type = %s
"""  # noqa: S608 - names of ours alone
RAISED = entry_of(concerns.QualityConcernRaised).type


def decisions_naming(store: EventStore, event: Event) -> set[str]:
    """Which decisions named as their evidence what this event corrects."""
    match data_of(event):
        case corrections.FactWithdrawn(event_id=name) | corrections.FactCorrected(event_id=name):
            with store.reading() as cursor:
                cursor.execute(_NAMING, (name,), prepare=True)
                return {row["decision_id"] for row in cursor}
        case concerns.ConcernOutcomeRecorded() as said:
            with store.reading() as cursor:
                cursor.execute(_CONCERNS, (event.subject, RAISED), prepare=True)
                found = [(row["decision_id"], doubts.concern(decode(bytes(row["body"])))) for row in cursor]
            return {decision for decision, concern in found if concern == doubts.concern_named(event, said)}
    return set()


def follow(store: EventStore, about: About, taken: Taken) -> None:
    """Raise the task and the alert for everything that fell, if the decision stands or waits. Each once."""
    case = store.case(about.seen.provider_id, about.seen.place)
    name = taken.proposal.decision_id
    if name not in case.standing.decisions | {one.proposal.decision_id for one in case.pending}:
        return
    with store.reading() as cursor:
        known = doubted.read(cursor, about.seen.provider_id, taken.proposal.evidence)
    for fallen in known.tainting(taken):
        made = following.task_of(store, about, _task(about, taken, fallen))
        if made is not None:
            following.save(store, about, [made], [alerts.tainted(about.seen.told, taken, fallen)])


def over(store: EventStore, about: Callable[[], About], step: tasks.Task) -> None:
    """The decision was looked at again: what was told is cleared."""
    made = store.matter(task.KIND.name, step.task_id)
    if made is not None and made.state is not None and made.state.raised.task == TASK:
        found = about()
        following.save(store, found, [], [alerts.no_longer_tainted(found.seen.told, made.state.raised)])


def _task(about: About, taken: Taken, fallen: Fallen) -> tasks.TaskRaised:
    rules = about.rules
    name = taken.proposal.decision_id
    return tasks.TaskRaised(
        task_id=following.task_id("tainted", name, fallen.by),
        task=TASK,
        how="consider",
        clause=rules.fallen.id if rules else None,
        due=deadlines.last_day(rules.fallen.review_within, about.at) if rules else None,
        decision_id=name,
        policy_digest=about.digest,
        closed_by=CLOSED_BY.get(taken.proposal.decision.type.partition(".")[0], ()),
        role=task.WHOSE["council"] if taken.proposal.role == STANDING_RULE else taken.proposal.role,
        cause=alerts.taint(name, fallen),
    )


def each(store: EventStore, names: set[str]) -> Iterator[tuple[str, str, str]]:
    """Decision, provider, place."""
    for name in sorted(names):
        try:
            yield (name, *store.where(name))
        except KeyError:
            continue  # its transaction was never committed
