"""Officers' work in a real browser: an assessment on a tablet without a script, a visit by the keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from shared import calendar, clock
from tests.browser import officers_place, walks
from tests.browser.access import walk
from tests.browser.conftest import SignIn, Site
from tests.browser.hands import give_day, go, tab_to
from tests.browser.officers_place import Officers


@pytest.fixture(scope="module")
def officers(site: Site) -> Officers:
    """A place of its own."""
    return site.do(officers_place.fill(site.running))


@pytest.mark.parametrize("part", [0, 1])
def test_every_page_of_officers_is_without_a_fault_of_access(signed_in: SignIn, officers: Officers, part: int):
    page = signed_in(place=officers.code)
    page.goto("/work?kind=task")
    task = (page.locator("tbody").get_by_role("link").first.get_attribute("href") or "").rpartition("/")[2]
    walk(page, dict(list(walks.OFFICERS.items())[part::2]), **vars(officers), task=task)


def test_an_officer_assesses_on_a_tablet_without_a_script_and_sees_no_score(signed_in: SignIn, officers: Officers):
    tablet = {"java_script_enabled": False, "viewport": {"width": 768, "height": 1024}, "place": officers.code}
    page = signed_in("quality-officer", f"/providers/{officers.home}", **tablet)
    page.get_by_role("navigation", name="Work about this service").get_by_role("link", name="Assessments").click()
    page.get_by_role("link", name="Begin an assessment").click()
    page.get_by_role("radio", name="Quality Monitoring Framework").check()
    page.get_by_role("button", name="Begin").click()
    here = page.url.partition("?")[0]
    page.get_by_role("listitem").filter(has_text="0 of").first.get_by_role("link").click()
    page.get_by_role("radio", name="Fully met").first.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing shows this answer")
    while "/answer/" in page.url:
        for group in page.get_by_role("group").all():
            if group.get_by_role("radio").count():
                group.get_by_role("radio", name="Mostly met").check()
        for box in page.get_by_role("textbox").all():
            box.fill("Seen on the day (synthetic).")
        with page.expect_navigation():  # else the next turn may still see the page that was sent
            page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.get_by_text("No score is shown before the draft is shared.")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("%")
    page.get_by_role("link", name="Share the draft with the provider").click()
    page.get_by_role("button", name="Record").click()
    page.wait_for_url(f"{here}?done=draft_shared")
    expect(page.locator("main")).to_contain_text(re.compile(r"\d+\.\d%, shared on"))


def test_a_visit_from_the_plan_to_the_feedback_with_the_keyboard_alone(signed_in: SignIn, officers: Officers):
    today = calendar.london_date(clock.now())
    page = signed_in(then=f"/visits?provider={officers.second}", place=officers.code)
    go(page, "Plan a visit")
    tab_to(page, "What kind of visit")
    page.keyboard.type("Annual")
    give_day(page, today)
    page.keyboard.press("Enter")
    page.wait_for_url("**/visits/visit-*")
    go(page, "Record that it took place")
    tab_to(page, "Talk to people")
    page.keyboard.press("Space")
    go(page, "Record")
    page.wait_for_url("**done=completed")
    go(page, "Record feedback to the provider")
    give_day(page, today)
    for choice in ("Call", "Registered manager"):
        tab_to(page, choice)
        page.keyboard.press("Space")
    go(page, "Record")
    page.wait_for_url("**done=feedback_given")
    expect(page.get_by_text(f"the provider was told on {today.day} ")).to_be_visible()
