"""Decisions that a policy wants something to come before: golden scenarios 6, 10 and 11 through the whole service."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared import policy
from shared.events import corrections, placements
from tests.component.governance.conftest import Running, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
LGA, CALDERDALE = "X00000002", "X00000004"
PLAN: dict[str, Any] = {"source": "level", "actions": [{"action_id": "a1", "due": "2026-03-20"}]}


async def adopted(running: Running, pack: str, place: str) -> str:
    """A provider in a place under this policy."""
    body = {"pack": policy.document(policy.load(pack)), "rationale": "So."}
    answer = await running.ask("POST", f"/v1/places/{place}/policy", "director", body=body, place=place)
    assert answer.status_code in (200, 201), answer.text
    return await running.register(place=place)


async def decide(running: Running, provider: str, place: str, who: str, **said: Any) -> Any:
    body = {"rationale": "So."} | said
    return await running.ask("POST", f"/v1/providers/{provider}/decisions", who, body=body, place=place)


async def signed_off(running: Running, provider: str, place: str) -> None:
    drafted = await running.ask("POST", f"/v1/providers/{provider}/plans", body=PLAN, place=place)
    plan, today = drafted.json()["plan_id"], datetime.now(UTC).date().isoformat()
    signed = {"type": "signed_off", "signed_on": today, "signed_by_role": "manager"}
    for who, said in (
        ("officer", {"type": "agreed", "agreed_on": "2026-03-02", "due": "2026-04-01"}),
        ("officer", {"type": "action_closed", "action_id": "a1", "outcome": "done"}),
        ("officer", {"type": "submitted_for_signoff"}),
        ("officer", signed | {"by": "provider"}),
        ("manager", signed | {"by": "council"}),
        ("officer", {"type": "closed", "outcome": "completed"}),
    ):
        answer = await running.ask("POST", f"/v1/plans/{plan}/steps", who, body=said, place=place)
        assert answer.status_code == 201, answer.text


async def test_level_1_is_left_when_both_have_signed_the_plan_off(governance: Running):
    provider = await adopted(governance, "herefordshire-lga-2017", LGA)
    level: dict[str, Any] = {"type": "level.confirmed", "body": "MAQAP"}
    first = await decide(
        governance, provider, LGA, "manager", type="level.confirmed", body="QUALITY_REVIEW_TEAM", level="pre-1"
    )
    raised = await decide(governance, provider, LGA, "chair", **level, level="1")
    assert (first.status_code, raised.status_code) == (201, 201), first.text + raised.text

    early = await decide(governance, provider, LGA, "chair", **level, level="routine")
    await signed_off(governance, provider, LGA)
    late = await decide(governance, provider, LGA, "chair", **level, level="routine")

    assert (early.status_code, early.json()["rule"]) == (403, "LGA-10")
    assert "signed off by the provider and the council" in early.json()["detail"]
    assert late.status_code == 201, late.text


async def test_the_panel_decides_nothing_at_a_meeting_without_its_quorum(governance: Running):
    provider = await adopted(governance, "herefordshire-lga-2017", LGA)
    fixed = {"place": LGA, "body": "MAQAP", "at": "2026-03-20T10:00:00Z", "sort": "ad_hoc", "providers": [provider]}
    met = (await governance.ask("POST", "/v1/meetings", "chair", place=LGA, body=fixed)).json()["meeting_id"]
    level = {"type": "level.confirmed", "body": "MAQAP", "level": "1", "meeting_id": met}
    seats = [{"organisation": "council", "role": "panel-chair"}, {"organisation": "icb", "role": "icb-quality"}]

    said = []
    for seat in (None, {"organisation": "council", "role": "safeguarding"}):
        there = {"type": "attended", "attendees": seats + ([seat] if seat else [])}
        await governance.ask("POST", f"/v1/meetings/{met}/steps", place=LGA, body=there)
        said.append(await decide(governance, provider, LGA, "chair", **level))

    assert [one.status_code for one in said] == [403, 201]
    assert said[0].json()["rule"] == "LGA-9.b"
    assert "of 3 seats 2 were taken" in said[0].json()["detail"]


async def test_the_panels_flag_reaches_the_director_and_only_the_leadership_team_begins_it(governance: Running):
    provider = await adopted(governance, "herefordshire-lga-2017", LGA)
    begin: dict[str, Any] = {"type": "lsi.authorised", "body": "DLT", "lead_role": "safeguarding"}

    unasked = await decide(governance, provider, LGA, "director", **begin)
    flag = {"type": "lsi.recommended", "body": "MAQAP", "grounds": ["organisational_abuse"]}
    flagged = await decide(governance, provider, LGA, "chair", **flag)
    seen = [await governance.ask("GET", f"/v1/providers/{provider}", who, place=LGA) for who in ("officer", "chair")]
    by_panel = await decide(governance, provider, LGA, "chair", **(begin | {"body": "MAQAP"}))
    begun = await decide(governance, provider, LGA, "director", **begin)

    assert [one.status_code for one in (unasked, flagged, by_panel, begun)] == [403, 201, 403, 201]
    assert begun.json()["status"] == "effective"  # the panel's recommendation is the second person
    # What is only recommended is not every reader's.
    assert [[one["status"] for one in page.json()["processes"]] for page in seen] == [[], ["recommended"]]
    page = (await governance.ask("GET", f"/v1/providers/{provider}", place=LGA)).json()
    assert [one["status"] for one in page["processes"]] == ["authorised"]
    kinds = await governance.kinds(provider, 8, place=LGA)
    assert kinds.count("alert.raised") == 3  # A3 to the director; A4 and A5 when it begins
    assert kinds.count("alert.cleared") == 1


async def test_a_suspension_in_calderdale_wants_support_to_have_failed(governance: Running):
    provider = await adopted(governance, "calderdale-2023", CALDERDALE)
    enforced: dict[str, Any] = {"type": "suspension.imposed", "kind": "enforced", "body": "GQAB"}
    before = ["support_unsuccessful", "unable_or_unwilling", "compliance_concern"]
    history = (await governance.ask("GET", f"/v1/providers/{provider}/history", place=CALDERDALE)).json()
    shown = history["entries"][0]["event"]["id"]

    bare = await decide(governance, provider, CALDERDALE, "director", **enforced)
    claimed = await decide(governance, provider, CALDERDALE, "director", **enforced, prerequisites=before)
    proven = await decide(
        governance, provider, CALDERDALE, "director", **enforced, prerequisites=before, evidence=[shown]
    )
    agreed = await decide(
        governance, provider, CALDERDALE, "chair", type="suspension.agreed_voluntary", body="PQM",
        prerequisites=["support_unsuccessful", "unable_or_unwilling", "provider_agrees"], evidence=[shown],
    )  # fmt: skip

    assert [one.status_code for one in (bare, claimed, proven, agreed)] == [403, 422, 201, 201]
    assert "have not succeeded" in bare.json()["detail"]
    assert claimed.json()["errors"][0]["path"] == "/evidence"


async def test_placements_elsewhere_resume_when_improvements_are_embedded(governance: Running):
    provider = await adopted(governance, "calderdale-2023", CALDERDALE)
    resume: dict[str, Any] = {"type": "ooa.resumed", "body": "QUALITY_TEAM"}
    body = (await governance.ask("GET", f"/v1/places/{CALDERDALE}/policy", "director", place=CALDERDALE)).json()
    rule = policy.load("calderdale-2023").authority.decisions["ooa.paused"][0]
    pause = {"type": "ooa.paused", "body": rule.bodies[0]}
    resume["body"] = policy.load("calderdale-2023").authority.decisions["ooa.resumed"][0].bodies[0]
    assert body["policy"]["pack"] == "calderdale-2023"

    paused = await decide(governance, provider, CALDERDALE, "manager", **pause)
    too_soon = await decide(governance, provider, CALDERDALE, "manager", **resume)
    await _assurance(governance, provider, embedded=False)
    not_embedded = await decide(governance, provider, CALDERDALE, "manager", **resume)
    fell = await _assurance(governance, provider, embedded=True)
    await governance.others.write(
        corrections.FactWithdrawn, provider, {"event_id": fell, "because": "wrong_provider"}, place=CALDERDALE
    )

    async def known() -> bool:
        return "fact.withdrawn" in await governance.kinds(provider, place=CALDERDALE)

    await until(known)
    taken_back = await decide(governance, provider, CALDERDALE, "manager", **resume)
    await _assurance(governance, provider, embedded=True)
    resumed = await decide(governance, provider, CALDERDALE, "manager", **resume)

    answers = (paused, too_soon, not_embedded, taken_back, resumed)
    assert [one.status_code for one in answers] == [201, 403, 403, 403, 201]
    assert "made and embedded" in not_embedded.json()["detail"]


async def test_a_home_elsewhere_that_is_to_close_is_somebodys_task_at_once(governance: Running):
    provider = await adopted(governance, "calderdale-2023", CALDERDALE)
    notice = {
        "notice_id": "HN-9",
        "host_authority": "E06000051",
        "concern_level": "closure",
        "requested_action": "pause",
    }
    await governance.others.write(placements.HostNoticeReceived, provider, notice, place=CALDERDALE)

    async def owed() -> list[tuple[str, str]]:
        answer = await governance.ask("GET", "/v1/owed", provider=provider, kind="task", place=CALDERDALE)
        return [(one["reason"], one["clause"]) for one in answer.json()["owed"] if one["role"] == "team-manager"]

    assert await until(owed) == [("host_asks.move_people", "CAL-38")]


async def test_a_notice_that_was_taken_back_is_told_and_no_longer_keeps_placements_paused(governance: Running):
    """Golden scenario 15: what a decision rests on fell, also where the standing rule took it."""
    provider = await adopted(governance, "calderdale-2023", CALDERDALE)
    notice = {
        "notice_id": "HN-7", "host_authority": "E06000051", "concern_level": "serious", "requested_action": "pause",
    }  # fmt: skip
    said = await governance.others.write(placements.HostNoticeReceived, provider, notice, place=CALDERDALE)

    async def paused() -> bool:
        page = await governance.ask("GET", f"/v1/providers/{provider}", place=CALDERDALE)
        return bool(page.json()["placements_paused_since"])

    async def owed() -> list[str]:
        found = (await governance.ask("GET", "/v1/tasks", provider=provider, place=CALDERDALE)).json()["tasks"]
        return [one["role"] for one in found if one["task"] == "review_tainted_decision"]

    await until(paused)
    resume = {"type": "ooa.resumed", "body": "PQM"}
    early = await decide(governance, provider, CALDERDALE, "manager", **resume)
    await governance.others.write(
        corrections.FactWithdrawn, provider, {"event_id": str(said.id), "because": "wrong_provider"}, place=CALDERDALE
    )

    assert await until(owed) == ["quality-officer"]
    resumed = await decide(governance, provider, CALDERDALE, "manager", **resume)
    assert (early.status_code, resumed.status_code) == (403, 201)


async def _assurance(running: Running, provider: str, *, embedded: bool) -> str:
    said = {
        "notice_id": "HN-1", "host_authority": "E06000051", "improvements_made": True, "embedded": embedded,
    }  # fmt: skip
    event = await running.others.write(
        placements.HostAssuranceReceived, provider, said, place=CALDERDALE,
        time=datetime.now(UTC) + timedelta(seconds=1), recordedtime=datetime.now(UTC),
    )  # fmt: skip

    async def known() -> bool:
        found = await running.ask("GET", f"/v1/providers/{provider}/history", place=CALDERDALE)
        return str(event.id) in found.text

    await until(known)
    return str(event.id)
