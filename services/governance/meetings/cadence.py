"""Which meetings were held, are due, are overdue: by body and its cadence (K14, HER-29, CAL-8, SAL-25). Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from services.governance.domain import deadlines
from shared import calendar
from shared.policies.pack import Pack

State = Literal["in_time", "due", "overdue", "as_asked"]
"""as_asked: the policy gives it no cadence, or one that holds for each provider by itself."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Where one body stands in its cadence."""

    body: str
    name: str
    clause: str
    every: str | None
    last_held: date | None
    next_fixed: date | None
    due_by: date | None
    """The London day by which it must have met again. None: no cadence."""
    state: State

    @property
    def document(self) -> dict[str, Any]:
        """As it is shown."""
        return {
            "body": self.body,
            "name": self.name,
            "clause": self.clause,
            "every": self.every,
            "last_held": _said(self.last_held),
            "next_fixed": _said(self.next_fixed),
            "due_by": _said(self.due_by),
            "state": self.state,
        }


def turns(pack: Pack, since: date, known: Sequence[Mapping[str, Any]], today: date) -> Iterator[Turn]:
    """Every body of the policy. `since`: from when it counts; `known`: the place's meetings, as they are shown."""
    for key, body in pack.bodies.items():
        ours = [one for one in known if one["body"] == key]
        last = max(_days(ours, "held", "held_on"), default=None)
        after = [day for day in _days(ours, "scheduled", "day") if day >= today]
        due = None
        if body.every is not None and not pack.meets_providers(key):
            # Counted from the meeting's day; before the first, from the day on which the policy came into force.
            due = deadlines.last_day(body.every, calendar.midnight(max(last, since) if last else since) + A_MINUTE)
        units = body.every.model_dump(exclude_none=True) if body.every else {}
        every = ", ".join(f"{count} {unit}" for unit, count in units.items()) or None
        yield Turn(key, body.name, body.id, every, last, min(after, default=None), due, _state(due, after, today))


A_MINUTE = timedelta(minutes=1)


def overdue(every: Iterable[Turn]) -> dict[str, Turn]:
    """Bodies that have not met by their day, by the cause key of the alert that says so."""
    return {f"meeting:{one.body}:{one.due_by}": one for one in every if one.state == "overdue"}


def _state(due: date | None, fixed: Sequence[date], today: date) -> State:
    if due is None:
        return "as_asked"
    if today > due:
        return "overdue"
    return "in_time" if any(day <= due for day in fixed) else "due"


def _days(known: Iterable[Mapping[str, Any]], status: str, field: str) -> list[date]:
    return [date.fromisoformat(one[field]) for one in known if one["status"] == status and one[field]]


def _said(day: date | None) -> str | None:
    return day.isoformat() if day else None
