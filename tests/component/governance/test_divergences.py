"""Levels that differ for too long are told once (A9), by a table; cleared when it ends; their age is on the page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.governance.watching.divergences import Divergences
from shared.events import assessments
from tests.component.governance.conftest import JSON, Running, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
DAY = timedelta(days=1)


def judged(low: str, high: str) -> JSON:
    said = {"min": low, "max": high}
    return {"indicated": said, "scales": {"level": said}, "computed_from": {"partition": 0, "offset": 0}}


async def indicate(running: Running, provider: str, low: str, high: str) -> None:
    await running.others.write(
        assessments.AssessmentChanged, provider, judged(low, high), topic="assessments", writer="risk"
    )

    async def seen() -> bool:
        return bool((await running.page(provider))["indicated"]["min"] == low)

    await until(seen)


async def told(running: Running, provider: str) -> list[str]:
    return [alert["type"].split(".")[-2] for alert in await running.alerts(provider) if alert["data"]["alert"] == "A9"]


async def shown(running: Running, provider: str) -> list[Any]:
    return list((await running.page(provider))["divergences"])


async def test_it_is_seen_with_its_age_told_once_and_cleared(governance: Running):
    provider, watch = await governance.register(), governance.service.divergences
    assert (await governance.decide(provider, level="1")).status_code == 201
    await indicate(governance, provider, "2", "3")

    await watch.look(datetime.now(UTC))
    [one] = await shown(governance, provider)
    assert (one["scale"], one["days"], one["told"], await told(governance, provider)) == ("level", 0, False, [])

    await watch.look(datetime.now(UTC) + 2 * DAY)
    await watch.look(datetime.now(UTC) + 3 * DAY)
    assert await told(governance, provider) == ["raised"]
    assert [each["told"] for each in await shown(governance, provider)] == [True]

    await indicate(governance, provider, "1", "2")
    await watch.look(datetime.now(UTC) + 3 * DAY)

    assert await told(governance, provider) == ["raised", "cleared"]
    assert await shown(governance, provider) == []


async def test_two_that_look_at_once_and_one_that_forgot_tell_it_once(governance: Running):
    provider, first = await governance.register(), governance.service.divergences
    made = governance.app.state.parts
    second = Divergences(made.store, made.packs, made.pool, made.writer, made.digest_key)
    await governance.decide(provider, level="1")
    await indicate(governance, provider, "3", "3")

    late = datetime.now(UTC) + 2 * DAY
    await first.look(late)
    await governance.rows("DELETE FROM compared WHERE provider_id = %s RETURNING 1", provider)
    await governance.rows("DELETE FROM divergences WHERE provider_id = %s RETURNING 1", provider)
    await second.look(late)
    await first.look(late)

    assert await told(governance, provider) == ["raised"]


async def test_a_refused_level_is_told_to_both_leads_and_answered_by_the_next(governance: Running):
    provider = await governance.register("joint")
    decision = (await governance.decide(provider, level="2")).json()["decision_id"]
    await governance.answer(decision, consent=False, rationale="Not yet.")
    assert await told(governance, provider) == ["raised"]

    again = (await governance.decide(provider, level="1")).json()["decision_id"]
    await governance.answer(again)

    assert await told(governance, provider) == ["raised", "cleared"]
