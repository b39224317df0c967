"""The pages of meetings: fixed, prepared, held and minuted by forms; who may not is told why."""

import re
from typing import Any

import pytest

from shared import calendar, clock
from tests.component.governance.browsing import Browser, sign_in
from tests.component.governance.conftest import PLACE, Running
from tests.component.governance.test_meetings import fixed, one, step

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def sent(browser: Browser, address: str, **said: str) -> Any:
    """The form of an address, filled in and sent, with the key that it came with."""
    shown = await browser.get(address)
    assert shown.status_code == 200, shown.text
    key = re.search(r'name="key" value="([^"]+)"', shown.text)
    assert key
    return await browser.post(address, {"csrf_token": await browser.csrf(), "key": key[1]} | said)


def moment(at: str) -> dict[str, str]:
    day, _, time = at.partition(" ")
    year, month, number = day.split("-")
    return {"at-day": number, "at-month": month, "at-year": year, "at-time": time}


async def test_a_meeting_is_fixed_by_its_form_once_and_what_is_wrong_stands_beside_its_field(governance: Running):
    provider = await governance.register(name="Agenda House (synthetic)")
    browser = sign_in(governance, "manager")
    address = f"/meetings/new?place={PLACE}&body=MA_QUALITY_REVIEW&provider={provider}"
    shown = await browser.get(address)
    assert "Multi-agency quality review meeting" in shown.text
    fields = {"csrf_token": await browser.csrf(), "key": "fix-by-form", "body": "MA_QUALITY_REVIEW"}
    no_day = await browser.post(address, fields | moment("2031-02-30 10:00"))
    late = moment("2031-05-20 10:00") | {"cut_off-day": "21", "cut_off-month": "5", "cut_off-year": "2031"}
    unfit = await browser.post(address, fields | late)
    assert (no_day.status_code, unfit.status_code) == (422, 422)
    assert "Enter a real day and time" in no_day.text
    assert 'href="#cut_off-day"' in unfit.text
    assert unfit.text.count("The cut-off would come after the meeting.") == 2, "above, and beside its field"

    right = fields | moment("2031-05-20 10:00") | {"providers": provider}
    first, again = await browser.post(address, right), await browser.post(address, right)

    assert first.status_code == again.status_code == 303, first.text
    assert first.headers["location"] == again.headers["location"]
    page = await browser.get(first.headers["location"])
    assert "Recorded:" in page.text
    assert "20 May 2031, 11:00" not in page.text
    assert "20 May 2031, 10:00" in page.text
    assert "Agenda House (synthetic)" in page.text


async def test_a_meeting_is_prepared_held_and_minuted_by_its_forms(governance: Running):
    provider = await governance.register(name="Item House (synthetic)")
    at = f"{calendar.london_date(clock.now())}T09:00:00Z"
    meeting = await fixed(governance, at=at, providers=[provider])
    browser, here = sign_in(governance, "manager"), f"/meetings/{meeting}"
    cause = f"provider:{provider}"

    # What is proposed is taken by its button, once however often it is pressed
    press = {"csrf_token": await browser.csrf(), "key": "press-1"}
    taken = [await browser.post(f"{here}/steps/item_added?cause={cause}", press) for _ in range(2)]
    assert [each.status_code for each in taken] == [303, 303], taken[0].text
    item = (await one(governance, meeting))["items"][0]["item"]
    assert len((await one(governance, meeting))["items"]) == 1
    page = await browser.get(here)
    assert f"/providers/{provider}/decide?meeting={meeting}&amp;item={item}" in page.text

    # The attendance form begins with the body's seats, of which nobody is there until somebody says so
    asked = await browser.get(f"{here}/steps/attended")
    assert asked.text.count('value="panel-chair" selected') == 1
    assert asked.text.count('value="false" checked') >= 7
    there = {"attendees.rows": "2", "attendees.0.organisation": "council", "attendees.0.role": "panel-chair",
             "attendees.0.present": "true", "attendees.0.mine": "false", "attendees.1.organisation": "provider",
             "attendees.1.role": "provider", "attendees.1.present": "true", "attendees.1.mine": "false"}  # fmt: skip
    interest = {
        "organisation": "council",
        "role": "panel-chair",
        "item": item,
        "nature": "personal",
        "handled": "noted",
    }
    action = {"actions.rows": "1", "actions.0.task": "focused_support", "actions.0.role": "quality-officer",
              "actions.0.due-day": "3", "actions.0.due-month": "2", "actions.0.due-year": "2031"}  # fmt: skip
    day = calendar.london_date(clock.now())
    said: dict[str, str] = {"held_on-day": "1", "held_on-month": "2", "held_on-year": "2001"}
    assert "fixed for" in (await sent(browser, f"{here}/steps/held", **said)).text
    for name, said in (
        ("attended", there),
        ("conflict_declared", interest),
        (f"item_discussed?item={item}", {"outcome": "decided", "provider_present": "true"} | action),
        ("held", {"held_on-day": str(day.day), "held_on-month": str(day.month), "held_on-year": str(day.year)}),
        ("minutes_recorded", {"minutes": "Synthetic minutes of the pages."}),
    ):
        answer = await sent(browser, f"{here}/steps/{name}", **said)
        assert answer.status_code == 303, answer.text

    page = (await browser.get(here)).text
    interests = "Interest (personal): Council: Panel chair"
    waits = "a later meeting has still to approve them"
    for words in (
        "Decided", "the service was in the room", "Focused support", "by 3 Feb 2031", "quorate", interests, waits
    ):  # fmt: skip
        assert words in page, words
    assert "Synthetic minutes of the pages." not in page
    opened = await browser.post(f"{here}/texts", {"csrf_token": await browser.csrf()})
    assert "Synthetic minutes of the pages." in opened.text
    ahead, later = await fixed(governance), await fixed(governance, at=at.replace("T09", "T10"))
    early = await sent(sign_in(governance, "chair"), f"{here}/steps/minutes_approved", at_meeting=ahead)
    assert "That meeting has not come." in early.text
    approved = await sent(sign_in(governance, "chair"), f"{here}/steps/minutes_approved", at_meeting=later)
    assert approved.status_code == 303, approved.text
    assert (await one(governance, meeting))["minutes"] == "approved"


async def test_who_may_not_is_told_why_and_nothing_changes(governance: Running):
    meeting = await fixed(governance)
    here = f"/meetings/{meeting}"
    inspector = sign_in(governance, "officer", roles=["cqc-inspector"], org="cqc")
    auditor, stranger = sign_in(governance, "auditor"), sign_in(governance, "manager", places=["E10000019"])
    icb = sign_in(governance, "icb")

    told = [await inspector.get(address) for address in ("/meetings", here, f"{here}/pack")]
    assert [each.status_code for each in told] == [403, 403, 403]
    assert all("not opened to CQC here" in each.text for each in told)
    read, asked = await auditor.get(here), await auditor.get(f"{here}/steps/cancelled")
    sent_ = await auditor.post(f"{here}/steps/cancelled", {"csrf_token": await auditor.csrf(), "reason": "No."})
    frozen = await auditor.post(f"{here}/freeze", {"csrf_token": await auditor.csrf()})
    assert (read.status_code, asked.status_code, sent_.status_code, frozen.status_code) == (200, 403, 403, 403)
    assert "Cancel this meeting" not in read.text
    assert "Read reasons, notes" not in read.text
    elsewhere = [await stranger.get(address) for address in (here, f"{here}/pack", f"{here}/steps/cancelled")]
    assert [each.status_code for each in elsewhere] == [404, 404, 404]
    assert (await stranger.get(f"/meetings?place={PLACE}")).status_code == 403
    order = {"place": PLACE, "body": "DIRECTOR", "at": "2031-03-20T10:00:00Z", "sort": "virtual"}
    directors = (await governance.ask("POST", "/v1/meetings", "director", body=order)).json()["meeting_id"]
    guest = await icb.get(f"/meetings/{directors}")
    refused = await sent(icb, f"/meetings/{directors}/steps/cancelled", reason="No.")
    assert "You may read this meeting, not record it. HER-R16" in guest.text
    assert (refused.status_code, "HER-R16" in refused.text) == (403, True)
    assert (await one(governance, meeting))["status"] == "scheduled"


async def test_a_pack_that_waits_says_for_what(governance: Running):
    meeting = await fixed(governance, at=f"{calendar.london_date(clock.now())}T23:30:00Z")
    browser = sign_in(governance, "manager")

    answer = await browser.post(f"/meetings/{meeting}/freeze", {"csrf_token": await browser.csrf()})

    assert answer.status_code == 409
    assert "The pack cannot be frozen yet" in answer.text
    assert "What partners and services send in: no day is complete yet" in answer.text
    assert (await browser.get(f"/meetings/{meeting}/pack")).status_code == 404


async def test_meetings_are_listed_page_by_page_and_by_what_is_chosen(governance: Running, monkeypatch: Any):
    monkeypatch.setattr("services.governance.web.board.meetings_page.PAGE", 2)
    provider = await governance.register(name="Page House (synthetic)")
    made = [await fixed(governance, at=f"2032-06-{day}T10:00:00Z", providers=[provider]) for day in (10, 11, 12)]
    assert (await step(governance, made[1], "cancelled", reason="Synthetic.")).status_code == 201
    browser = sign_in(governance, "auditor")
    listed = f"/meetings?place={PLACE}&provider={provider}"

    first = await browser.get(listed)
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following
    second = await browser.get("/meetings" + following[1].replace("&amp;", "&"))
    cancelled = await browser.get(f"{listed}&status=cancelled&from=2032-06-01&to=")
    past = await browser.get(f"{listed}&show=past")

    def ids(text: str) -> list[str]:
        return [each for each in made if f'href="/meetings/{each}"' in text]

    assert (ids(first.text), ids(second.text)) == (made[:2], made[2:])
    assert ids(cancelled.text) == [made[1]]
    assert ids(past.text) == []
    assert "No meeting fits what you chose." in past.text
    assert "Where each body stands" in first.text
