"""Alerts that ask for an acknowledgement: K9. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from services.governance.measures.asked import Asked
from services.governance.measures.item import Item, Outcome
from services.governance.measures.record import Place, Service
from shared import calendar
from shared.events import alerts, notifications

PRESSING = ("A1", "A2", "A3", "A4", "A5", "A6")
HOUR = 3600


@dataclass(slots=True)
class Told:
    """One alert: first sent, by when somebody was to say that they have it, when somebody first did."""

    alert: str
    sent: datetime | None = None
    due: datetime | None = None
    heard: list[datetime] = field(default_factory=list)
    over: bool = False


def told(service: Service) -> dict[str, Told]:
    """By alert."""
    found: dict[str, Told] = {}
    kinds = (notifications.NotificationSent, notifications.NotificationAcknowledged, alerts.AlertCleared)
    for fact, data in service.of(*kinds):
        match data:
            case notifications.NotificationSent():
                one = found.setdefault(data.alert_id, Told(data.alert))
                one.sent = min(one.sent or fact.at, fact.at)
                if data.acknowledge_by is not None:
                    one.due = min(one.due or data.acknowledge_by, data.acknowledge_by)
            case notifications.NotificationAcknowledged():
                found.setdefault(data.alert_id, Told(data.alert)).heard.append(fact.at)
            case alerts.AlertCleared():
                found.setdefault(data.raised_id, Told(data.alert)).over = True
    return found


def everywhere(place: Place) -> list[Service]:
    """The services, and the place itself: alerts about no provider are its own."""
    return [*place.services, *([place.own] if place.own else [])]


def acknowledged(place: Place, asked: Asked) -> Iterator[Item]:
    """K9a: of each alert sent in the period that asks for it, whether somebody acknowledged it in time."""
    for service in everywhere(place):
        for name, one in told(service).items():
            if one.sent is None or one.due is None or not asked.holds(calendar.london_date(one.sent)):
                continue
            first = min(one.heard, default=None)
            if first is not None:
                hours = round((first - one.sent).total_seconds() / HOUR, 2)
                outcome: Outcome = "yes" if first <= one.due else "no"
                yield Item(service.provider_id, outcome, f"{one.alert}: after {hours} hours", name, hours)
            elif one.due <= asked.end:
                yield Item(service.provider_id, "no", f"{one.alert}: nobody has", name)
            else:
                yield Item(service.provider_id, "not_due", f"{one.alert}: there is time still", name)


def unacknowledged(place: Place, asked: Asked) -> Iterator[Item]:
    """K9b: alerts A1-A6 that stand at the end of the period, whose time is over, and that nobody acknowledged."""
    for service in everywhere(place):
        for name, one in told(service).items():
            late = one.due is not None and one.due <= asked.end
            if one.alert in PRESSING and late and not one.heard and not one.over:
                yield Item(service.provider_id, "yes", f"{one.alert}: its time is over", name)
