"""When something is missing: nothing is lost, nothing is answered that is not so."""

import asyncio

import httpx2
import psycopg
import pytest
from psycopg import sql

from services.intake import app as composition
from shared import metrics
from tests.component.intake.conftest import PLACE, Running, concern, home, new_alias, run, until


async def test_while_the_journal_is_closed_senders_are_told_to_come_again(fresh, partners):
    app, intake = composition.create(fresh.model_copy(update={"kafka_bootstrap": "127.0.0.1:1"}))
    app.state.tasks, app.state.task_ended = intake.tasks, lambda _: None
    client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://intake")
    async with app.router.lifespan_context(app), client:
        running = Running(intake, client, partners, fresh)

        posted = await running.post(concern("cqc:1-999999999"))
        registered = await running.steward("POST", "/v1/providers", home())
        ready = await client.get("/readyz")

        assert (posted.status_code, registered.status_code, ready.status_code) == (503, 503, 503)
        assert int(posted.headers["retry-after"]) >= 1
        assert posted.headers["content-type"] == "application/problem+json"
        reasons = {check["name"]: check.get("reason") for check in ready.json()["checks"] if not check["ok"]}
        assert set(reasons) >= {"journal", "places"}
        assert (await client.get("/healthz")).status_code == 200
        assert await running.rows("SELECT count(*) FROM quarantine") == [(0,)]


async def test_without_any_inbox_it_is_ready_all_the_same(fresh, partners):
    async with run(fresh.model_copy(update={"inboxes": {}}), partners) as intake:
        provider = await intake.register()
        assert (await intake.result(concern(provider)))["status"] == "accepted"


async def test_yesterdays_database_restored_contradicts_nothing_that_was_published(fresh, partners):
    waiting, alias = new_alias(), new_alias()
    async with run(fresh, partners) as intake:
        known = await intake.register()
        sent = concern(f"cqc:{waiting}", description="A synthetic text.")
        kept = await intake.result(sent)
    backup = copy(fresh.database_url)
    try:
        async with run(fresh, partners) as intake:
            provider, released_to = await intake.register(alias), await intake.register(waiting)
            await intake.steward("POST", "/v1/providers", home(alias) | {"beds": 12})
            since = concern(f"cqc:{alias}", description="Since the backup.")
            posted = await intake.result(since)
            head = (await intake.rows("SELECT max(position) FROM journal"))[0][0]

            async def is_published():
                return (await intake.rows("SELECT position FROM mark"))[0][0] >= head

            await until(is_published)

        async with run(fresh.model_copy(update={"database_url": backup}), partners) as restored:
            again = await restored.register(alias), await restored.register(waiting)
            repeated, resent = await restored.result(since), await restored.result(sent)

            assert again == (provider, released_to)
            assert (repeated["status"], repeated["id"]) == ("duplicate", posted["id"])
            assert (resent["status"], resent["id"]) == ("duplicate", kept["id"])
            states = await restored.rows("SELECT state, decided_by FROM quarantine WHERE id = %s", kept["id"])
            assert states == [("released", "restore")]
            assert (await restored.steward("GET", f"/v1/providers/{known}")).status_code == 200
            assert await restored.rows("SELECT place, kind FROM heard") == [(PLACE, "quality_concern.raised")]
            assert (await restored.result(concern(provider)))["status"] == "accepted"
    finally:
        drop(backup)


async def test_what_comes_in_is_counted(fresh, partners):
    async with run(fresh, partners) as intake:
        provider = await intake.register()
        accepted = metrics.EVENTS_ACCEPTED.labels(PLACE, "icb-quality", "careledger.quality_concern.raised.v1")
        kept = metrics.EVENTS_QUARANTINED.labels("unknown-provider")
        before = accepted._value.get(), kept._value.get()
        sent = concern(provider)

        await intake.result(sent)
        await intake.result(sent)
        await intake.result(concern(f"cqc:{new_alias()}"))

        assert (accepted._value.get(), kept._value.get()) == (before[0] + 1, before[1] + 1)
        text = (await intake.client.get("/metrics")).text
        assert 'careledger_day_closed_timestamp_seconds{writer="intake"}' in text
        assert 'careledger_journal_unpublished{service="intake"}' in text


@pytest.mark.timeout(120)
async def test_a_stop_in_the_middle_loses_nothing_that_was_answered(fresh, partners):
    answered = []
    async with run(fresh, partners) as intake:
        provider = await intake.register()

        async def post():
            while True:
                result = await intake.result(concern(provider, description="A synthetic text."))
                answered.append(result["id"])

        posting = [asyncio.create_task(post()) for _ in range(4)]
        await until(lambda: asyncio.sleep(0, len(answered) > 40))
        for task in posting:
            task.cancel()
        await asyncio.gather(*posting, return_exceptions=True)
    async with run(fresh, partners) as intake:
        rows = await intake.rows("SELECT id::text FROM journal WHERE key = %s", provider)
        assert set(answered) <= {row[0] for row in rows}
        ids = set(answered)
        await intake.ledger(lambda found: ids <= {event["id"] for event in found})


def copy(url):
    """A copy of a database nobody is connected to, as a backup restored on a server that was started since."""
    info = psycopg.conninfo.conninfo_to_dict(url)
    name = f"{info['dbname']}_backup"
    with psycopg.connect(psycopg.conninfo.make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(str(info["dbname"]))))
    backup = psycopg.conninfo.make_conninfo(url, dbname=name)
    with psycopg.connect(backup) as connection:
        connection.execute("UPDATE intake.mark SET reconciled = '-infinity'")
    return backup


def drop(url):
    name = str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])
    with psycopg.connect(psycopg.conninfo.make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
