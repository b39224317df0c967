"""A consent that is late is chased once (A15), and what was told is cleared when it comes. Golden scenario 4."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.component.governance.conftest import Running

pytestmark = pytest.mark.asyncio(loop_scope="package")
LATER = timedelta(days=5)


async def told(running: Running, provider: str) -> list[tuple[str, str]]:
    alerts = await running.alerts(provider)
    return [(alert["data"]["alert"], alert["type"].split(".")[-2]) for alert in alerts]


async def test_a_late_consent_is_chased_once_and_cleared_by_the_answer(governance: Running):
    provider = await governance.register("joint")
    decision = (await governance.decide(provider, level="1")).json()["decision_id"]
    reminder, now = governance.service.reminder, datetime.now(UTC)

    await reminder.remind(now + timedelta(hours=1))
    assert await told(governance, provider) == [("A5", "raised")]
    await reminder.remind(now + LATER)
    assert await reminder.remind(now + LATER) == 0

    assert await told(governance, provider) == [("A5", "raised"), ("A15", "raised")]
    alert = (await governance.alerts(provider))[1]["data"]
    assert (alert["cause"], "icb" in alert["summary"]) == (decision, True)

    await governance.answer(decision)

    assert (await told(governance, provider))[2:] == [("A5", "raised"), ("A5", "cleared"), ("A15", "cleared")]


async def test_an_answer_in_time_leaves_nothing_to_chase(governance: Running):
    provider = await governance.register("joint")
    decision = (await governance.decide(provider, level="1")).json()["decision_id"]
    await governance.answer(decision, consent=False, rationale="Not yet.")

    await governance.service.reminder.remind(datetime.now(UTC) + LATER)

    assert await told(governance, provider) == [("A5", "raised"), ("A9", "raised"), ("A5", "cleared")]


async def test_a_ratification_is_chased_too(governance: Running):
    provider = await governance.register("joint")
    order = {"type": "suspension.imposed", "kind": "advisory_notice", "body": "COMMISSIONERS"}
    await governance.decide(provider, "icb", **order)

    await governance.service.reminder.remind(datetime.now(UTC) + LATER)

    summary = (await governance.alerts(provider))[-1]["data"]["summary"]
    assert "ratification of council" in summary


async def test_a_second_person_of_ones_own_is_chased_by_nobody_outside(governance: Running):
    provider = await governance.register("council")
    order = {"type": "default_notice.served", "body": "COMMISSIONERS"}
    await governance.decide(provider, "director", **order)

    await governance.service.reminder.remind(datetime.now(UTC) + LATER)

    assert await told(governance, provider) == []
