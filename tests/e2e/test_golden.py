"""Golden scenarios 1, 4, 5, 13 to 16, 18 and 21 of domain.md §4.5, end to end: from facts to decisions."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.golden import (
    QUESTIONS,
    ago,
    becomes,
    decided,
    outcome,
    owed,
    rated,
    step,
    told,
    watched,
)  # fmt: skip
from tests.support.people import CONFIRM, Place, until

pytestmark = pytest.mark.e2e


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


class TestScenario4JointConsent:
    def test_the_panels_level_waits_for_the_icb_and_a_refusal_leaves_the_old_one(self, place: Place) -> None:
        home = place.known(commissioning="joint")
        path = "/v1/decisions/{}/consents"
        panel = CONFIRM | {"level": "3", "who": "panel-chair"}

        first = decided(place, home, **panel)
        assert (first["status"], place.view(home)["confirmed"]) == ("proposed", None)
        no = {"who": "icb-quality", "org": "icb", "consent": False, "rationale": "Not yet."}
        assert step(place, path.format(first["decision_id"]), **no)["status"] == "declined"
        assert place.view(home)["confirmed"] is None
        [refusal] = until(lambda: told(place, home, "raised", "A9"), why="both leads are told")

        second = decided(place, home, **panel)["decision_id"]
        step(place, path.format(second), who="icb-quality", org="icb", consent=True, rationale="Agreed.")

        assert place.view(home)["confirmed"]["level"] == "3"
        assert [one["cause"] for one in until(lambda: told(place, home, "cleared", "A9"))] == [refusal["cause"]]


class TestScenario5ConsideredNotAutomatic:
    def test_level_3_sets_tasks_going_and_people_serve_and_consider(self, place: Place) -> None:
        home = place.known()
        decided(place, home, **CONFIRM | {"level": "3"}, who="panel-chair")
        tasks = owed(place, home)
        assert (tasks["default_notice"]["clause"], tasks["consider_restriction"]["how"]) == ("HER-M3.e", "consider")
        assert place.view(home)["sanctions"] == []  # nothing executes itself

        panel = {"body": "COMMISSIONERS"}
        served = decided(
            place, home, who="contracts-officer", type="default_notice.served", because="level_response", **panel
        )
        assert (served["status"], "default_notice" in owed(place, home)) == ("proposed", True)  # a second person first
        step(place, f"/v1/decisions/{served['decision_id']}/approvals", who="director", approve=True)
        decided(place, home, who="director", type="suspension.considered", outcome="not_now", **panel)

        over = owed(place, home, is_open=False)
        assert {over[name]["outcome"] for name in ("default_notice", "consider_restriction")} == {"done"}
        assert [one["type"] for one in place.view(home)["sanctions"]] == ["default_notice"]


class TestScenario13Salford:
    def test_requires_improvement_stands_in_two_levels_and_pamms_poor_with_a_failed_plan_settles_it(
        self, salford: Place
    ) -> None:
        provider = salford.known()
        rated(salford, provider, "requires_improvement")
        becomes(salford, provider, ("2", "3"))

        about = {"params": {"provider": provider}}

        def results() -> dict[str, dict[str, Any]]:
            listed = salford.call("GET", "governance", "/v1/assessments", who="team-manager", **about).json()
            return {one["elsewhere"]["reference"]: one for one in listed["assessments"]}

        praised = {"assessment_id": f"A0-{provider[-6:]}", "tool": "pamms", "overall": "Outstanding"}  # AMB-9
        before = (datetime.now(UTC) - timedelta(days=90)).isoformat()
        salford.accept(salford.event("assessment.completed", provider, praised, time=before), org="council")
        said = until(lambda: results().get(praised["assessment_id"]), why="it stands in the list")
        assert (said["overall"], said["as_published"]) == ("excellent", "Outstanding")

        poor = {"assessment_id": f"A-{provider[-6:]}", "tool": "pamms", "overall": "poor"}
        salford.accept(salford.event("assessment.completed", provider, poor), org="council")
        due, first = ago(-60), [{"action_id": "a1", "due": ago(-60)}]
        plan = step(salford, f"/v1/providers/{provider}/plans", source="assessment", actions=first)["plan_id"]
        step(salford, f"/v1/plans/{plan}/steps", type="agreed", agreed_on=ago(0), due=due)
        step(salford, f"/v1/plans/{plan}/steps", type="breached", because="no_progress")

        becomes(salford, provider, ("3", "3"))
        until(lambda: told(salford, provider, "raised", "A8"), why="the directors are asked")
        clauses = {one["clause"]: one["task"] for one in told(salford, provider, "raised", "A8")}
        assert clauses["SAL-27.a"] == "board_discussion"
        assert clauses["SAL-24.a"] == "escalate_to_board"
        result = results()[poor["assessment_id"]]  # of a tool that is not ours: it stands beside our own
        assert (result["tool"], result["overall"]) == ("pamms", "poor")


class TestScenario14ALateReport:
    def test_by_what_was_known_nothing_had_changed_and_by_what_was_true_it_had(self, place: Place) -> None:
        """Inspected four months ago, published ten days ago, heard of now: what counts is when it was so."""
        home = place.known()
        before = datetime.now(UTC)
        rated(place, home, "inadequate", days=120, inspection_date=ago(120), report_date=ago(10))
        becomes(place, home, ("3", "3"))
        then = ago(60)

        known = until(lambda: place.view(home, as_of=then, known_at=before.isoformat()).get("recomputed"))
        true = place.view(home, as_of=then)["recomputed"]

        assert known["indicated"]["min"] is None
        assert (true["indicated"]["min"], true["indicated"]["max"]) == ("3", "3")


class TestScenario15NotUpheld:
    def test_the_level_drops_the_decision_is_tainted_and_whoever_was_told_is_told(self, place: Place) -> None:
        provider = watched(place)
        becomes(place, provider, ("1", "1"))
        raised = place.concern(provider, severity="S4")
        fact = place.accept(raised)
        becomes(place, provider, ("1", "2"))
        until(lambda: told(place, provider, "raised", "A1"), why="the immediate risk is told")
        decided(place, provider, **CONFIRM | {"level": "2", "evidence": [fact]}, who="panel-chair")
        before = datetime.now(UTC)

        number = raised["data"]["concern_id"]
        place.accept(place.event("concern.outcome_recorded", provider, {"concern_id": number, "outcome": "not_upheld"}))

        becomes(place, provider, ("1", "1"))
        until(lambda: told(place, provider, "cleared", "A1"), why="and cleared")
        task = until(lambda: owed(place, provider).get("review_tainted_decision"), why="it is looked at again")
        page = place.view(provider)
        assert (task["role"], page["confirmed"]["tainted"], page["divergent"]) == ("panel-chair", True, True)
        assert page["tainted"][0]["evidence"][0]["because"] == "not_upheld"
        # What was known at a moment can be said once everything before it has arrived.
        then = until(
            lambda: place.view(provider, known_at=before.isoformat()).get("recomputed"), why="that moment has arrived"
        )
        assert [one["outcome"] for one in then["criteria"] if one["id"] == "HER-L2.d"] == ["met"]
        assert place.view(provider, known_at=before.isoformat())["confirmed"]["tainted"] is False


class TestScenario16RegisteredAnew:
    def test_history_clocks_plan_and_rating_follow_the_service(self, place: Place) -> None:
        home = watched(place)
        becomes(place, home, ("1", "1"))
        actions = [{"action_id": "a1", "due": ago(-30)}]
        plan = step(place, f"/v1/providers/{home}/plans", source="visit", actions=actions)["plan_id"]
        step(place, f"/v1/plans/{plan}/steps", type="agreed", agreed_on=ago(0), due=ago(-30))
        pause = {"type": "suspension.imposed", "kind": "advisory_notice", "body": "MA_QUALITY_REVIEW"}
        decided(place, home, **pause, who="panel-chair")
        clocks, old = place.view(home)["clocks"], place.view(home)["aliases"]["cqc_location_id"]

        new = {"aliases": {"cqc_location_id": f"1-9{old[3:]}"}}
        answer = place.call("POST", "intake", f"/v1/providers/{home}/aliases", who="steward", json=new)
        assert answer.status_code in (200, 201), answer.text

        until(lambda: place.view(home)["aliases"] == new["aliases"], why="it is registered anew")
        page = place.view(home)
        running = [one for one in clocks if one["kind"] == "restriction"]
        assert [one for one in page["clocks"] if one["kind"] == "restriction"] == running != []
        assert page["plan"]["plan_id"] == plan
        assert outcome(place, home, "HER-L1.a") == "met"
        again = {"overall": "good", "report_date": ago(20), "inherited": True}
        place.accept(place.event("cqc_rating.published", home, again))
        shown = partial(place.view, home)
        until(lambda: "rating_inherited" in {one["what"] for one in shown()["missing"]}, why="it says whose it is")
        by_old = place.event("quality_concern.raised", f"cqc:{old}", place.concern(home)["data"])
        place.accept(by_old)
        until(lambda: "careledger.quality_concern.raised.v1" in place.types(home), why="the old number leads here")


class TestScenario18Erasure:
    WORDS = "Synthetic words about a synthetic person."

    def texts(self, place: Place, home: str, fact: str) -> dict[str, str | None]:
        path = f"/v1/providers/{home}/history/{fact}/texts"
        answer = place.call("GET", "governance", path, who="safeguarding")
        return dict(answer.json()["texts"]) if answer.status_code == 200 else {}

    def test_the_words_go_by_two_people_and_level_and_history_stay_but_not_under_a_hold(self, place: Place) -> None:
        home = watched(place)
        becomes(place, home, ("1", "1"))
        fact = place.accept(place.concern(home, severity="S4", description=self.WORDS))
        becomes(place, home, ("1", "2"))
        assert until(lambda: self.texts(place, home, fact)) == {"description": self.WORDS}
        ask = {"because": "request", "events": [fact], "reason": "Synthetic."}
        held = {"because": "police", "reason": "Synthetic."}
        erasures = f"/v1/providers/{home}/erasures"

        hold = step(place, f"/v1/providers/{home}/holds", who="safeguarding", **held)["hold_id"]
        assert place.call("POST", "governance", erasures, who="director", json=ask).status_code == 409
        step(place, f"/v1/holds/{hold}/lift", who="safeguarding", reason="Synthetic.")
        before = [entry["event"] for entry in place.history(home)]
        erasure = step(place, erasures, who="director", **ask)["erasure_id"]
        answer = f"/v1/erasures/{erasure}/answers"
        alone = place.call("POST", "governance", answer, who="director", json={"approve": True})
        assert alone.status_code == 409  # whoever asked does not agree
        assert step(place, answer, who="safeguarding", approve=True)["status"] == "carried_out"

        assert self.texts(place, home, fact) == {"description": None}
        assert [entry["event"] for entry in place.history(home)][: len(before)] == before
        assert place.view(home)["indicated"] == place.view(home)["indicated"] | {"min": "1", "max": "2"}


class TestScenario21Circularity:
    def test_a_notice_served_because_of_the_level_does_not_keep_it_once_satisfied(self, place: Place) -> None:
        home = watched(place)
        becomes(place, home, ("1", "1"))
        body = {"body": "COMMISSIONERS"}
        order = {"type": "default_notice.served", "because": "level_response"} | body
        served = decided(place, home, **order, who="contracts-officer")
        step(place, f"/v1/decisions/{served['decision_id']}/approvals", who="director", approve=True)
        until(lambda: outcome(place, home, "HER-L2.i") == "met", why="an open notice counts")
        decided(place, home, type="default_notice.satisfied", **body, who="contracts-officer")

        becomes(place, home, ("1", "1"))
        page = place.view(home)
        assert (page["sanctions"], outcome(place, home, "HER-L2.i")) == ([], "not_met")
