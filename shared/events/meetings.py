"""Meetings of a place's bodies, whole: fixed, prepared, frozen, held, minuted (HER-29, CAL-8, SAL-25; architecture §7).

They stand on `places`: their subject is the place, and a provider is named by the items about it.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from shared.events import vocabulary as words
from shared.events.registry import Data, Sealed, published

READERS = ("governance",)
TOPIC = "places"
WRITERS = ("governance",)

Organisation = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
"""council, icb, nhs, cqc, police, healthwatch, provider, or another by its short name."""
ItemId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Sort = Literal["regular", "ad_hoc", "virtual"]
Kind = Literal[
    "provider", "divergence", "consent", "alert", "clock", "asked", "referral", "theme", "actions", "minutes",
    "report", "risk_log", "other",
]  # fmt: skip
"""What brought an item to the agenda."""


class Meeting(Data):
    """What every step names."""

    meeting_id: str = Field(min_length=1, max_length=100)
    body: str
    """The body that meets, by the policy's own name for it."""
    actor: str | None = None
    """Who took this step, by a keyed pseudonym. None: the system did, at the cut-off."""


@published("meeting.scheduled", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingScheduled(Meeting):
    """A meeting is fixed."""

    sort: Sort
    """regular: by the body's cadence; ad_hoc: convened beside it; virtual: without meeting in a room."""
    at: AwareDatetime
    cut_off: date
    """What was recorded up to the end of this London day goes into its pack."""
    providers: tuple[words.ProviderId, ...] = ()
    """Whom an ad hoc or provider-facing meeting is about. Empty: the body's whole agenda."""
    rule: str | None = None
    """The clause by which it was convened."""
    policy_digest: str | None = None
    quorum: int = Field(1, ge=1)
    """As the policy says it on the day on which it was fixed."""
    seats: tuple[str, ...] = ()
    """The body's seats, `organisation:role`: who counts towards the quorum."""
    reason: Sealed | None = None


@published("meeting.rescheduled", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingRescheduled(Meeting):
    """It will be at another time."""

    at: AwareDatetime
    cut_off: date
    reason: Sealed


@published("meeting.cancelled", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingCancelled(Meeting):
    """It will not be."""

    reason: Sealed


@published("meeting.item_added", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingItemAdded(Meeting):
    """Something is on the agenda: taken from what was proposed, or added."""

    item: ItemId
    kind: Kind
    provider_id: words.ProviderId | None = None
    cause: str | None = Field(None, max_length=300)
    """What proposed it: so that it is proposed once."""
    clause: str | None = None
    late: bool = False
    """It came after the pack was frozen."""
    note: Sealed | None = None


@published("meeting.item_removed", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingItemRemoved(Meeting):
    """It is not on the agenda after all; or what was proposed is not taken."""

    item: ItemId | None = None
    cause: str | None = Field(None, max_length=300)
    reason: Sealed


@published("meeting.pack_part", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingPackPart(Meeting):
    """A part of the frozen pack: the canonical bytes, compressed (zlib) and in base 64, as an event has a limit."""

    number: int = Field(ge=1)
    bytes: str


@published("meeting.pack_frozen", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingPackFrozen(Meeting):
    """The pack is frozen: its parts came before, in the same transaction."""

    cut_off: date
    digest: str
    """SHA-256 of the canonical bytes: JSON with sorted keys, a sealed text in place of each text."""
    size: int = Field(ge=0)
    parts: int = Field(ge=1)


class Attendee(Data):
    """A seat that was taken, or excused."""

    organisation: Organisation
    role: words.Role
    present: bool = True
    """False: apologies."""
    actor: str | None = None
    """Who it was, by a keyed pseudonym, where they record it themselves."""


@published("meeting.attended", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingAttended(Meeting):
    """Who was there, and who sent apologies: the whole list, in place of an earlier one."""

    attendees: tuple[Attendee, ...] = Field(min_length=1, max_length=100)


@published("meeting.conflict_declared", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingConflictDeclared(Meeting):
    """Somebody has an interest of their own, and what was done about it."""

    organisation: Organisation
    role: words.Role
    item: ItemId | None = None
    """None: the whole meeting."""
    nature: Literal["financial", "personal", "professional", "other"]
    handled: Literal["left", "stayed_silent", "noted"]
    note: Sealed | None = None


@published("meeting.item_discussed", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingItemDiscussed(Meeting):
    """An item was taken, and what came of it."""

    item: ItemId
    outcome: Literal["discussed", "decided", "deferred", "not_reached"]
    provider_present: bool = False
    """Whether the provider was in the room for this item."""
    decisions: tuple[str, ...] = Field((), max_length=50)
    """Ids of decisions that were taken on it."""
    tasks: tuple[str, ...] = Field((), max_length=50)
    """Ids of the tasks that its actions became."""
    note: Sealed | None = None


@published("meeting.held", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingHeld(Meeting):
    """It took place."""

    held_on: date
    quorate: bool
    counted: int = Field(ge=0)
    """How many of the body's seats were taken by somebody."""


@published("meeting.minutes_recorded", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingMinutesRecorded(Meeting):
    """The minutes, sealed; recorded again, they stand in place of earlier ones until they are approved."""

    minutes: Sealed


@published("meeting.minutes_approved", topic=TOPIC, writers=WRITERS, readers=READERS)
class MeetingMinutesApproved(Meeting):
    """The next meeting of the body approved the minutes."""

    at_meeting: str
    corrections: Sealed | None = None


@published("assurance.summarised", topic=TOPIC, writers=WRITERS, readers=READERS)
class AssuranceSummarised(Meeting):
    """A standing report or a summary goes up to the next body, or feedback comes down: counts only (CAL-10, SAL-12)."""

    report: str | None = None
    """The clause of the policy that asks for it."""
    direction: Literal["up", "down"]
    to: tuple[str, ...] = Field(min_length=1, max_length=20)
    """Bodies of the policy, or groups by their names."""
    first: date
    last: date
    figures: dict[str, int | float]
    """What is counted, by name. Never a provider's name, never a text."""
    note: Sealed | None = None
