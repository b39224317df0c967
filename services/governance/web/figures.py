"""What a provider's newest returns, reports and ratings say, as a dashboard shows it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import orjson

from services.governance.web.row import Figures, Rating
from shared import calendar
from shared.events import activity, corrections, cqc, entry_of, incidents, returns

RATED, RETURNED = entry_of(cqc.CqcRatingPublished).type, entry_of(returns.ReturnSubmitted).type
DIED, WITHDRAWN = entry_of(incidents.DeathRecorded).type, entry_of(corrections.FactWithdrawn).type
DOLS, REABLEMENT = entry_of(activity.DolsActivityReported).type, entry_of(activity.ReablementReported).type
NEWEST: Final[Mapping[str, int]] = {RATED: 8, RETURNED: 8, DIED: 60, WITHDRAWN: 60, DOLS: 2, REABLEMENT: 2}
"""How many of each are looked at, newest first."""
YEAR: Final = 365
WHOLE: Final = "location"
Event = dict[str, Any]


def of(bodies: Iterable[bytes], today: date, stale_months: int | None, may: frozenset[str]) -> Figures:
    """The figures. `bodies`: of the kinds in NEWEST, each kind newest first. `may`: what the reader may read."""
    may_deaths = entry_of(incidents.DeathRecorded).classification in may
    events: list[Event] = [orjson.loads(each) for each in bodies]
    gone = {each["data"].get("event_id") for each in events if each["type"] == WITHDRAWN}
    kept = [each for each in events if each["id"] not in gone]
    occupied, beds, period = next(_occupancy(kept), (None, None, None))
    return Figures(
        occupied=occupied,
        beds=beds,
        occupancy_of=period,
        deaths=_deaths(kept, today) if may_deaths else None,
        withheld=not may_deaths,
        dols=next((each["data"] for each in kept if each["type"] == DOLS), None),
        reablement=next((each["data"] for each in kept if each["type"] == REABLEMENT), None),
        rating=_rating(kept, today, stale_months),
    )


def _occupancy(events: Iterable[Event]) -> Iterator[tuple[int, int | None, str]]:
    for each in events:
        body = each["data"].get("body") or {} if each["type"] == RETURNED else {}
        occupied = body.get("occupied_beds", body.get("occupied"))
        if occupied is not None:
            yield occupied, body.get("beds", body.get("maximum_capacity")), each["data"]["period"]


def _deaths(events: Iterable[Event], today: date) -> int | None:
    """In twelve months. None where nobody ever reported one, or none: silence is not good news."""
    since = calendar.add_days(today, -YEAR).isoformat()
    said = [each for each in events if each["type"] == DIED and each["time"] >= since]
    return sum(each["data"].get("count", 1) for each in said) if said else None


def _rating(events: Iterable[Event], today: date, stale_months: int | None) -> Rating | None:
    whole = [
        each["data"] for each in events if each["type"] == RATED and each["data"].get("service_group", WHOLE) == WHOLE
    ]
    if not whole:
        return None
    last = max(whole, key=lambda data: str(data["report_date"]))
    published = date.fromisoformat(last["report_date"])
    is_old = stale_months is not None and calendar.add_months(published, stale_months) < today
    return Rating(str(last["overall"]), published, is_old)
