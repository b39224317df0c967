"""What is asked of whom by when, and what came of it: a view of the journal (`follow`), for lists, forms and asking."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from psycopg.rows import class_row

from services.intake.follow import Cursor
from services.intake.returns.asking import Asked, Open
from shared import calendar
from shared.events import Event, corrections, data_of, returns
from shared.policies import periods

KINDS = (
    "returns.requested", "returns.reminded", "returns.submitted", "returns.waived", "returns.analysed",
    "fact.withdrawn",
)  # fmt: skip
State = Literal["asked", "due", "submitted", "waived", "ended"]
"""due: the due day is over and nothing has come; whether that is late or missed is risk's to say.
ended: not asked any more, because the service has closed or is commissioned otherwise."""

_ASKED = """
INSERT INTO asked(place, provider_id, return_type, period, asked_of, first_day, after_day, due_on, asked_on, event_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (provider_id, return_type, period) DO UPDATE SET due_on = excluded.due_on, after_day = excluded.after_day
"""
_ANSWERED = """
INSERT INTO answered(event_id, place, provider_id, return_type, period, first_day, kind, on_day)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_COLUMNS = """
number, place, provider_id, return_type, period, asked_of, due_on, asked_on, reminded, ended_on, submitted_on,
waived_on, analysed_on,
CASE WHEN submitted_on IS NOT NULL THEN 'submitted' WHEN waived_on IS NOT NULL THEN 'waived'
     WHEN ended_on IS NOT NULL THEN 'ended' WHEN due_on < %(today)s THEN 'due' ELSE 'asked' END AS state
"""
_PAGE = f"""
SELECT * FROM (
  SELECT {_COLUMNS} FROM asked_standing
  WHERE place = ANY(%(places)s) AND number > %(after)s
    AND (%(provider_id)s::text IS NULL OR provider_id = %(provider_id)s)
    AND (%(return_type)s::text IS NULL OR return_type = %(return_type)s)) AS found
WHERE %(state)s::text IS NULL OR state = %(state)s ORDER BY number LIMIT %(limit)s
"""  # noqa: S608 - constants
_OPEN = f"""
SELECT {_COLUMNS} FROM asked_standing
WHERE provider_id = ANY(%(ids)s) AND submitted_on IS NULL AND waived_on IS NULL ORDER BY number
"""  # noqa: S608 - constants
_KNOWN = """
SELECT provider_id, return_type, period FROM asked WHERE provider_id = ANY(%(ids)s)
UNION SELECT provider_id, return_type, period FROM answered WHERE provider_id = ANY(%(ids)s) AND kind <> 'analysed'
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One return of one period, as it stands."""

    number: int
    place: str
    provider_id: str
    return_type: str
    period: str
    asked_of: str
    due_on: date
    asked_on: date
    reminded: int
    ended_on: date | None
    submitted_on: date | None
    waived_on: date | None
    analysed_on: date | None
    state: State


async def take(cursor: Cursor, events: Sequence[Event]) -> None:
    """Take what the journal says of returns into the view."""
    for event in events:
        data = data_of(event)
        match data:
            case returns.ReturnRequested():
                await cursor.execute(_ASKED, _asked(event, data))
            case returns.ReturnReminded():
                await cursor.execute(
                    "UPDATE asked SET reminded = greatest(reminded, %s)"
                    " WHERE provider_id = %s AND return_type = %s AND period = %s",
                    (data.reminder, event.subject, data.return_type, data.period),
                )
            case corrections.FactWithdrawn():
                await cursor.execute("DELETE FROM answered WHERE event_id = %s", (data.event_id,))
            case returns.ReturnSubmitted() | returns.ReturnWaived() | returns.ReturnAnalysed():
                await cursor.execute(_ANSWERED, _answered(event, data))


async def page(
    cursor: Cursor, places: Collection[str], *, today: date, after: int = 0, limit: int = 100,
    provider_id: str | None = None, return_type: str | None = None, state: State | None = None,
) -> list[Entry]:  # fmt: skip
    """Returns asked in these places, in the order in which they were asked, after a number."""
    given = {
        "today": today, "places": list(places), "after": after, "provider_id": provider_id,
        "return_type": return_type, "state": state, "limit": limit,
    }  # fmt: skip
    return await _entries(cursor, _PAGE, given)


async def known(cursor: Cursor, providers: Collection[str]) -> dict[str, set[Asked]]:
    """By provider: the returns and periods that were asked, answered or waived."""
    await cursor.execute(_KNOWN, {"ids": list(providers)})
    found: dict[str, set[Asked]] = {}
    for provider_id, return_type, period in await cursor.fetchall():
        found.setdefault(provider_id, set()).add((return_type, period))
    return found


async def still_open(cursor: Cursor, providers: Collection[str], today: date) -> dict[str, list[Open]]:
    """By provider: what is neither answered nor waived."""
    found: dict[str, list[Open]] = {}
    for each in await _entries(cursor, _OPEN, {"today": today, "ids": list(providers)}):
        one = Open(
            provider_id=each.provider_id,
            place=each.place,
            return_type=each.return_type,
            period=each.period,
            due=each.due_on,
            reminded=each.reminded,
            ended=each.ended_on is not None,
        )
        found.setdefault(each.provider_id, []).append(one)
    return found


async def _entries(cursor: Cursor, sql: str, given: Mapping[str, Any]) -> list[Entry]:
    async with cursor.connection.cursor(row_factory=class_row(Entry)) as reading:
        await reading.execute(sql.encode(), given)
        return await reading.fetchall()


async def end(cursor: Cursor, asked: Open, on: date | None) -> None:
    """Note that a return is not asked any more since a day; None: it is again."""
    await cursor.execute(
        "UPDATE asked SET ended_on = %s WHERE provider_id = %s AND return_type = %s AND period = %s",
        (on, asked.provider_id, asked.return_type, asked.period),
    )


async def asking_since(cursor: Cursor, place: str, today: date) -> date:
    """The day on which this place was first asked here: today, if it never was."""
    await cursor.execute("INSERT INTO asking(place, since) VALUES (%s, %s) ON CONFLICT DO NOTHING", (place, today))
    await cursor.execute("SELECT since FROM asking WHERE place = %s", (place,))
    since: date = (await cursor.fetchall())[0][0]
    return since


def _asked(event: Event, data: returns.ReturnRequested) -> tuple[Any, ...]:
    day = calendar.london_date(event.recordedtime)
    first = data.opens_on or _first(data.period) or day
    after = _day_after(data.closes_on) if data.closes_on else _after(data.period, first, data.due_on)
    return (
        event.place, event.subject, data.return_type, data.period, data.asked_of, first, after, data.due_on, day,
        event.id,
    )  # fmt: skip


def _answered(event: Event, data: returns.Asked) -> tuple[Any, ...]:
    day = calendar.london_date(event.time)
    if isinstance(data, returns.ReturnSubmitted) and data.submitted_on is not None:
        day = data.submitted_on
    kind = event.kind.removeprefix("returns.")
    first = _first(data.period) if len(data.period) > len("2026") else None
    return event.id, event.place, event.subject, data.return_type, data.period, first, kind, day


def _first(period: str) -> date | None:
    try:
        return periods.first_day(period)
    except ValueError:  # the pattern lets 2026-99 pass
        return None


def _after(period: str, first: date, due: date) -> date:
    """The day after a period that its request does not delimit: the name's own month or year, or its due day."""
    if len(period) > len("2026-03") or first.year == date.max.year:
        return _day_after(max(first, due))
    return calendar.add_months(first, 1 if len(period) > len("2026") else 12)


def _day_after(day: date) -> date:
    return day if day == date.max else calendar.add_days(day, 1)
