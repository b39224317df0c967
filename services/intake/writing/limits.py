"""How often one address may try something in a while: told plainly, never a silent lock-out."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

Cursor = psycopg.AsyncCursor[Any]
_COUNT = """
INSERT INTO tries AS t(who, what, since, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (who, what, since) DO UPDATE SET count = t.count + 1 RETURNING count
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in each window of time. An office behind one address is many people: leave room."""

    what: str
    most: int
    per: timedelta


STARTS = Limit("start", 120, timedelta(hours=1))
SEARCHES = Limit("search", 300, timedelta(hours=1))
CODES = Limit("code", 20, timedelta(minutes=15))
"""Codes tried. Of 80 random bits nobody guesses one in 20 tries a quarter of an hour."""


async def wait(cursor: Cursor, limit: Limit, address: str, *, key: bytes, now: datetime) -> timedelta | None:
    """Count one try. None: go on; else how long this address has to wait."""
    since = datetime.fromtimestamp(now.timestamp() // limit.per.total_seconds() * limit.per.total_seconds(), UTC)
    who = hmac.new(key, f"{since.date()} {address}".encode(), hashlib.sha256).digest()
    await cursor.execute(_COUNT, (who, limit.what, since))
    ((count,),) = await cursor.fetchall()
    return since + limit.per - now if count > limit.most else None


async def forget(cursor: Cursor, now: datetime) -> None:
    """Drop what is over."""
    await cursor.execute("DELETE FROM tries WHERE since < %s", (now - timedelta(days=1),))
