"""A host authority's serious notice pauses our placements there by the policy's standing rule (CAL-35, rulings 24)."""

from services.governance import register
from services.governance.asking import Asking
from services.governance.domain import hosts
from services.governance.domain.taken import STANDING_RULE
from services.governance.event_store import Cursor, EventStore, Keep
from services.governance.keeping import Change
from services.governance.watching.following import About
from shared import identifiers
from shared.events import Event, decisions, placements, processes
from shared.journal.rows import Row


def follow(store: EventStore, about: About, event: Event, said: placements.HostNoticeReceived) -> None:
    """Paused at once and recorded as the rule's doing, once. Raises IntegrityError where somebody decides just now."""
    rule = about.policy.pack.out_of_area if about.policy else None
    if about.policy is None or rule is None or rule.host_notice is None or not rule.host_notice.pauses:
        return
    if not hosts.pauses(said):
        return
    case = store.case(about.seen.provider_id, about.seen.place)
    if case.standing.paused_since is not None:
        return  # it is paused already: resuming waits for what the host says of the newest notice
    asking = Asking(
        subject=STANDING_RULE, organisation="council", roles=frozenset(), places=frozenset({about.seen.place}),
        at=about.at, key=str(event.id), digest_key=about.origin.digest_key,
    )  # fmt: skip
    seen = register.provider(store, about.seen.provider_id)
    change = Change(case, case.standing, {}, seen, about.policy, asking)
    step = decisions.DecisionProposed(
        decision_id=str(identifiers.derived_id("standing-rule", str(event.id))),
        decision=processes.PlacementsElsewhere(type="ooa.paused"),
        body=STANDING_RULE,
        organisation="council",
        role=STANDING_RULE,
        policy_digest=about.policy.adoption.digest,
        actor=asking.actor,
        evidence=(str(event.id),),
        commissioning=seen.commissioning,
        rule=rule.host_notice.id,
        version_seen=seen.version(case.number),
    )
    case.propose(step, about.at)
    happened = tuple(case.pending_events)

    def rows(cursor: Cursor) -> list[Row]:
        return change.rows(happened, cursor)

    if happened:
        store.save(case, keep=Keep(rows))
