"""Decisions by their pages: the same powers, refusals and versions as over HTTP; consents, taint, what waits."""

import re
from typing import Any

import httpx2
import pytest

from shared.events import concerns, cqc
from tests.component.governance.browsing import Browser, sign_in
from tests.component.governance.conftest import PLACE, Running, until
from tests.component.governance.test_pages_forms import key

pytestmark = pytest.mark.asyncio(loop_scope="package")
PANEL = {"body": "MA_QUALITY_REVIEW", "level": "3", "rationale": "The panel agreed (synthetic)."}


def version(text: str) -> str:
    found = re.search(r'name="version" value="([^"]+)"', text)
    assert found
    return found[1]


async def sent(browser: Browser, address: str, **fields: str) -> httpx2.Response:
    """What a page of this browser sends: its own version, key and token, and these fields."""
    page = (await browser.get(address)).text
    own = {"csrf_token": await browser.csrf(), "key": key(page), "version": version(page)}
    return await browser.post(address, own | fields)


async def decided(governance: Running, provider: str, who: str = "chair", **fields: str) -> str:
    """A level by its form: the address of the decision."""
    answer = await sent(sign_in(governance, who), f"/providers/{provider}/decide/level.confirmed", **(PANEL | fields))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def test_what_can_be_decided_stands_first_and_says_who_may(governance: Running) -> None:
    provider = await governance.register(name="Deciding House (synthetic)")
    page = await sign_in(governance, "chair").get(f"/providers/{provider}/decide?meeting=m-1&item=2")

    assert page.status_code == 200
    first, _, later = page.text.partition("Not as things stand")
    assert "Confirm, raise, lower or hold the level" in first
    assert "Your role may" in first
    assert "Lift a restriction" in later
    assert f"/providers/{provider}/decide/level.confirmed?meeting=m-1&amp;item=2" in first


async def test_a_level_is_decided_once_however_often_its_form_is_sent(governance: Running) -> None:
    provider = await governance.register(name="Once House (synthetic)")
    browser = sign_in(governance, "chair")
    address = f"/providers/{provider}/decide/level.confirmed"
    page = (await browser.get(address)).text
    fields = {"csrf_token": await browser.csrf(), "key": key(page), "version": version(page)}
    silent = await browser.post(address, fields | PANEL | {"rationale": ""})
    assert silent.status_code == 422
    assert 'href="#rationale"' in silent.text
    first, again = await browser.post(address, fields | PANEL), await browser.post(address, fields | PANEL)
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    assert (await governance.page(provider))["confirmed"]["level"] == "3"
    shown = await browser.get(first.headers["location"])
    assert "In effect" in shown.text
    assert "Consider restriction" in shown.text, "what level 3 sets going"


async def test_a_refusal_by_the_policy_names_its_rule(governance: Running) -> None:
    provider = await governance.register(name="Refusal House (synthetic)")
    answer = await sent(sign_in(governance, "officer"), f"/providers/{provider}/decide/level.confirmed", **PANEL)

    assert answer.status_code == 403
    assert "HER-29" in answer.text
    assert "The panel agreed (synthetic)." in answer.text, "nothing that was written is lost"


async def test_a_page_that_changed_is_looked_at_again_and_then_sent(governance: Running) -> None:
    provider = await governance.register(name="Stale House (synthetic)")
    browser = sign_in(governance, "chair")
    address = f"/providers/{provider}/decide/level.confirmed"
    page = (await browser.get(address)).text
    fields = {"csrf_token": await browser.csrf(), "key": key(page), "version": version(page)} | PANEL
    assert (await governance.decide(provider, level="2")).status_code == 201

    stale = await browser.post(address, fields)
    assert stale.status_code == 412
    assert "Nothing was recorded" in stale.text
    assert "Level 2" in stale.text
    assert (await browser.post(address, fields)).status_code == 412
    now = await browser.post(address, fields | {"version": version(stale.text)})
    assert now.status_code == 303


@pytest.mark.parametrize(("who", "place", "status"), [("auditor", None, 403), ("chair", "X00000099", 404)])
async def test_wrong_role_and_wrong_place(governance: Running, who: str, place: str | None, status: int) -> None:
    provider = await governance.register(name="Elsewhere House (synthetic)")
    decision = await decided(governance, provider)
    browser = sign_in(governance, who, place=place) if place else sign_in(governance, who)

    for address in (f"/providers/{provider}/decide", f"/providers/{provider}/decide/level.confirmed"):
        assert (await browser.get(address)).status_code == status
    assert (await browser.get(f"{decision}/consent")).status_code == status
    assert (await browser.get(decision)).status_code == (404 if place else 200)
    assert (await browser.get("/decisions")).status_code == 200


async def test_the_other_organisation_finds_what_waits_and_consents(governance: Running) -> None:
    provider = await governance.register("joint", name="Consent House (synthetic)")
    decision = await decided(governance, provider)
    chair, icb = sign_in(governance, "chair"), sign_in(governance, "icb")
    mine = await chair.get(decision)
    assert "Waits for somebody" in mine.text
    assert "Your answer" not in mine.text

    waiting = await icb.get("/decisions")
    assert f'href="{decision}"' in waiting.text
    assert "Consent House (synthetic)" in waiting.text
    assert f"{decision}/consent" in (await icb.get(decision)).text
    silent = await sent_answer(icb, f"{decision}/refuse_consent")
    assert silent.status_code == 422
    wrong = await sent_answer(chair, f"{decision}/consent")
    assert wrong.status_code == 409, "it waits for the ICB"
    agreed = await sent_answer(icb, f"{decision}/consent")
    assert agreed.status_code == 303
    assert "In effect" in (await icb.get(decision)).text
    assert f'href="{decision}"' not in (await icb.get("/decisions")).text


async def sent_answer(browser: Browser, address: str, **fields: str) -> httpx2.Response:
    page = (await browser.get(address)).text
    return await browser.post(address, {"csrf_token": await browser.csrf(), "key": key(page)} | fields)


async def test_the_second_person_is_another_person(governance: Running) -> None:
    provider = await governance.register(name="Two People House (synthetic)")
    director, manager = sign_in(governance, "director"), sign_in(governance, "manager")
    made = await sent(
        director, f"/providers/{provider}/decide/suspension.imposed", body="COMMISSIONERS", kind="enforced",
        scope="new_admissions", rationale="Grave concerns (synthetic).",
    )  # fmt: skip
    assert made.status_code == 303, made.text
    decision = made.headers["location"].partition("?")[0]
    own = await director.get(decision)
    assert "somebody else must answer" in own.text
    same = await sent_answer(director, f"{decision}/ratify")
    assert same.status_code == 403
    assert "Two different people" in same.text
    listed = await manager.get("/decisions?show=ratifications")
    assert decision in listed.text
    other = await sent_answer(sign_in(governance, "chair"), f"{decision}/ratify")
    assert other.status_code == 303, other.text
    assert decision not in (await manager.get("/decisions?show=ratifications&whose=all")).text


async def test_evidence_is_picked_from_the_page_and_its_fall_is_shown(governance: Running) -> None:
    provider = await governance.register(name="Taint House (synthetic)")
    data: Any = {"concern_id": "QC-T", "themes": ["q.medicines"], "severity": "S3"}
    raised = await governance.others.write(concerns.QualityConcernRaised, provider, data)
    await governance.kinds(provider, 2)
    chair = sign_in(governance, "chair")
    form = await chair.get(f"/providers/{provider}/decide/level.confirmed")
    assert f'value="{raised.id}"' in form.text
    assert "themes Medicines" in form.text
    decision = await decided(governance, provider, evidence=str(raised.id))
    outcome: Any = {"concern_id": "QC-T", "outcome": "not_upheld", "confidence": "unverified"}
    await governance.others.write(concerns.ConcernOutcomeRecorded, provider, outcome)

    async def is_tainted() -> bool:
        return "fell after it was taken" in (await chair.get(decision)).text

    await until(is_tainted)

    async def is_listed() -> bool:
        return decision in (await chair.get("/decisions")).text.partition("whose evidence fell")[2]

    await until(is_listed)


async def test_the_reason_is_read_on_demand_and_that_is_kept(governance: Running) -> None:
    provider = await governance.register(name="Reason House (synthetic)")
    decision = await decided(governance, provider)
    auditor = sign_in(governance, "auditor")
    assert "The panel agreed" not in (await auditor.get(decision)).text
    before = await governance.rows("SELECT count(*) FROM openings")
    opened = await auditor.post(decision, {"csrf_token": await auditor.csrf()})
    assert "The panel agreed (synthetic)." in opened.text
    assert await governance.rows("SELECT count(*) FROM openings") != before


async def test_a_large_scale_process_and_its_next_step(governance: Running) -> None:
    provider = await governance.register(name="Process House (synthetic)")
    chair, director = sign_in(governance, "chair"), sign_in(governance, "director")
    made = await sent(
        chair, f"/providers/{provider}/decide/lsi.recommended", body="MA_QUALITY_REVIEW", grounds="abuse.neglect",
        rationale="Several services (synthetic).",
    )  # fmt: skip
    assert made.status_code == 303, made.text
    lsi = (await governance.page(provider))["processes"][0]["lsi_id"]
    address = f"/providers/{provider}/processes/{lsi}"
    assert (await sign_in(governance, "officer").get(address)).status_code == 404, "for safeguarding, until it begins"
    begun = await sent(
        director, f"/providers/{provider}/decide/lsi.authorised", body="DIRECTOR", lead_role="safeguarding",
        scope="service", police_liaison="false", rationale="Authorised (synthetic).", lsi_id=lsi,
    )  # fmt: skip
    assert begun.status_code == 303, begun.text
    page = await sign_in(governance, "officer").get(address)
    assert "Authorised" in page.text
    assert "Safety checks" in page.text
    assert "decide/lsi.step_recorded" in page.text


async def test_a_challenge_waits_until_an_officer_answers_it_once(governance: Running) -> None:
    provider = await governance.register(name="Challenge House (synthetic)")
    rating: Any = {"overall": "inadequate", "report_date": "2026-02-01"}
    rated = await governance.others.write(cqc.CqcRatingPublished, provider, rating)
    await governance.kinds(provider, 2)
    claims = {"sub": "home", "roles": ["provider"], "org": "provider", "places": [PLACE], "services": [provider]}
    order = {"event_id": str(rated.id), "grounds": "factual_accuracy", "statement": "It is Good (synthetic)."}
    headers = governance.issuer.headers(**claims)
    raised = await governance.client.post(f"/v1/own/{provider}/challenges", json=order, headers=headers)
    assert raised.status_code == 201, raised.text
    address = f"/challenges/{raised.json()['dispute_id']}"
    officer, listed = sign_in(governance, "officer"), "/decisions?whose=all&show=challenges"

    async def is_listed() -> bool:
        return f'href="{address}"' in (await officer.get(listed)).text

    await until(is_listed)
    assert (await sign_in(governance, "auditor").get(address)).status_code == 403
    assert (await sign_in(governance, "chair", place="X00000099").get(address)).status_code == 404
    assert "Factual accuracy".lower() in (await officer.get(address)).text
    silent = await sent_answer(officer, address, outcome="upheld")
    assert silent.status_code == 422
    assert (await sent_answer(officer, address, outcome="upheld", statement="So it is (synthetic).")).status_code == 303
    assert (await sent_answer(officer, address, outcome="upheld", statement="Again (synthetic).")).status_code == 409

    async def is_over() -> bool:
        challenges = (await governance.page(provider))["challenges"]
        return challenges[0]["outcome"] == "upheld" and not await is_listed()

    await until(is_over)
