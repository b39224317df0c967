"""Measures, themes and standing reports over HTTP: counted from the record; what rises is told once and cleared."""

import csv
import io
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.governance.measures import telling
from shared import calendar, events, identifiers
from shared.events import concerns, corrections, cqc, registry_facts
from tests.component.governance.conftest import Running, until

pytestmark = pytest.mark.asyncio(loop_scope="package")
PLACE = "X00000611"
_numbers = itertools.count(1)


async def known_since(governance: Running, days: int, **facts: Any) -> str:
    """A home that was registered here so many days ago."""
    then = datetime.now(UTC) - timedelta(days=days)
    home = identifiers.new_provider_id()
    said = {
        "name": "Rowan House (synthetic)", "service_type": "care_home_residential", "beds": 20,
        "commissioning": "council", "aliases": {"cqc_location_id": f"1-{next(_numbers):09d}9"},
    }  # fmt: skip
    await governance.others.write(
        registry_facts.ServiceRegistered, home, said | facts, place=PLACE, time=then, recordedtime=then
    )

    async def found() -> bool:
        return (await governance.ask("GET", f"/v1/providers/{home}", place=PLACE)).status_code == 200

    await until(found)
    return home


async def concern(governance: Running, home: str, at: datetime) -> events.Event:
    data = {"concern_id": f"QC-{next(_numbers)}", "themes": ["q.medicines"], "severity": "S2"}
    return await governance.others.write(
        concerns.QualityConcernRaised, home, data, place=PLACE, time=at, recordedtime=at + timedelta(seconds=1)
    )


async def get(governance: Running, path: str, who: str = "auditor", **params: Any) -> Any:
    answer = await governance.ask("GET", f"/v1/places/{PLACE}{path}", who, place=PLACE, **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_place_is_measured_drilled_into_and_told_of(governance: Running):
    await governance.adopt(place=PLACE)
    today, now = calendar.london_date(datetime.now(UTC)), datetime.now(UTC)
    homes = [await known_since(governance, 600) for _ in range(3)]
    sunday = calendar.midnight(telling.week_of(calendar.last_closed_day(now)))
    raised = [await concern(governance, home, sunday - timedelta(days=each)) for home in homes for each in (3, 9)]
    report = today - timedelta(days=30)
    rating = {"overall": "good", "report_date": report.isoformat()}
    await governance.others.write(cqc.CqcRatingPublished, homes[0], rating, place=PLACE, time=calendar.midnight(report))
    level = {"type": "level.confirmed", "level": "1", "body": "MA_QUALITY_REVIEW", "rationale": "So agreed."}
    answer = await governance.ask("POST", f"/v1/providers/{homes[0]}/decisions", "chair", place=PLACE, body=level)
    assert answer.status_code == 201, answer.text
    await governance.kinds(homes[0], 6, place=PLACE)
    await governance.kinds(homes[2], 3, place=PLACE)

    found = {one["code"]: one for one in (await get(governance, "/measures", to=str(today)))["figures"]}
    assert (found["K5a"]["numerator"], found["K5a"]["denominator"], found["K5a"]["unknown"]) == (1, 3, 2)
    assert (found["K5c"]["value"], found["K5c"]["unknown"]) == (33.3, 2)
    assert found["K3a"]["value"] is None
    assert found["K3a"]["not_known_because"]
    before = (await get(governance, "/measures", as_of=str(today - timedelta(days=1))))["figures"]
    assert {one["code"]: one["value"] for one in before}["K5c"] is None, "nobody had confirmed a level"
    await governance.arrived(now)
    then = (await get(governance, "/measures", to=str(today), known_at=now.isoformat()))["figures"]
    assert {one["code"]: one["value"] for one in then}["K5c"] is None, "nor was it known then"

    behind = (await get(governance, "/measures/K5a/providers", to=str(today)))["items"]
    assert {one["provider_id"]: one["outcome"] for one in behind} == {
        homes[0]: "yes", homes[1]: "unknown", homes[2]: "unknown"
    }  # fmt: skip
    sheet = await governance.ask(
        "GET", f"/v1/places/{PLACE}/measures/K5/providers", place=PLACE, to=str(today), format="csv"
    )
    lines = list(csv.DictReader(io.StringIO(sheet.text)))
    assert {one["measure"] for one in lines} == {"K5a", "K5c", "K5d", "K5e"}

    page = await get(governance, "/themes", scope="service", to=str(today))
    assert {one["group"]: one["themes"][0]["count"] for one in page["groups"]} == dict.fromkeys(homes, 2)
    (sector,) = (await get(governance, "/themes", scope="sector", to=str(today)))["groups"]
    assert (sector["themes"][0]["rising"], sector["themes"][0]["trend"]["recent"]) == (True, 6)
    await tells_once_and_clears(governance, raised, now)


async def tells_once_and_clears(governance: Running, raised: list[events.Event], now: datetime) -> None:
    raiser, closed = governance.service.raiser, calendar.last_closed_day(now)
    await governance.arrived(now)
    await raiser.look(closed, now)  # the service may have looked by itself before there was anything
    week = f"{telling.week_of(closed):%G-W%V}"
    told = await governance.alerts(PLACE)
    if not told:  # then the next week tells it
        closed += timedelta(days=7)
        await raiser.look(closed, now)
        await raiser.look(closed, now)
        told, week = await governance.alerts(PLACE), f"{telling.week_of(closed):%G-W%V}"
    (alert,) = told
    assert alert["data"]["cause"] == f"theme:q.medicines:sector:care_homes:{week}"
    assert (alert["subject"], alert["place"]) == (PLACE, PLACE)
    for event in raised:
        gone = {"event_id": str(event.id), "because": "sent_in_error"}
        await governance.others.write(corrections.FactWithdrawn, event.subject, gone, place=PLACE)
    await governance.kinds(raised[-1].subject, 5, place=PLACE)
    await governance.arrived(datetime.now(UTC))
    await raiser.look(closed + timedelta(days=7), now)
    assert [one["type"].split(".")[2] for one in await governance.alerts(PLACE)] == ["raised", "cleared"]

    async def is_over() -> bool:
        sql = "SELECT 1 FROM governance_view.alerts WHERE place = %s AND alert = 'A16' AND cleared IS NOT NULL"
        return await governance.rows(sql, PLACE) != []

    await until(is_over)


async def test_standing_reports_are_the_policys(governance: Running):
    place = "X00000612"
    answer = await governance.adopt("calderdale-2023", place=place)
    assert answer.status_code == 201, answer.text
    listed = (await governance.ask("GET", f"/v1/places/{place}/reports", place=place)).json()["reports"]
    assert {one["clause"] for one in listed} == {"CAL-10.e", "CAL-10.f", "CAL-14", "CAL-11.a"}
    month = f"{datetime.now(UTC):%Y-%m}"
    answer = await governance.ask("GET", f"/v1/places/{place}/reports/CAL-14", place=place, period=month)
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert report["to"][:7] == month
    assert {one["code"] for one in report["figures"]} == {"K5a", "K5b", "K5c", "K5d", "K5e"}
    assert (report["by"], report["policy_was_in_force"]) == ("PQM", True)
    first = await governance.ask("GET", f"/v1/places/{place}/reports/CAL-14", place=place)  # unsaid: the month before
    assert (first.status_code, first.json()["policy_was_in_force"]) == (200, False), first.text
    yesterday = await governance.ask("GET", f"/v1/places/{place}/measures", place=place, body="PQM")
    assert yesterday.status_code == 200, yesterday.text  # the figures of a day before the policy came
    for path, code in (("reports/OXF-8", 404), ("measures?body=NOBODY", 404), ("measures?to=2999-01-01", 422),
                       ("measures?from=2020-02-01&to=2020-01-01", 422), ("reports/CAL-14?period=2026-13", 422),
                       ("measures/K99/providers", 404)):  # fmt: skip
        refused = await governance.ask("GET", f"/v1/places/{place}/{path}", place=place)
        assert refused.status_code == code, (path, refused.text)
    elsewhere = await governance.ask("GET", f"/v1/places/{PLACE}/measures", place=place)
    assert elsewhere.status_code == 403
