"""Standing reports: each policy's own, counts only (CAL-10 e and f, CAL-14, OXF-8, OXF-26, SAL-12, SAL-31)."""

from datetime import date
from typing import Any

import orjson
import pytest

from services.governance.measures import reports
from services.governance.measures.asked import Asked
from shared import policy
from shared.events import cqc, plans, visits
from tests.unit.governance.measured import home, judged, level, on, pack, place

QUARTER = Asked(date(2026, 1, 1), date(2026, 3, 31))


def report(name: str, clause: str, *services: Any) -> dict[str, Any]:
    known = pack(name)
    (wanted,) = [one for one in known.reports if one.id == clause]
    return reports.made(wanted, place(*services, policy=known), QUARTER)


@pytest.mark.parametrize("name", policy.shipped())
def test_every_report_of_a_policy_can_be_made_of_nothing(name: str):
    for one in pack(name).reports:
        made = report(name, one.id)
        assert made["clause"] == one.id
        assert orjson.dumps(made)
        assert all(line["value"] in (None, 0.0) for line in made["figures"])


def test_the_overview_is_of_the_services_as_a_system():
    rating = cqc.CqcRatingPublished(overall="good", report_date=date(2026, 1, 5))
    green, between = level("green", scale="rag"), judged("green", "amber")
    first = home(
        on("2026-01-05", rating), on("2026-02-01", green), on("2026-02-02", between), aliases={"cqc_location_id": "1-1"}
    )
    assert report("calderdale-2023", "CAL-10.e", first, home(name="prv-2"))["overview"] == {
        "services": 2, "restricted": 0, "confirmed": {"green": 1, "not known": 1},
        "indicated": {"green-amber": 1, "not known": 1}, "cqc": {"good": 1},
    }  # fmt: skip


def test_improvement_is_counted_by_theme():
    def step(day: str, model: Any, **said: Any) -> Any:
        return on(day, model(plan_id="p", **said))

    service = home(
        step("2025-11-01", plans.PlanDrafted, source="visit"),
        step("2025-11-01", plans.PlanActionAdded, action_id="a", due=date(2026, 2, 1), themes=("q.medicines",)),
        step("2026-01-10", plans.PlanActionAdded, action_id="b", due=date(2026, 4, 1), themes=("q.medicines", "q.ipc")),
        step("2025-11-01", plans.PlanActionAdded, action_id="c", due=date(2026, 2, 1)),
        step("2025-12-01", plans.PlanActionClosed, action_id="c", outcome="done"),
        step("2026-02-01", plans.PlanActionClosed, action_id="a", outcome="done"),
    )
    assert report("calderdale-2023", "CAL-10.f", service)["improvement"] == {
        "q.ipc": {"set": 1, "closed": 0, "open": 1}, "q.medicines": {"set": 1, "closed": 1, "open": 1},
    }  # fmt: skip


def test_activity_goes_by_level():
    visit = visits.VisitCompleted(visit_id="v", purpose="annual")
    red = home(on("2025-10-01", level("red", scale="rag-existing")), on("2025-11-01", visit), on("2026-02-01", visit))
    assert report("oxfordshire-2013", "OXF-26.a", red)["activity"] == {
        "red": {"services": 1, "visits": 1, "contacts": 0, "assessments": 0}
    }


def test_the_assurance_report_tells_of_providers_sectors_and_the_market():
    made = report("salford-2024", "SAL-12", home(), home(name="prv-2", service_type="home_care"))
    assert {name: one["services"] for name, one in made["sectors"].items()} == {
        "care_homes": 1, "community_care": 1, "other": 0
    }  # fmt: skip
    assert len(made["providers"]) == made["market"]["services"] == 2
    assert made["for"] == ["MARKET_OVERSIGHT_BOARD"]


def test_oxfordshires_figures_are_the_two_that_it_names():
    assert [one["code"] for one in report("oxfordshire-2013", "OXF-8")["figures"]] == ["K2", "K3a", "K3b"]
