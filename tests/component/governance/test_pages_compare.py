"""Two moments of a provider on one page, as the HTTP interface tells them; days that are typed; kept addresses."""

from datetime import UTC, datetime

import pytest

from tests.component.governance.browsing import sign_in
from tests.component.governance.conftest import Running
from tests.component.governance.test_pages_dashboard import MET, plain, shown
from tests.component.governance.test_pages_provider import concern, judge

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_what_changed_between_two_moments_with_the_events_that_did_it(governance: Running):
    provider = await governance.register(name="Compared House (synthetic)")
    await judge(governance, provider, "1", "1", criteria=[])
    browser = sign_in(governance, "chair")
    await shown(browser, f"/providers/{provider}", "Level 1")
    then = datetime.now(UTC)
    evidence = await concern(governance, provider, "QC-BETWEEN")
    await judge(governance, provider, "3", "3", criteria=[MET | {"evidence": [evidence]}])
    await governance.decide(provider, level="3")
    await shown(browser, f"/providers/{provider}", "Level 3 confirmed on")
    await governance.arrived(datetime.now(UTC))
    moment = then.isoformat().replace("+00:00", "Z")

    page = (await browser.get(f"/providers/{provider}/compare?from={moment}&known=then")).text
    api = await governance.ask("GET", f"/v1/providers/{provider}/changes", **{"from": moment, "known_from": moment})

    words = plain(page)
    for each in ("What changed at Compared House (synthetic)", "none yet", "Now met", MET["says"], "What came in: 1"):
        assert each in words, each
    told = [one["event_id"] for key in ("received", "decisions") for one in api.json()[key]]
    assert len(told) == 3
    assert all(f"/providers/{provider}/events/{each}" in page for each in told)
    assert "Level review" in words, "the clock that the decision set"
    refused = await sign_in(governance, roles=["cqc-inspector"]).get(f"/providers/{provider}/compare")
    assert refused.status_code == 403


async def test_days_that_were_typed_have_an_address_that_can_be_kept(governance: Running):
    provider = await governance.register()
    browser = sign_in(governance)
    typed = "from-day=2&from-month=1&from-year=2026&to-day=&to-month=&to-year=&known=then"

    compared = await browser.get(f"/providers/{provider}/compare?{typed}")
    looked = await browser.get(f"/providers/{provider}?as_of-day=2&as_of-month=1&as_of-year=2026")
    wrong = await browser.get(f"/providers/{provider}?as_of-day=31&as_of-month=2&as_of-year=2026")

    assert compared.headers["location"] == f"/providers/{provider}/compare?from=2026-01-02&known=then"
    assert looked.headers["location"] == f"/providers/{provider}?as_of=2026-01-02"
    assert (wrong.status_code, "That is no day" in wrong.text) == (422, True)
    assert (await browser.get(compared.headers["location"])).status_code == 200
