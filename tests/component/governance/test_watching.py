"""What governance follows up by itself: evidence that fell, challenges, what was carried over. Each once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from shared.events import carried_over, concerns, corrections
from tests.component.governance.conftest import JSON, Running, until
from tests.component.governance.test_proof import altered

pytestmark = pytest.mark.asyncio(loop_scope="package")
CONCERN = {"concern_id": "QC-1", "themes": ["q.medicines"], "severity": "S3"}


async def tasks(running: Running, provider: str, name: str, *, enough: int = 1) -> list[JSON]:
    async def there() -> Any:
        answer = await running.ask("GET", "/v1/tasks", "auditor", provider=provider, open="false")
        again = await running.ask("GET", "/v1/tasks", "auditor", provider=provider, open="true")
        found = [one for one in (*answer.json()["tasks"], *again.json()["tasks"]) if one["task"] == name]
        return found if len(found) >= enough else None

    found: list[JSON] = await until(there)
    return found


async def owned(running: Running, statement: str) -> None:
    """Somebody who owns the database writes into it."""
    async with await psycopg.AsyncConnection.connect(running.settings.database_url, autocommit=True) as owner:
        await owner.execute(statement)


async def told(running: Running, provider: str) -> list[str]:
    alerts = [one for one in await running.alerts(provider) if one["data"]["alert"] == "A9"]
    return [one["type"].split(".")[-2] for one in alerts]


async def test_a_decision_whose_evidence_was_not_upheld_is_tainted_and_its_owner_told_once(governance: Running):
    provider = await governance.register()
    raised = await governance.others.write(concerns.QualityConcernRaised, provider, CONCERN)
    decided = await governance.decide(provider, level="2", evidence=[str(raised.id)])
    assert decided.status_code == 201, decided.text

    said = {"concern_id": "QC-1", "outcome": "not_upheld"}
    for _ in range(2):
        await governance.others.write(concerns.ConcernOutcomeRecorded, provider, said)
        [owed] = await tasks(governance, provider, "review_tainted_decision")
        said |= {"closed_on": "2026-03-02"}

    assert (owed["decision_id"], owed["role"], owed["due"] is not None) == (
        decided.json()["decision_id"], "panel-chair", True,
    )  # fmt: skip
    page = await governance.page(provider)
    assert page["confirmed"]["tainted"] is True
    assert [one["because"] for one in page["tainted"][0]["evidence"]] == ["not_upheld"]
    assert "raised" in await told(governance, provider)

    await governance.decide(provider, level="1", rationale="There was nothing in it.")

    async def cleared() -> bool:
        return "cleared" in await told(governance, provider)

    await until(cleared)
    assert (await governance.page(provider))["confirmed"]["tainted"] is False
    answer = await governance.ask("GET", f"/v1/decisions/{decided.json()['decision_id']}", "auditor")
    assert answer.json()["tainted"][0]["because"] == "not_upheld"


async def test_a_withdrawn_fact_taints_what_rests_on_it_and_nothing_else(governance: Running):
    provider, other = await governance.register(), await governance.register()
    fact = await governance.others.write(concerns.QualityConcernRaised, other, CONCERN | {"concern_id": "QC-2"})
    await governance.decide(provider, level="2", evidence=[str(fact.id)])
    await governance.decide(other, level="2")

    withdrawn = {"event_id": str(fact.id), "because": "wrong_provider"}
    await governance.others.write(corrections.FactWithdrawn, other, withdrawn)

    await tasks(governance, provider, "review_tainted_decision")
    assert (await governance.page(provider))["tainted"] != []
    assert (await governance.page(other))["tainted"] == []


async def test_a_challenge_shows_on_the_level_and_its_answer_is_owed_in_the_policys_time(governance: Running):
    provider = await governance.register()
    fact = await governance.others.write(concerns.QualityConcernRaised, provider, CONCERN | {"concern_id": "QC-3"})
    await governance.decide(provider, level="2")
    dispute = {"dispute_id": "D-1", "event_id": str(fact.id), "grounds": "factual_accuracy"}
    await governance.others.write(corrections.DisputeRaised, provider, dispute)

    [owed] = await tasks(governance, provider, "answer_challenge")
    page = await governance.page(provider)
    assert (page["under_challenge"], page["confirmed"]["under_challenge"]) == (True, True)
    assert (page["challenges"][0]["answer_by"], page["challenges"][0]["overdue"]) == (owed["due"], False)

    answer = {"dispute_id": "D-1", "event_id": str(fact.id), "outcome": "part_upheld"}
    await governance.others.write(corrections.DisputeAnswered, provider, answer)

    async def done() -> bool:
        return [one["outcome"] for one in await tasks(governance, provider, "answer_challenge")] == ["done"]

    await until(done)
    page = await governance.page(provider)
    assert (page["under_challenge"], page["challenges"][0]["outcome"]) == (False, "part_upheld")


async def test_a_row_that_was_altered_stops_nobody_elses_work(governance: Running):
    provider, other = await governance.register(), await governance.register()
    said = {"dispute_id": "D-2", "event_id": str(uuid4()), "grounds": "factual_accuracy"}
    dispute = await governance.others.write(corrections.DisputeRaised, provider, said)
    await tasks(governance, provider, "answer_challenge")
    history, which = "governance_view.history", f"id = '{dispute.id}'"
    again = f"INSERT INTO governance_view.arrived(id, put) VALUES ('{dispute.id}', '-infinity') ON CONFLICT DO NOTHING"
    async with altered(governance, history, which, f"UPDATE {history} SET body = 'nothing' WHERE {which}"):
        await owned(governance, again)

        await governance.others.write(corrections.DisputeRaised, other, said | {"dispute_id": "D-3"})

        await tasks(governance, other, "answer_challenge")
    assert governance.ended == []


async def test_what_was_carried_over_stands_labelled_with_its_true_start_alarms_nobody_and_is_lifted(
    governance: Running,
):
    provider, since = await governance.register(), datetime.now(UTC).date() - timedelta(days=120)
    record = {
        "as_at": datetime.now(UTC).date().isoformat(), "levels": {"level": "3"}, "level_since": since.isoformat(),
        "restrictions": [{"suspension_id": "S-7", "kind": "enforced", "since": since.isoformat()}],
        "plans": [{
            "plan_id": f"SIP {provider[-6:]}", "agreed_on": since.isoformat(), "due": "2027-03-31",
            "actions": [{"action_id": "1", "due": "2027-02-28"}],
        }],
    }  # fmt: skip
    await governance.others.write(carried_over.CarriedOverRecorded, provider, record)

    async def taken_in() -> JSON | None:
        page = await governance.page(provider)
        return page if page["confirmed"] and page["plan"] else None

    page = await until(taken_in)
    assert (page["confirmed"]["level"], page["confirmed"]["carried_over"]) == ("3", True)
    [restriction] = page["sanctions"]
    assert (restriction["suspension_id"], restriction["carried_over"]) == ("S-7", True)
    assert any(clock["kind"] == "restriction" and clock["since"] == since.isoformat() for clock in page["clocks"])
    assert (page["plan"]["carried_over"], page["plan"]["open_actions"], page["plan"]["status"]) == (True, 1, "agreed")
    assert await governance.alerts(provider) == []

    order = {"type": "action_closed", "action_id": "1", "outcome": "done"}
    answer = await governance.ask("POST", f"/v1/plans/{page['plan']['plan_id']}/steps", "manager", body=order)
    assert answer.status_code == 201, answer.text
    lifted = await governance.decide(provider, "director", type="suspension.lifted", body="COMMISSIONERS")
    assert lifted.status_code == 201, lifted.text
    fell = await governance.decide(provider, level="2")
    assert fell.status_code == 201, fell.text

    after = await governance.page(provider)
    assert (after["sanctions"], after["confirmed"]["level"]) == ([], "2")
    then = await governance.page(provider, as_of=(since + timedelta(days=30)).isoformat())
    assert then["confirmed"] is None  # it was recorded as of the day of going live
