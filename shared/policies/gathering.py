"""What is asked of providers and of ourselves: returns, and a minimum of contact (read by intake and risk)."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.policies.section import Clause, Limit, Section

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""The periods that the calendar opens by itself, in months."""


LONGEST = 366
"""Days, working days or months that there can be to answer: more is a slip of the pen."""


class Event(Section):
    """What asks for a return beside the calendar: exactly what is given must hold."""

    confirmed: tuple[str, ...] = Field(min_length=1)
    """A level of the primary scale is confirmed, and the provider was at another."""


class CutOff(Section):
    """A return that must be in before a body meets in its period."""

    body: str
    working_days: int = Field(ge=1, le=30)
    """How many before the day of the meeting."""
    usual_day: int = Field(ge=1, le=28)
    """The day of the month that is taken for the meeting's while none is scheduled in the period."""


class ReturnSchedule(Clause):
    """One return that providers are asked for."""

    name: str
    asked_of: Literal["provider", "partners"] = "provider"
    """partners: the organisations that rate providers for a meeting; a provider is never blamed for theirs."""
    period: Literal["month", "quarter", "half_year", "year", "event", "on_request"]
    """event: asked when `on` happens. on_request: asked by an officer, no clock runs by itself."""
    starts: int = Field(1, ge=1, le=12)
    """The month in which the year begins that quarters, halves and years are counted in: 4 for the financial year."""
    on: Event | None = None
    """Of `period: event`: what asks for it."""
    due_day: int | None = Field(None, ge=1, le=28)
    """Day of the month after the period's end on which it is due."""
    due: Limit | None = None
    """Counted from the period's last day; from the day of the event or the request, where that is what asks."""
    cut_off: CutOff | None = None
    grace_days: int = Field(0, ge=0, le=60)
    """It is missed when the day that many days after the due day is over."""
    remind_days: tuple[int, ...] = ()
    """So many days before the due day whoever has not answered yet is reminded."""
    commissioning: tuple[str, ...] = ()
    """Only services commissioned thus are asked. Empty: all."""
    service_types: tuple[str, ...] = ()
    """Only services of these types are asked. Empty: all."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.on is not None) != (self.period == "event"):
            raise ValueError("`on` says what asks for a return whose period is `event`, and for no other")
        if self.period == "event" and self.due is None:
            raise ValueError("say with `due` how long there is to answer")
        if self.due_day is not None and self.period not in MONTHS:
            raise ValueError("`due_day` counts from a period's end: this return has no period")
        if self.cut_off is not None and self.period != "month":
            raise ValueError("a cut-off before a meeting goes with `period: month`")
        if sum(each is not None for each in (self.due_day, self.due, self.cut_off)) > 1:
            raise ValueError("give one of due_day, due, cut_off")
        if self.due is not None and not {"days", "working_days", "months"} & self.due.model_fields_set:
            raise ValueError("`due` is in days, working_days or months")
        if self.due is not None and max(self.due.days or 0, self.due.working_days or 0, self.due.months or 0) > LONGEST:
            raise ValueError(f"`due` is at most {LONGEST}")
        if any(days < 1 for days in self.remind_days):
            raise ValueError("a reminder comes at least one day before the due day")
        return self

    def asks(self, *, service_type: str | None, commissioned: str | None) -> bool:
        """Whether a service of this kind, commissioned thus, is asked."""
        return (not self.service_types or service_type in self.service_types) and (
            not self.commissioning or commissioned in self.commissioning
        )


class MinimumContact(Clause):
    """The least contact with every provider."""

    months: int = Field(ge=1, le=13)
    mid_term: bool = False
    """By the middle of the contract's term, where one is recorded; `months` holds where none is."""
    counts: tuple[Literal["visit.completed", "contact.recorded"], ...] = Field(min_length=1)
    """Facts that count as contact."""
    commissioning: tuple[str, ...] = ()
    """Only services commissioned thus. Empty: all."""


def return_type(key: str) -> str:
    """The type of a schedule by its key: `RT-PERF.home_care` is a schedule of RT-PERF for a sector of its own."""
    return key.partition(".")[0]
