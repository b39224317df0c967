"""Contracts, visits and assessments through the whole service: asked over HTTP, on the ledger, in the lists."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from services.governance.monitoring import sets
from shared import events
from tests.component.governance.conftest import PLACE, Running, kind, today, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
SOON, LATER = today() + timedelta(days=20), today() + timedelta(days=60)


async def said(running: Running, path: str, who: str = "officer", **body: Any) -> Any:
    answer = await running.ask("POST", path, who, body=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refused(running: Running, path: str, status: int, who: str = "officer", **body: Any) -> Any:
    answer = await running.ask("POST", path, who, body=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_contract_from_its_registration_to_its_review(governance: Running):
    provider = await governance.register()
    path = f"/v1/providers/{provider}/contracts"
    none = await refused(governance, path, 422, kind="no_contract", commissioner="council",
                         allocated_to="contracts-officer", clauses=["returns"])  # fmt: skip
    made = await said(
        governance, path, kind="framework", commissioner="council", allocated_to="contracts-officer", officer="qm-07",
        size_band="500k_1m", starts_on="2025-04-01", ends_on="2029-03-31", clauses=["returns", "insurance"],
        documents=[{"name": "insurance", "due": today().isoformat()}],
    )  # fmt: skip
    steps = f"/v1/contracts/{made['contract_id']}/steps"
    unknown = await refused(governance, steps, 422, type="breached", clauses=["cqc_copies"], reason="No copies came.")
    tomorrow = (today() + timedelta(days=1)).isoformat()
    ahead = [
        await refused(governance, steps, 422, type="reviewed", reviewed_on=tomorrow, how="desk", outcome="actions"),
        await refused(governance, steps, 422, type="ended", ended_on=tomorrow, because="handed_back"),
        await refused(governance, path, 422, kind="no_contract", commissioner="council",
                      allocated_to="contracts-officer"),
    ]  # fmt: skip
    await said(governance, steps, type="rated", rag="red", reason="Two returns are missing.")
    await said(governance, steps, type="breached", clauses=["returns"], reason="No return for two months.",
               found_on=(today() - timedelta(days=3)).isoformat())  # fmt: skip
    got = await said(governance, steps, type="documents_received", documents=["insurance"])
    reviewed = await said(governance, steps, type="reviewed", reviewed_on=today().isoformat(), how="desk",
                          outcome="actions", summary="Returns are late.")  # fmt: skip

    assert none["errors"][0]["path"] == "/clauses"
    assert [one["errors"][0]["path"] for one in ahead] == ["/reviewed_on", "/ended_on", "/kind"]
    assert unknown["errors"][0]["path"] == "/clauses/0"
    assert (made["mid_term_on"], made["services"], made["next_due"]) == (
        "2027-04-01", ["care_home_residential"], today().isoformat(),
    )  # fmt: skip
    assert (got["documents_due"], got["breached"]) == ([], ["returns"])
    assert date.fromisoformat(reviewed["review_due"]).year == today().year + 1
    listed = (await governance.ask("GET", "/v1/contracts", provider=provider, rag="red")).json()["contracts"]
    unrated = (await governance.ask("GET", "/v1/contracts", provider=provider, rag="unrated")).json()["contracts"]
    assert ([one["contract_id"] for one in listed], unrated) == ([made["contract_id"]], [])
    assert await governance.kinds(provider, 6) == [
        "registry.service.registered", "contract.registered", "contract.changed", "contract.changed",
        "contract.changed", "contract.reviewed",
    ]  # fmt: skip
    breach = next(entry for entry in await governance.history(provider) if "breached" in entry["event"]["data"])
    assert breach["event"]["time"][:10] <= (today() - timedelta(days=3)).isoformat()
    first = next(entry for entry in await governance.history(provider) if "size_band" in entry["event"]["data"])

    async def past() -> Any:
        then = first["event"]["recordedtime"]
        answer = await governance.ask("GET", f"/v1/contracts/{made['contract_id']}", known_at=then)
        return answer.json() if answer.status_code == 200 else None  # else it has not arrived yet

    then = await until(past)
    assert (then["rag"], then["breached"]) == (None, [])


async def test_a_joint_visit_from_the_timetable_to_the_feedback(governance: Running):
    provider = await governance.register(commissioning="joint")
    path = f"/v1/providers/{provider}/visits"
    made = await said(governance, path, purpose="joint", planned_for=SOON.isoformat(), lead="council")
    order = {"purpose": "annual", "planned_for": SOON.isoformat()}
    double = await refused(governance, path, 422, "icb", **order)
    order |= {"although": "The people asked for it."}
    other = await governance.ask("POST", path, "icb", key="other-visit", body=order)
    again = await governance.ask("POST", path, "icb", key="other-visit", body=order)
    at_once = {"purpose": "focused", "planned_for": (LATER + timedelta(days=30)).isoformat()}
    several = await asyncio.gather(*(governance.ask("POST", path, who, body=at_once) for who in ("officer", "icb") * 3))
    steps = f"/v1/visits/{made['visit_id']}/steps"
    agreed = await said(governance, steps, "icb", type="lead_agreed", lead="council")
    asked = await said(governance, steps, type="asked", sources=["fire_rescue", "gp", "community_health"])
    by = {one["asked"]: one["consultation_id"] for one in asked["consultations"]}
    await said(governance, steps, type="answered", consultation_id=by["gp"], answer="nothing_to_report")
    data = {"report_id": "FR-1", "regulator": "fire", "finding": "minor"}
    await governance.others.write(events.regulators.RegulatoryReportReceived, provider, data)
    data = {"consultation_id": by["fire_rescue"], "answered_by": "fire_rescue", "answer": "information_given"}
    await governance.others.write(events.partners.ConsultationAnswered, provider, data)

    async def told() -> Any:
        pack = (await governance.ask("GET", f"/v1/visits/{made['visit_id']}/pack")).json()
        found = {one["source"]: one for one in pack["sources"]}
        return found if found["fire"]["state"] == "answered" else None

    sources = await until(told)
    finding = {"finding_id": "f1", "nature": "gap", "theme": "q.medicines", "key_questions": ["safe"]}
    await said(governance, steps, type="finding", **finding)
    at_risk = await said(governance, steps, type="finding", **(finding | {
        "finding_id": "f2", "nature": "immediate_risk", "theme": "q.falls_moving"}))  # fmt: skip
    done = await said(governance, steps, type="completed", methods=["talk_to_people", "observe_care"],
                      findings=[finding | {"finding_id": "f3", "nature": "strength", "theme": "q.dignity"}],
                      summary="Two people spoke to us.")  # fmt: skip
    told_of = {"type": "feedback_given", "how": "meeting", "to_role": "registered_manager"}
    tomorrow = (today() + timedelta(days=1)).isoformat()
    foreign = [
        await refused(governance, steps, 422, **told_of, given_on=tomorrow),
        await refused(governance, steps, 422, **told_of, given_on=today().isoformat(), plan_id="plan-of-nobody"),
    ]
    beside = f"/v1/visits/{other.json()['visit_id']}/steps"
    past = await refused(governance, beside, 422, "icb", type="moved", planned_for="2026-01-05", because="other")
    over = await said(governance, steps, **told_of, given_on=today().isoformat())

    assert [one["errors"][0]["path"] for one in (double, *foreign, past)] == [
        "/planned_for", "/given_on", "/plan_id", "/planned_for",
    ]  # fmt: skip
    assert (other.status_code, again.json()) == (201, other.json())
    assert sorted(answer.status_code for answer in several) == [201, *[422] * 5]
    assert (made["lead"], agreed["lead"]) == (None, "council")
    states = {name: one["state"] for name, one in sources.items()}
    assert states == {
        "cqc_report": "not_asked", "complaints": "not_asked", "safeguarding": "not_asked", "social_work": "not_asked",
        "continuing_care": "not_asked", "health_professionals": "asked", "fire": "answered",
    }  # fmt: skip
    assert sources["fire"]["recorded"] == 1
    assert (at_risk["status"], at_risk["immediate_risk"]) == ("completed", True)  # waits for no report (A1)
    assert (done["themes"], done["immediate_risk"]) == (["q.falls_moving", "q.medicines"], True)
    assert (over["status"], over["findings"][2]["nature"]) == ("closed", "strength")
    open_ones = (await governance.ask("GET", "/v1/visits", provider=provider)).json()["visits"]
    first = next(answer for answer in several if answer.status_code == 201)
    assert [one["visit_id"] for one in open_ones] == [other.json()["visit_id"], first.json()["visit_id"]]


async def test_what_is_said_later_of_a_visit_is_said_of_its_day(governance: Running):
    provider, day = await governance.register(), (today() - timedelta(days=2)).isoformat()
    path = f"/v1/providers/{provider}/visits"
    made = await said(governance, path, purpose="annual", planned_for=day)
    far = (await said(governance, path, purpose="annual", planned_for=LATER.isoformat()))["visit_id"]
    near = await said(governance, path, purpose="focused", planned_for=SOON.isoformat())
    steps = f"/v1/visits/{made['visit_id']}/steps"
    await said(governance, steps, type="completed", visited_on=day, methods=["observe_care"])
    found = await said(governance, steps, type="finding", finding_id="f1", nature="immediate_risk",
                       theme="q.medicines", key_questions=["safe"])  # fmt: skip
    other_day = await refused(governance, steps, 422, type="completed", visited_on=today().isoformat(),
                              methods=["observe_care"], immediate_risk=True)  # fmt: skip
    beside = await refused(governance, f"/v1/visits/{far}/steps", 422, type="moved", planned_for=SOON.isoformat(),
                           because="staffing")  # fmt: skip

    async def told() -> Any:
        entries = await governance.history(provider, type="visit.completed")
        return [entry["event"] for entry in entries] if len(entries) > 1 else None

    events_of = await until(told)
    assert found["immediate_risk"]
    assert len({one["time"] for one in events_of}) == 1  # the later word counts, on the day of the visit
    assert events_of[0]["time"][:10] <= day
    assert other_day["errors"][0]["path"] == "/visited_on"
    assert near["visit_id"] in beside["errors"][0]["problem"]


def answers(name: str, other: dict[str, str]) -> list[dict[str, Any]]:
    asked = [one.id for _, one in sets.named(name).asked("care_home_residential")]
    return [{"question": one, "answer": other.get(one, "mostly"), "evidence": "Seen on the day."} for one in asked]


async def concluded(running: Running, provider: str, **other: str) -> tuple[str, str]:
    """An assessment with its answers, and the address of its steps."""
    path, order = f"/v1/providers/{provider}/assessments", {"question_set": "calderdale-2023"}
    began = await running.ask("POST", path, key=f"{provider}{len(other)}", body=order)
    again = await running.ask("POST", path, key=f"{provider}{len(other)}", body=order)
    assert (began.status_code, again.json()) == (201, began.json()), began.text
    made = began.json()
    steps = f"/v1/assessments/{made['assessment_id']}/steps"
    renamed = {name.replace("_", "."): value for name, value in other.items()}
    await said(running, steps, type="answered", answers=answers("calderdale-2023", renamed))
    return made["assessment_id"], steps


async def test_an_assessment_from_the_first_answer_to_the_plan(governance: Running):
    provider = await governance.register()
    name, steps = await concluded(governance, provider, s1_q3="not", s2_q1="partly")
    blind = (await governance.ask("GET", f"/v1/assessments/{name}")).json()
    bare = await refused(governance, steps, 422, type="answered", answers=[{"question": "s1.q1", "answer": "fully"}])
    foreign = await refused(governance, steps, 422, type="answered",
                            answers=[{"question": "s2.q5", "answer": "not_applicable"}])  # fmt: skip
    draft = await said(governance, steps, type="draft_shared")
    waiting = (await governance.ask("GET", "/v1/tasks", provider=provider)).json()["tasks"]
    early = await refused(governance, steps, 409, type="completed")
    await said(governance, steps, type="disputed", question="s1.q3", grounds="The plan was there.")
    await said(governance, steps, type="commented", accepted=True)
    open_dispute = await refused(governance, steps, 409, type="completed")
    own = await refused(governance, steps, 409, type="dispute_reviewed", question="s1.q3", answer="mostly",
                        reason="It was there.")  # fmt: skip
    await said(governance, steps, "manager", type="dispute_reviewed", question="s1.q3", answer="mostly",
               reason="The plan was there.")  # fmt: skip
    action = {"question": "s2.q1", "due": SOON.isoformat(), "owner_role": "registered_manager"}
    wrong = await refused(governance, steps, 422, type="completed", actions=[action | {"question": "s1.q3"}])
    final = await said(governance, steps, type="completed", actions=[action], summary="Better than before.")
    again = await concluded(governance, provider)
    for order in ({"type": "draft_shared"}, {"type": "commented", "accepted": True}):
        await said(governance, again[1], **order)
    second = await said(governance, again[1], type="completed")

    assert (blind["draft"], blind["overall"]) == (None, None)
    assert bare["errors"][0]["path"] == "/answers/0/evidence"
    assert foreign["errors"][0]["path"] == "/answers/0/question"
    assert draft["draft"]["overall"] == "requires_improvement"  # a critical question was not met
    assert date.fromisoformat(draft["comments_due"]) == today() + timedelta(days=14)
    assert [(one["task"], one["due"]) for one in waiting] == [("factual_accuracy", draft["comments_due"])]
    assert draft["comments_due"] in early["detail"]
    assert "s1.q3" in open_dispute["detail"]
    assert "second officer" in own["detail"]
    assert wrong["errors"][0]["path"] == "/actions/0/question"
    assert (final["status"], final["overall"], final["since_baseline"]) == ("final", "requires_improvement", None)
    plans = (await governance.ask("GET", "/v1/plans", provider=provider)).json()["plans"]
    assert [(one["action_id"], one["due"]) for plan in plans for one in plan["actions"]] == [
        ("s2.q1", SOON.isoformat())
    ]
    assert (second["baseline_id"], second["since_baseline"]) == (name, "improved")
    owed = (await governance.ask("GET", "/v1/tasks", provider=provider)).json()["tasks"]
    assert [(one["task"], one["due"]) for one in owed] == [("assess_again.calderdale-2023", second["repeat_due"])]

    async def told() -> Any:
        entries = await governance.history(provider, type="assessment.completed")
        return [entry["event"]["data"] for entry in entries] if len(entries) > 1 else None

    facts = await until(told)
    assert facts[0]["standards"][1]["themes"] == ["q.dignity"]
    assert (facts[0]["tool"], facts[0]["disputes"]) == ("question_set", 1)


async def test_the_schedule_shows_what_is_due_and_what_is_planned(governance: Running):
    provider = await governance.register()
    await governance.decide(provider, level="2")  # asks for an unannounced visit within 28 days (HER-M2)
    path = f"/v1/places/{PLACE}/schedule"

    async def entry(**asked: Any) -> Any:
        answer = await governance.ask("GET", path, limit=500, **asked)
        assert answer.status_code == 200, answer.text
        return next((one for one in answer.json()["providers"] if one["provider_id"] == provider), None)

    before = await entry(unplanned=True)
    visit = {"purpose": "unannounced", "planned_for": (today() + timedelta(days=5)).isoformat()}
    made = await said(governance, f"/v1/providers/{provider}/visits", **visit)
    after = await entry()
    first = (await governance.ask("GET", path, limit=1)).json()

    assert (before["confirmed"], before["unplanned"], before["planned"]) == ("2", True, [])
    assert "unannounced_visit" in {one["kind"] for one in before["because"]}
    assert [one["visit_id"] for one in after["planned"]] == [made["visit_id"]]
    assert not after["unplanned"]
    assert (len(first["providers"]), first["scale"]) == (1, "level")


async def test_a_placement_out_of_area_until_the_host_is_told(governance: Running):
    provider = await governance.register()
    path = f"/v1/providers/{provider}/placements"
    order = {"placing_authority": PLACE, "host_authority": "E08000033", "started_on": today().isoformat(), "count": 6}
    unchecked = await refused(governance, path, 422, **order)
    check = {"pre_placement": {"checked_on": today().isoformat(), "result": "satisfactory"}}
    made = await said(governance, path, **(order | check))
    guests = await said(governance, path, **(order | {"placing_authority": "E08000033", "host_authority": PLACE}))
    steps = f"/v1/placements/{made['placement_token']}/steps"
    looked = await said(governance, steps, type="six_week", checked_on=today().isoformat(), result="concerns",
                        next_due=SOON.isoformat(), themes=["q.staffing_levels"])  # fmt: skip
    told = await said(governance, steps, type="host_told", told_on=today().isoformat(), detail="Too few at night.")
    found = (await governance.ask("GET", f"/v1/places/{PLACE}/out-of-area")).json()
    listed = (await governance.ask("GET", "/v1/placements", provider=provider, host_authority="E08000033")).json()

    await said(governance, steps, type="ended", ended_on=today().isoformat(), because="quality_concern")
    sent = await governance.alerts(provider)

    assert [(kind({"event": one}), one["data"]["to_role"], one["data"]["host_authority"]) for one in sent] == [
        ("alert.raised", "host_authority", "E08000033"), ("alert.cleared", "host_authority", "E08000033"),
    ]  # fmt: skip
    assert (sent[1]["data"]["raised_id"], "night" in str(sent)) == (sent[0]["id"], False)
    assert unchecked["errors"][0]["path"] == "/pre_placement"
    assert date.fromisoformat(made["next_due"]) == today() + timedelta(days=42)
    assert (guests["next_due"], looked["next_due"], told["host_told_on"]) == (
        None,
        SOON.isoformat(),
        [today().isoformat()],
    )
    mine = [one for one in found["elsewhere"] if one["provider_id"] == provider]
    assert [(one["people"], one["next_due"], one["overdue"]) for one in mine] == [(6, SOON.isoformat(), False)]
    assert {"provider_id": provider, "placing_authority": "E08000033", "people": 6} in found["here"]
    assert [one["placement_token"] for one in listed["placements"]] == [made["placement_token"]]
