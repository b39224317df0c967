"""What may be asked of a meeting over HTTP, and the step that it becomes."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.governance.order import EARLIEST, Code, Text
from shared.events import Sealed, meetings
from shared.events import vocabulary as words

Seal = Callable[[str | None], Sealed | None]
At = Annotated[AwareDatetime, Field(ge=EARLIEST, lt=datetime(2200, 1, 1, tzinfo=UTC))]
Day = Annotated[date, Field(ge=EARLIEST.date(), lt=date(2200, 1, 1))]


class Order(BaseModel):
    """What is asked. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewMeeting(Order):
    """`POST /v1/meetings`: fix a meeting."""

    place: words.Gss
    body: Code
    """By the name or an alias that the policy gives it."""
    sort: meetings.Sort = "regular"
    at: At
    cut_off: Day | None = None
    """None: as the policy says, else the working day before."""
    providers: tuple[words.ProviderId, ...] = Field((), max_length=50)
    reason: Text | None = None


class Rescheduled(Order):
    """Another time."""

    type: Literal["rescheduled"]
    at: At
    cut_off: Day | None = None
    reason: Text


class Cancelled(Order):
    """It will not be."""

    type: Literal["cancelled"]
    reason: Text


class ItemAdded(Order):
    """Take what was proposed, by its `cause`; or add something else."""

    type: Literal["item_added"]
    item: meetings.ItemId
    kind: meetings.Kind = "other"
    provider_id: words.ProviderId | None = None
    cause: Annotated[str, Field(max_length=300)] | None = None
    clause: Code | None = None
    note: Text | None = None


class ItemRemoved(Order):
    """Take an item off; or, by its cause, do not take what was proposed."""

    type: Literal["item_removed"]
    item: meetings.ItemId | None = None
    cause: Annotated[str, Field(max_length=300)] | None = None
    reason: Text


class Seat(Order):
    """One attendee. `mine`: this is me, so that my pseudonym is kept beside the seat."""

    organisation: meetings.Organisation
    role: words.Role
    present: bool = True
    mine: bool = False


class Attended(Order):
    """Who is there and who sent apologies: the whole list."""

    type: Literal["attended"]
    attendees: tuple[Seat, ...] = Field(min_length=1, max_length=100)


class ConflictDeclared(Order):
    """An interest of their own, and what was done about it."""

    type: Literal["conflict_declared"]
    organisation: meetings.Organisation
    role: words.Role
    item: meetings.ItemId | None = None
    nature: Literal["financial", "personal", "professional", "other"]
    handled: Literal["left", "stayed_silent", "noted"]
    note: Text | None = None


class Action(Order):
    """Something to be done: it becomes a task."""

    task: words.Word
    role: words.Role
    due: Day
    provider_id: words.ProviderId | None = None
    """None: the item's provider; where it is about none, the place's own."""
    note: Text | None = None


class ItemDiscussed(Order):
    """An item was taken."""

    type: Literal["item_discussed"]
    item: meetings.ItemId
    outcome: Literal["discussed", "decided", "deferred", "not_reached"] = "discussed"
    provider_present: bool = False
    decisions: tuple[Code, ...] = Field((), max_length=50)
    actions: tuple[Action, ...] = Field((), max_length=50)
    note: Text | None = None


class Held(Order):
    """It took place."""

    type: Literal["held"]
    held_on: Day | None = None
    """None: the day for which it was fixed."""


class MinutesRecorded(Order):
    """The minutes, sealed."""

    type: Literal["minutes_recorded"]
    minutes: Text


class MinutesApproved(Order):
    """The next meeting approved them."""

    type: Literal["minutes_approved"]
    at_meeting: Code
    corrections: Text | None = None


class Summarised(Order):
    """A standing report or summary goes up, or feedback comes down: counts, and a sealed note."""

    type: Literal["summarised"]
    report: Code | None = None
    direction: Literal["up", "down"] = "up"
    to: tuple[Code, ...] = Field((), max_length=20)
    """Empty: whom the report names."""
    note: Text | None = None


AnyStep = Annotated[
    Rescheduled
    | Cancelled
    | ItemAdded
    | ItemRemoved
    | Attended
    | ConflictDeclared
    | ItemDiscussed
    | Held
    | MinutesRecorded
    | MinutesApproved
    | Summarised,
    Field(discriminator="type"),
]
MODELS: dict[str, type[meetings.Meeting]] = {
    "rescheduled": meetings.MeetingRescheduled,
    "cancelled": meetings.MeetingCancelled,
    "item_added": meetings.MeetingItemAdded,
    "item_removed": meetings.MeetingItemRemoved,
    "attended": meetings.MeetingAttended,
    "conflict_declared": meetings.MeetingConflictDeclared,
    "item_discussed": meetings.MeetingItemDiscussed,
    "held": meetings.MeetingHeld,
    "minutes_recorded": meetings.MeetingMinutesRecorded,
    "minutes_approved": meetings.MeetingMinutesApproved,
    "summarised": meetings.AssuranceSummarised,
}
SEALED = ("reason", "note", "minutes", "corrections")


def said(order: AnyStep, about: dict[str, Any], seal: Seal) -> meetings.Meeting:
    """The step that an order asks for. `about`: the meeting, the actor, and what only the service knows."""
    fields: dict[str, Any] = order.model_dump(exclude={"type", "actions"})
    fields |= {name: seal(fields[name]) for name in SEALED if name in fields}
    return MODELS[order.type].model_validate(fields | about)
