"""Golden scenario 5 through the whole service: level 3 raises tasks, and nothing executes itself (AMB-8)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.component.governance.conftest import Running, until
from tests.component.governance.test_plans import drafted

pytestmark = pytest.mark.asyncio(loop_scope="package")
NOTICE: dict[str, Any] = {"type": "default_notice.served", "body": "COMMISSIONERS", "clause": "14.2"}


async def owed(running: Running, provider: str, **asked: Any) -> dict[str, Any]:
    answer = await running.ask("GET", "/v1/tasks", provider=provider, **asked)
    assert answer.status_code == 200, answer.text
    return {one["task"]: one for one in answer.json()["tasks"]}


async def step(running: Running, task: str, who: str = "officer", **said: Any) -> Any:
    return await running.ask("POST", f"/v1/tasks/{task}/steps", who, body=said)


async def test_a_level_sets_tasks_going_and_people_end_them(governance: Running):
    provider = await governance.register()
    await governance.decide(provider, level="3")

    found = await owed(governance, provider)
    page = await governance.page(provider)
    ticked = await step(governance, found["default_notice"]["task_id"], type="done")
    assert (ticked.status_code, "default_notice.served" in ticked.text) == (409, True)  # nor is it done by saying so
    served = await governance.decide(provider, "director", **NOTICE)
    approved = await governance.answer(served.json()["decision_id"], "approvals", "chair")
    left = await owed(governance, provider)

    assert {"default_notice", "large_scale_intervention"} <= set(found)
    assert {one["role"] for one in found.values()} == {"quality-officer"}  # somebody's list has it
    assert page["sanctions"] == []  # nothing executes itself
    assert approved.json()["status"] == "effective", approved.text
    assert set(found) - set(left) == {"default_notice"}
    dated = [one["due"] for one in left.values() if one["due"]]
    assert dated == sorted(dated)


async def test_a_decision_a_plan_and_tasks_are_shown_as_they_stood_on_a_past_day(governance: Running):
    provider, before = await governance.register(), datetime.now(UTC).isoformat()
    decision = (await governance.decide(provider, level="2")).json()["decision_id"]
    plan = (await drafted(governance, provider)).json()["plan_id"]
    between = datetime.now(UTC).isoformat()
    found = await owed(governance, provider)
    await step(governance, found["unannounced_visit"]["task_id"], type="done")

    async def has_arrived() -> bool:
        return {"plan.drafted", "task.done"} <= set(await governance.kinds(provider))

    await until(has_arrived)
    asked = [f"/v1/decisions/{decision}", f"/v1/plans/{plan}"]
    then = [(await governance.ask("GET", path, as_of=between)).json() for path in asked]
    assert [one["status"] for one in then] == ["effective", "drafted"]
    assert {one["as_of"][:19] for one in then} == {between[:19]}
    assert [(await governance.ask("GET", path, as_of=before)).status_code for path in asked] == [404, 404]
    assert await owed(governance, provider, as_of=before) == {}
    assert await owed(governance, provider, as_of=between) == found
    assert set(found) - set(await owed(governance, provider)) == {"unannounced_visit"}
    assert (await governance.ask("GET", "/v1/tasks", as_of=before)).status_code == 422


async def test_a_task_is_handed_over_done_or_declined_with_a_reason(governance: Running):
    provider = await governance.register()
    await governance.decide(provider, level="2")
    found = await owed(governance, provider)
    visit, plan = found["unannounced_visit"]["task_id"], found["improvement_plan"]["task_id"]

    given = await step(governance, visit, type="assigned", role="contracts-officer", note="You know the home.")
    mine = await owed(governance, provider, role="contracts-officer")
    done = await step(governance, visit, type="done")
    again = await step(governance, visit, type="done")
    bare = await step(governance, plan, type="not_done")
    lost = await step(governance, plan, type="assigned", role="qualty-officer")
    assert (lost.status_code, lost.json()["errors"][0]["path"]) == (422, "/role")
    declined = await step(governance, plan, type="not_done", reason="The provider is closing next week.")

    assert [one.status_code for one in (given, done, again, bare, declined)] == [201, 201, 409, 422, 201]
    assert set(mine) == {"unannounced_visit"}
    assert {"unannounced_visit", "improvement_plan"}.isdisjoint(await owed(governance, provider))


async def test_what_goes_on_is_owed_anew_when_it_was_done_and_withdrawn_with_the_level(governance: Running):
    provider = await governance.register()
    await governance.decide(provider, level="2")
    meeting = (await owed(governance, provider))["multi_agency_review"]

    await step(governance, meeting["task_id"], type="done")
    anew = (await owed(governance, provider))["multi_agency_review"]
    await governance.decide(provider, level="1")
    after = await owed(governance, provider)

    assert anew["task_id"] != meeting["task_id"]
    assert "multi_agency_review" not in after
    assert {one["level"] for one in after.values()} == {"1"}
    pages = (await governance.ask("GET", "/v1/tasks", provider=provider, limit=1)).json()
    second = (await governance.ask("GET", "/v1/tasks", provider=provider, limit=1, cursor=pages["next"])).json()
    assert pages["tasks"][0]["task_id"] != second["tasks"][0]["task_id"]
