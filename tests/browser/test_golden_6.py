"""Golden scenario 6 by clicking: Level 1 holds until the plan is signed by both; a potential investigation."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from shared import calendar, clock
from tests.browser import measuring_place
from tests.browser.conftest import SignIn, Site
from tests.browser.deciding_place import service
from tests.browser.hands import fill_day, send
from tests.browser.measuring_place import LGA

TEAM, PANEL, LEADERS = "Quality and review team", "Multi-agency quality assurance panel", "Directorate leadership team"


@pytest.fixture(scope="module")
def home(site: Site) -> str:
    """A service of a place under the policy of 2017."""
    site.do(measuring_place.adopted(site.running))
    return site.do(service(site.running, "Whitebeam House", place=LGA))


def confirm(page: Page, home: str, body: str, level: str) -> None:
    page.goto(f"/providers/{home}/decide/level.confirmed")
    page.get_by_role("radio", name=body).check()
    page.get_by_role("radio", name=level, exact=True).check()
    page.get_by_label("Reason", exact=True).fill("The panel agreed (synthetic).")
    send(page, "Record this decision")


def taken(page: Page) -> None:
    page.wait_for_url(re.compile(r"/decisions/[0-9a-f-]{36}"))
    expect(page.get_by_text("In effect", exact=True)).to_be_visible()


def refused(page: Page, rule: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(rule)


def test_level_1_holds_until_the_plan_is_signed_by_the_provider_and_the_council(
    signed_in: SignIn, site: Site, home: str
):
    today = calendar.london_date(clock.now())
    later = today + timedelta(days=30)
    manager, chair = signed_in("team-manager", place=LGA), signed_in("panel-chair", place=LGA)
    confirm(manager, home, TEAM, "Pre-level 1")
    taken(manager)
    confirm(manager, home, TEAM, "Level 1")
    refused(manager, "LGA-9.a")
    confirm(chair, home, PANEL, "Level 1")
    taken(chair)
    confirm(chair, home, PANEL, "Routine")
    refused(chair, "LGA-10")

    manager.goto(f"/providers/{home}/plans/new")
    manager.get_by_label("What it answers").select_option("Level")
    manager.get_by_label("Short name of the action").first.fill("A1")
    fill_day(manager, "Due", later)
    send(manager, "Draft the plan")
    manager.wait_for_url("**/plans/*?done=drafted")
    plan = manager.url.partition("?")[0]
    manager.get_by_role("link", name="Agree the plan with the provider").click()
    fill_day(manager, "Agreed on", today)
    fill_day(manager, "Due", later)
    send(manager)
    manager.get_by_role("link", name="Close an action").click()
    manager.get_by_role("group", name="Action").get_by_role("radio").check()
    manager.get_by_role("radio", name="Done", exact=True).check()
    send(manager)

    provider = signed_in("provider", f"/my/{home}/plans/{plan.rpartition('/')[2]}", place=LGA, services=home)
    provider.get_by_role("link", name="Hand it in for sign-off").click()
    send(provider, "Hand in")
    provider.get_by_role("link", name="Sign it").click()
    fill_day(provider, "Signed on", today)
    provider.get_by_label("Registered manager").check()
    send(provider, "Sign")
    expect(provider.get_by_text("The council’s: not yet")).to_be_visible()
    confirm(chair, home, PANEL, "Routine")
    refused(chair, "LGA-10")

    manager.goto(f"{plan}/steps/signed_off")
    manager.get_by_role("radio", name="The council’s").check()
    fill_day(manager, "Signed on", today)
    manager.get_by_label("In which role").select_option("Team manager")
    send(manager)
    manager.get_by_role("link", name="Close the plan").click()
    manager.get_by_role("radio", name="Completed: both have signed").check()
    send(manager)
    manager.wait_for_url("**/plans/*?done=closed")
    confirm(chair, home, PANEL, "Routine")
    taken(chair)

    chair.goto(f"/providers/{home}")
    expect(chair.locator(".app-levels div").first).to_contain_text("Routine")


def test_a_potential_investigation_is_begun_by_the_leadership_team_alone(signed_in: SignIn, site: Site, home: str):
    chair, director = signed_in("panel-chair", place=LGA), signed_in("director", place=LGA)
    chair.goto(f"/providers/{home}/decide/lsi.recommended")
    chair.get_by_role("radio", name=PANEL).check()
    chair.get_by_role("group", name="Grounds").get_by_label("Organisational").check()
    chair.get_by_label("Reason", exact=True).fill("Several people (synthetic).")
    send(chair, "Record this decision")
    taken(chair)

    def begin(page: Page) -> None:
        page.goto(f"/providers/{home}/decide/lsi.authorised")
        page.get_by_role("radio", name=LEADERS).check()
        page.get_by_label("Who leads the process?").select_option("Safeguarding")
        page.get_by_role("group", name="Are the police told already?").get_by_role("radio", name="Yes").check()
        page.get_by_label("Reason", exact=True).fill("It is begun (synthetic).")
        send(page, "Record this decision")

    begin(chair)
    refused(chair, "LGA-4.b")
    begin(director)
    taken(director)
    director.goto(f"/providers/{home}")
    expect(director.get_by_text("Large scale process authorised")).to_be_visible()
