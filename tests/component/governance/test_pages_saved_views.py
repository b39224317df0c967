"""A person's own views of a dashboard: saved, used, opened first, deleted; and nobody else's."""

import re

import pytest

from tests.component.governance.browsing import sign_in
from tests.component.governance.conftest import Running
from tests.component.governance.test_pages_dashboard import plain

pytestmark = pytest.mark.asyncio(loop_scope="package")
PLACE = "X00000055"
DASHBOARD = f"/dashboards/{PLACE}/care-homes"


async def test_a_view_is_saved_used_opened_first_and_deleted_by_its_owner_alone(governance: Running):
    await governance.register(place=PLACE, name="Saved House (synthetic)")
    browser, other = (sign_in(governance, place=PLACE, sub=f"viewer-{number}") for number in (1, 2))
    token = {"csrf_token": await browser.csrf()}
    choice = {"sort": "due", "named": "Saved", "only": "alerts", "name": "  My  <late> ones "}

    saved = await browser.post(f"{DASHBOARD}/views", token | choice | {"default": "yes"})
    first = await browser.get(DASHBOARD)
    shown = (await browser.get(first.headers["location"])).text

    assert saved.headers["location"] == f"{DASHBOARD}?sort=due&named=Saved&only=alerts&done=view_saved"
    assert first.headers["location"] == f"{DASHBOARD}?sort=due&named=Saved&only=alerts"
    assert "My &lt;late&gt; ones" in shown
    assert "0 of 1 services" in plain(shown)
    assert (await other.get(DASHBOARD)).status_code == 200, "somebody else's dashboard opens as it did"
    found = re.search(r"/views/(\d+)/delete", shown)
    assert found
    await other.post(f"{DASHBOARD}/views/{found[1]}/delete", {"csrf_token": await other.csrf()})
    assert (await browser.get(DASHBOARD)).status_code == 303, "nobody deletes another's"
    await browser.post(f"{DASHBOARD}/views/none/default", token)
    assert (await browser.get(DASHBOARD)).status_code == 200
    await browser.post(f"{DASHBOARD}/views/{found[1]}/default", token)
    assert (await browser.get(DASHBOARD)).status_code == 303
    await browser.post(f"{DASHBOARD}/views/{found[1]}/delete", token)
    assert "My &lt;late&gt; ones" not in (await browser.get(DASHBOARD)).text


async def test_a_view_wants_a_name_a_token_and_a_place_that_one_holds(governance: Running):
    browser = sign_in(governance, place=PLACE, sub="viewer-3")
    token = {"csrf_token": await browser.csrf()}

    nameless = await browser.post(f"{DASHBOARD}/views", token | {"name": " "})
    elsewhere = await browser.post("/dashboards/X00000056/care-homes/views", token | {"name": "x"})
    forged = await browser.post(f"{DASHBOARD}/views", {"csrf_token": "0" * 64, "name": "x"})
    kept = [(await browser.post(f"{DASHBOARD}/views", token | {"name": f"View {n}"})).status_code for n in range(21)]
    again = await browser.post(f"{DASHBOARD}/views", token | {"name": "View 3", "sort": "name"})

    assert (nameless.status_code, elsewhere.status_code, forged.status_code) == (422, 403, 403)
    assert kept == [303] * 20 + [409]
    assert again.status_code == 303, "one of the same name is replaced"
