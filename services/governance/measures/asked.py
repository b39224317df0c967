"""What is asked for: a place's figures of a period, as at a day. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from shared import calendar

MONTHS = 12
"""A period that nobody chose is so long."""
CARE_HOMES = frozenset({"care_home_nursing", "care_home_residential"})
COMMUNITY = frozenset({
    "home_care", "extra_care", "supported_living", "supported_accommodation", "outreach", "reablement", "day_sitting",
    "night_sitting", "personal_assistant", "shared_lives",
})  # fmt: skip
SECTORS = ("care_homes", "community_care", "other")
"""LGA-1 has two dashboards: care homes; community care with extra care and supported living. `other` is ours."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Both days are London days, both belong to the period; what stands is looked at as at the end of `last`."""

    first: date
    last: date

    @property
    def end(self) -> datetime:
        """The last moment that counts."""
        return calendar.end_of(self.last)

    def holds(self, day: date) -> bool:
        """Whether a day lies in the period."""
        return self.first <= day <= self.last


def year_to(last: date) -> Asked:
    """The twelve months that end with a day."""
    return Asked(calendar.add_days(calendar.add_months(last, -MONTHS), 1), last)


def sector(service_type: str) -> str:
    """The dashboard that a kind of service stands on."""
    return "care_homes" if service_type in CARE_HOMES else "community_care" if service_type in COMMUNITY else "other"


def months(asked: Asked) -> list[date]:
    """The first days of the months that the period touches."""
    found, month = [], asked.first.replace(day=1)
    while month <= asked.last:
        found.append(month)
        month = calendar.add_months(month, 1)
    return found
