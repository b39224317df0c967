"""Alerts that follow from the facts (domain.md §3.7): each is raised once for its cause, and cleared when it is gone.

What stands before and after a change is compared: what is new is raised, what is gone is cleared, and what only left
the window of our memory is neither. A1 and A2 need no policy and no closed day: they wait for nothing. Whether people
are told one by one is notify's to say, from the `basis` of whatever caused the change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from services.risk import deadlines, episodes, standing
from services.risk.criteria import Rules
from services.risk.deadlines import Deadlines
from services.risk.episodes import Episode, Sighting, Turn
from services.risk.known import EVIDENCE_KEPT
from services.risk.remembered.partition import PartitionState
from services.risk.remembered.state import ProviderState
from services.risk.standing import Key, Scene, Standing
from shared import identifiers
from shared.events.alerts import AlertCleared, AlertRaised, Code


@dataclass(frozen=True, slots=True)
class Alert:
    """One event that must be published: its id follows from provider, alert and cause."""

    id: UUID
    data: AlertRaised | AlertCleared


def scene(state: ProviderState, partition: PartitionState, rules: Rules | None, due: Deadlines | None = None) -> Scene:
    """A provider at the partition's C. `rules`: the policy in force for its place, or None. `due`: if it is known."""
    if rules is None:
        return Scene(state, Deadlines(), None)
    c = None if partition.c is None else deadlines.day(partition.c)
    return Scene(state, due or deadlines.due(state, partition, rules.pack, c), rules)


def alerts(before: Scene | None, after: Scene) -> tuple[Alert, ...]:
    """What has to be raised and cleared because of one change. `before` is None for a provider first heard of."""
    stood = {} if before is None else standing.standing(before)
    stands = standing.standing(after)
    raised = [_raised(key, stands[key], after) for key in sorted(stands.keys() - stood.keys())]
    gone = [key for key in sorted(stood.keys() - stands.keys()) if standing.over(key, stood[key].since, after)]
    return (*raised, *(_cleared(key, stood[key], after) for key in gone))


def turned(turn: Turn, seen: Mapping[str, Sighting], after: Scene) -> Iterator[Alert]:
    """What has to be raised and cleared because what the policy waits for began to hold, or no longer does."""
    for name, episode in sorted(turn.begun.items()):
        yield _raised(_key(name, episode), _telling(seen[name], episode), after)
    for name, episode in sorted(turn.ended.items()):
        said = _telling(seen[name], episode) if name in seen else Standing("The policy no longer asks for it.")
        yield _cleared(_key(name, episode), said, after)


def settled(raised: AlertRaised, after: Scene) -> Alert | None:
    """The clearing of an alert raised some time ago, if its cause is gone: for a re-fold, which saw no change."""
    key: Key = (raised.alert, raised.cause)
    since = None if raised.since is None else raised.since.toordinal()
    if raised.cause.startswith(f"{episodes.PREFIX}:") or key in standing.standing(after):
        return None
    if not standing.over(key, since, after):
        return None
    id_ = identifiers.alert_id(key[0], after.state.provider_id, key[1])
    data = AlertCleared(
        **raised.model_dump(exclude={"policy_digest"}), policy_digest=after.policy_digest, raised_id=str(id_)
    )
    return Alert(identifiers.derived_id("alert.cleared", str(id_)), data)


def _key(name: str, episode: Episode) -> Key:
    return cast(Code, name.partition("|")[0]), episodes.cause_key(name, episode)


def _telling(sighting: Sighting, episode: Episode) -> Standing:
    trigger = sighting.watched.trigger
    # The evidence is the known facts' own: by id alone, newest first.
    return Standing(trigger.summary, (), episode.since, None, trigger.id, trigger.task, sighting.evidence)


def _raised(key: Key, said: Standing, now: Scene) -> Alert:
    id_ = identifiers.alert_id(key[0], now.state.provider_id, key[1])
    return Alert(id_, AlertRaised(**_body(key, said, now)))


def _cleared(key: Key, said: Standing, now: Scene) -> Alert:
    raised = identifiers.alert_id(key[0], now.state.provider_id, key[1])
    data = AlertCleared(**_body(key, said, now), raised_id=str(raised))
    return Alert(identifiers.derived_id("alert.cleared", str(raised)), data)


def _body(key: Key, said: Standing, now: Scene) -> dict[str, Any]:
    register = now.state.register
    return {
        "alert": key[0],
        "cause": key[1],
        "name": register.text("name") or now.state.provider_id,
        "commissioning": register.commissioned,
        "summary": said.summary,
        "policy_digest": now.policy_digest,
        "clause": said.clause,
        "task": said.task,
        "evidence": said.named or tuple(stamp[2] for stamp in sorted(said.evidence, reverse=True)[:EVIDENCE_KEPT]),
        "placing_authorities": register.names("placing_authorities"),
        "since": None if said.since is None else deadlines.day(said.since),
        "due": None if said.due is None else deadlines.day(said.due),
    }
