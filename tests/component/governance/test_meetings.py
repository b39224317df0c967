"""Meetings through the whole service: fixed, prepared, frozen, held, minuted, and what asks for one."""

import hashlib
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.governance.settings import GovernanceSettings
from shared import calendar, clock, events
from shared.events import envelope
from shared.topics import PARTITIONS
from tests.component.governance.conftest import PLACE, Running, run, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
JSON = dict[str, Any]


async def fix(running: Running, who: str = "manager", key: str | None = None, **order: Any) -> Any:
    usual = {"place": PLACE, "body": "MA_QUALITY_REVIEW", "at": "2031-03-20T10:00:00Z"}
    return await running.ask("POST", "/v1/meetings", who, key=key, body=usual | order)


async def step(running: Running, meeting: str, type_: str, who: str = "manager", **said: Any) -> Any:
    return await running.ask("POST", f"/v1/meetings/{meeting}/steps", who, body={"type": type_} | said)


async def one(running: Running, meeting: str) -> JSON:
    found: JSON = (await running.ask("GET", f"/v1/meetings/{meeting}", "auditor")).json()
    return found


async def fixed(running: Running, **order: Any) -> str:
    answer = await fix(running, **order)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["meeting_id"])


async def test_a_meeting_is_fixed_moved_and_cancelled(governance: Running):
    first = await fix(governance, key="fix-1", reason="Synthetic.")
    again = await fix(governance, key="fix-1", reason="Synthetic.")
    meeting = first.json()["meeting_id"]
    moved = await step(governance, meeting, "rescheduled", at="2031-03-27T10:00:00Z", reason="The chair is away.")
    gone = await step(governance, meeting, "cancelled", reason="Nothing to discuss.")
    late = await step(governance, meeting, "item_added", item="i1")
    listed = (await governance.ask("GET", "/v1/meetings", **{"from": "2031-03-01", "to": "2031-03-31"})).json()

    assert first.status_code == 201, first.text
    assert (first.json()["cut_off"], first.json()["quorum"]["wanted"]) == ("2031-03-19", 1)
    assert again.json() == first.json()
    assert (moved.json()["day"], moved.json()["cut_off"]) == ("2031-03-27", "2031-03-26")
    assert (gone.status_code, late.status_code) == (201, 409)
    assert "cancelled" in late.json()["detail"]
    assert [m["status"] for m in listed["meetings"] if m["meeting_id"] == meeting] == ["cancelled"]


async def test_who_may_convene_is_the_policys_to_say(governance: Running):
    officer = await fix(governance, "officer", body="DIRECTOR", sort="ad_hoc")
    director = await fix(governance, "director", body="DIRECTOR", sort="virtual")
    unknown = await fix(governance, body="PARLIAMENT")
    elsewhere = await fix(governance, place="E10000019")
    alias = await fix(governance, body="panel")

    assert (officer.status_code, officer.json()["rule"]) == (403, "HER-R16")
    assert (director.status_code, director.json()["rule"]) == (201, "HER-R16")
    assert (unknown.status_code, elsewhere.status_code) == (422, 403)
    assert alias.json()["body"] == "MA_QUALITY_REVIEW"


async def test_a_decision_names_its_meeting_and_stands_against_its_item(governance: Running):
    provider, meeting = await governance.register(), await fixed(governance)
    item = {"item": "i1", "kind": "provider", "provider_id": provider}
    assert (await step(governance, meeting, "item_added", **item)).status_code == 201

    under = await governance.decide(provider, level="2", meeting_id=meeting, item="i1")
    beside = await governance.decide(provider, level="2", meeting_id=meeting)
    nowhere = await governance.decide(provider, level="2", meeting_id=meeting, item="i9")
    theirs = (await fix(governance, "director", body="DIRECTOR", sort="virtual")).json()["meeting_id"]
    another = await governance.decide(provider, level="2", meeting_id=theirs)

    assert (under.status_code, beside.status_code) == (201, 201), under.text
    paths = [one.json()["errors"][0]["path"] for one in (nowhere, another)]
    assert paths == ["/item", "/meeting_id"]
    page = await one(governance, meeting)
    assert [found["decisions"] for found in page["items"]] == [[under.json()["decision_id"]]]
    assert page["decisions"] == [beside.json()["decision_id"]]
    shown = (await governance.ask("GET", f"/v1/decisions/{under.json()['decision_id']}")).json()
    assert (shown["meeting_id"], shown["item"]) == (meeting, "i1")


CALDERDALE = "E08000033"
PARTNERS = ("council_quality", "council_safeguarding", "council_contracts", "icb_quality")


async def judge(running: Running, provider: str, low: str, high: str, place: str) -> None:
    found = {"min": low, "max": high, "unknown": False}
    data = {"indicated": found, "scales": {"rag": found}, "computed_from": {"partition": 0, "offset": 0}}
    await running.others.write(
        events.assessments.AssessmentChanged, provider, data, topic="assessments", writer="risk", place=place
    )


async def rate(running: Running, provider: str, partner: str, day: date) -> None:
    said = {"partner": partner, "period": f"{day:%Y-%m}", "rating": "green"}
    await running.others.write(events.partners.PartnerRatingSubmitted, provider, said, place=CALDERDALE)


async def close(running: Running, day: date) -> None:
    """Intake closes the day in every partition, and risk judges it. Governance closes its own."""
    for partition in range(PARTITIONS):
        subject, said = f"partition/{partition}", {"date": day.isoformat()}
        await running.others.write(events.marks.DayClosed, subject, said)
        judged = said | {"ledger_offset": 0}
        await running.others.write(events.assessments.DayJudged, subject, judged, topic="assessments", writer="risk")


async def hold(ask: Any, meeting: str, decision: str, today: date) -> JSON:
    """Who was there, what came of the item, held, minuted, told to the board."""
    seats = [("council", "panel-chair"), ("council", "team-manager"), ("icb", "icb-quality"), ("provider", "provider")]
    action = {"task": "focused_visit", "role": "quality-officer", "due": today.isoformat(), "note": "Look at charts."}
    for said in (
        {"type": "attended", "attendees": [{"organisation": org, "role": role} for org, role in seats]},
        {"type": "conflict_declared", "organisation": "council", "role": "team-manager", "item": "i1",
         "nature": "personal", "handled": "left"},
        {"type": "item_discussed", "item": "i1", "outcome": "decided", "provider_present": True, "actions": [action],
         "decisions": [decision]},
        {"type": "held", "held_on": today.isoformat()},
        {"type": "minutes_recorded", "minutes": "Synthetic minutes."},
        {"type": "summarised", "report": "CAL-10.e"},
    ):  # fmt: skip
        answer = await ask("POST", f"/v1/meetings/{meeting}/steps", **said)
        assert answer.status_code == 201, answer.text
    found: JSON = answer.json()
    return found


async def silence_is_told(running: Running) -> None:
    """A body that has not met by its day is told of, once."""
    later = clock.now() + timedelta(days=32)
    looked = [await running.service.office.overdue.look(at) for at in (later, later)]
    told = [one for one in await running.alerts(CALDERDALE) if one["data"]["alert"] == "A10"]

    assert (looked, len(told)) == ([2, 0], 2)
    assert [one["data"]["cause"].split(":")[1] for one in told] == ["PQM", "PROVIDER_CONCERN"]


async def can_be_read(ask: Any, meeting: str, other: str, provider: str) -> None:
    """Minutes in clear, meetings by the provider on their agenda, the pack on paper."""
    texts = (await ask("GET", f"/v1/meetings/{meeting}/texts")).json()["texts"]
    assert [one["texts"] for one in texts if one["type"] == "meeting.minutes_recorded"] == [
        {"minutes": "Synthetic minutes."}
    ]
    listed = (await ask("GET", f"/v1/meetings?provider={provider}")).json()["meetings"]
    assert {one["meeting_id"] for one in listed} == {meeting, other}
    printed = await ask("GET", f"/v1/meetings/{meeting}/pack.html")
    assert "icb quality: 1 of 1 missing" in printed.text


def the_gap_is_shown(pack: JSON, provider: str) -> None:
    assert pack["completeness"]["missing"] == {"icb_quality": [provider]}
    assert [one["provider_id"] for one in pack["providers"]] == [provider]
    assert pack["providers"][0]["ratings_missing"] == ["icb_quality"]
    assert [item["item"] for item in pack["agenda"]] == ["i1"]


@pytest_asyncio.fixture(loop_scope="package")
async def calderdale(fresh: GovernanceSettings, tokens: Any) -> AsyncIterator[Running]:
    """A service of its own: marks that close a day count for every place."""
    async with run(fresh, tokens) as running:
        await running.adopt("calderdale-2023", place=CALDERDALE)
        yield running


async def test_golden_8_a_partner_is_missing_and_the_pack_shows_the_gap_for_ever(calderdale: Running):
    # Given a home in Calderdale that three of four partners have rated, and a meeting of the PQM
    today = calendar.london_date(clock.now())
    provider = await calderdale.register(place=CALDERDALE)
    for partner in PARTNERS[:3]:
        await rate(calderdale, provider, partner, today)
    await judge(calderdale, provider, "red", "red", CALDERDALE)
    await calderdale.kinds(provider, 5, place=CALDERDALE)

    async def ask(method: str, path: str, who: str = "manager", **body: Any) -> Any:
        return await calderdale.ask(method, path, who, place=CALDERDALE, body=body or None)

    at = envelope.instant(clock.now())
    order = {"place": CALDERDALE, "body": "PQM", "at": at, "cut_off": calendar.last_closed_day(clock.now()).isoformat()}
    pqm = (await ask("POST", "/v1/meetings", **order)).json()["meeting_id"]
    asked = (await ask("GET", f"/v1/meetings/{pqm}")).json()["proposed"]
    cause = next(one["cause"] for one in asked if one["kind"] == "divergence")
    item = {"type": "item_added", "item": "i1", "cause": cause, "note": "Synthetic."}
    taken, again = [
        await calderdale.ask("POST", f"/v1/meetings/{pqm}/steps", key="take", place=CALDERDALE, body=item)
        for _ in range(2)
    ]
    early = await ask("POST", f"/v1/meetings/{pqm}/freeze")
    assert (taken.status_code, taken.json()) == (201, again.json()), taken.text
    awaited = {one["writer"] for one in early.json()["awaited"]}
    assert (early.status_code, awaited >= {"intake", "risk"}) == (409, True)

    # When everything up to the cut-off has been recorded and judged
    await close(calderdale, calendar.last_closed_day(clock.now()))

    async def is_frozen() -> bool:
        return (await ask("GET", f"/v1/meetings/{pqm}/pack")).status_code == 200

    await until(is_frozen)  # by itself
    first = await ask("GET", f"/v1/meetings/{pqm}/pack")

    # Then the pack shows the gap
    the_gap_is_shown(first.json(), provider)
    assert first.headers["etag"] == f'"{hashlib.sha256(first.content).hexdigest()}"'

    # When the PQM refers it with reason d, is held, and tells the board
    referral = {"type": "escalation.referred", "body": "PQM", "to_body": "GQAB", "reason": "d", "rationale": "Risk."}
    decided = await ask("POST", f"/v1/providers/{provider}/decisions", "chair", **referral)
    shown = await hold(ask, pqm, decided.json()["decision_id"], today)
    assert (shown["quorate"], shown["quorum"]) == (True, {"wanted": 3, "counted": 3})
    assert (shown["summaries"][0]["to"], shown["summaries"][0]["figures"]["providers"]) == (["GQAB"], 1)
    assert shown["items"][0]["decisions"] == [decided.json()["decision_id"]]

    # Then the board is asked to meet, with the referral's clause, and proposes it
    board = (await ask("GET", "/v1/meetings/calendar?place=" + CALDERDALE)).json()
    owed = [one for one in board["asked"] if one["body"] == "GQAB"]
    assert [(one["clause"], one["provider_id"]) for one in owed] == [("CAL-9", provider)]

    async def ask_of_concern() -> list[JSON]:
        asked = (await ask("GET", "/v1/meetings/calendar?place=" + CALDERDALE)).json()["asked"]
        return [one for one in asked if one["body"] == "PROVIDER_CONCERN"]

    assert [one["clause"] for one in await until(ask_of_concern)] == ["CAL-13.b"]  # by the A8 that tells the board
    assert [one["state"] for one in board["bodies"] if one["body"] == "PQM"] == ["due"]
    gqab = (
        await ask("POST", "/v1/meetings", **(order | {"body": "GQAB", "at": "2031-03-20T10:00:00Z", "cut_off": None}))
    ).json()
    wanted = (await ask("GET", f"/v1/meetings/{gqab['meeting_id']}")).json()["proposed"]
    assert {f"task:{owed[0]['task_id']}", f"summary:{pqm}:0"} <= {one["cause"] for one in wanted}

    # And a Provider Concern meeting comes ad hoc between, while the pack stays what it was, whatever is recorded later
    between = order | {"body": "PROVIDER_CONCERN", "sort": "ad_hoc", "providers": [provider]}
    concern = await ask("POST", "/v1/meetings", "safe", **between)
    assert concern.json()["about"] == [provider], concern.text
    await rate(calderdale, provider, PARTNERS[3], today)
    await calderdale.kinds(provider, 8, place=CALDERDALE)
    frozen = await ask("POST", f"/v1/meetings/{pqm}/freeze")
    await can_be_read(ask, pqm, concern.json()["meeting_id"], provider)
    last = await ask("GET", f"/v1/meetings/{pqm}/pack")
    same = first.content, first.headers["etag"], f'"{frozen.json()["pack"]["digest"]}"'
    assert (last.content, last.headers["etag"], last.headers["etag"]) == same
    await silence_is_told(calderdale)
