"""The pages of policy: read, compare, check, adopt, judge beside; each by its roles and places."""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from services.risk import api as risk
from services.risk.settings import RiskSettings
from shared import policy, service
from tests.component.governance.browsing import sign_in
from tests.component.governance.conftest import PLACE, Running

pytestmark = pytest.mark.asyncio(loop_scope="package")
HERE = "X00000031"


@pytest_asyncio.fixture(loop_scope="package")
async def judging(governance: Running) -> AsyncIterator[Running]:
    """governance, with risk's own application to ask."""
    own = governance.settings.model_dump(exclude={"risk_url", "intake_url", "notify_url", "port"})
    app = risk.create(RiskSettings(**(own | {"port": 0})), service.Readiness())
    clients = governance.app.state.neighbours._clients
    before = clients["risk"]
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://risk") as client:
        clients["risk"] = client
        yield governance
        clients["risk"] = before


def value(name: str, text: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', text)
    assert found
    return found[1]


async def test_a_policy_is_read_section_by_section_on_small_pages(governance: Running) -> None:
    browser = sign_in(governance, "officer")
    for section in ("criteria", "responses", "alerts"):
        page = await browser.get(f"/policy/texts/salford-2024/{section}")
        assert page.status_code == 200, page.text
        assert len(page.content) < 100_000, (section, len(page.content))
    levels = await browser.get("/policy/texts/herefordshire-2018")
    assert levels.status_code == 303
    criteria = await browser.get("/policy/texts/herefordshire-2018/criteria")
    assert "“Repeated safeguarding / quality concerns”" in criteria.text
    assert (await browser.get("/policy/texts/herefordshire-2018/nothing")).status_code == 404
    assert (await browser.get(f"/policy/texts/{'0' * 64}/levels")).status_code == 404


async def test_where_which_policy_is_in_force_is_said(governance: Running) -> None:
    browser = sign_in(governance, "auditor")
    listed = (await browser.get("/policy")).text
    assert "Herefordshire 2018" in listed
    assert "none in force: nobody may decide" in listed
    one = await browser.get(f"/policy/at/{PLACE}")
    assert policy.digest(policy.load("herefordshire-2018")) in one.text
    assert "Policy of Herefordshire" in one.text
    assert "/adopt" not in one.text
    assert (await browser.get("/policy/at/X00000099")).status_code == 403
    assert (await browser.get(f"/policy/at/{PLACE}/adopt")).status_code == 403
    assert (await sign_in(governance, "auditor", roles=["ops"]).get("/policy")).status_code == 403


async def test_a_draft_is_checked_and_nothing_stored(governance: Running) -> None:
    browser = sign_in(governance, "officer")
    fields = {"csrf_token": await browser.csrf(), "place": PLACE}
    spoilt = (policy.DIRECTORY / "herefordshire-2018.yaml").read_text().replace("primary: true", "primry: true", 1)
    wrong = await browser.post("/policy/check", fields | {"text": spoilt})
    assert wrong.status_code == 422
    assert "did you mean primary" in wrong.text
    assert "cannot be adopted" in wrong.text
    assert (await browser.post("/policy/check", fields | {"text": " "})).status_code == 422
    right = await browser.post("/policy/check", fields | {"text": spoilt.replace("primry", "primary")})
    assert right.status_code == 200
    assert "This draft can be adopted" in right.text
    assert "Risk does not answer" in right.text
    assert "Adopt it" not in right.text


async def test_a_director_sees_what_changes_and_adopts_once(judging: Running) -> None:
    director = sign_in(judging, "director", places=[HERE, PLACE])
    first = await judging.adopt(place=HERE)
    assert first.status_code == 201
    draft = (policy.DIRECTORY / "herefordshire-2018.yaml").read_text().replace('version: "1"', 'version: "2"', 1)
    fields = {"csrf_token": await director.csrf(), "place": HERE}
    checked = (await director.post("/policy/check", fields | {"text": draft})).text
    assert "version was “1” and is “2”" in checked.replace("&#34;", '"')
    carried = {"csrf_token": fields["csrf_token"], "draft": value("draft", checked)}
    form = (await director.post(f"/policy/at/{HERE}/adopt", carried)).text
    assert "They differ in" in form
    assert ">[]</textarea>" not in form
    order = carried | {"key": value("key", form), "rationale": "Reviewed by the board.", "endorsed_by": "Cabinet"}
    bad = await director.post(f"/policy/at/{HERE}/adopt", order | {"review_by-day": "40", "review_by-month": "1"})
    assert bad.status_code == 422
    done = await director.post(f"/policy/at/{HERE}/adopt", order)
    again = await director.post(f"/policy/at/{HERE}/adopt", order)
    assert (done.status_code, again.status_code) == (303, 303)
    page = (await director.get(f"/policy/at/{HERE}")).text
    assert page.count("Cabinet") == 2
    assert "Reviewed by the board" not in page
    torn = carried | {"draft": "AAAA"}
    assert (await director.post(f"/policy/at/{HERE}/adopt", torn)).status_code == 422
    elsewhere = await sign_in(judging, "director", org="icb", places=[HERE]).get(f"/policy/at/{HERE}/adopt")
    assert elsewhere.status_code == 403


async def test_a_draft_is_judged_beside_and_no_longer(judging: Running) -> None:
    director = sign_in(judging, "director")
    csrf = {"csrf_token": await director.csrf()}
    form = (await director.get(f"/policy/at/{PLACE}/shadow/begin?pack=salford-2024")).text
    order = csrf | {"draft": value("draft", form), "key": value("key", form)}
    assert (await director.post(f"/policy/at/{PLACE}/shadow/begin", order)).status_code == 303
    page = (await director.get(f"/policy/at/{PLACE}/shadow")).text
    assert "Salford 2024" in page
    digest = policy.digest(policy.load("salford-2024"))
    assert (await director.get(f"/policy/texts/{digest}/levels")).status_code == 200
    assert (await sign_in(judging, "officer").get(f"/policy/texts/{digest}/levels")).status_code == 404
    form = (await director.get(f"/policy/at/{PLACE}/shadow/end")).text
    ended = await director.post(f"/policy/at/{PLACE}/shadow/end", csrf | {"key": value("key", form)})
    assert ended.status_code == 303
    assert "No draft is judged" in (await director.get(f"/policy/at/{PLACE}/shadow")).text


async def test_two_policies_are_compared_in_words(judging: Running) -> None:
    browser = sign_in(judging, "officer")
    page = await browser.get("/policy/compare?first=herefordshire-2018&second=salford-2024&part=2")
    assert page.status_code == 200
    assert "is only in the first" in page.text
    assert len(page.content) < 100_000
    same = await browser.get("/policy/compare?first=salford-2024&second=salford-2024")
    assert "They say the same" in same.text


async def test_a_report_of_a_back_test_is_read(governance: Running) -> None:
    browser = sign_in(governance, "officer")
    assert (await browser.get("/policy/backtests/../policy")).status_code == 404
    assert (await browser.get("/policy/backtests/nothing")).status_code == 404
    fields = {"csrf_token": await browser.csrf()}
    assert "no report of a back-test" in (await browser.post("/policy/backtests", fields)).text
