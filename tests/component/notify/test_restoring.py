"""Yesterday's database: what was said meanwhile is read back, nothing is said twice, nothing is left unsaid."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.component.notify.doors import Hook, Reply, until
from tests.component.notify.world import World, world
from tests.support.servers import Servers

Hooks = Callable[..., Hook]


@pytest.fixture
def own(servers: Servers, tmp_path: Path) -> Iterator[World]:
    """A service whose database may be taken away."""
    with world(servers, tmp_path) as made:
        yield made


def copy(servers: Servers, url: str, name: str) -> str:
    """A copy of a database that nobody is connected to, as a backup holds it; its address."""
    target = url.rpartition("/")[2]
    with psycopg.connect(servers.database_url, autocommit=True) as connection:
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(target))
        connection.execute(words)
    return url.rpartition("/")[0] + f"/{name}"


def reminded(own: World, door: Hook) -> None:
    """Let time pass until who owes an answer is reminded."""
    own.pass_(hours=3, minutes=10)
    until(lambda: door.calls[-1].said["type"] == "alerts.reminder", why="who owes an answer is reminded")
    key = door.calls[-1].id
    until(lambda: [one for one in own.deliveries(state="sent") if one["id"] == key], why="and it is recorded")


def test_a_restored_service_knows_what_it_has_said(servers: Servers, own: World, hook: Hooks) -> None:
    own.place()
    safeguarding, lead, gone = hook(), hook(), hook(Reply(410))
    own.register("safeguarding", safeguarding)
    own.register("quality_lead", lead)
    own.register("cqc", gone)
    _, old = own.raise_("A2")
    until(lambda: safeguarding.calls)
    own.one(old, "sent")
    own.end(signal.SIGTERM)
    backup = copy(servers, own.database_url, f"{own.database_url.rpartition('/')[2]}_old")
    try:
        own.start()
        answered, unanswered = own.raise_("A2")[1], own.raise_("A2")[1]
        cleared_id, cleared = own.raise_("A2")
        dead = own.raise_("A4")[1]
        past = own.raise_("A2", basis="import")[1]
        for home in (answered, unanswered, cleared):
            own.one(home, "sent")
        own.one(dead, "dead")
        until(lambda: lead.calls, why="the dead one went up the ladder")
        key = own.one(answered, "sent")["id"]
        own.call("POST", f"/v1/deliveries/{key}/acknowledgement", "safeguarding", json={"by": "safeguarding"})
        own.clear(cleared_id, cleared, "A2")
        until(lambda: len(safeguarding.calls) == 5)
        own.one(past, "suppressed")
        until(lambda: own.recorded(cleared).count("notification.sent") == 2)
        reminded(own, safeguarding)
        own.end(signal.SIGTERM)
        unsaid = own.raise_("A2")[1]
        before = len(safeguarding.calls), len(lead.told), len(gone.calls)

        # As a restore leaves it: the database was started since its journal was compared with Kafka.
        with psycopg.connect(backup) as connection:
            connection.execute("UPDATE notify.mark SET reconciled = '-infinity'")
        own.database_url = backup
        own.start()

        own.one(unsaid, "sent")
        assert own.one(answered, "acknowledged")["acknowledged_by"] == "safeguarding"
        assert own.one(unanswered, "sent")["acknowledge_by"]
        assert own.one(dead, "dead")
        assert own.one(past, "suppressed")
        assert {one["state"] for one in own.deliveries(cleared)} == {"sent"}
        own.pass_(hours=5)
        # Those that nobody answered go up the ladder, and no other.
        until(lambda: {home for home, _ in lead.told[before[1] :]} == {old, unanswered, unsaid})
        assert len(safeguarding.calls) == before[0] + 1, "the one that was unsaid, and no reminder again"
        assert len(gone.calls) == before[2]
    finally:
        own.end(signal.SIGKILL)
        with psycopg.connect(servers.database_url, autocommit=True) as connection:
            name = sql.Identifier(backup.rpartition("/")[2])
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
