"""Golden scenarios 4, 12 and 15 by clicking, as different people; the pages of decisions without a fault of access."""

import re

from playwright.sync_api import Page, expect

from shared import calendar, clock
from tests.browser import deciding_place as synthetic
from tests.browser import walks
from tests.browser.access import walk, without_fault
from tests.browser.conftest import SignIn, Site
from tests.browser.hands import fill_day, go, send, tab_to


def decision_of(page: Page) -> str:
    page.wait_for_url(re.compile(r"/decisions/[0-9a-f-]{36}"))
    return page.url.rpartition("/")[2].partition("?")[0]


def test_scenario_4_a_joint_decision_waits_for_the_icb_and_takes_effect_by_its_consent(signed_in: SignIn, site: Site):
    provider = site.do(synthetic.service(site.running, "Elder House", "joint"))
    chair = signed_in("panel-chair", then=f"/providers/{provider}/decide")
    chair.get_by_role("link", name="Confirm, raise, lower or hold the level").click()
    chair.get_by_role("radio", name="Multi-agency quality review meeting").check()
    chair.get_by_role("radio", name="Level 3", exact=True).check()
    chair.get_by_label("Reason", exact=True).fill("Five key questions require improvement (synthetic).")
    chair.get_by_role("button", name="Record this decision").last.click()
    decision = decision_of(chair)
    expect(chair.get_by_text("Waits for somebody: not in effect yet")).to_be_visible()

    icb = signed_in("icb-quality", then="/decisions")
    icb.get_by_role("link", name=re.compile("Level confirmed: Level 3.*Elder House")).click()
    icb.get_by_role("link", name="Consent to this decision").click()
    icb.get_by_role("button", name="Consent", exact=True).last.click()
    expect(icb.get_by_text("In effect", exact=True)).to_be_visible()

    chair.goto(f"/providers/{provider}")
    expect(chair.locator(".app-levels div").first).to_contain_text("Level 3")
    chair.goto(f"/decisions/{decision}")
    expect(chair.get_by_text("The ICB consented")).to_be_visible()


def test_scenario_12_any_director_convenes_the_board_which_alone_suspends_by_all_three(signed_in: SignIn, site: Site):
    site.do(synthetic.board(site.running))
    provider = site.do(synthetic.service(site.running, "Fir Lodge", "council", synthetic.BOARD))
    site.do(synthetic.manager_lost(site.running, provider))
    address = f"/providers/{provider}/decide/suspension.imposed"

    def propose(page: Page) -> None:
        page.get_by_role("radio", name=re.compile("Market Oversight Board .Director")).check()
        page.get_by_role("radio", name="Enforced").check()
        page.get_by_label("Reason", exact=True).fill("The manager has left (synthetic).")
        page.get_by_role("button", name="Record this decision").last.click()

    def convene(page: Page) -> None:
        page.goto("/meetings")
        page.get_by_role("link", name=re.compile("^Arrange it .*Market Oversight Board, Fir Lodge")).click()
        page.get_by_role("radio", name="Virtual").check()
        fill_day(page, "Day and time", calendar.london_date(clock.now()), "12:00")
        send(page, "Arrange the meeting")

    # The manager is lost: any one director has the Board meet; the Oversight Group neither that, nor suspends
    group = signed_in("panel-chair", then=address, place=synthetic.BOARD)
    propose(group)
    expect(group.get_by_role("alert")).to_contain_text("SAL-28")
    convene(group)
    expect(group.get_by_role("alert")).to_contain_text("SAL-25")
    nhs = signed_in("director", place=synthetic.BOARD, organisation="nhs")
    convene(nhs)
    expect(nhs.get_by_role("status")).to_have_text("Recorded: the meeting is arranged.")
    expect(nhs.get_by_text("Virtual, not in a room, by SAL-25")).to_be_visible()

    council = signed_in("director", then=address, place=synthetic.BOARD)
    propose(council)
    decision = decision_of(council)
    expect(council.get_by_text("the ICB and the NHS")).to_be_visible()
    icb = signed_in("director", place=synthetic.BOARD, organisation="icb")
    for other, says in ((icb, "Waits|waits"), (nhs, "In effect")):
        other.goto("/decisions")
        other.locator(f'a[href="/decisions/{decision}"]').click()
        other.get_by_role("link", name=re.compile("^(Consent to|Ratify) this decision")).click()
        other.get_by_role("button", name=re.compile("^(Consent|Ratify)$")).last.click()
        other.wait_for_url(re.compile(rf"/decisions/{decision}\?done="))
        expect(other.locator("main strong").first).to_contain_text(re.compile(says))


def test_scenario_15_evidence_that_was_not_upheld_taints_and_its_owner_is_told(signed_in: SignIn, site: Site):
    provider = site.do(synthetic.service(site.running, "Hazel Court"))
    event = site.do(synthetic.concern(site.running, provider, "QC-HAZEL"))
    chair = signed_in("panel-chair", then=f"/providers/{provider}/decide/level.confirmed")
    chair.get_by_role("radio", name="Multi-agency quality review meeting").check()
    chair.get_by_role("radio", name="Level 2", exact=True).check()
    chair.locator(f'input[name=evidence][value="{event}"]').check()
    chair.get_by_label("Reason", exact=True).fill("Medicines (synthetic).")
    chair.get_by_role("button", name="Record this decision").last.click()
    decision = decision_of(chair)
    expect(chair.get_by_role("link", name=re.compile("^Quality concern raised"))).to_be_visible()

    site.do(synthetic.not_upheld(site.running, provider, "QC-HAZEL", decision))

    chair.goto("/decisions")
    chair.get_by_role("link", name=re.compile("Look at the decision.*Hazel Court")).click()
    expect(chair.get_by_text("Evidence of this decision fell after it was taken")).to_be_visible()
    expect(chair.get_by_text(re.compile("not upheld since"))).to_be_visible()
    expect(chair.get_by_role("link", name="Look again at a decision whose evidence fell")).to_be_visible()
    chair.get_by_role("button", name="Read the reason").click()
    expect(chair.get_by_text("Medicines (synthetic).")).to_be_visible()


def test_a_decision_is_taken_with_the_keyboard_alone(signed_in: SignIn, site: Site):
    provider = site.do(synthetic.service(site.running, "Lilac Lodge"))
    page = signed_in("panel-chair", then=f"/providers/{provider}")
    go(page, "Decide")
    go(page, "Confirm, raise, lower or hold the level")
    for first, steps in (("Quality team meeting (Team manager)", 1), ("Level 1", 2)):
        tab_to(page, first)
        for _ in range(steps):
            page.keyboard.press("ArrowDown")
    tab_to(page, "Reason")
    page.keyboard.type("Five key questions (synthetic).")
    go(page, "Record this decision")
    decision_of(page)
    expect(page.get_by_text("In effect", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Level 3")


def test_the_pages_of_decisions_are_without_a_fault_of_access(signed_in: SignIn, site: Site):
    running = site.running
    provider = site.do(synthetic.service(running, "Juniper House", "joint"))
    event = site.do(synthetic.concern(running, provider, "QC-JUNIPER"))
    level = site.do(synthetic.decided(running, provider, type="level.confirmed", level="3", evidence=[event]))
    pause = {"type": "suspension.imposed", "kind": "advisory_notice", "body": "COMMISSIONERS"}
    site.do(synthetic.decided(running, provider, "director", **pause))
    begun = {"type": "lsi.authorised", "body": "DIRECTOR", "lead_role": "safeguarding", "police_liaison": True}
    other = site.do(synthetic.service(running, "Kauri House"))
    site.do(synthetic.decided(running, other, type="lsi.recommended", grounds=["abuse.neglect"]))
    lsi = site.do(running.ask("GET", f"/v1/providers/{other}", "safe", place=site.place.code)).json()["processes"][0]
    site.do(synthetic.decided(running, other, "director", lsi_id=lsi["lsi_id"], **begun))
    challenge = site.do(synthetic.challenge(running, other))
    page = signed_in("icb-quality")
    known = {"provider": provider, "other": other, "level": level, "lsi": lsi["lsi_id"], "challenge": challenge}
    walk(page, walks.DECISIONS, **known, bad=site.place.bad)
    page.get_by_role("button", name="Record the answer").last.click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    without_fault(page, "refused")
