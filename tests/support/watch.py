"""What tests that move the clock of a deployment look at: its own day, what is closed, what is judged, who was told."""

import contextlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg

from shared import calendar, clock
from tests.support.deployment import Deployment
from tests.support.people import Place, until

RELAY = 0x72656C61


@contextlib.contextmanager
def relay_stopped(deployment: Deployment, schema: str) -> Iterator[None]:
    """Take the relay's leadership away from a running service: it accepts, and publishes nothing."""
    url = deployment.settings["DATABASE_URL"]
    take = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
    end = """SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s
             AND objid::bigint = (hashtext(%s)::bigint & 4294967295) AND pid <> pg_backend_pid()"""
    with psycopg.connect(url, autocommit=True) as connection:

        def taken() -> bool:
            connection.execute(end, (RELAY, schema))
            found = connection.execute(take, (RELAY, schema)).fetchone()
            return bool(found and found[0])

        until(taken, why=f"the relay of {schema} is stopped")
        yield


def alerts(place: Place, provider: str, code: str) -> list[dict[str, Any]]:
    """The alerts of one kind that were raised about a provider."""
    return [
        e for e in place.history(provider, type="careledger.alert.raised.v1") if e["event"]["data"]["alert"] == code
    ]


def today(deployment: Deployment) -> date:
    """The deployment's London day."""
    offset = float((deployment.directory / "clock").read_text() or 0)
    return calendar.london_date(clock.now() + timedelta(seconds=offset))


def now(deployment: Deployment) -> str:
    """The deployment's own time."""
    offset = float((deployment.directory / "clock").read_text() or 0)
    return (clock.now() + timedelta(seconds=offset)).isoformat()


def evidence(place: Place, provider: str, criterion: str) -> int:
    """How much a criterion rests on."""
    return next((c["evidence_count"] for c in place.view(provider).get("criteria", []) if c["id"] == criterion), 0)


def judged_to(place: Place, provider: str) -> date | None:
    """The London day up to which this provider is judged."""
    as_of = (place.view(provider).get("indicated") or {}).get("as_of")
    return date.fromisoformat(as_of[:10]) if as_of else None


def closed_by(deployment: Deployment, writer: str) -> date:
    """The newest day that a writer has closed in its journal."""
    with psycopg.connect(deployment.settings["DATABASE_URL"]) as connection:
        found = connection.execute(
            psycopg.sql.SQL(
                "SELECT body FROM {}.journal WHERE type = 'careledger.day.closed.v1' ORDER BY position DESC LIMIT 1"
            ).format(psycopg.sql.Identifier(writer))
        ).fetchone()
    assert found is not None
    return date.fromisoformat(json.loads(bytes(found[0]))["data"]["date"])
