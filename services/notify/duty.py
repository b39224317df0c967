"""Who of those registered for a role is told now: deputies, absence, dates, hours (pure)."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, Literal, Protocol, Self, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema, model_validator

from shared import calendar

WORKING = (time(9), time(17))
"""Ours: the hours of a working day in England, London time. Outside them it is out of hours."""


def _local(of_day: time) -> time:
    if of_day.tzinfo is not None:
        raise ValueError("a time of day is London's, and has no offset")
    return of_day.replace(microsecond=0)


LondonTime = Annotated[
    time,
    AfterValidator(_local),
    # JSON Schema's own format "time" would demand an offset.
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$", "examples": ["08:00"]}),
]
"""A time of day in London, such as 08:00."""


class Duty(BaseModel):
    """When a recipient is one, and when it may be disturbed. Days are London days, both ends included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    deputy_for: UUID | None = None
    """Told in place of this recipient, while that one is absent or no longer there."""
    hours: Literal["always", "working", "out_of_hours"] = "always"
    """working: 9 to 5 on working days. What is urgent goes by these hours; what is not goes to the working ones."""
    effective_from: date | None = None
    effective_until: date | None = None
    absent_from: date | None = None
    absent_until: date | None = None
    """None with a beginning: until further notice."""
    quiet_from: LondonTime | None = None
    quiet_until: LondonTime | None = None
    """Nothing that can wait is sent between these times of day; over midnight where the end is the smaller."""
    digest: bool | None = None
    """Whether quiet kinds come gathered once a day. None: to people (e-mail) yes, to systems no."""
    digest_at: LondonTime = time(8)
    statement: bool = False
    """Whether a month's statement of what it was told comes by itself, on the first working day of the next."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("quiet_from goes with quiet_until")
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise ValueError("quiet hours begin and end at the same time: that would be never, or always")
        if self.absent_until is not None and self.absent_from is None:
            raise ValueError("absent_until goes with absent_from")
        spans = ((self.effective_from, self.effective_until), (self.absent_from, self.absent_until))
        if any(first is not None and last is not None and last < first for first, last in spans):
            raise ValueError("the last day comes before the first")
        return self


ALWAYS = Duty()
"""No dates, no hours."""


class OnDuty(Protocol):
    """Whatever has a duty."""

    @property
    def id(self) -> UUID:
        """Its own id."""

    @property
    def duty(self) -> Duty:
        """When it is told."""


Someone = TypeVar("Someone", bound=OnDuty)


def is_effective(duty: Duty, day: date) -> bool:
    """Whether the registration counts on this day."""
    return (duty.effective_from is None or duty.effective_from <= day) and (
        duty.effective_until is None or day <= duty.effective_until
    )


def is_absent(duty: Duty, day: date) -> bool:
    """Whether it is away on this day."""
    return (
        duty.absent_from is not None
        and duty.absent_from <= day
        and (duty.absent_until is None or day <= duty.absent_until)
    )


def is_working(now: datetime) -> bool:
    """Whether offices are open: a working day in England, between nine and five in London."""
    local = now.astimezone(calendar.LONDON)
    return calendar.is_working_day(local.date()) and WORKING[0] <= local.time() < WORKING[1]


def on_duty(known: Sequence[Someone], now: datetime, *, urgent: bool) -> tuple[Someone, ...]:
    """Who of a role is told now. Absence and hours send a message elsewhere; they never leave it unsent.

    Empty only where nobody is registered on this day.
    """
    day = calendar.london_date(now)
    here = tuple(one for one in known if is_effective(one.duty, day))
    present = frozenset(one.id for one in here if not is_absent(one.duty, day))
    standing = tuple(one for one in here if one.id in present and one.duty.deputy_for not in present) or here
    wanted = "out_of_hours" if urgent and not is_working(now) else "working"
    return tuple(one for one in standing if one.duty.hours in ("always", wanted)) or standing
