"""Officers' records and a provider's own pages in a browser: no fault of access; a draft answered by clicking."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import records_place, walks
from tests.browser.access import walk, without_fault
from tests.browser.conftest import SignIn, Site, Watched
from tests.browser.records_place import CODE, HOME, Records


@pytest.fixture(scope="module")
def records(site: Site) -> Records:
    return site.do(records_place.fill(site.running))


def provider(watched: Watched, records: Records, **options: object) -> Page:
    """The manager of the home, signed in by clicking."""
    page = watched.page(**options)
    page.goto("/my")
    page.get_by_role("radio", name=re.compile("^provider:")).check()
    page.get_by_label("Places").fill(CODE)
    page.get_by_label("Services (role provider alone)").fill(records.home)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name=HOME)).to_be_visible()
    return page


def test_the_records_of_officers_are_without_a_fault_of_access(signed_in: SignIn, records: Records):
    page = signed_in(place=CODE)
    walk(page, walks.RECORDS, HOME, **vars(records), place=CODE)


def test_their_forms_are_without_a_fault_of_access(signed_in: SignIn, records: Records):
    walk(signed_in(place=CODE), walks.RECORDING, **vars(records))


def test_what_was_written_is_read_on_demand(signed_in: SignIn, records: Records):
    page = signed_in(place=CODE, then=f"/plans/{records.plan}")
    expect(page.get_by_text("No trainer yet (synthetic).")).to_have_count(0)

    page.get_by_role("button", name="Read what was written").click()

    expect(page.get_by_text("No trainer yet (synthetic).")).to_be_visible()
    without_fault(page, "plan-written")


def test_a_provider_answers_a_draft_and_disputes_evidence_without_a_script(watched: Watched, records: Records):
    page = provider(watched, records, java_script_enabled=False)
    page.get_by_role("link", name="A draft assessment").click()
    expect(page.get_by_text("You have until the end of")).to_be_visible()
    page.get_by_role("link", name="Dispute an answer").click()
    page.get_by_role("button", name="Send", exact=True).last.click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Which answer you dispute").select_option(index=1)
    page.get_by_label("Why, and what evidence you have").fill("Our record shows it (synthetic).")
    page.get_by_role("button", name="Send", exact=True).last.click()
    expect(page.get_by_text("Disputed: a second officer will look at it")).to_be_visible()
    page.get_by_role("link", name="Accept it or comment on it").click()
    page.get_by_role("radio", name="No").check()
    page.get_by_label("Your comment").fill("The dates are wrong (synthetic).")
    page.get_by_role("button", name="Send", exact=True).last.click()
    expect(page.get_by_text("You said that you do not accept it.")).to_be_visible()


def test_a_providers_own_pages_are_without_a_fault_and_it_challenges(watched: Watched, records: Records):
    page = provider(watched, records)
    walk(page, walks.MINE, **vars(records))
    page.get_by_role("radio", name="A fact is wrong").check()
    page.get_by_label("Why, and what evidence you have").fill("The report is of another home (synthetic).")
    page.get_by_role("button", name="Send the challenge").last.click()
    expect(page.get_by_text("Recorded:")).to_be_visible()
    page.goto(f"/providers/{records.home}")
    expect(page.get_by_role("heading", name="This page is not for your role")).to_be_visible()
