"""A message that was sent is not sent again because its outcome could not be recorded at once: only a crash repeats."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg

from services.notify import deliveries, leases
from services.notify.routing import Recipient
from shared import database
from shared.journal import append
from tests.component.notify.doors import Hook, Reply, until
from tests.component.notify.world import World, held
from tests.support import servers

Hooks = Callable[..., Hook]


def fails_to_record(notify: World, key: str) -> bool:
    """End every connection that waits for the append lock. True once this delivery's outcome was among what failed."""
    with psycopg.connect(notify.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND classid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            (append.APPEND,),
        )
    return f"{key}: its outcome could not be recorded" in (notify.folder / "log").read_text()


def test_what_cannot_be_recorded_at_once_is_not_sent_again(notify: World, hook: Hooks) -> None:
    notify.place()
    door = hook()
    door.replies = [Reply(503, {"Retry-After": "600"})]
    notify.register("safeguarding", door)
    _, provider = notify.raise_("A2")
    key = notify.one(provider, "failed")["id"]

    with held(notify, append.APPEND):
        notify.pass_(minutes=11)
        until(lambda: len(door.calls) == 2, why="it is sent, and cannot be recorded")
        until(lambda: fails_to_record(notify, key), why="recording it has failed")
        notify.pass_(seconds=11)  # longer than a lease
    delivery = notify.one(provider, "sent")

    assert len(door.calls) == 2
    assert [attempt["status"] for attempt in delivery["attempts"]] == [503, 204]
    assert notify.recorded(provider) == ["notification.failed", "notification.sent"]


def test_whoever_renews_leases_waits_for_nobody_who_settles(notify: World) -> None:
    """One that waited would hold what the other wants next: one of the two dies of it, and with it its outcomes."""
    notify.place()
    keys = [UUID(notify.one(notify.raise_("A4")[1], "due")["id"]) for _ in range(2)]  # nobody is registered as CQC
    lease, later = uuid4(), notify.now + timedelta(hours=1)
    address = database.conninfo(notify.database_url, "notify")

    async def renew() -> None:
        async with await psycopg.AsyncConnection.connect(address) as connection, connection.cursor() as cursor:
            await cursor.execute("SET lock_timeout = '2s'")
            nobody = Recipient(uuid4(), notify.ledger.place, "cqc", "webhook", "")
            found = await deliveries.select(cursor, "d.id = ANY(%(keys)s)", {"keys": keys}, lock=False)
            await leases.renew(cursor, [leases.Claimed(one, nobody, lease, False) for one in found], later)

    with psycopg.connect(address) as settles, psycopg.connect(address, autocommit=True) as looks:
        looks.execute("UPDATE deliveries SET lease = %s WHERE id = ANY(%s)", (lease, keys))
        settles.execute("SELECT FROM deliveries WHERE id = %s FOR UPDATE", (keys[1],))

        servers.run(renew())

        settles.execute("SELECT FROM deliveries WHERE id = %s FOR UPDATE", (keys[0],))
        query = "SELECT leased_until = %s FROM deliveries WHERE id = ANY(%s) ORDER BY number"
        assert looks.execute(query, (later, keys)).fetchall() == [(True,), (None,)]
        settles.rollback()
        looks.execute("UPDATE deliveries SET lease = NULL, leased_until = NULL WHERE id = ANY(%s)", (keys,))
