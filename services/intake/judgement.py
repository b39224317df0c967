"""Whether a submission can go into the ledger now: which provider it means, and whether its time has come (pure)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from services.intake import submission
from services.intake.submission import Subject, Submission
from shared import calendar
from shared.journal.rows import Row

ANYWHERE = "*"
"""Among the places of a sender: it may speak of any (an inbox topic that is not bound to one)."""
UNKNOWN, AMBIGUOUS, AHEAD_OF_TIME = "unknown-provider", "ambiguous-provider", "time-ahead"
WAITING = (UNKNOWN, AMBIGUOUS, AHEAD_OF_TIME)
"""The reasons that go away by themselves."""


Status = Literal["accepted", "duplicate", "quarantined", "conflict", "refused"]


@dataclass(frozen=True, slots=True)
class Home:
    """Where a name leads: a provider, and the place whose it is."""

    provider_id: str
    place: str
    moved_to: str | None = None
    """Who it is in the place that watches it now."""
    moved_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A submission at the door, its texts sealed."""

    it: Submission
    places: Collection[str]
    """Where its sender may be heard."""
    sealed: Mapping[str, Any]
    receivedtime: datetime | None = None
    """When it first came, where a quarantine lies in between."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one submission."""

    id: UUID
    status: Status
    reason: str | None = None
    place: str | None = None


def within(homes: Iterable[Home], places: Collection[str]) -> set[Home]:
    """Those that lie within the reach of these places."""
    return {home for home in homes if home.place in places or ANYWHERE in places}


def at_its_time(reached: set[Home], time: datetime) -> set[Home]:
    """Of a service that moved from one of these places to another: the one in which it was watched at that time."""
    there = {home.provider_id for home in reached}
    day = calendar.london_date(time)
    gone = {home.provider_id for home in reached if home.moved_to in there and home.moved_on and home.moved_on <= day}
    ahead = {home.moved_to for home in reached if home.moved_to and home.provider_id not in gone}
    return {home for home in reached if home.provider_id not in gone | ahead}


def judge(arrival: Arrival, homes: Mapping[Subject, Collection[Home]], now: datetime) -> Row | str:
    """The row for the journal, or the reason why it has to wait.

    A provider out of the sender's reach is as unknown as one that does not exist: the answer tells nothing of it.
    """
    reached = at_its_time(within(homes.get(arrival.it.subject, ()), arrival.places), arrival.it.time)
    if len(reached) > 1:
        return AMBIGUOUS
    if arrival.it.is_ahead(now):
        return AHEAD_OF_TIME if reached else UNKNOWN
    for home in reached:
        draft = submission.draft(
            arrival.it,
            provider_id=home.provider_id,
            place=home.place,
            sealed=arrival.sealed,
            receivedtime=arrival.receivedtime,
        )
        return Row(topic="ledger", key=home.provider_id, draft=draft, digest=arrival.it.digest)
    return UNKNOWN
