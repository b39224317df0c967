"""A London day that is still open at 06:00 is an alert (A19), for each place, until it is closed (architecture §3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from services.notify.deliveries import Cursor
from services.notify.notice import Notice
from services.notify.publish import Publisher
from shared import calendar, identifiers
from shared.events import Event, alerts, assessments, data_of, marks
from shared.journal.rows import Result, Row

AT = time(6)
KINDS = ("day.closed", "day.judged")
Lane = tuple[str, int]
_HEARD = """
INSERT INTO days(writer, partition, day) VALUES (%s, %s, %s)
ON CONFLICT (writer, partition) DO UPDATE SET day = greatest(days.day, excluded.day)"""


async def hear(cursor: Cursor, event: Event) -> None:
    """Keep how far a writer has come with a partition's days."""
    body = data_of(event)
    if isinstance(body, marks.DayClosed | assessments.DayJudged):
        await cursor.execute(_HEARD, (event.writer, int(event.subject.rpartition("/")[2]), body.date))


def due(now: datetime) -> date:
    """The newest day that has to be closed by now: yesterday from 06:00 London on, the day before until then (pure)."""
    day = calendar.last_closed_day(now)
    return day if now.astimezone(calendar.LONDON).time() >= AT else calendar.add_days(day, -1)


def behind(lanes: Mapping[Lane, date], day: date) -> tuple[str, ...]:
    """The writers that have not finished this day (pure). Risk has to judge whatever partition was ever closed."""
    late = {writer for (writer, _), newest in lanes.items() if newest < day}
    judged = {partition for writer, partition in lanes if writer == "risk"}
    # One closed for the first time, and newer than this day, may be judged yet.
    never = any(partition not in judged and newest <= day for (_, partition), newest in lanes.items())
    return tuple(sorted(late | ({"risk"} if never else set())))


@dataclass(frozen=True, slots=True)
class Look:
    """Work for the journal's writer: raise for a day that is open too long, clear when it is closed."""

    publisher: Publisher
    now: datetime

    async def rows(self, cursor: Cursor) -> Sequence[Row]:
        """The alerts, and their ends."""
        found = await cursor.execute("SELECT writer, partition, day FROM days")
        lanes = {(writer, partition): day for writer, partition, day in await found.fetchall()}
        rows: list[Row] = []
        known = await cursor.execute("SELECT place, day FROM open_days")
        for place, day in await known.fetchall():
            if not behind(lanes, day):
                await cursor.execute("DELETE FROM open_days WHERE place = %s AND day = %s", (place, day))
                rows.append(
                    self.publisher.cleared(_cleared(place, day), about=_about(place, day, self.now), now=self.now)
                )
        if late := behind(lanes, due(self.now)):
            rows += await self._raise(cursor, due(self.now), late)
        return rows

    async def done(self, cursor: Cursor, results: Sequence[Result]) -> int:  # noqa: ARG002 - the protocol's
        """How many alerts and ends."""
        return len(results)

    async def _raise(self, cursor: Cursor, day: date, late: Sequence[str]) -> list[Row]:
        """One for each place that anybody is registered for. While one is open, a further day is no further alert."""
        found = await cursor.execute(
            """INSERT INTO open_days(place, day) SELECT DISTINCT place, %s::date FROM recipients r
               WHERE active AND NOT EXISTS (SELECT FROM open_days o WHERE o.place = r.place) RETURNING place""",
            (day,),
        )
        return [
            self.publisher.raised(_raised(place, day, late), about=_about(place, day, self.now), now=self.now)
            for (place,) in await found.fetchall()
        ]


async def recall(cursor: Cursor, event: Event) -> None:
    """Of a restored database: an alert of ours that it does not know, or the end of one."""
    body = data_of(event)
    if not isinstance(body, alerts.AlertBody) or body.alert != "A19" or not body.cause.startswith("day-open:"):
        return
    day = date.fromisoformat(body.cause.partition(":")[2])
    if isinstance(body, alerts.AlertRaised):
        query = "INSERT INTO open_days(place, day) VALUES (%s, %s) ON CONFLICT DO NOTHING"
    else:
        query = "DELETE FROM open_days WHERE place = %s AND day = %s"
    await cursor.execute(query, (event.place, day))


def _cause(day: date) -> str:
    return f"day-open:{day}"


def _raised(place: str, day: date, late: Sequence[str]) -> alerts.AlertRaised:
    said = f"{day.day} {day:%B %Y} is still open at 06:00: {' and '.join(late)} has not finished it. "
    said += "Levels and limits are judged only to the day before."
    return alerts.AlertRaised(alert="A19", cause=_cause(day), name=place, summary=said, since=day)


def _cleared(place: str, day: date) -> alerts.AlertCleared:
    raised = identifiers.alert_id("A19", place, _cause(day))
    said = f"{day.day} {day:%B %Y} is closed and judged."
    return alerts.AlertCleared(alert="A19", cause=_cause(day), name=place, summary=said, raised_id=str(raised))


def _about(place: str, day: date, now: datetime) -> Notice:
    """What the alert is about: the place itself."""
    return Notice(
        event_id=identifiers.derived_id("day", place, day.isoformat()), type="alert.raised", alert="A19",
        provider_id=None, place=place, basis="live", classification="official", raised_at=now, name=place,
        summary="",
    )  # fmt: skip
