"""What is said about one provider because of one cause: the assessment if it changed, and alerts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.risk import publish
from services.risk.alerts import Alert
from services.risk.changelog import Record
from services.risk.memory import Change, PartitionRecord, ProviderRecord
from services.risk.partition import PartitionState
from services.risk.publish import Cause
from services.risk.state import ProviderState
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
