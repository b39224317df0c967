"""Meetings through the whole service: fixed, prepared, frozen, held, minuted, and what asks for one."""

from typing import Any

import pytest

from tests.component.governance.conftest import PLACE, Running

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
