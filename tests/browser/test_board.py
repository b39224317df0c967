"""Board work in a real browser: golden scenario 8 by clicking, the pack on paper, no faults of access."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from shared import calendar, clock
from tests.browser import board_place, walks
from tests.browser.access import walk
from tests.browser.board_place import HOME, Board
from tests.browser.conftest import SignIn, Site
from tests.browser.hands import fill_day, send
from tests.component.governance.test_meetings import PARTNERS, close


@pytest.fixture(scope="module")
def board(site: Site) -> Board:
    """A place of its own."""
    return site.do(board_place.fill(site.running))


def fix(page: Page, body: str, day: date, cut_off: date) -> None:
    page.get_by_role("radio", name=body).check()
    fill_day(page, "Day and time", day, "12:00")
    fill_day(page, "Last day that its pack takes in", cut_off)
    page.get_by_role("button", name="Arrange the meeting").click()
    expect(page.get_by_role("status")).to_have_text("Recorded: the meeting is arranged.")


def press_until_frozen(page: Page) -> None:
    """As soon as everything has come in it is frozen: by whoever presses, or by itself."""
    button = page.get_by_role("button", name="Freeze the pack now")
    for _ in range(200):
        if not button.count():
            return
        with page.expect_navigation():
            button.click()
    pytest.fail("everything was closed, and the pack is not frozen")


def test_golden_8_by_clicking_a_partner_is_missing_and_the_pack_shows_it(signed_in: SignIn, site: Site, board: Board):
    today, cut_off = calendar.london_date(clock.now()), calendar.last_closed_day(clock.now())
    # A PQM is arranged, and what diverges is taken on its agenda
    page = signed_in("team-manager", "/meetings", place=board.code)
    page.get_by_role("link", name="Arrange a meeting", exact=True).click()
    fix(page, "Provider Quality Monitoring meeting", today, cut_off)
    here = page.url.partition("?")[0]
    page.get_by_role("button", name=re.compile("^Take it .Confirmed and indicated levels differ")).click()
    expect(page.get_by_role("status")).to_have_text("Recorded: the item is on the agenda.")
    # Before everything has come in, the pack says what it waits for
    page.get_by_role("button", name="Freeze the pack now").click()
    expect(page.get_by_role("alert")).to_contain_text("What partners and services send in: complete up to the end of")
    site.do(close(site.running, cut_off))
    # Then it is frozen, shows the gap, and goes on showing it
    press_until_frozen(page)
    page.get_by_role("link", name="Read or print the pack").click()
    expect(page.get_by_text("Not complete")).to_be_visible()
    missing = page.get_by_role("row", name=re.compile("^ICB quality"))
    expect(missing).to_contain_text(re.compile(rf"1 of 1\s*{re.escape(HOME)}"))
    site.do(board_place.rate(site.running, board.home, PARTNERS[3], today))
    page.reload()
    expect(missing).to_contain_text(re.compile(rf"1 of 1\s*{re.escape(HOME)}"))
    # It is brought before the board, and the Provider Concern meeting comes between, ad hoc
    page.goto(here)
    decide = page.get_by_role("link", name=re.compile("^Decide .1"))
    expect(decide).to_be_visible()
    decide.click()
    page.get_by_role("link", name="Refer to another body: Governance and Quality Assurance Board").click()
    page.get_by_role("radio", name=re.compile("deemed at significant risk")).check()
    page.get_by_label("Reason").fill("Synthetic: the risk is significant.")
    page.get_by_role("button", name="Record").click()
    page.goto(here)
    expect(page.get_by_text("Decision: Referred to another body")).to_be_visible()
    page.goto(f"/meetings/new?place={board.code}&provider={board.home}")
    page.get_by_role("radio", name="Ad hoc").check()
    fix(page, "Provider Concern meeting", today, cut_off)
    expect(page.get_by_text("Ad hoc, beside the regular ones, by CAL-13")).to_be_visible()
    # Once it was held, its assurance summary goes up, in counts, and is proposed to the board's next meeting
    page.goto(here)
    page.get_by_role("link", name="Record who is there").click()
    page.get_by_role("group", name="Are they there?").first.get_by_role("radio", name="Yes").check()
    send(page)
    page.get_by_role("link", name="Record that it was held").click()
    send(page)
    page.get_by_role("link", name="Report up, or feed back down").click()
    page.get_by_role("radio", name=re.compile("^Assurance summary")).check()
    page.get_by_role("radio", name=re.compile("^Up:")).check()
    send(page)
    told = page.get_by_role("group").filter(has_text="CAL-14")
    expect(told).to_contain_text("Up to Governance and Quality Assurance Board")
    told.get_by_text("CAL-14").click()
    expect(told.locator("div", has_text="Indicated red").locator("dd")).to_have_text("1")
    expect(told.locator("div", has_text="Meeting decisions").locator("dd")).to_have_text("1")
    page.goto(f"/meetings/new?place={board.code}")
    fix(page, "Governance and Quality Assurance Board", today, cut_off)
    expect(page.get_by_role("row", name=re.compile("A report.*CAL-14"))).to_be_visible()


def test_a_pack_on_paper_is_the_pack_alone(signed_in: SignIn, board: Board):
    page = signed_in("panel-chair", f"/meetings/{board.held}/pack", place=board.code)
    page.emulate_media(media="print")

    for name in ("The meeting", "Download the frozen bytes (JSON)", "Dashboards"):
        expect(page.get_by_role("link", name=name)).to_be_hidden()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.get_by_role("heading", name=re.compile("Provider Quality Monitoring meeting"))).to_be_visible()
    expect(page.get_by_text("Digest", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(re.escape(HOME)))).to_be_visible()


def test_the_pages_of_meetings_are_without_a_fault_of_access(signed_in: SignIn, board: Board):
    page = signed_in("team-manager", place=board.code)
    walk(page, walks.MEETINGS, **vars(board), year=calendar.london_date(clock.now()).year)
