"""Every persona of the development issuer, by clicking: signs in, opens its own pages and no others, signs out."""

import re

from playwright.sync_api import Page, expect

from deploy.local import tokens
from services.governance.web import doors
from shared.security import ROLES
from tests.browser import walks
from tests.browser.access import walk
from tests.browser.conftest import SignIn, Site

KNOWING = ["Dashboards", "My work", "Meetings", "Decisions", "Monitoring", "Measures and themes", "Policy"]
MANAGING = [*KNOWING, "Operations"]
SECTIONS = {
    "quality-officer": ("/dashboards", KNOWING),
    "contracts-officer": ("/dashboards", KNOWING),
    "icb-quality": ("/dashboards", KNOWING),
    "team-manager": ("/dashboards", MANAGING),
    "panel-chair": ("/dashboards", MANAGING),
    "director": ("/dashboards", MANAGING),
    "safeguarding": ("/dashboards", MANAGING),
    "auditor": ("/dashboards", MANAGING),
    "cqc-inspector": ("/dashboards", ["Dashboards", "Measures and themes", "Policy"]),
    "steward": ("/dashboards", ["Dashboards", "Measures and themes", "Policy", "Operations"]),
    "ops": ("/operations", ["Operations"]),
    "provider": ("/my", ["My service"]),
    "publisher": ("/dashboards", []),
}
"""Where each begins, and what it sees."""
PAGES = [door for door in doors.doors() if "GET" in door.methods and door.roles and door.path != "/live"]
NOT_YOURS = re.compile("This page is not for your role|Meetings are not open to inspectors")
OPENED = """paths => Promise.all(paths.map(path =>
  fetch(path, {redirect: "manual", headers: {accept: "text/html"}}).then(answer => answer.text())))"""


def let_in(page: Page) -> set[str]:
    """The addresses that this session is let in at: it asks for every page there is."""
    asked = [re.sub(r"\{[^}]*\}", "x", door.path) for door in PAGES]
    texts = page.evaluate(OPENED, asked)
    return {door.path for door, text in zip(PAGES, texts, strict=True) if NOT_YOURS.search(text) is None}


def test_every_persona_signs_in_sees_its_own_sections_and_signs_out(signed_in: SignIn, site: Site):
    assert set(SECTIONS) == set(tokens.personas()) == ROLES
    for who, (begins, sections) in SECTIONS.items():
        page = signed_in(who)
        assert page.url.startswith(f"{site.address}{begins}"), (who, page.url)
        expect(page.get_by_text(re.compile(f"^Signed in: {who.replace('-', ' ')} of "))).to_be_visible()
        links = page.get_by_role("navigation", name="Sections").get_by_role("link")
        assert links.all_inner_texts() == sections, who
        if sections:
            expect(links.first).to_have_attribute("aria-current", "true")
        else:
            expect(page.get_by_role("heading", name="This page is not for your role")).to_be_visible()
        assert let_in(page) == {door.path for door in PAGES if who in door.roles}, who
        if who == "provider":
            walk(page, walks.NO_SERVICE)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
        page.context.close()
