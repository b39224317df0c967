"""Alerts that follow from the facts: A1, A2, A10, A11 (domain.md §3.7). Each is raised once for its cause.

What stands before and after a change is compared: what is new is raised, what is gone is cleared, and what only left
the window of our memory is neither. A1 and A2 need no policy and no closed day: they wait for nothing. Whether people
are told one by one is notify's to say, from the `basis` of whatever caused the change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.risk import counted, deadlines
from services.risk.criteria import Rules
from services.risk.deadlines import Deadlines
from services.risk.items import Day, Stamp
from services.risk.known import EVIDENCE_KEPT
from services.risk.partition import PartitionState
from services.risk.state import ProviderState
from shared import identifiers
from shared.events.alerts import AlertCleared, AlertRaised, Code
from shared.events.vocabulary import ABUSE_TYPES

URGENT = frozenset({"urgent_s30", "urgent_s31"})
Key = tuple[Code, str]
"""The alert and its cause: `("A11", "return:RT-PMR:2026-03")`."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One event that must be published: its id follows from provider, alert and cause."""

    id: UUID
    data: AlertRaised | AlertCleared


@dataclass(frozen=True, slots=True)
class Scene:
    """A provider at one moment, as far as alerts look at it."""

    state: ProviderState
    due: Deadlines
    policy_digest: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Why an alert stands."""

    summary: str
    evidence: tuple[Stamp, ...] = ()
    since: Day | None = None
    due: Day | None = None


def scene(state: ProviderState, partition: PartitionState, rules: Rules | None) -> Scene:
    """A provider at the partition's C. `rules`: the policy in force for its place, or None."""
    if rules is None:
        return Scene(state, Deadlines(), None)
    c = None if partition.c is None else deadlines.day(partition.c)
    return Scene(state, deadlines.due(state, partition, rules.pack, c), rules.digest)


def alerts(before: Scene | None, after: Scene) -> tuple[Alert, ...]:
    """What has to be raised and cleared because of one change. `before` is None for a provider first heard of."""
    stood = {} if before is None else dict(_standing(before))
    stands = dict(_standing(after))
    raised = [_raised(key, stands[key], after) for key in sorted(stands.keys() - stood.keys())]
    gone = [key for key in sorted(stood.keys() - stands.keys()) if _over(key, after)]
    return (*raised, *(_cleared(key, stood[key], after) for key in gone))


def settled(raised: AlertRaised, after: Scene) -> Alert | None:
    """The clearing of an alert raised some time ago, if its cause is gone: for a re-fold, which saw no change."""
    key: Key = (raised.alert, raised.cause)
    if key in dict(_standing(after)) or not _over(key, after):
        return None
    id_ = identifiers.alert_id(key[0], after.state.provider_id, key[1])
    data = AlertCleared(
        **raised.model_dump(exclude={"policy_digest"}), policy_digest=after.policy_digest, raised_id=str(id_)
    )
    return Alert(identifiers.derived_id("alert.cleared", str(id_)), data)


def _standing(now: Scene) -> Iterator[tuple[Key, Standing]]:
    verdicts = counted.verdicts(now.state)
    for key, concern in counted.standing(now.state).items():
        # A concern that stands again is a cause of its own: whoever was told that it had gone is told.
        again = verdicts[key].reinstated if key in verdicts else None
        cause = f"concern:{key}" if again is None else f"concern:{key}#{again}"
        if concern.severity == "S4":
            yield ("A1", cause), Standing("A critical quality concern (S4) was raised.", (concern.stamp,))
        if ABUSE_TYPES.intersection(concern.themes):
            yield ("A2", cause), Standing("A concern names a type of abuse.", (concern.stamp,))
    for key, visit in now.state.visits.items():
        if visit.immediate_risk:
            yield ("A1", f"visit:{key}"), Standing("A visit saw an immediate risk.", (visit.stamp,))
    for key, action in now.state.enforcement.items():
        if action.active and action.action in URGENT:
            yield ("A1", f"enforcement:{key}"), Standing("CQC has taken urgent action.", (action.stamp,))
    for key, received in now.state.safeguarding.items():
        yield ("A2", f"safeguarding:{key}"), Standing("A safeguarding concern was received.", (received.stamp,))
    yield from _clocks(now.due)


def _clocks(due: Deadlines) -> Iterator[tuple[Key, Standing]]:
    if due.restriction is not None and due.restriction.over:
        running = due.restriction.running
        why = "A restriction on placements has been in place for longer than the policy's limit."
        standing = Standing(why, running.evidence, running.since, due.restriction.over_from)
        yield ("A10", f"restriction:{running.id}"), standing
    contact = due.contact
    if contact is not None and contact.overdue and contact.due is not None:
        when = deadlines.day(contact.due)
        behind = () if contact.last is None else (contact.last.stamp,)
        why = f"The minimum of contact was due by {when} and is overdue."
        yield ("A10", f"contact:{when}"), Standing(why, behind, contact.since, contact.due)
    for period in due.returns:
        if period.outstanding:
            why = f"The return {period.type} for {period.name} was due on {deadlines.day(period.due)} and is missing."
            yield ("A11", f"return:{period.key}"), Standing(why, due=period.due)


def _over(key: Key, after: Scene) -> bool:
    """Whether the cause is gone, and not only past the window of what is kept."""
    kind, _, name = key[1].partition(":")
    match kind:
        case "concern":
            return name in after.state.concerns or name.rpartition("#")[0] in after.state.concerns
        case "visit":
            return name in after.state.visits
        case "enforcement":
            return name in after.state.enforcement
        case "safeguarding":
            return False
        case "return":
            return _answered(name, after)
        case _:
            return True


def _answered(name: str, after: Scene) -> bool:
    """Whether a return was filed, or is no longer asked for."""
    type_, _, period = name.partition(":")
    if any(filed.startswith(period) for filed in after.state.returns.get(type_, {})):
        return True
    start = after.due.asking.get(type_)
    return start is None or deadlines.first_day(period) <= start


def _raised(key: Key, standing: Standing, now: Scene) -> Alert:
    id_ = identifiers.alert_id(key[0], now.state.provider_id, key[1])
    return Alert(id_, AlertRaised(**_body(key, standing, now)))


def _cleared(key: Key, standing: Standing, now: Scene) -> Alert:
    raised = identifiers.alert_id(key[0], now.state.provider_id, key[1])
    data = AlertCleared(**_body(key, standing, now), raised_id=str(raised))
    return Alert(identifiers.derived_id("alert.cleared", str(raised)), data)


def _body(key: Key, standing: Standing, now: Scene) -> dict[str, Any]:
    register = now.state.register
    return {
        "alert": key[0],
        "cause": key[1],
        "name": register.text("name") or now.state.provider_id,
        "commissioning": register.commissioned,
        "summary": standing.summary,
        "policy_digest": now.policy_digest,
        "evidence": tuple(stamp[2] for stamp in sorted(standing.evidence, reverse=True)[:EVIDENCE_KEPT]),
        "placing_authorities": register.names("placing_authorities"),
        "since": None if standing.since is None else deadlines.day(standing.since),
        "due": None if standing.due is None else deadlines.day(standing.due),
    }
