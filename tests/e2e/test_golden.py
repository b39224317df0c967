"""Golden scenarios 1, 13 and 15 of domain.md §4.5, end to end: agencies publish, the page of a provider says why."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.people import Place, until

pytestmark = pytest.mark.e2e
SALFORD = "E08000006"
QUESTIONS = dict.fromkeys(("safe", "effective", "caring", "responsive", "well_led"), "good")


def ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


def rated(place: Place, provider: str, overall: str, **questions: str) -> None:
    rating = {"overall": overall, "report_date": ago(30)} | questions
    place.accept(place.event("cqc_rating.published", provider, rating))


def indicated(place: Place, provider: str) -> tuple[str | None, str | None] | None:
    found = place.view(provider).get("indicated")
    return (found["min"], found["max"]) if found else None


def outcome(place: Place, provider: str, criterion: str) -> str | None:
    return next((one["outcome"] for one in place.view(provider).get("criteria", []) if one["id"] == criterion), None)


def told(place: Place, provider: str, kind: str, code: str) -> list[dict[str, Any]]:
    entries = place.history(provider, type=f"careledger.alert.{kind}.v1")
    return [entry["event"]["data"] for entry in entries if entry["event"]["data"]["alert"] == code]


def becomes(place: Place, provider: str, expected: tuple[str | None, str | None]) -> None:
    until(lambda: indicated(place, provider) == expected, why=f"{expected} is indicated")


def watched(place: Place) -> str:
    """A home of which everything that level 1 needs is on record."""
    provider = place.known()
    month = (datetime.now(UTC).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    rated(place, provider, "good", **QUESTIONS)
    place.accept(place.event("returns.submitted", provider, {"return_type": "RT-PMR", "period": month}))
    place.accept(place.event("visit.completed", provider, {"visit_id": f"V-{provider[-6:]}", "purpose": "annual"}))
    return provider


class TestScenario1Level1NeedsPositiveEvidence:
    def test_with_a_rating_a_return_and_a_visit_it_is_level_1_and_without_them_unknown(self, place: Place) -> None:
        known, silent = watched(place), place.known()
        rated(place, silent, "good", **QUESTIONS)
        place.accept(place.concern(known, severity="S1"))

        becomes(place, known, ("1", "1"))
        until(partial(outcome, place, silent, "HER-L1.a"))
        page = place.view(silent)

        assert (page["indicated"]["min"], page["indicated"]["unknown"]) == (None, True)
        assert {"returns", "contact"} <= {one["what"] for one in page["missing"]}
        assert outcome(place, known, "HER-L1.d") == "met"


@pytest.fixture(scope="module")
def salford(standing: Any) -> Place:
    """The people of a place that has adopted Salford's policy."""
    there = Place(urls=standing.urls, issue=standing.token, code=SALFORD)
    assert there.adopt("salford-2024").status_code in (200, 201)
    return there


class TestScenario13Salford:
    def test_requires_improvement_stands_in_two_levels_and_pamms_poor_with_a_failed_plan_settles_it(
        self, salford: Place
    ) -> None:
        provider = salford.known()
        rated(salford, provider, "requires_improvement")
        becomes(salford, provider, ("2", "3"))

        poor = {"assessment_id": f"A-{provider[-6:]}", "tool": "pamms", "overall": "poor"}
        salford.accept(salford.event("assessment.completed", provider, poor), org="council")
        due = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
        first = [{"action_id": "a1", "due": due}]
        plan = self.step(salford, f"/v1/providers/{provider}/plans", source="assessment", actions=first)["plan_id"]
        self.step(salford, f"/v1/plans/{plan}/steps", type="agreed", agreed_on=ago(0), due=due)
        self.step(salford, f"/v1/plans/{plan}/steps", type="breached", because="no_progress")

        becomes(salford, provider, ("3", "3"))
        until(lambda: told(salford, provider, "raised", "A8"), why="the directors are asked")
        clauses = {one["clause"]: one["task"] for one in told(salford, provider, "raised", "A8")}
        assert clauses["SAL-27.a"] == "board_discussion"
        assert clauses["SAL-24.a"] == "escalate_to_board"

    @staticmethod
    def step(place: Place, path: str, **body: Any) -> dict[str, Any]:
        answer = place.call("POST", "governance", path, who="team-manager", json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found


class TestScenario15NotUpheld:
    def test_the_level_drops_and_whoever_was_alerted_is_told(self, place: Place) -> None:
        provider = watched(place)
        becomes(place, provider, ("1", "1"))
        raised = place.concern(provider, severity="S4")
        place.accept(raised)
        becomes(place, provider, ("1", "2"))
        until(lambda: told(place, provider, "raised", "A1"), why="the immediate risk is told")
        before = datetime.now(UTC)

        number = raised["data"]["concern_id"]
        place.accept(place.event("concern.outcome_recorded", provider, {"concern_id": number, "outcome": "not_upheld"}))

        becomes(place, provider, ("1", "1"))
        until(lambda: told(place, provider, "cleared", "A1"), why="and cleared")
        # What was known at a moment can be said once everything before it has arrived.
        then = until(
            lambda: place.view(provider, known_at=before.isoformat()).get("recomputed"), why="that moment has arrived"
        )
        assert [one["outcome"] for one in then["criteria"] if one["id"] == "HER-L2.d"] == ["met"]
