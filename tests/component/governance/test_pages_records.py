"""Officers' records on pages: placements, good practice, the market, a temporary duty; by the same commands."""

import re

import pytest

from shared.events import partners, placements
from tests.component.governance.browsing import Browser, sign_in
from tests.component.governance.conftest import PLACE, Running, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
HOST = "E08000004"


def day(name: str, of: str = "2026-03-02") -> dict[str, str]:
    year, month, number = of.split("-")
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}


async def send(browser: Browser, address: str, **fields: str) -> str:
    """The page that it leads to."""
    answer = await browser.post(address, {"csrf_token": await browser.csrf()} | fields)
    assert answer.status_code == 303, re.sub(r"<[^>]+>", " ", answer.text)[:3000]
    found: str = answer.headers["location"]
    return found


async def test_a_placement_is_recorded_checked_and_ended(governance: Running) -> None:
    provider = await governance.register(name="Placed House (synthetic)")
    browser = sign_in(governance, "officer")
    address = f"/providers/{provider}/placements/new"
    fields = {"placing_authority": PLACE, "host_authority": HOST, "count": "6"} | day("started_on")
    refused = await browser.post(address, {"csrf_token": await browser.csrf()} | fields)
    assert refused.status_code == 422
    assert 'href="#pre_placement.checked_on-day"' in refused.text
    before = day("pre_placement.checked_on", "2026-03-01") | {"pre_placement.result": "satisfactory"}
    one = (await send(browser, address, **fields, **before)).partition("?")[0]
    shown = (await browser.get(one)).text
    assert "Placed House (synthetic)" in shown
    assert "Record the check of the first six weeks" in shown
    assert "Placed House (synthetic)" in (await browser.get(f"{one}/steps/six_week")).text
    looked = day("checked_on", "2026-04-01") | day("next_due", "2026-10-01") | {"result": "satisfactory"}
    await send(browser, f"{one}/steps/six_week", **looked)
    assert "Record the check of the first six weeks" not in (await browser.get(one)).text
    listed = (await browser.get("/placements")).text
    assert f'href="/placements?provider={provider}"' in listed
    assert "Oldham" in listed, "the host by its name"
    await send(browser, f"{one}/steps/ended", **day("ended_on", "2026-05-01"), because="moved_home")
    assert "What can be done" not in (await browser.get(one)).text


async def test_good_practice_goes_no_further_than_the_provider_permits(governance: Running) -> None:
    provider = await governance.register(name="Praised House (synthetic)")
    browser = sign_in(governance, "officer")
    text = {"themes": "gp.communication", "description": "A talking board (synthetic)."}
    one = (await send(browser, f"/providers/{provider}/practices/new", **text)).partition("?")[0]
    assert "Record that others heard of it" not in (await browser.get(one)).text
    given = day("answered_on") | {"scope": "forum", "by_role": "registered_manager"}
    await send(browser, f"{one}/steps/consent_given", **given)
    form = (await browser.get(f"{one}/steps/shared")).text
    assert 'value="forum"' in form
    assert 'value="public"' not in form
    beyond = day("shared_on") | {"audience": "public", "csrf_token": await browser.csrf()}
    assert (await browser.post(f"{one}/steps/shared", beyond)).status_code == 409
    await send(browser, f"{one}/steps/consent_withdrawn", **day("withdrawn_on"), by_role="registered_manager")
    assert "Taken back" in (await browser.get(f"/practice?provider={provider}")).text
    said = await browser.post(one, {"csrf_token": await browser.csrf()})
    assert "A talking board (synthetic)." in said.text or "Nothing was written" in said.text


async def test_a_failure_a_duty_and_its_checklist(governance: Running) -> None:
    provider = await governance.register(name="Failing House (synthetic)")
    browser = sign_in(governance, "manager")
    failed = day("on") | {"code": "administrator_appointed", "people_affected_band": "11+"}
    await send(browser, f"/providers/{provider}/records/failure", **failed)
    signalled = day("on", "2026-03-01") | {"signal": "m.liquidity", "confidence": "unverified"}
    await send(browser, f"/providers/{provider}/records/signal", **signalled)
    assert "Liquidity" in (await browser.get(f"/records?kind=signal&provider={provider}")).text
    empty = await browser.get(f"/providers/{provider}/temporary-duties/new")
    failure = re.search(r'value="(failure-[0-9a-f]{16})"', empty.text)
    known = {"failure_id": failure[1]} if failure else {}
    fields = day("since") | {"because": "business_failure" if known else "other_interruption"} | known
    one = (await send(browser, f"/providers/{provider}/temporary-duties/new", **fields)).partition("?")[0]
    await send(browser, f"{one}/steps/counted", own="20", self_funded="5", nhs="0", arranged="20")
    shown = (await browser.get(one)).text
    assert "For 5 of 25 people" in shown
    await send(browser, f"{one}/steps/settled", item="people_counted", outcome="done")
    form = (await browser.get(f"{one}/steps/settled")).text
    assert 'value="people_counted"' not in form
    assert "Failing House (synthetic)" in form
    assert shown.count('data-label="By"><span') == 8  # each item has its day
    assert "Failing House (synthetic)" in (await browser.get(f"/market/{PLACE}")).text


async def test_what_is_kept_elsewhere_leads_to_what_was_sent(governance: Running) -> None:
    provider = await governance.register(name="Far House (synthetic)")
    browser = sign_in(governance, "auditor")
    theirs = {"placement_token": "THEIR-7", "placing_authority": PLACE, "host_authority": HOST, "count": 2,
              "started_on": "2026-03-02"}  # fmt: skip
    await governance.others.write(placements.PlacementStarted, provider, theirs)
    heard = {"engagement_id": "THEIR-8", "forum_attended": True}
    await governance.others.write(partners.EngagementRecorded, provider, heard)

    async def listed() -> str:
        text: str = (await browser.get(f"/records?kind=engagement&provider={provider}")).text
        return text if "THEIR-8" in text else ""

    assert f"/providers/{provider}/timeline?sought=THEIR-8" in await until(listed)
    placed = (await browser.get(f"/placements?provider={provider}")).text
    assert 'href="/placements/placement-' not in placed
    address = re.search(r'href="(/providers/[^"]+sought=THEIR-7)"', placed)
    assert address
    assert "Placement started" in (await browser.get(address[1])).text


@pytest.mark.parametrize("address", ["/plans", "/placements", "/practice", "/records", "/market/E06000019"])
async def test_the_lists_are_for_those_who_may_know(governance: Running, address: str) -> None:
    assert (await sign_in(governance, "auditor").get(address)).status_code == 200
    assert (await sign_in(governance, "officer", roles=["cqc-inspector"]).get(address)).status_code == 403
    closed = await sign_in(governance, "auditor").get("/market/E09999999")
    assert closed.status_code == 403
