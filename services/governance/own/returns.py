"""What returns a provider owes and has made, from the events of its record. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from shared.events import Data, returns

MODELS = (returns.ReturnRequested, returns.ReturnSubmitted, returns.ReturnWaived)


@dataclass(frozen=True, slots=True)
class Return:
    """One return for one period."""

    return_type: str
    period: str
    due_on: date | None = None
    received_on: date | None = None
    waived: bool = False

    def state(self, today: date) -> str:
        """received, received_late, waived, overdue or owed."""
        if self.received_on is not None:
            return "received_late" if self.due_on is not None and self.received_on > self.due_on else "received"
        if self.waived:
            return "waived"
        return "overdue" if self.due_on is not None and today > self.due_on else "owed"


def fold(known: Iterable[tuple[Data, date]]) -> list[Return]:
    """Each return that was asked of it or came, what is owed first, then the newest. `known`: facts with their days."""
    found: dict[tuple[str, str], Return] = {}
    for data, day in known:
        if not isinstance(data, returns.Asked) or getattr(data, "asked_of", "provider") != "provider":
            continue
        key = (data.return_type, data.period)
        one = found.get(key, Return(*key))
        match data:
            case returns.ReturnRequested():
                one = replace(one, due_on=data.due_on)
            case returns.ReturnSubmitted():
                came = data.submitted_on or day
                one = replace(one, received_on=min(came, one.received_on or came))
            case returns.ReturnWaived():
                one = replace(one, waived=True)
        found[key] = one
    newest = sorted(found.values(), key=lambda one: (one.due_on or date.min, one.period), reverse=True)
    return sorted(newest, key=lambda one: one.received_on is not None or one.waived)


def document(one: Return, today: date) -> dict[str, str | None]:
    """As it is shown."""
    return {
        "return_type": one.return_type,
        "period": one.period,
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "received_on": one.received_on.isoformat() if one.received_on else None,
        "state": one.state(today),
    }
