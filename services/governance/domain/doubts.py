"""What became of evidence: taken back, corrected, not upheld; and what a provider challenges. Pure.

Folded from the corrections alone, so that it is the same for now and for a past day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from services.governance.domain import deadlines
from services.governance.domain.taken import Taken
from shared.events import Event, concerns, corrections, data_of, entry_of
from shared.policies.section import Limit

Because = Literal["withdrawn", "corrected", "not_upheld"]
FELL = ("not_upheld", "withdrawn")
"""Outcomes by which a concern is no evidence any more (domain.md §4.5, scenario 15)."""
_TAKEN_BACK = (corrections.FactWithdrawn, corrections.FactCorrected, concerns.ConcernOutcomeRecorded)
_CHALLENGES = (corrections.DisputeRaised, corrections.DisputeAnswered)
CORRECTIONS = tuple(entry_of(model).type for model in _TAKEN_BACK)
CHALLENGES = tuple(entry_of(model).type for model in _CHALLENGES)


@dataclass(frozen=True, slots=True)
class Fallen:
    """An event that a decision may no longer rest on."""

    event_id: str
    because: Because
    at: datetime
    """When that became known."""
    by: str
    """The event that says so."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """A dispute of the provider's, and its answer (rulings 30)."""

    dispute_id: str
    event_id: str
    grounds: str
    raised: datetime
    answer_by: date | None = None
    answered: datetime | None = None
    outcome: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for its answer."""
        return self.answered is None

    def document(self, today: date, within: Limit | None) -> dict[str, Any]:
        """As it is shown. `within`: the policy's time for an answer, where the dispute names no day."""
        due = answer_by(self.answer_by, self.raised, within)
        return {
            "dispute_id": self.dispute_id,
            "event_id": self.event_id,
            "grounds": self.grounds,
            "raised_at": self.raised.isoformat(),
            "answer_by": due and due.isoformat(),
            "overdue": self.is_open and due is not None and today > due,
            "answered_at": self.answered and self.answered.isoformat(),
            "outcome": self.outcome,
        }


@dataclass(frozen=True, slots=True)
class Doubts:
    """Everything that is doubted."""

    fallen: Mapping[str, Fallen] = field(default_factory=dict)
    challenges: Mapping[str, Challenge] = field(default_factory=dict)

    @property
    def open_challenges(self) -> tuple[Challenge, ...]:
        """Those that wait for an answer."""
        return tuple(one for one in self.challenges.values() if one.is_open)

    def tainting(self, taken: Taken) -> tuple[Fallen, ...]:
        """The evidence of a decision that fell after it was taken: what was known then was weighed then."""
        named = (self.fallen.get(name) for name in taken.proposal.evidence)
        return tuple(one for one in named if one is not None and one.at > taken.at)


def answer_by(said: date | None, raised: datetime, within: Limit | None) -> date | None:
    """By when a challenge is to be answered."""
    return said or (deadlines.last_day(within, raised) if within else None)


def fold(events: Iterable[Event], evidence: Iterable[Event] = ()) -> Doubts:
    """`events`: corrections and challenges, in the order in which they were recorded; `evidence`: what is relied on.

    A concern is named by its publisher and reference, so that it is found among the evidence.
    """
    concerned = {key: str(event.id) for event in evidence if (key := concern(event)) is not None}
    fallen, challenges = dict[str, Fallen](), dict[str, Challenge]()
    for event in events:
        match data_of(event):
            case corrections.FactWithdrawn(event_id=name):
                fallen[str(name)] = Fallen(str(name), "withdrawn", event.recordedtime, str(event.id))
            case corrections.FactCorrected(event_id=name):
                fallen[str(name)] = Fallen(str(name), "corrected", event.recordedtime, str(event.id))
            case concerns.ConcernOutcomeRecorded() as said:
                if (about := concerned.get(concern_named(event, said))) is not None:
                    fallen.pop(about, None)  # the newest outcome counts
                    if said.outcome in FELL:
                        fallen[about] = Fallen(about, "not_upheld", event.recordedtime, str(event.id))
            case corrections.DisputeRaised() as said:
                name = str(said.event_id)
                challenges.setdefault(
                    said.dispute_id,
                    Challenge(said.dispute_id, name, said.grounds, event.recordedtime, said.answer_by),
                )
            case corrections.DisputeAnswered(dispute_id=name, outcome=outcome) if name in challenges:
                challenges[name] = replace(challenges[name], answered=event.recordedtime, outcome=outcome)
    return Doubts(fallen, challenges)


def concern(event: Event) -> str | None:
    """By what an outcome names this event, if it is a concern."""
    said = data_of(event)
    return f"{publisher(event)}|{said.concern_id}" if isinstance(said, concerns.QualityConcernRaised) else None


def publisher(event: Event) -> str:
    """The publisher's name: the last part of the source."""
    return event.source.rpartition("/")[2]


def concern_named(event: Event, said: concerns.ConcernOutcomeRecorded) -> str:
    """The concern that an outcome is of."""
    return f"{said.raised_by or publisher(event)}|{said.concern_id}"
