"""Which kinds of live fact were heard in a place on a London day: what a day's closing mark says of its sources."""

from collections.abc import Container, Sequence
from datetime import date
from typing import Any

import psycopg

from services.intake.normalise import partner_types
from shared import calendar, topics
from shared.events import envelope
from shared.journal import days
from shared.journal.rows import Result, Row

Cursor = psycopg.AsyncCursor[Any]
FEED = "feed:"
"""Before the name of a feed among the sources of a day: it was read, whatever it had to say."""
Note = tuple[str, str, date]
"""A place, a kind of fact, a London day."""


async def note(
    cursor: Cursor, rows: Sequence[Row], results: Sequence[Result], known: Container[Note] = frozenset()
) -> set[Note]:
    """Note what was recorded now, but for what is `known` to be noted; what was noted, for once it is committed.

    Only live facts show that a source is alive: old ones come from a file.
    """
    heard = {
        (row.draft.place, envelope.kind_of(row.draft.type), calendar.london_date(result.recordedtime))
        for row, result in zip(rows, results, strict=True)
        if result.status == "accepted" and result.recordedtime and row.draft.basis == "live"
    }
    if new := {each for each in heard if each not in known}:
        columns = [list(column) for column in zip(*sorted(new), strict=True)]
        await cursor.execute(
            "INSERT INTO heard(place, kind, day) SELECT * FROM unnest(%s::text[], %s::text[], %s::date[])"
            " ON CONFLICT DO NOTHING",
            columns,
        )
    return new


async def alive(cursor: Cursor, place: str, feed: str, day: date) -> None:
    """Note that a feed was read whole on a London day, whether or not it had anything new (rulings 4)."""
    sql = "INSERT INTO heard(place, kind, day) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    await cursor.execute(sql, (place, f"{FEED}{feed}", day))


async def since_last_close(cursor: Cursor, day: date) -> dict[str, list[str]]:
    """Per place the kinds heard on the London days that a close of `day` closes."""
    closed = await days.closed(cursor)
    last = min(closed.values()) if len(closed) == topics.PARTITIONS else date.min
    await cursor.execute(
        "SELECT place, array_agg(DISTINCT kind ORDER BY kind) FROM heard WHERE day > %s AND day <= %s GROUP BY place",
        (last, day),
    )
    return dict(await cursor.fetchall())


async def restore(cursor: Cursor, event: envelope.Event) -> None:
    """Note again what a restored database has read back."""
    if event.basis == "live" and event.kind in partner_types():
        day = calendar.london_date(event.recordedtime)
        await cursor.execute(
            "INSERT INTO heard(place, kind, day) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (event.place, event.kind, day),
        )
