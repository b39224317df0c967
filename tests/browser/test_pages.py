"""The pages in a real browser: signing in by clicking, live rows, no faults of access, with and without a script."""

import os
import re
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from shared.events import concerns
from tests.browser import place as synthetic
from tests.browser.conftest import SignIn, Site, Watched

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
WIDTHS = (1280, 375)
SHOTS = os.environ.get("CARELEDGER_SCREENSHOTS")


def addresses(site: Site) -> dict[str, str]:
    place, bad = site.place.code, site.place.bad
    return {
        "homes": f"/dashboards/{place}/care-homes",
        "community": f"/dashboards/{place}/community",
        "nothing": f"/dashboards/{place}/care-homes?named=nobody",
        "provider": f"/providers/{bad}",
        "unknown": f"/providers/{site.place.unknown}",
        "past": f"/providers/{bad}?as_of=2026-01-02",
        "timeline": f"/providers/{bad}/timeline",
        "event": f"/providers/{bad}/events/{site.place.evidence}",
        "compare": f"/providers/{bad}/compare?from=2026-01-02",
        "missing": "/providers/prv-0000000000",
        "status": "/status",
    }


def without_fault(page: Page, name: str) -> None:
    """No violation of WCAG 2.2 AA that axe finds, at a desk and on a telephone, and nothing that scrolls sideways."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{name} at {width}: {found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        assert wide <= 0, f"{name} at {width} is {wide} px too wide"


def test_every_page_is_without_a_fault_of_access(signed_in: SignIn, site: Site):
    page = signed_in()
    for name, address in addresses(site).items():
        page.goto(address)
        without_fault(page, name)


def test_the_sign_in_and_the_way_out_too(watched: Watched, signed_in: SignIn):
    page = watched.page()
    page.goto("/")
    without_fault(page, "sign-in")
    page = signed_in()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    without_fault(page, "signed-out")
    page.goto("/dashboards")
    expect(page.get_by_role("heading", name="Choose who you are")).to_be_visible()


@pytest.mark.parametrize("who", ["director", "icb-quality", "cqc-inspector"])
def test_a_persona_signs_in_and_comes_to_the_dashboards(signed_in: SignIn, site: Site, who: str):
    page = signed_in(who)

    expect(page).to_have_url(f"{site.address}/dashboards/{site.place.code}/care-homes")
    expect(page.get_by_text(re.compile(f"Signed in: {who}"))).to_be_visible()


def test_a_persona_without_pages_is_told_so(signed_in: SignIn):
    page = signed_in("publisher")

    expect(page.get_by_role("heading", name="This page is not for your role")).to_be_visible()


def test_a_row_changes_by_itself_and_the_reader_keeps_their_place(signed_in: SignIn, site: Site):
    page = signed_in()
    page.locator("html[data-live=open]").wait_for()
    row = page.locator(f"#{site.place.unknown}")
    link = row.get_by_role("link")
    link.focus()
    expect(row).to_contain_text("Unknown")

    began = time.monotonic()
    site.do(synthetic.judge(site.running, site.place.pack, site.place.unknown, "2"))
    expect(row).to_contain_text("Level 2")
    took = time.monotonic() - began

    print(f"a row changed {took:.2f} s after its event was written")
    assert took < 5, "usually well under a second; the machine may be busy"
    expect(link).to_be_focused()
    expect(page.locator("[data-live-says]")).to_have_text(re.compile("Changed: Cedar Lodge"))


def test_a_page_that_was_hidden_catches_up(signed_in: SignIn, site: Site):
    page = signed_in(then=f"/providers/{site.place.calm}")
    expect(page.locator(".app-levels div").first).to_contain_text("Level 1")
    page.locator("html[data-live=open]").wait_for()
    hide = (
        "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.evaluate(hide % "true")
    site.do(synthetic.judge(site.running, site.place.pack, site.place.calm, "3"))
    page.wait_for_timeout(300)
    expect(page.locator(".app-levels")).not_to_contain_text("Level 3")

    page.evaluate(hide % "false")

    expect(page.locator(".app-levels")).to_contain_text("Level 3")


def test_everything_works_without_a_script(signed_in: SignIn, site: Site):
    page = signed_in(java_script_enabled=False)
    page.get_by_label("Name").fill("Birch")
    page.get_by_label("Order").select_option("Most open alerts")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Birch House (synthetic)").click()
    expect(page.get_by_role("heading", name="Birch House (synthetic)")).to_be_visible()
    page.get_by_role("link", name="Timeline of everything").click()
    page.get_by_label("About").select_option("CQC")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".app-timeline li")).to_have_count(1)
    bar = page.get_by_role("group", name="As it was on")
    for part, text in (("Day", "2"), ("Month", "1"), ("Year", "2026")):
        bar.get_by_label(part).fill(text)
    page.get_by_role("button", name="Look back").click()
    expect(page.get_by_text("You are looking at the past.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def test_with_the_keyboard_alone_from_the_dashboard_to_the_evidence(signed_in: SignIn, site: Site):
    page = signed_in()
    _tab_to(page, "Birch House (synthetic)")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/providers/{site.place.bad}")
    _tab_to(page, "the newest event behind")
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/**")
    expect(page.get_by_role("heading", name="Quality concern raised")).to_be_visible()


def _tab_to(page: Page, words: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if words in str(page.evaluate("document.activeElement.textContent")):
            return
    pytest.fail(f"no Tab leads to {words!r}")


def test_print_leaves_out_what_only_clicks(signed_in: SignIn, site: Site):
    page = signed_in(then=f"/providers/{site.place.bad}?as_of=2026-01-02")
    page.emulate_media(media="print")

    expect(page.get_by_role("button", name="Look back")).to_be_hidden()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.get_by_text("You are looking at the past.")).to_be_visible()


def test_what_happens_while_one_looks_is_on_the_page_without_loading_it(signed_in: SignIn, site: Site):
    page = signed_in(then=f"/providers/{site.place.bad}")
    page.locator("html[data-live=open]").wait_for()
    data = {"concern_id": "QC-LIVE", "themes": [], "severity": "S1"}
    site.do(site.running.others.write(concerns.QualityConcernRaised, site.place.bad, data, place=site.place.code))
    site.do(synthetic.judge(site.running, site.place.pack, site.place.bad, "1"))

    expect(page.locator(".app-levels")).to_contain_text("Level 1")
