"""Yesterday's database restored: what was published since is back in the event store before anything is decided."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from services.governance.settings import GovernanceSettings
from services.governance.view import SCHEMA as VIEW
from shared import policy
from tests.component.governance.conftest import Others, Running, others_for, run

SUSPENSION = {"type": "suspension.imposed", "kind": "advisory_notice", "body": "COMMISSIONERS"}
PLAN = {"source": "level", "actions": [{"action_id": "a1", "due": "2030-01-31"}]}

MEETING = {"place": "E06000019", "body": "MA_QUALITY_REVIEW", "at": "2031-03-20T10:00:00Z", "reason": "Synthetic."}


@contextmanager
def backup(url: str) -> Iterator[str]:
    """A copy of the database as it is now; as after a restore, nothing in it has been compared with Kafka."""
    name = str(conninfo_to_dict(url)["dbname"])
    admin, copy = make_conninfo(url, dbname="postgres"), f"{name}_yesterday"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(
            psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(psycopg.sql.Identifier, (copy, name)))
        )
    try:
        yield make_conninfo(url, dbname=copy)
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(psycopg.sql.Identifier(copy)))


async def state(running: Running, providers: list[str]) -> list[Any]:
    """Everything that was decided, by every way of looking at it."""
    pages = [await running.page(provider) for provider in providers]
    for page in pages:
        del page["behind_seconds"]
    lists = (await running.ask("GET", "/v1/providers", "auditor")).json()
    policies = (await running.ask("GET", "/v1/places/E06000019/policy", "auditor")).json()
    stored = await running.rows(
        "SELECT originator_id, originator_version, topic, convert_from(state, 'UTF8')::jsonb - 'timestamp'"
        " FROM governance_events ORDER BY 1, 2"
    )
    journal = await running.rows("SELECT position, id, hash FROM journal ORDER BY position")
    return [pages, lists, policies, stored, journal]


async def test_nothing_that_was_published_is_lost_or_contradicted(fresh: GovernanceSettings, tokens: Any):
    async with others_for(fresh) as others:
        async with run(fresh, tokens, others) as running:
            await running.adopt()
            sole, joint = await running.register(), await running.register("joint")
            await running.decide(sole, level="1", key="before")
        with backup(fresh.database_url) as copy:
            after = await _go_on(fresh, tokens, others, sole, joint)
            await _restored(fresh.model_copy(update={"database_url": copy}), tokens, others, after, [sole, joint])


async def _go_on(settings: GovernanceSettings, tokens: Any, others: Others, sole: str, joint: str) -> dict[str, Any]:
    """What happens after the backup was taken."""
    async with run(settings, tokens, others) as running:
        changed = policy.document(policy.load("herefordshire-2018")) | {"version": "2"}
        assert (await running.adopt(changed)).status_code == 201
        draft = {"pack": "salford-2024", "rationale": "To see who would move."}
        for path, body in (("policy/shadow", draft), ("baselines", None)):
            begun = await running.ask("POST", f"/v1/places/E06000019/{path}", "director", body=body)
            assert begun.status_code == 201, begun.text
        raised = await running.decide(sole, "manager", level="2", body="QUALITY_TEAM", key="raise")
        urgent = await running.decide(joint, "icb", key="urgent", **SUSPENSION)
        pending = await running.decide(joint, level="3", key="pending")
        drafted = await running.ask("POST", f"/v1/providers/{sole}/plans", key="plan", body=PLAN)
        assert drafted.status_code == 201, drafted.text
        met = await running.ask("POST", "/v1/meetings", "manager", body=MEETING)
        assert met.status_code == 201, met.text
        assert [answer.status_code for answer in (raised, urgent, pending)] == [201] * 3
        await running.kinds(joint, 7)
        return {
            "state": await state(running, [sole, joint]),
            "raised": raised.json(),
            "pending": pending.json()["decision_id"],
            "urgent": urgent.json()["decision_id"],
        }


async def _restored(
    settings: GovernanceSettings, tokens: Any, others: Others, after: dict[str, Any], providers: list[str]
) -> None:
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("UPDATE governance.mark SET reconciled = '-infinity'")
        assert connection.execute(f"SELECT count(*) FROM {VIEW}.providers").fetchone() == (2,)
    async with run(settings, tokens, others) as running:
        await running.kinds(providers[1], 7)

        assert await state(running, providers) == after["state"]

        [meeting] = (await running.ask("GET", "/v1/meetings", "auditor")).json()["meetings"]
        assert meeting["body"] == MEETING["body"]
        step = {"type": "action_closed", "action_id": "a1", "outcome": "done"}
        plan_id = after["state"][0][0]["plan"]["plan_id"]
        assert (await running.ask("POST", f"/v1/plans/{plan_id}/steps", body=step)).json()["open_actions"] == 0
        again = await running.decide(providers[0], "manager", level="2", body="QUALITY_TEAM", key="raise")
        consented = await running.answer(after["pending"])
        ratified = await running.answer(after["urgent"], "ratifications", "director")

        assert again.json()["decision_id"] == after["raised"]["decision_id"]
        assert (consented.json()["status"], ratified.json()["status"]) == ("effective", "effective")
        assert (await running.page(providers[1]))["confirmed"]["level"] == "3"
        kinds = await running.kinds(providers[0])
        assert kinds.count("decision.took_effect") == 2
