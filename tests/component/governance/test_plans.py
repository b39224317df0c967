"""Improvement plans through the whole service: from a draft to two signatures, on the ledger and on the page."""

from datetime import timedelta
from typing import Any

import pytest

from tests.component.governance.conftest import Running, today, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
DRAFT: dict[str, Any] = {
    "source": "visit", "title": "Medicines after the visit",
    "actions": [{"action_id": "a1", "due": "2026-03-20", "issue": "Charts are not signed.", "themes": ["q.medicines"]}],
}  # fmt: skip
SIGNED: dict[str, Any] = {"type": "signed_off", "signed_on": "2026-03-21", "signed_by_role": "registered_manager"}


async def drafted(running: Running, provider: str, key: str | None = None, **more: Any) -> Any:
    return await running.ask("POST", f"/v1/providers/{provider}/plans", key=key, body=DRAFT | more)


async def step(running: Running, plan_id: str, who: str = "officer", key: str | None = None, **said: Any) -> Any:
    return await running.ask("POST", f"/v1/plans/{plan_id}/steps", who, key=key, body=said)


async def test_from_a_draft_to_two_signatures(governance: Running):
    provider = await governance.register()
    first = await drafted(governance, provider)
    assert first.status_code == 201, first.text
    plan = first.json()["plan_id"]

    for said in (
        {"type": "agreed", "agreed_on": "2026-03-02", "due": "2026-04-01"},
        {"type": "action_progressed", "action_id": "a1", "progress": "some", "support_offered": "A pharmacist visits."},
        {"type": "extended", "due": "2026-05-01", "reason": "The pharmacist was ill."},
        {"type": "action_closed", "action_id": "a1", "outcome": "done", "evidence": "Audit of 20 charts."},
        {"type": "submitted_for_signoff"},
        SIGNED | {"by": "provider"},
    ):
        answer = await step(governance, plan, **said)
        assert answer.status_code == 201, answer.text
    early = await step(governance, plan, type="closed", outcome="completed")
    wrong = [
        await step(governance, plan, "manager", **said)
        for said in (
            SIGNED | {"by": "council", "signed_on": (today() + timedelta(days=1)).isoformat()},
            {"type": "closed", "outcome": "superseded", "superseded_by": plan},
            {"type": "closed", "outcome": "superseded", "superseded_by": "plan-of-nobody"},
        )
    ]
    officers = await step(governance, plan, **SIGNED, by="council")
    signed = await step(governance, plan, "manager", **(SIGNED | {"signed_by_role": "team-manager"}), by="council")
    closed = await step(governance, plan, type="closed", outcome="completed")

    assert (early.status_code, officers.status_code) == (409, 422)
    paths = [answer.json()["errors"][0]["path"] for answer in wrong]
    assert paths == ["/signed_on", "/superseded_by", "/superseded_by"]
    assert "council" in early.json()["detail"]
    assert (signed.status_code, closed.status_code) == (201, 201)
    assert closed.json()["signed_off_by"] == ["council", "provider"]
    page = await governance.page(provider)
    shown = (await governance.ask("GET", f"/v1/plans/{plan}")).json()
    assert shown == page["plan"] | {"provider_id": provider, "place": shown["place"]}
    assert (page["plan"]["status"], page["plan"]["extended"]) == ("closed", 1)
    kinds = await governance.kinds(provider, 11)
    assert kinds[-10:] == [
        "plan.drafted", "plan.action_added", "plan.agreed", "plan.action_progressed", "plan.extended",
        "plan.action_closed", "plan.submitted_for_signoff", "plan.signed_off", "plan.signed_off", "plan.closed",
    ]  # fmt: skip


async def test_a_key_is_carried_out_once(governance: Running):
    provider = await governance.register()

    one, two = await drafted(governance, provider, key="draft"), await drafted(governance, provider, key="draft")
    other = await drafted(governance, provider, key="draft", title="Something else")
    plan = one.json()["plan_id"]
    added = {"type": "action_added", "action_id": "a2", "due": "2026-03-20"}
    again = [await step(governance, plan, key="step", **added) for _ in range(2)]

    assert one.json() == two.json()
    assert other.status_code == 422
    assert again[0].json() == again[1].json()
    assert again[0].json()["open_actions"] == 2


async def test_a_day_that_has_not_passed_is_not_missed(governance: Running):
    provider, ahead = await governance.register(), (today() + timedelta(days=30)).isoformat()
    plan = (await drafted(governance, provider, actions=[{"action_id": "a1", "due": ahead}])).json()["plan_id"]
    await step(governance, plan, type="agreed", agreed_on=today().isoformat(), due=ahead)

    missed = await step(governance, plan, type="breached", because="timescale_missed")
    stuck = await step(governance, plan, type="breached", because="no_progress")
    other = await governance.register()
    foreign = await drafted(governance, other, supersedes=plan)

    assert (missed.status_code, missed.json()["errors"][0]["path"], stuck.status_code) == (422, "/because", 201)
    assert (foreign.status_code, foreign.json()["errors"][0]["path"]) == (422, "/supersedes")


async def test_lists_and_refusals_name_what_is_wrong(governance: Running):
    provider = await governance.register()
    plan = (await drafted(governance, provider)).json()["plan_id"]

    listed = (await governance.ask("GET", "/v1/plans", provider=provider, open=True)).json()
    wrong = await step(governance, plan, type="action_closed", action_id="a9", outcome="done")
    unknown = await governance.ask("GET", "/v1/plans/plan-0000000000000000")
    elsewhere = await governance.ask("GET", f"/v1/plans/{plan}", place="E10000019")
    nonsense = await step(governance, plan, type="finished")

    assert [one["plan_id"] for one in listed["plans"]] == [plan]
    assert (wrong.status_code, unknown.status_code, elsewhere.status_code, nonsense.status_code) == (409, 404, 404, 422)
    assert "no action a9 is open" in wrong.json()["detail"]


async def test_the_plan_of_a_past_day_is_the_one_of_that_day(governance: Running):
    provider = await governance.register()
    plan = (await drafted(governance, provider)).json()["plan_id"]
    kinds = await governance.kinds(provider, 3)
    assert kinds.count("plan.drafted") == 1
    entries = (await governance.ask("GET", f"/v1/providers/{provider}/history")).json()["entries"]
    then = max(entry["event"]["recordedtime"] for entry in entries)
    await step(governance, plan, type="agreed", agreed_on="2026-03-02", due="2026-04-01")
    await governance.kinds(provider, 4)

    async def has_arrived() -> bool:
        return (await governance.ask("GET", f"/v1/providers/{provider}", known_at=then)).status_code == 200

    await until(has_arrived)
    past = (await governance.ask("GET", f"/v1/providers/{provider}", known_at=then)).json()

    assert past["plan"]["status"] == "drafted"
    assert (await governance.page(provider))["plan"]["status"] == "agreed"
