"""Measures, themes, owners, saved views, time travel in a real browser; golden scenarios 6 and 14 as far as they go."""

import re
from typing import Any
from urllib.parse import quote, urlencode

from playwright.sync_api import Page, expect

from services.governance.web import words
from shared import calendar, clock
from tests.browser import measuring_place as synthetic
from tests.browser import walks
from tests.browser.access import walk
from tests.browser.conftest import SignIn, Site


def test_every_page_of_measures_and_owners_is_without_a_fault_of_access(signed_in: SignIn, site: Site):
    site.do(synthetic.owned(site.running))
    place, today = site.place.code, calendar.london_date(clock.now()).isoformat()
    owner = quote("Evergreen Care (synthetic)")
    walk(signed_in(place=f"{place}, {synthetic.LGA}"), walks.MEASURES, place=place, today=today, owner=owner)


def test_scenario_14_a_late_report_changes_april_only_for_whoever_knows_of_it(signed_in: SignIn, site: Site):
    provider, report, unknowing = site.do(synthetic.late_report(site.running))
    page = signed_in(then=f"/providers/{provider}")
    _look_back(page, "30", "4", "2026")
    page.wait_for_url(f"**/providers/{provider}?as_of=2026-04-30")
    expect(page.get_by_text("You are looking at the past.")).to_be_visible()
    page.get_by_role("link", name="Timeline of everything").click()
    page.wait_for_url("**/timeline?as_of=2026-04-30")
    expect(page.get_by_role("link", name="CQC rating published")).to_have_count(1)

    page.goto(f"/providers/{provider}/timeline?as_of=2026-04-30&known_at={unknowing}")

    expect(page.get_by_role("link", name="CQC rating published")).to_have_count(0)
    for query, has in ({"as_of": "2026-04-30"}, True), ({"as_of": "2026-04-30", "known_at": unknowing}, False):
        path = f"/v1/providers/{provider}/history"
        told = site.do(site.running.ask("GET", path, "auditor", place=site.place.code, **query)).json()
        assert (report in [one["event"]["id"] for one in told["entries"]]) is has, "the page says what the API says"
        judged = _levels_agree(page, site, provider, site.place.code, **query)
        assert (report in [id_ for each in judged["criteria"] for id_ in each["evidence"]]) is has


def test_scenario_6_the_pre_level_is_looked_back_at_and_compared_with_what_came_of_it(signed_in: SignIn, site: Site):
    provider, between = site.do(synthetic.pre_level(site.running))
    page = signed_in("panel-chair", then=f"/dashboards/{synthetic.LGA}/care-homes", place=synthetic.LGA)
    expect(page.get_by_role("row", name=re.compile("Quince House"))).to_contain_text("Level 1")
    page.get_by_role("link", name="Quince House (synthetic)").click()
    levels = page.locator(".app-levels div").first
    expect(levels).to_contain_text("Level 1")

    page.goto(f"/providers/{provider}?as_of={between}&known_at={between}")
    expect(levels).to_contain_text("Pre-level 1")
    for query in {"as_of": between, "known_at": between}, {"as_of": between}:
        _levels_agree(page, site, provider, synthetic.LGA, **query)
    page.goto(f"/providers/{provider}/compare?from={between}&known=then")
    confirmed = page.get_by_role("row", name=re.compile("^Confirmed")).first
    expect(confirmed).to_contain_text(re.compile(r"Pre-level 1.*Level 1", re.DOTALL))
    expect(page.get_by_role("link", name="Decision took effect")).to_have_count(1)

    flag = {"type": "lsi.recommended", "body": "MAQAP", "grounds": ["organisational_abuse"]}
    site.do(synthetic.decide(site.running, provider, "chair", **flag))
    page.goto(f"/providers/{provider}")
    expect(page.get_by_text("Large scale process recommended")).to_be_visible()
    officer = signed_in(then=f"/providers/{provider}", place=synthetic.LGA)
    expect(officer.get_by_role("heading", name="Quince House (synthetic)")).to_be_visible()
    expect(officer.get_by_text("Large scale process recommended")).to_have_count(0)


def test_a_view_is_saved_opened_first_and_deleted_without_a_script(signed_in: SignIn, site: Site):
    page = signed_in("team-manager", java_script_enabled=False)
    page.get_by_label("Name", exact=True).fill("Birch")
    page.get_by_role("button", name="Show").click()
    page.locator("summary", has_text="Your views").click()
    page.get_by_label("Save these choices as").fill("Only Birch")
    page.get_by_label("open it first").check()
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("Recorded: view saved.")).to_be_visible()

    page.goto(f"/dashboards/{site.place.code}/care-homes")

    expect(page).to_have_url(re.compile(r"named=Birch"))
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Delete.*Only Birch")).click()
    expect(page.get_by_role("link", name="Only Birch")).to_have_count(0)
    page.goto(f"/dashboards/{site.place.code}/care-homes")
    expect(page.locator("tbody tr").nth(1)).to_be_visible()


def test_a_providers_page_and_a_comparison_print_without_what_only_clicks(signed_in: SignIn, site: Site):
    page = signed_in(then=f"/providers/{site.place.bad}")
    page.emulate_media(media="print")
    for hidden in (page.get_by_role("group", name="As it was on"), page.get_by_role("link", name="Compare two days")):
        expect(hidden).to_be_hidden()
    expect(page.get_by_role("heading", name="Why")).to_be_visible()
    expect(page.get_by_role("heading", name="Who was told")).to_be_visible()
    page.goto(f"/providers/{site.place.bad}/compare?from=2026-01-02")
    expect(page.get_by_role("button", name="Compare")).to_be_hidden()
    expect(page.get_by_text("both by everything that is known today")).to_be_visible()


def _look_back(page: Page, *parts: str) -> None:
    page.get_by_text("Look back to another day").click()
    bar = page.get_by_role("group", name="As it was on")
    for name, text in zip(("Day", "Month", "Year"), parts, strict=True):
        bar.get_by_label(name).fill(text)
    page.get_by_role("button", name="Look back").click()


def _levels_agree(page: Page, site: Site, provider: str, place: str, **moment: str) -> dict[str, Any]:
    """A provider's page of a moment has the levels, and what is met, that the API has; answers what it recomputed."""
    told = site.do(site.running.ask("GET", f"/v1/providers/{provider}", "auditor", place=place, **moment)).json()
    recomputed: dict[str, Any] = told["recomputed"]
    assert recomputed, told["not_recomputed_because"]
    page.goto(f"/providers/{provider}?{urlencode(moment)}")
    columns = page.locator(".app-levels > div")
    confirmed = words.level(told["confirmed"]["level"]) if told["confirmed"] else "No level was confirmed by then"
    shown = columns.filter(has=page.get_by_role("heading", name="Confirmed", exact=True))
    expect(shown.locator("strong, .app-unknown").first).to_have_text(_alone(confirmed))
    for title, judged in (("Indicated, as recorded then", told), ("Recomputed", recomputed)):
        shown = columns.filter(has=page.get_by_role("heading", name=title, exact=True))
        level = words.span(judged["indicated"]["min"], judged["indicated"]["max"])
        expect(shown.locator("strong").first).to_have_text(_alone(level))
        met = ", ".join(one["id"] for one in judged["criteria"] if one["outcome"] == "met")
        says = f"Met: {met}" if met else "No criterion met"
        expect(shown.get_by_text(says, exact=True)).to_have_count(1 if judged["criteria"] else 0)
    return recomputed


def _alone(text: str) -> re.Pattern[str]:
    """These words, after the sign that stands before a level."""
    return re.compile(rf"^\W*{re.escape(text)}$")
