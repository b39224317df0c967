"""What is owed, good practice, the market, the burden: through the whole service, over HTTP, on the ledger."""

from datetime import timedelta
from typing import Any

import pytest

from services.governance.domain import temporary_duty
from shared import events
from tests.component.governance.conftest import PLACE, Running, today, until
from tests.component.governance.test_history import judged
from tests.component.governance.test_monitoring import refused, said

pytestmark = pytest.mark.asyncio(loop_scope="package")
BEFORE, LATER = today() - timedelta(days=5), today() + timedelta(days=30)


async def owed(running: Running, provider: str, **asked: Any) -> list[dict[str, Any]]:
    answer = await running.ask("GET", "/v1/owed", provider=provider, **asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["owed"])


async def checklist(running: Running, provider: str) -> list[dict[str, Any]]:
    return [one for one in await owed(running, provider, kind="task") if one["reason"].startswith("temporary_duty.")]


async def test_everything_that_is_owed_stands_in_one_list_until_it_is_done(governance: Running):
    provider = await governance.register(commissioning="joint")
    practice = await said(
        governance, f"/v1/providers/{provider}/practices", themes=["gp.dignity"], description="Songs."
    )
    steps = f"/v1/practices/{practice['practice_id']}/steps"
    await said(governance, steps, type="consent_asked", asked_on=today().isoformat())
    plan = await said(governance, f"/v1/providers/{provider}/plans", source="visit", actions=[
        {"action_id": "a/1", "due": LATER.isoformat(), "owner_role": "registered_manager"}])  # fmt: skip
    await said(governance, f"/v1/providers/{provider}/visits", purpose="annual", planned_for=LATER.isoformat())
    await said(governance, f"/v1/providers/{provider}/records", type="continuity", on=today().isoformat(), held=False,
               review_due=LATER.isoformat())  # fmt: skip
    decided = await governance.decide(provider, level="2")
    every = {one["kind"]: one for one in await owed(governance, provider)}

    assert set(every) >= {"practice_consent", "plan_action", "visit", "continuity_review", "consent"}
    assert every["consent"]["waits_for"] == ["icb"]
    assert every["consent"]["link"] == f"/v1/decisions/{every['consent']['id']}"
    assert every["consent"]["due"] >= today().isoformat()
    assert decided.status_code in (201, 202)
    assert (every["plan_action"]["item"], every["plan_action"]["role"]) == ("a/1", "registered_manager")
    assert (await governance.ask("GET", every["plan_action"]["link"])).json()["plan_id"] == plan["plan_id"]
    assert every["continuity_review"]["reason"] == "missing"
    assert [one["id"] for one in await owed(governance, provider, organisation="icb")] == [every["consent"]["id"]]
    assert {one["kind"] for one in await owed(governance, provider, due_by=today().isoformat())}.isdisjoint({"visit"})
    paged = (await governance.ask("GET", "/v1/owed", provider=provider, limit=2)).json()
    rest = (await governance.ask("GET", "/v1/owed", provider=provider, cursor=paged["next"])).json()["owed"]
    assert [one["id"] for one in paged["owed"] + rest] == [one["id"] for one in await owed(governance, provider)]

    answer = {"answered_on": today().isoformat(), "by_role": "registered_manager"}
    await said(governance, steps, type="consent_given", scope="forum", **answer)
    await refused(governance, steps, 409, type="shared", audience="public", shared_on=today().isoformat())
    shared = await said(governance, steps, type="shared", audience="forum", shared_on=today().isoformat())
    answered = await governance.answer(every["consent"]["id"])
    assert answered.status_code in (200, 201), answered.text
    assert shared["shared"] == [{"on": today().isoformat(), "audience": "forum"}]
    assert {one["kind"] for one in await owed(governance, provider)}.isdisjoint({"practice_consent", "consent"})
    listed = (await governance.ask("GET", "/v1/practices", provider=provider, consent="given")).json()["practices"]
    assert [one["practice_id"] for one in listed] == [practice["practice_id"]]


async def test_a_failure_a_temporary_duty_and_its_tasks(governance: Running):
    provider = await governance.register()
    path = f"/v1/providers/{provider}/temporary-duties"
    order = {"because": "business_failure", "since": BEFORE.isoformat()}
    await refused(governance, path, 422, failure_id="failure-0000000000000000", **order)
    failed = await said(governance, f"/v1/providers/{provider}/records", type="failure", on=BEFORE.isoformat(),
                        code="administrator_appointed", people_affected_band="11+")  # fmt: skip
    await said(
        governance, f"/v1/providers/{provider}/records", type="signal", on=BEFORE.isoformat(), signal="m.liquidity"
    )
    for on in (BEFORE, today(), BEFORE - timedelta(days=9)):
        await said(governance, f"/v1/providers/{provider}/records", type="engagement", on=on.isoformat(),
                   forum_attended=False)  # fmt: skip
    listed = (await governance.ask("GET", "/v1/records", type="engagement", provider=provider)).json()["records"]
    days = [today(), BEFORE, BEFORE - timedelta(days=9)]
    assert [one["on"] for one in listed] == [day.isoformat() for day in days]  # the newest first, each with its day
    duty = await said(governance, path, failure_id=failed["failure_id"], **order)
    await refused(governance, path, 409, failure_id=failed["failure_id"], **order)
    items = [
        one for one in await owed(governance, provider, kind="task") if one["reason"].startswith("temporary_duty.")
    ]
    steps = f"/v1/temporary-duties/{duty['duty_id']}/steps"
    given = await said(governance, items[0]["link"], type="assigned", role="quality-officer", officer="qm-07",
                       note="You know them.")  # fmt: skip
    mine = await owed(governance, provider, officer="qm-07")
    for ticked in ({"type": "done"}, {"type": "not_done", "reason": "Somebody did."}):
        await refused(governance, items[0]["link"], 409, **ticked)  # the checklist alone says so
    counted = await said(governance, steps, type="counted", own=10, self_funded=4, arranged=13,
                         others=[{"authority": "E08000033", "people": 1}])  # fmt: skip
    await refused(governance, steps, 409, type="settled", item="continuity_arranged")
    await said(
        governance, steps, type="settled", item="administrator_contacted", outcome="not_needed", note="None yet."
    )
    await said(governance, steps, type="settled", item="cqc_contacted")
    left = await checklist(governance, provider)
    shown = (await governance.ask("GET", f"/v1/temporary-duties/{duty['duty_id']}")).json()["checklist"]
    assert {one["item"]: one["due"] for one in shown} == {
        one["reason"].removeprefix("temporary_duty."): one["due"] for one in items
    }

    assert (duty["power"], len(items), len(left)) == ("duty", len(temporary_duty.CHECKLIST), 6)
    assert (counted["people"], counted["waiting"]) == (15, 2)
    assert (given["officer"], [one["id"] for one in mine]) == ("qm-07", [items[0]["id"]])

    async def known() -> Any:
        market = (await governance.ask("GET", f"/v1/places/{PLACE}/market")).json()["providers"]
        found = [one for one in market if one["provider_id"] == provider]
        return found[0] if found and found[0]["signals"] and found[0]["failures"] else None

    seen = await until(known)
    assert (seen["clauses"], seen["temporary_duty"]["waiting"]) == (["SAL-27.f"], 2)
    alone = {"type": "counted", "own": 10, "self_funded": 4}
    await said(governance, steps, **alone, arranged=14)
    await said(governance, steps, type="settled", item="continuity_arranged")
    assert "temporary_duty.continuity_arranged" not in {one["reason"] for one in await checklist(governance, provider)}
    await said(governance, steps, **alone, nhs=3, arranged=14)  # more come to light: it is owed anew
    assert "temporary_duty.continuity_arranged" in {one["reason"] for one in await checklist(governance, provider)}
    said_ = {"reason": "The administrator sold it as a whole.", "closed_on": today().isoformat()}
    over = await said(governance, steps, type="closed", outcome="provider_continued", **said_)
    assert over["outcome"] == "provider_continued"
    assert not await checklist(governance, provider)


async def test_the_burden_of_a_provider_and_of_its_place(governance: Running):
    provider = await governance.register()
    data = {"return_type": "RT-PMR", "period": f"{today():%Y-%m}", "due_on": today().isoformat()}
    await governance.others.write(events.returns.ReturnRequested, provider, data)

    async def asked() -> Any:
        found = (await governance.ask("GET", f"/v1/providers/{provider}/burden", to=today().isoformat())).json()
        return found if found.get("returns") else None

    found = await until(asked)
    fields = {one["field"]: one for one in found["returns"][0]["fields"]}
    everybody = (await governance.ask("GET", f"/v1/places/{PLACE}/burden", to=today().isoformat())).json()
    assert len(fields) > 30
    assert found["minutes_a_month"] > 0
    assert provider in {one["provider_id"] for one in everybody["providers"]}


async def test_a_missed_return_asks_for_a_waiver_and_goes_when_it_is_waived(governance: Running):
    provider = await governance.register()
    named = f"RT-PMR:{BEFORE:%Y-%m}"

    async def judge(*clocks: dict[str, Any]) -> None:
        said_ = judged("1", "2") | {"clocks": list(clocks)}
        model = events.assessments.AssessmentChanged
        await governance.others.write(model, provider, said_, topic="assessments", writer="risk")

    await judge(
        {"kind": "return", "due": today().isoformat(), "reference": named},
        {"kind": "return", "due": LATER.isoformat(), "reference": "RT-QSA:2026"},
        {"kind": "partner_ratings", "due": LATER.isoformat(), "reference": "2026-03"},
        {"kind": "host_notice", "due": LATER.isoformat(), "reference": "notice-1"},
        {"kind": "placement", "due": LATER.isoformat(), "reference": f"{PLACE}|theirs-1"},
    )
    found = await until(lambda: owed(governance, provider))
    by = {(one["kind"], one["reason"]): one for one in found}
    late = by["return", named]
    assert (late["due"], late["overdue"], late["waits_for"]) == (
        (today() - timedelta(days=1)).isoformat(), True, ["provider"],
    )  # fmt: skip
    waiver = by["waiver", named]
    assert (waiver["role"], waiver["overdue"], waiver["due"]) == ("quality-officer", False, today().isoformat())
    assert set(by) == {("return", named), ("waiver", named), ("return", "RT-QSA:2026"),
                       ("partner_rating", "2026-03"), ("host_assurance", "notice-1"),
                       ("placement", f"{PLACE}|theirs-1")}  # fmt: skip
    mine = await owed(governance, provider, role="quality-officer")
    assert [one["kind"] for one in mine] == ["waiver", "placement"]  # of a placement that another system keeps
    assert mine[1]["link"] == f"/v1/providers/{provider}"

    await judge()  # risk has heard of `returns.waived`, and of the rest

    async def gone() -> bool:
        return not await owed(governance, provider)

    await until(gone)


async def test_a_plan_whose_actions_are_closed_is_to_be_handed_in_and_signed(governance: Running):
    provider = await governance.register()
    actions = [{"action_id": "a1", "due": LATER.isoformat()}]
    plan = await said(governance, f"/v1/providers/{provider}/plans", source="visit", actions=actions)
    steps = f"/v1/plans/{plan['plan_id']}/steps"
    await said(governance, steps, type="agreed", agreed_on=today().isoformat(), due=LATER.isoformat())
    assert await owed(governance, provider, kind="plan_sign_off") == []
    await said(governance, steps, type="action_closed", action_id="a1", outcome="done")
    [to_submit] = await owed(governance, provider, kind="plan_sign_off")
    await said(governance, steps, type="submitted_for_signoff")
    [to_sign] = await owed(governance, provider, kind="plan_sign_off")

    assert (to_submit["reason"], to_submit["role"], to_submit["due"]) == (
        "agreed", "quality-officer", LATER.isoformat(),
    )  # fmt: skip
    assert (to_sign["reason"], to_sign["waits_for"]) == ("submitted", ["council", "provider"])


async def test_who_was_asked_before_a_visit_is_waited_for_until_it_answers(governance: Running):
    provider = await governance.register()
    visit = await said(governance, f"/v1/providers/{provider}/visits", purpose="annual", planned_for=LATER.isoformat())
    steps = f"/v1/visits/{visit['visit_id']}/steps"
    asked = await said(governance, steps, type="asked", sources=["fire_rescue", "gp"], due_on=BEFORE.isoformat())
    waited = await owed(governance, provider, kind="consultation", organisation="fire_rescue")
    assert [(one["reason"], one["overdue"], one["link"]) for one in waited] == [
        ("fire_rescue", True, f"/v1/visits/{visit['visit_id']}")
    ]
    name = asked["consultations"][0]["consultation_id"]
    await said(governance, steps, type="answered", consultation_id=name, answer="nothing_to_report")
    assert [one["reason"] for one in await owed(governance, provider, kind="consultation")] == ["gp"]
