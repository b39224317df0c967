"""What is said about one provider because of one cause: the assessment if it changed, and alerts. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.risk import publish
from services.risk.alerts import Alert, turned
from services.risk.changelog import Record
from services.risk.episodes import Sighting, Turn
from services.risk.memory import Change, PartitionRecord, ProviderRecord
from services.risk.publish import Cause
from services.risk.remembered.partition import PartitionState
from services.risk.remembered.state import ProviderState
from services.risk.standing import Scene
from services.risk.weighing import moves
from services.risk.wording import plain_of, word
from shared import identifiers
from shared.events import Data, assessments, dumped

replace = msgspec.structs.replace


@dataclass
class Speech:
    """Said in order; `record` and `known` move on with every word."""

    version: int
    record: PartitionRecord
    known: ProviderRecord
    after: ProviderState
    cause: Cause
    now: datetime
    outputs: list[Record] = field(default_factory=list)
    _judged: tuple[str, bool] | None = None

    def __post_init__(self) -> None:
        self.known = replace(self.known, state=self.after)

    def assessment(self, found: assessments.Assessment) -> None:
        """Say it if any field changed but what it was computed from."""
        plain, place = plain_of(found), self.after.place
        digest = word(plain)
        self._judged = (place, digest != self.known.said)
        if digest == self.known.said:
            return
        number = self.known.number + 1
        self.known = replace(self.known, said=digest, number=number)
        plain["computed_from"] = dumped(_basis(self.record.state, place, self.record.offset))
        id_ = identifiers.assessment_id(self.after.provider_id, self.version, number)
        self._say(assessments.AssessmentChanged, plain, id_)

    def alerts(self, found: Iterable[Alert]) -> None:
        """Raise and clear."""
        for alert in found:
            self._say(type(alert.data), dumped(alert.data), alert.id)

    def episodes(self, turn: Turn, seen: Mapping[str, Sighting], now: Scene) -> None:
        """Raise and clear what began to hold, or no longer does."""
        self.alerts(turned(turn, seen, now))
        if turn.now != self.known.episodes:
            self.known = replace(self.known, episodes=turn.now)

    def shadow(self, draft: assessments.Assessment | None, beside: assessments.Assessment) -> None:
        """What a draft would indicate, if it is not what was said of it before. Nobody is alerted by it."""
        if draft is None or draft.policy is None:
            if self.known.shadowed:
                self.known = replace(self.known, shadowed=b"")
            return
        plain = dumped(_shadowed(draft, beside, _basis(self.record.state, self.after.place, self.record.offset)))
        basis = plain.pop("computed_from")
        digest = word(plain)
        if digest != self.known.shadowed:
            self.known = replace(self.known, shadowed=digest)
            number = str(self.record.order.next(self.version))
            id_ = identifiers.derived_id("assessment.shadowed", self.after.provider_id, number)
            self._say(assessments.AssessmentShadowed, plain | {"computed_from": basis}, id_)

    def change(self, since: datetime | None = None) -> Change:
        """All of it."""
        return Change(self.record, {self.after.provider_id: self.known}, self.outputs, self._judged, since)

    def _say(self, model: type[Data], data: dict[str, Any], id_: UUID) -> None:
        said = publish.say(
            self.record.order,
            model,
            data,
            version=self.version,
            id_=id_,
            subject=self.after.provider_id,
            prevhash=self.known.hash,
            time=self.cause.recorded,
            cause=self.cause.at(self.after.place),
            now=self.now,
        )
        self.record, self.known = replace(self.record, order=said.order), replace(self.known, hash=said.hash)
        self.outputs.append(said.record)


def _basis(at: PartitionState, place: str, offset: int) -> assessments.Basis:
    in_force = at.policies.get(place)
    return assessments.Basis(
        partition=at.number,
        offset=offset,
        c=None if at.c is None else date.fromordinal(at.c),
        policy_digest=None if in_force is None else in_force.digest,
        baseline_digest=at.baselines.get(place),
    )


def _shadowed(
    draft: assessments.Assessment, beside: assessments.Assessment, basis: assessments.Basis
) -> assessments.AssessmentShadowed:
    assert draft.policy is not None  # noqa: S101 - it was judged under one
    return assessments.AssessmentShadowed(
        policy=draft.policy,
        indicated=draft.indicated,
        scales=draft.scales,
        beside=beside.policy,
        beside_indicated=beside.indicated,
        beside_scales=beside.scales,
        moves=moves(draft, beside),
        met=tuple(each for each in draft.criteria if each.outcome == "met"),
        missing=draft.missing,
        computed_from=basis.model_copy(update={"policy_digest": draft.policy.digest}),
    )
