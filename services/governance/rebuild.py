"""`python -m services.governance rebuild`: build the read model again beside the old one, then exchange them."""

import asyncio
import logging
import secrets
from collections.abc import Callable

import psycopg
from psycopg import sql

from services.governance import consumer, view
from shared import database, service, topics

log = logging.getLogger(__name__)

NEXT, OLD = f"{view.SCHEMA}_next", f"{view.SCHEMA}_old"
LOOK_SECONDS = 0.1


Told = Callable[[int], None]


async def rebuild(
    url: str, bootstrap: str, names: topics.Topics, *, begun: Told = lambda _: None, step: Told = lambda _: None
) -> str:
    """Answers the new generation's name. The old model serves until the exchange; reactions are not touched.

    `begun` is told, now and then, how many records there are, `step` how many more were applied.
    """
    name = f"governance-view-{secrets.token_hex(4)}"
    await asyncio.to_thread(_drop, url, NEXT)
    await asyncio.to_thread(consumer.prepare, url, NEXT, name)
    async with database.pool(url, NEXT) as pool:
        await _fill(consumer.Filler(name, pool, bootstrap, names), pool, begun, step)
    await asyncio.to_thread(_exchange, url, name)
    await asyncio.to_thread(_drop, url, OLD)
    return name


async def _fill(filler: consumer.Filler, pool: database.Pool, begun: Told, step: Told) -> None:
    """Until everything is in. What comes later is taken by the service, from where this ends."""
    filling = asyncio.create_task(filler.consumer.run())
    done = 0
    try:
        while not filler.consumer.lag or any(filler.consumer.lag.values()):
            await asyncio.wait([filling], timeout=LOOK_SECONDS)
            if filling.done():
                await filling
            done = await _tell(filler, pool, done, begun, step)
    finally:
        await service.end([filling])
    await _tell(filler, pool, done, begun, step)


async def _tell(filler: consumer.Filler, pool: database.Pool, before: int, begun: Told, step: Told) -> int:
    """How far it is: what was written to the topics meanwhile is read too."""
    async with pool.connection() as connection:
        found = await connection.execute('SELECT coalesce(sum("offset" + 1), 0)::bigint FROM positions')
        done: int = (await found.fetchall())[0][0]
    begun(done + sum(filler.consumer.lag.values()))
    step(done - before)
    return done


def _exchange(url: str, name: str) -> None:
    with psycopg.connect(database.conninfo(url, view.SCHEMA)) as connection:
        # Whoever fills the old model holds this row while it writes.
        connection.execute(f"LOCK TABLE {view.SCHEMA}.generation IN ACCESS EXCLUSIVE MODE")
        for before, after in ((view.SCHEMA, OLD), (NEXT, view.SCHEMA)):
            rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(before), sql.Identifier(after)))
    log.info("the read model was exchanged: %s fills it now", name)


def _drop(url: str, schema: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
