"""Clocks: host, database and broker may not be more than a few seconds apart, or times on the record would be wrong."""

import time
from typing import Any

import psycopg

LIMIT_SECONDS = 5.0


class ClockSkew(Exception):
    """Two clocks differ too much: nothing may be recorded until they have been set right."""


def check(whose: str, before: float, theirs: float, after: float) -> None:
    """Compare a clock that was read somewhere between two readings of ours (seconds since 1970). Raises ClockSkew.

    The development offset is no part of it: these are the machines' own clocks.
    """
    apart = max(before - theirs, theirs - after)
    if apart > LIMIT_SECONDS:
        raise ClockSkew(f"the clocks of this host and of the {whose} are {apart:.1f} s apart")


async def check_database(connection: psycopg.AsyncConnection[Any]) -> None:
    """Compare the database's clock with ours. Raises ClockSkew, psycopg.Error."""
    before = time.time()
    cursor = await connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
    theirs = (await cursor.fetchall())[0][0]
    check("database", before, theirs, time.time())
