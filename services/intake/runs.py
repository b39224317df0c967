"""The tables of feeds: when each went live in a place, when it was last heard, how far a reading of an API has come."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from shared import calendar

Cursor = psycopg.AsyncCursor[Any]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that a place has connected: it was loaded whole at least once."""

    place: str
    feed: str
    live_from: date
    heard: datetime
    raised: str | None
    """The cause of the alert that stands, if it is silent."""


async def connected(cursor: Cursor, feed: str) -> dict[str, date]:
    """Since which London day each place has this feed live."""
    await cursor.execute("SELECT place, live_from FROM feeds WHERE feed = %s", (feed,))
    return dict(await cursor.fetchall())


async def all_(cursor: Cursor) -> list[Feed]:
    """Every feed that is connected."""
    await cursor.execute("SELECT place, feed, live_from, heard, raised FROM feeds ORDER BY place, feed")
    return [Feed(*row) for row in await cursor.fetchall()]


async def heard(cursor: Cursor, feed: str, places: Collection[str], at: datetime) -> None:
    """A load is whole. The first one is the feed's going live: what is published later is told one by one."""
    await cursor.executemany(
        "INSERT INTO feeds(place, feed, live_from, heard) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (place, feed) DO UPDATE SET heard = greatest(feeds.heard, excluded.heard)",
        [(place, feed, calendar.london_date(at), at) for place in sorted(places)],
    )


async def mark(cursor: Cursor, feed: Feed, raised: str | None) -> None:
    """Note that an alert stands, or stands no more."""
    sql = "UPDATE feeds SET raised = %s WHERE place = %s AND feed = %s"
    await cursor.execute(sql, (raised, feed.place, feed.feed))


async def begin(cursor: Cursor, place: str, feed: str, at: datetime) -> tuple[datetime, set[str]]:
    """Begin a reading, or go on with the one that was not finished: when it began, and what it has."""
    await cursor.execute("INSERT INTO readings VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", (place, feed, at))
    await cursor.execute("SELECT began FROM readings WHERE place = %s AND feed = %s", (place, feed))
    began = (await cursor.fetchall())[0][0]
    await cursor.execute("SELECT key FROM readings_done WHERE place = %s AND feed = %s", (place, feed))
    return began, {key for (key,) in await cursor.fetchall()}


async def done(cursor: Cursor, place: str, feed: str, keys: Collection[str]) -> None:
    """These are in: a reading that goes on need not ask for them again."""
    sql = "INSERT INTO readings_done VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    await cursor.executemany(sql, [(place, feed, key) for key in keys])


async def finish(cursor: Cursor, place: str, feed: str) -> None:
    """The reading is whole."""
    await cursor.execute("DELETE FROM readings WHERE place = %s AND feed = %s", (place, feed))


async def since(cursor: Cursor, place: str, feed: str) -> datetime | None:
    """From when on changes are to be asked for: when the last whole reading began; None: never read."""
    await cursor.execute("SELECT heard FROM feeds WHERE place = %s AND feed = %s", (place, feed))
    found = await cursor.fetchall()
    return found[0][0] if found else None


Limits = Mapping[str, int]
"""By feed: after how many days without a load it is silent; 0: never."""
