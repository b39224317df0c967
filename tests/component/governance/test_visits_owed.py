"""What asks for a visit, and what came through the door: in the schedule and in the lists until it is settled."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from shared.events import contracts, corrections, partners, quality_assessments, visits
from tests.component.governance.conftest import PLACE, Running, today, until
from tests.component.governance.test_monitoring import refused, said

pytestmark = pytest.mark.asyncio(loop_scope="package")
SOON = today() + timedelta(days=20)


async def test_a_visit_that_a_body_ordered_is_owed_until_it_is_planned(governance: Running):
    provider = await governance.register()
    by_when = SOON.isoformat()
    decided = await governance.decide(provider, type="visit.ordered", purpose="unannounced", by_when=by_when)
    assert decided.status_code == 201, decided.text
    order = decided.json()["decision_id"]

    async def waits() -> list[tuple[str, str]]:
        path = f"/v1/places/{PLACE}/schedule"
        every = (await governance.ask("GET", path, limit=500)).json()["providers"]
        because = next(one["because"] for one in every if one["provider_id"] == provider)
        return [(one["kind"], one["due"]) for one in because if one["kind"].startswith("ordered_visit.")]

    async def owed() -> list[str]:
        found = (await governance.ask("GET", "/v1/owed", provider=provider, kind="task")).json()["owed"]
        return [one["due"] for one in found if one["reason"] == "ordered_visit.unannounced"]

    path = f"/v1/providers/{provider}/visits"
    visit = {"purpose": "unannounced", "planned_for": today().isoformat()}
    assert (await waits(), await owed()) == ([("ordered_visit.unannounced", by_when)], [by_when])
    wrong = await refused(governance, path, 422, ordered_by="no-such-decision", **visit)
    assert wrong["errors"][0]["path"] == "/ordered_by"

    made = await said(governance, path, ordered_by=order, **visit)
    assert (await waits(), await owed(), made["ordered_by"]) == ([], [], order)
    await said(governance, f"/v1/visits/{made['visit_id']}/steps", type="cancelled", because="staffing")
    assert (await waits(), await owed()) == ([("ordered_visit.unannounced", by_when)], [by_when])
    theirs = {"visit_id": "outside/1", "purpose": "unannounced", "planned_for": by_when, "ordered_by": order}
    planned = await governance.others.write(visits.VisitPlanned, provider, theirs)  # the ICB's own system plans it

    async def settled() -> bool:
        return (await waits(), await owed()) == ([], [])

    async def again() -> bool:
        return await owed() == [by_when]

    await until(settled)
    sent_in_error = {"event_id": str(planned.id), "because": "sent_in_error"}
    await governance.others.write(corrections.FactWithdrawn, provider, sent_in_error)
    await until(again)
    await governance.others.write(visits.VisitPlanned, provider, theirs)  # and again, under its own number
    await until(settled)
    gone = {"visit_id": "outside/1", "because": "weather"}
    await governance.others.write(visits.VisitCancelled, provider, gone)
    await until(again)


async def test_what_came_through_the_door_is_listed_and_goes_when_it_is_taken_back(governance: Running):
    provider = await governance.register()
    write = governance.others.write
    plan = {"visit_id": "outside/7", "purpose": "annual", "planned_for": SOON.isoformat(), "commissioners": ["nhs"]}
    planned = await write(visits.VisitPlanned, provider, plan)
    result = {"assessment_id": "pamms/1", "tool": "pamms", "overall": "poor", "final_on": today().isoformat()}
    first = await write(quality_assessments.AssessmentCompleted, provider, result)
    await write(contracts.ContractRegistered, provider, {
        "contract_id": "c/1", "kind": "framework", "commissioner": "nhs", "allocated_to": "icb-quality"})  # fmt: skip
    await write(partners.EngagementRecorded, provider, {"engagement_id": "forum/3", "forum_attended": True})

    async def listed(what: str, **asked: Any) -> list[dict[str, Any]]:
        answer = await governance.ask("GET", f"/v1/{what}", provider=provider, **asked)
        assert answer.status_code == 200, answer.text
        return list(next(iter(answer.json().values())))

    async def attended() -> list[dict[str, Any]]:
        return await listed("records", type="engagement")

    [came] = await until(attended)
    assert (came["forum_attended"], came["elsewhere"]) == (True, {"source": "/intake", "reference": "forum/3"})
    [visit], [tool], [contract] = await listed("visits"), await listed("assessments"), await listed("contracts")
    assert (visit["elsewhere"]["reference"], visit["status"], visit["joint"]) == ("outside/7", "planned", False)
    assert (tool["tool"], tool["overall"], tool["elsewhere"]["reference"]) == ("pamms", "poor", "pamms/1")
    assert (contract["kind"], contract["allocated_to"]) == ("framework", "icb-quality")
    shown = await governance.ask("GET", f"/v1/visits/{visit['visit_id']}")
    assert (shown.status_code, shown.json()["elsewhere"]["reference"]) == (200, "outside/7")
    await refused(governance, f"/v1/visits/{visit['visit_id']}/steps", 404, type="cancelled", because="staffing")
    schedule = (await governance.ask("GET", f"/v1/places/{PLACE}/schedule", limit=500)).json()["providers"]
    [entry] = [one for one in schedule if one["provider_id"] == provider]
    assert [one["planned_for"] for one in entry["planned"]] == [SOON.isoformat()]
    order = {"purpose": "annual", "planned_for": SOON.isoformat()}
    await refused(governance, f"/v1/providers/{provider}/visits", 422, **order)

    right = await write(quality_assessments.AssessmentCompleted, provider, result | {"overall": "good"})
    corrected = {"event_id": str(first.id), "replaced_by": str(right.id), "fields": ["overall"]}
    await write(corrections.FactCorrected, provider, corrected)
    await write(corrections.FactWithdrawn, provider, {"event_id": str(planned.id), "because": "sent_in_error"})

    async def taken_back() -> bool:
        return not await listed("visits")

    await until(taken_back)
    assert [one["overall"] for one in await listed("assessments")] == ["good"]
    await said(governance, f"/v1/providers/{provider}/visits", **order)


async def test_what_is_over_is_listed_newest_first_page_by_page(governance: Running):
    provider = await governance.register()
    days = [(today() - timedelta(days=ago)).isoformat() for ago in (40, 3, 90, 3)]
    for number, day in enumerate(days):
        done = {"visit_id": f"outside/{number}", "purpose": "annual", "visited_on": day}
        await governance.others.write(visits.VisitCompleted, provider, done)

    async def listed(cursor: str | None = None, limit: int = 10) -> dict[str, Any]:
        asked = {"provider": provider, "open": "false", "limit": limit} | ({"cursor": cursor} if cursor else {})
        return (await governance.ask("GET", "/v1/visits", **asked)).json()

    async def every() -> list[dict[str, Any]] | None:
        found: list[dict[str, Any]] = (await listed())["visits"]
        return found if len(found) == len(days) else None

    whole = await until(every)
    pages, after = [], None
    while not pages or after:
        page = await listed(after, limit=1)
        pages, after = [*pages, *page["visits"]], page["next"]
    assert [one["visited_on"] for one in whole] == sorted(days, reverse=True)
    assert pages == whole


async def test_a_challenge_that_nobody_answered_by_its_day_is_told_once_and_cleared(governance: Running):
    provider = await governance.register()
    concern = await governance.others.write(quality_assessments.AssessmentCompleted, provider, {
        "assessment_id": "a/1", "tool": "pamms", "overall": "poor"})  # fmt: skip
    named = {"dispute_id": "D-1", "event_id": str(concern.id)}
    yesterday = (today() - timedelta(days=1)).isoformat()
    raised = named | {"grounds": "factual_accuracy", "answer_by": yesterday}
    await governance.others.write(corrections.DisputeRaised, provider, raised)

    async def told() -> list[tuple[str, str]]:
        await governance.service.chasing.look(datetime.now(UTC))
        found = [one for one in await governance.alerts(provider) if one["data"]["alert"] == "A10"]
        return [(one["type"].split(".")[-2], one["data"].get("due", "")) for one in found]

    assert await until(told) == [("raised", yesterday)]
    assert await told() == [("raised", yesterday)]
    await governance.others.write(corrections.DisputeAnswered, provider, named | {"outcome": "upheld"})

    async def cleared() -> bool:
        return len(await told()) > 1

    await until(cleared)
    assert [kind for kind, _ in await told()] == ["raised", "cleared"]


async def test_of_a_large_scale_process_only_its_steps_are_told_when_they_are_late(governance: Running):
    """To look again at a decision of it has an alert of its own (A9)."""
    provider, yesterday = await governance.register(), today() - timedelta(days=1)
    with psycopg.connect(governance.settings.database_url) as connection:
        for number, name in enumerate(("safety_checks", "review_tainted_decision")):
            document = {"task_id": f"task-late{number}-{provider}", "task": name, "clause": None, "due": f"{yesterday}",
                        "closed_by": ["lsi.closed"]}  # fmt: skip
            row = (document["task_id"], provider, PLACE, yesterday, psycopg.types.json.Json(document))
            connection.execute(_LATE, row)

    await governance.service.chasing.look(datetime.now(UTC))

    async def told() -> list[str]:
        return [one["data"]["task"] for one in await governance.alerts(provider) if one["data"]["alert"] == "A10"]

    assert await until(told) == ["safety_checks"]
    with psycopg.connect(governance.settings.database_url) as connection:
        connection.execute("DELETE FROM governance.matters WHERE subject = %s", (provider,))


_LATE = """
INSERT INTO governance.matters(matter_id, kind, subject, place, open, due, document)
VALUES (%s, 'task', %s, %s, true, %s, %s)
"""
