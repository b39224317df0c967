"""Meetings held against meetings due: K14 (CAL-8 monthly, SAL-25 quarterly). Pure."""

from collections.abc import Iterator
from datetime import date

from services.governance.measures.asked import Asked, months
from services.governance.measures.item import Item
from services.governance.measures.record import Place
from shared import calendar
from shared.policies.deciding import Body

HELD = "held"


def held(place: Place, asked: Asked) -> Iterator[Item]:
    """K14: of each body and each period in which it was to meet, whether it met.

    Only whole periods are asked for, and none that began before the place had a policy. A meeting with one provider
    has no turn of its own: its cadence is the provider's (rulings 32).
    """
    if place.pack is None or not place.meetings:
        return
    for name, body in place.pack.bodies.items():
        if place.pack.meets_providers(name):
            continue
        days = [
            date.fromisoformat(one["held_on"])
            for one in place.meetings
            if one.get("body") == name and one.get("status") == HELD and one.get("held_on")
        ]
        for begun, ended in _periods(body, asked):
            if place.policy_since is not None and begun < place.policy_since:
                continue
            found = [day for day in days if begun <= day <= ended]
            if found:
                why, about = f"{name}: met on {', '.join(map(str, sorted(found)))}", f"{name} {begun}"
                yield Item(place.code, "yes", why, about, body=name)
            else:
                yield Item(
                    place.code, "no", f"{name}: did not meet from {begun} to {ended}", f"{name} {begun}", body=name
                )


def _periods(body: Body, asked: Asked) -> Iterator[tuple[date, date]]:
    """The whole periods that lie in what is asked for: months, quarters…, counted from January."""
    if body.every is None or body.every.months is None:
        return
    length = body.every.months
    for month in months(asked):
        last = calendar.add_days(calendar.add_months(month, length), -1)
        if (month.month - 1) % length == 0 and month >= asked.first and last <= asked.last:
            yield month, last
