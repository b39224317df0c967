"""Pages of intake and notify, and those of operations with what waits there, without a fault of access."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from services.intake.writing import concern_form
from tests.browser import outside as synthetic
from tests.browser.access import walk, without_fault
from tests.browser.conftest import SignIn, Site, Watched
from tests.browser.outside import Outside
from tests.support.servers import Servers

OF_A_CONCERN = {
    "concern-start": "{start}",
    "concern-resume": "/concern/resume",
    "concern-choice": "/concern/questions/danger",
    "concern-999": "/concern/questions/call-999",
    "concern-words": "/concern/questions/what-happened",
    "concern-choices": "/concern/questions/about",
    "concern-day": "/concern/questions/when-date",
    "concern-lines": "/concern/questions/your-details",
    "concern-answers": "/concern/answers",
    "concern-save": "/concern/save",
    "concern-status": "/concern/status",
}
"""Every kind of question once: its pages differ in their words alone."""
OF_A_RETURN = {
    "return-start": "{start}",
    "return-figures": "/returns/questions/people",
    "return-answers": "/returns/answers",
}


@pytest.fixture(scope="module")
def outside(site: Site, servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """Both services, for these tests."""
    with synthetic.beside(site, servers, tmp_path_factory.mktemp("notify")) as made:
        yield made


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def test_the_form_of_a_concern_and_what_became_of_it(watched: Watched, outside: Outside):
    filled = outside.filled("concern", synthetic.CONCERN, f"/concern/{outside.place}")
    assert filled.questions == {f"/concern/questions/{each.name}" for each in concern_form.FORM.pages}
    page = watched.page(base_url=outside.forms)
    page.context.add_cookies(filled.cookies)
    walk(page, OF_A_CONCERN, start=filled.start)
    press(page, "Continue")
    expect(page.get_by_role("alert")).to_contain_text("as you wrote them down")
    without_fault(page, "concern-status-refused")
    page.goto("/concern/answers")
    press(page, "Send")
    expect(page.get_by_text("Your reference is")).to_be_visible()
    without_fault(page, "concern-sent")
    code = page.locator(".app-code").inner_text()
    reference = re.search(r"C-[0-9A-Z]{4}-[0-9A-Z]{4}", page.locator("main").inner_text())
    assert reference
    page.goto("/concern/status")
    page.get_by_label("Your reference").fill(reference[0])
    page.get_by_label("Your secret code").fill(code)
    press(page, "Continue")
    expect(page.get_by_role("heading", name="Received.")).to_be_visible()
    without_fault(page, "concern-status-told")


def test_the_voice_form_and_a_return(watched: Watched, outside: Outside):
    page = watched.page(base_url=outside.forms)
    walk(page, {"feedback-start": "/feedback"})
    press(page, "Start now")
    press(page, "Continue")
    expect(page.get_by_role("alert")).to_contain_text("Select one")
    without_fault(page, "feedback-refused")
    page.get_by_role("radio", name="I am worried").check()
    press(page, "Continue")
    expect(page.get_by_role("heading", name="Please tell us on the other form")).to_be_visible()
    without_fault(page, "feedback-worried")
    filled = outside.filled("returns", synthetic.RETURN, outside.returning())
    page.context.add_cookies(filled.cookies)
    walk(page, OF_A_RETURN, start=filled.start)


def test_the_page_of_an_acknowledgement(watched: Watched, outside: Outside):
    page = watched.page()
    walk(page, {"acknowledge": outside.link}, "Synthetic Home")
    page.get_by_label("Note (optional)").fill("a word " * 300)
    press(page, "Acknowledge")
    expect(page.get_by_text("Nothing was recorded")).to_be_visible()
    without_fault(page, "acknowledge-refused")
    page.goto(outside.link[:-4])
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    without_fault(page, "acknowledge-bad")


def test_what_waits_in_quarantine_and_what_could_not_be_delivered(signed_in: SignIn, outside: Outside):
    steward = signed_in("steward", "/operations/quarantine", place=outside.place)
    expect(steward.get_by_role("row").filter(has_text="cqc_location_id:")).to_have_count(2)
    walk(steward, {"quarantine-waiting": "/operations/quarantine"}, "somebody may be in danger")
    walk(steward, {"quarantine-match": f"/operations/quarantine/{outside.waiting}/match"}, "which service is meant")
    page = signed_in("ops", place=outside.told_in)
    walk(page, {"deliveries-dead": "/operations/deliveries"}, "Birch House (synthetic)")
    expect(page.get_by_role("link", name="Send again")).to_be_visible()
    walk(page, {"deliveries-sent": "/operations/deliveries?state=sent"}, "Birch House (synthetic)")


def test_once_acknowledged_it_is_said(watched: Watched, outside: Outside):
    page = watched.page()
    page.goto(outside.link)
    press(page, "Acknowledge")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    without_fault(page, "acknowledge-thanks")
    walk(page, {"acknowledge-again": outside.link}, "Already acknowledged")
