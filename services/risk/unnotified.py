"""What CQC must be told of, and of which no notification was copied to us in time (A13; rulings 27). Pure."""

from collections.abc import Iterator
from functools import lru_cache

from services.risk.asked import day
from services.risk.remembered.items import Day, Stamp
from services.risk.remembered.state import ProviderState
from shared import calendar

WORKING_DAYS = 5
COPIES = "cqc_copies"
"""The clause of a contract that asks the provider for copies of its notifications."""
SERIOUS = frozenset({"serious_injury", "death_unexpected"})
NEAR = 7
"""A notification that names nothing answers what happened up to so many days from the day that it is about."""


def find(state: ProviderState, today: Day | None) -> Iterator[tuple[str, Stamp, Day, Day]]:
    """Name, stamp, day and last day of each that is late. Where no contract asks for copies nothing is known."""
    since = None if today is None else _copies_since(state, today)
    if today is None or since is None or state.register.regulated is not True:
        return
    told = tuple(state.of("notifications").values())
    for name, stamp, on in _notifiable(state):
        last = _last_day(on)
        answered = any(each.of == name or (not each.of and abs(each.day - on) <= NEAR) for each in told)
        if on >= since and today > last and not answered:
            yield name, stamp, on, last


def _notifiable(state: ProviderState) -> Iterator[tuple[str, Stamp, Day]]:
    for name, received in state.safeguarding.items():
        yield name, received.stamp, received.day
    for name, incident in state.of("incidents").items():
        if incident.kind in SERIOUS and not incident.of:
            yield name.partition("|")[2] or name, incident.stamp, incident.day


def _copies_since(state: ProviderState, today: Day) -> Day | None:
    """Since when a contract that runs asks for copies; None: none does. 0: it does not say since when."""
    asking = [each for each in state.contracts.values() if each.runs(today) and COPIES in each.names("clauses")]
    return min((each.day("starts_on") or 0 for each in asking), default=None)


@lru_cache(maxsize=1024)
def _last_day(on: Day) -> Day:
    return calendar.working_days_after(day(on), WORKING_DAYS).toordinal()
