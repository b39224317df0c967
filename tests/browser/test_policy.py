"""Policy and operations in a real browser: a director reads, compares, checks a spoilt draft and adopts."""

import re

from playwright.sync_api import expect

from shared import policy
from tests.browser import policy_place as synthetic
from tests.browser import walks
from tests.browser.access import walk
from tests.browser.conftest import SignIn, Site

SHIPPED = policy.DIRECTORY / "herefordshire-2018.yaml"


def test_every_page_of_policy_is_without_a_fault_of_access(signed_in: SignIn, site: Site):
    digest = site.do(synthetic.shadowed(site.running, site.place.bad))
    page, place = signed_in("director"), site.place.code
    walk(page, walks.POLICY, place=place, digest=digest)
    page.goto(f"/policy/at/{place}/shadow")
    expect(page.get_by_role("row", name=re.compile("Birch House"))).to_contain_text("SAL-L3.b")


def test_every_page_of_operations_is_without_a_fault_of_access(signed_in: SignIn, site: Site):
    erasure = site.do(synthetic.held(site.running))
    walk(signed_in("ops"), walks.OPERATIONS)
    walk(signed_in("steward"), walks.QUARANTINE)
    known = {"erasure": erasure, "provider": site.place.calm, "place": site.place.code}
    walk(signed_in("director"), walks.PROOFS, **known)


def test_ops_begins_with_operations_and_is_told_who_does_not_answer(signed_in: SignIn, site: Site):
    page = signed_in("ops")

    expect(page).to_have_url(f"{site.address}/operations")
    expect(page.get_by_role("row", name=re.compile("^Risk well"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Notify does not answer"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Governance well"))).to_be_visible()


def test_a_director_reads_compares_checks_a_spoilt_draft_and_adopts_without_a_script(signed_in: SignIn, site: Site):
    place = site.place.code
    page = signed_in("director", then="/policy", java_script_enabled=False)
    page.get_by_role("link", name="Herefordshire 2018").last.click()
    page.get_by_role("link", name="Criteria", exact=True).click()
    expect(page.get_by_text("“Repeated safeguarding / quality concerns”").first).to_be_visible()

    page.goto("/policy/compare")
    page.get_by_label("First").select_option("herefordshire-2018")
    page.get_by_label("Second").select_option("salford-2024")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("link", name=re.compile("^Criteria")).click()
    expect(page.get_by_text("Criterion HER-L3.a is only in the first")).to_be_visible()

    page.goto(f"/policy/check?place={place}")
    good = SHIPPED.read_text().replace('version: "1"', 'version: "1.1"', 1)
    page.get_by_label("Or its text").fill(good.replace("primary: true", "primry: true", 1))
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", name=re.compile("cannot be adopted"))).to_be_visible()
    expect(page.get_by_text(re.compile("did you mean primary"))).to_be_visible()
    page.get_by_label("Or its text").fill(good)
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("version was “1” and is “1.1”")).to_be_visible()
    page.get_by_role("button", name="Adopt it …").click()
    expect(page.get_by_text("version was “1” and is “1.1”")).to_be_visible()
    page.get_by_label("Why this policy is adopted").fill("Reviewed by the board.")
    page.get_by_role("group", name="To be looked at again by").get_by_label("Day").fill("41")
    page.get_by_role("button", name="Adopt this policy").last.click()
    expect(page.get_by_text("Enter a real date").first).to_be_visible()
    again = page.get_by_role("group", name="To be looked at again by")
    for label, said in (("Day", "1"), ("Month", "4"), ("Year", "2030")):
        again.get_by_label(label).fill(said)
    page.get_by_role("button", name="Adopt this policy").last.click()

    expect(page.get_by_text("Recorded: adopted")).to_be_visible()
    expect(page.locator("dl.app-record")).to_contain_text("version 1.1")
    expect(page.locator("dl.app-record")).to_contain_text("1 Apr 2030")
