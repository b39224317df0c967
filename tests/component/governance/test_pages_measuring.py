"""Measures, themes, reports and owners: what the HTTP interface says, as pages."""

from html import unescape

import pytest

from services.governance.parts import KNOWING, READING
from shared import calendar, clock
from shared.events import concerns, registry_facts, safeguarding
from shared.security import ROLES
from tests.component.governance.browsing import sign_in
from tests.component.governance.conftest import Running, until
from tests.component.governance.test_pages_dashboard import plain, shown

pytestmark = pytest.mark.asyncio(loop_scope="package")
PLACE = "X00000061"
LIMIT = 100_000


def today() -> str:
    """What came in today counts to today; without it pages go to the last day that is over."""
    return calendar.london_date(clock.now()).isoformat()


async def place(governance: Running) -> str:
    """A place with two services of one owner, with themes and a sign; registered once."""
    if (await governance.rows("SELECT count(*) FROM governance_view.providers WHERE place = %s", PLACE))[0][0] < 2:
        assert (await governance.adopt(place=PLACE)).status_code == 201
        same = {"organisation_ids": {"cqc_provider_id": "1-900"}}
        first = await governance.register(place=PLACE, name="Owned Court (synthetic)", brand="Bright Care", **same)
        await governance.register(place=PLACE, name="Owned Lodge (synthetic)", organisation="Bright Ltd", **same)
        write = governance.others.write
        for number in range(6):
            data = {"concern_id": f"QC-T{number}", "themes": ["q.medicines"], "severity": "S1"}
            await write(concerns.QualityConcernRaised, first, data, place=PLACE)
        secret = {"sg_ref": "SG-T", "abuse_types": ["abuse.neglect"]}
        await write(safeguarding.SafeguardingConcernReceived, first, secret, place=PLACE)
        sold = {"kind": "sale", "effective_date": "2026-05-01", "organisation": "New Ltd"}
        await write(registry_facts.OwnershipChanged, first, sold, place=PLACE)
    found = await governance.rows(
        "SELECT provider_id FROM governance_view.providers WHERE place = %s ORDER BY facts->>'name'", PLACE
    )
    return str(found[0][0])


async def test_measures_are_those_of_the_interface_with_their_past_and_who_stands_behind(governance: Running):
    first = await place(governance)
    browser = sign_in(governance, "chair", place=PLACE)
    await shown(browser, f"/measures/{PLACE}/themes?to={today()}", "Medicines")

    page = (await browser.get(f"/measures/{PLACE}?to={today()}")).text
    api = (await governance.ask("GET", f"/v1/places/{PLACE}/measures", place=PLACE, to=today())).json()["figures"]
    behind = (await browser.get(f"/measures/{PLACE}/figures/K18c?to={today()}")).text

    assert page.count('<tr><th scope="row"') == len(api)
    for one in api:
        assert one["name"] in unescape(plain(page))
        assert one["value"] is not None or one["not_known_because"] in unescape(plain(page))
    assert len(page.encode()) < LIMIT
    assert f"/providers/{first}" in behind
    assert "it has not been judged yet" in plain(behind)
    assert "The same as a table" in behind
    sheet = await browser.get(f"/measures/{PLACE}?format=csv&to={today()}")
    assert sheet.text.splitlines()[0].startswith("code,name,unit,value")


async def test_themes_keep_small_restricted_numbers_from_who_may_not_read_them(governance: Running):
    await place(governance)
    chair, officer = sign_in(governance, "chair", place=PLACE), sign_in(governance, place=PLACE)
    path = f"/measures/{PLACE}/themes?to={today()}"
    await shown(chair, path, "Neglect (abuse)")

    mine = plain((await officer.get(path)).text)
    services = plain((await officer.get(f"{path}&scope=service")).text)

    assert "few" in mine.partition("Neglect (abuse)")[2].partition("The darker")[0]
    assert "Owned Court (synthetic)" in services
    assert "Bright Care" in plain((await officer.get(f"{path}&scope=organisation")).text)


async def test_standing_reports_and_owners(governance: Running):
    first = await place(governance)
    browser = sign_in(governance, "officer", place=PLACE)
    owner = await shown(browser, "/owners/one?name=bright+care", "New Ltd")
    reports = (await browser.get(f"/measures/{PLACE}/reports")).text
    owners = plain((await browser.get("/owners")).text)

    api = (await governance.ask("GET", f"/v1/places/{PLACE}/reports", place=PLACE)).json()["reports"]
    for one in api:
        assert (await browser.get(f"/measures/{PLACE}/reports/{one['clause']}?period=2026")).status_code == 200
        assert f"/reports/{one['clause']}" in reports
    assert "Bright Care" in owners
    assert f"/providers/{first}" in owner
    assert "Ownership: sale on 1 May 2026, then New Ltd" in plain(owner)
    assert "the same legal entity, under another name or none" in plain(owner)
    assert (await browser.get("/owners/one?name=nobody")).status_code == 404


async def test_each_role_at_each_door_of_the_measures(governance: Running):
    first = await place(governance)
    await until(lambda: _is_there(governance, first))
    doors = {
        "/measures": READING, f"/measures/{PLACE}": READING, f"/measures/{PLACE}/reports": READING,
        f"/measures/{PLACE}/figures/K1": KNOWING, f"/measures/{PLACE}/themes": KNOWING,
        "/owners": READING, "/owners/one?name=Bright+Care": READING,
    }  # fmt: skip
    for role in sorted(ROLES):
        browser = sign_in(governance, place=PLACE, roles=[role], sub=f"measurer-{role}")
        for path, roles in doors.items():
            assert ((await browser.get(path)).status_code == 403) == (role not in roles), (role, path)
    stranger = sign_in(governance, place="X00000062")
    assert (await stranger.get(f"/measures/{PLACE}")).status_code == 403
    assert (await stranger.get(f"/measures/{PLACE}/themes")).status_code == 403
    assert "Bright Care" not in (await stranger.get("/owners")).text


async def _is_there(governance: Running, provider: str) -> bool:
    return (await governance.ask("GET", f"/v1/providers/{provider}", place=PLACE)).status_code == 200
