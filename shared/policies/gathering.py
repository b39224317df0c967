"""What is asked of providers and of ourselves: returns, and a minimum of contact (read by risk)."""

from typing import Literal

from pydantic import Field

from shared.policies.section import Clause


class ReturnSchedule(Clause):
    """One return that providers are asked for."""

    name: str
    period: Literal["month", "year", "on_request"]
    """on_request: no clock runs."""
    due_day: int | None = Field(None, ge=1, le=28)
    """Day of the month after the period's end on which it is due."""
    grace_days: int = Field(0, ge=0, le=60)
    """It is missed when the day that many days after the due day is over."""
    commissioning: tuple[str, ...] = ()
    """Only services commissioned thus are asked. Empty: all."""
    service_types: tuple[str, ...] = ()
    """Only services of these types are asked. Empty: all."""


class MinimumContact(Clause):
    """The least contact with every provider."""

    months: int = Field(ge=1, le=13)
    counts: tuple[Literal["visit.completed", "contact.recorded"], ...] = Field(min_length=1)
    """Facts that count as contact."""
    commissioning: tuple[str, ...] = ()
    """Only services commissioned thus. Empty: all."""
