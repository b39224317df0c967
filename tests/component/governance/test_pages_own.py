"""A provider's own pages and addresses: it sees and answers its own service alone (AMB-16)."""

import re
from typing import Any

import pytest

from services.governance.monitoring import sets
from shared.events import concerns, cqc
from shared.events import returns as published
from tests.architecture import routes
from tests.component.governance.browsing import Browser, sign_in
from tests.component.governance.conftest import PEOPLE, PLACE, Running, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
PEOPLE |= {"provider": {"sub": "own-manager", "roles": ["provider"], "org": "provider"}}
SET = "pamms-style"


def own(running: Running, *services: str) -> Browser:
    return sign_in(running, "provider", services=list(services))


async def csrf(browser: Browser, address: str) -> str:
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', (await browser.get(address)).text)
    assert found
    return found[1]


async def drafted(running: Running, provider: str) -> str:
    """An assessment whose draft was shared with the provider."""
    begun = await running.ask("POST", f"/v1/providers/{provider}/assessments", body={"question_set": SET})
    assert begun.status_code == 201, begun.text
    one, kind = begun.json()["assessment_id"], begun.json()["service_type"]
    answers = [
        {"question": each.id, "answer": "mostly", "evidence": "Seen (synthetic)."}
        for _, each in sets.named(SET).asked(kind)
    ]
    for step in ({"type": "answered", "answers": answers}, {"type": "draft_shared"}):
        answer = await running.ask("POST", f"/v1/assessments/{one}/steps", body=step)
        assert answer.status_code == 201, answer.text
    return str(one)


async def test_a_provider_answers_its_draft_and_no_other(governance: Running) -> None:
    mine, other = [await governance.register(name=f"{name} House (synthetic)") for name in ("Mine", "Other")]
    draft, foreign = await drafted(governance, mine), await drafted(governance, other)
    browser = own(governance, mine)
    assert (await browser.get("/my")).headers["location"] == f"/my/{mine}"
    page = f"/my/{mine}/assessments/{draft}"
    shown = (await browser.get(page)).text
    assert "You have until the end of" in shown
    assert "Mostly met" in shown
    assert "Seen (synthetic)." not in shown
    token = await csrf(browser, page)
    empty = await browser.post(f"{page}/dispute", {"csrf_token": token})
    assert empty.status_code == 422
    assert "Choose which answer you dispute." in empty.text
    question = sets.named(SET).standards[0].questions[0].id
    said = {"csrf_token": token, "question": question, "grounds": "We keep a record (synthetic)."}
    assert (await browser.post(f"{page}/dispute", said)).status_code == 303
    twice = await browser.post(f"{page}/dispute", said)
    assert twice.status_code == 409
    comment = {"csrf_token": token, "accepted": "false", "comment": "Two facts are wrong (synthetic)."}
    assert (await browser.post(f"{page}/comment", comment)).status_code == 303
    shown = (await browser.get(page)).text
    assert "Disputed: a second officer will look at it" in shown
    assert "You said that you do not accept it." in shown
    for address in (f"/my/{other}", f"/my/{other}/returns", f"/my/{other}/recorded", f"/my/{other}/told",
                    f"/my/{other}/assessments/{foreign}", f"/my/{mine}/assessments/{foreign}"):  # fmt: skip
        assert (await browser.get(address)).status_code == 404, address
    stolen = await browser.post(f"/my/{mine}/assessments/{foreign}/dispute", said)
    assert stolen.status_code == 404


async def test_a_provider_hands_its_plan_in_and_signs_it(governance: Running) -> None:
    mine = await governance.register(name="Planning House (synthetic)")
    order = {"source": "visit", "actions": [{"action_id": "A1", "due": "2027-01-31", "issue": "Gaps (synthetic)."}]}
    made = await governance.ask("POST", f"/v1/providers/{mine}/plans", body=order)
    name, browser = made.json()["plan_id"], own(governance, mine)
    page = f"/my/{mine}/plans/{name}"
    assert (await browser.get(page)).status_code == 404  # a draft was not agreed with it
    for step in (
        {"type": "agreed", "agreed_on": "2026-03-01", "due": "2027-02-01"},
        {"type": "action_progressed", "action_id": "A1", "progress": "most", "barrier": "Our note (synthetic)."},
        {"type": "action_closed", "action_id": "A1", "outcome": "done"},
    ):
        assert (await governance.ask("POST", f"/v1/plans/{name}/steps", body=step)).status_code == 201
    token = await csrf(browser, page)
    await governance.kinds(mine, 6)
    written = (await browser.post(page, {"csrf_token": token})).text
    assert "Gaps (synthetic)." in written
    assert "Our note (synthetic)." not in written
    assert (await browser.post(f"{page}/hand-in", {"csrf_token": token})).status_code == 303
    day = {"signed_on-day": "2", "signed_on-month": "3", "signed_on-year": "2026"}
    signed = await browser.post(f"{page}/sign", {"csrf_token": token, "signed_by_role": "registered_manager"} | day)
    assert signed.status_code == 303
    plan = (await governance.ask("GET", f"/v1/plans/{name}")).json()
    assert plan["signed_off_by"] == ["provider"]

    async def published() -> list[Any]:
        entries = await governance.history(mine, type="plan.signed_off")
        return [entry["event"]["data"] for entry in entries]

    (said,) = await until(published)
    assert said["recorded_for_provider"] is False


async def test_a_provider_challenges_what_is_recorded_and_sees_no_concern(governance: Running) -> None:
    mine = await governance.register(name="Challenging House (synthetic)")
    for number in range(27):
        asked = {"return_type": "RT-PMR", "period": f"{2000 + number}-01", "due_on": f"{2000 + number}-02-10"}
        await governance.others.write(published.ReturnRequested, mine, asked)
    concern = {"concern_id": "QC-1", "themes": ["q.medicines"], "severity": "S3"}
    hidden = await governance.others.write(concerns.QualityConcernRaised, mine, concern)
    rating = {"overall": "inadequate", "report_date": "2026-02-01"}
    rated = await governance.others.write(cqc.CqcRatingPublished, mine, rating)
    await governance.kinds(mine, 30)
    browser = own(governance, mine)
    shown = (await browser.get(f"/my/{mine}")).text
    assert "v1" not in shown
    assert "CQC rating published: Inadequate" in shown
    assert "overdue" in shown
    assert "concern" not in shown.lower()
    assert 'href="?begin=25"' in (await browser.get(f"/my/{mine}/returns")).text
    assert 'href="?begin=0"' in (await browser.get(f"/my/{mine}/returns?begin=25")).text
    address = f"/my/{mine}/recorded/{rated.id}/challenge"
    fields = {"csrf_token": await csrf(browser, address), "grounds": "factual_accuracy"}
    refused = await browser.post(address, fields)
    assert refused.status_code == 422
    assert 'href="#statement"' in refused.text
    assert (await browser.post(address, fields | {"statement": "It is Good (synthetic)."})).status_code == 303
    assert (await browser.get(f"/my/{mine}/recorded/{hidden.id}/challenge")).status_code == 404
    order = {"event_id": str(hidden.id), "grounds": "other", "statement": "Who said so? (synthetic)"}
    claims = {"places": [PLACE], "services": [mine]} | PEOPLE["provider"]
    headers = governance.issuer.headers(**claims)
    answer = await governance.client.post(f"/v1/own/{mine}/challenges", json=order, headers=headers)
    assert answer.status_code == 422

    async def owed() -> list[Any]:
        page = await governance.page(mine)
        return [one for one in page["challenges"] if one["event_id"] == str(rated.id)]

    assert len(await until(owed)) == 1
    document = (await governance.client.get(f"/v1/own/{mine}", headers=headers)).json()
    assert not {"indicated", "criteria", "pending", "missing", "expected", "divergent"} & document.keys()


async def test_every_page_of_officers_is_closed_to_a_provider_and_its_own_to_them(governance: Running) -> None:
    mine = await governance.register(name="Closed House (synthetic)")
    browser = own(governance, mine)
    doors = [door for door in routes.doors(governance.app) if door.methods == "GET" and door.roles]
    others = [door for door in doors if not door.path.startswith(("/my", "/v1/own"))]
    assert [door.name for door in others if any("provider" in roles for roles in door.roles)] == []
    pages = [door.path for door in others if not door.path.startswith("/v1/")]
    for path in (one for one in pages if not re.search(r"{(?!provider_id|place)", one)):
        answer = await browser.get(path.replace("{provider_id}", mine).replace("{place}", PLACE))
        assert answer.status_code in (403, 404, 422), path
    assert len(pages) > 20
    for who in ("officer", "director", "auditor"):
        assert (await sign_in(governance, who).get(f"/my/{mine}")).status_code == 403
    assert "not linked with a service" in (await own(governance).get("/my")).text
    assert (await own(governance).get(f"/my/{mine}")).status_code == 404
    elsewhere = sign_in(governance, "provider", services=[mine], places=["E09999999"])
    assert (await elsewhere.get(f"/my/{mine}")).status_code == 404
