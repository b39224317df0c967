"""Golden scenarios 6, 7, 9 to 12 of domain.md §4.5, end to end: each council's own powers, limits and meetings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.conftest import adopted
from tests.support.golden import ago, decided, hears, owed, refused, step, told
from tests.support.people import Place, until
from tests.support.receiver import Receiver

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def lga(standing: Any) -> Place:
    return adopted(standing, "E06000051", "herefordshire-lga-2017")


class TestScenario6Herefordshire2017:
    def test_the_panel_agrees_to_level_1_which_holds_until_both_have_signed(self, lga: Place) -> None:
        home, team, panel = lga.known(), {"who": "team-manager", "body": "QUALITY_REVIEW_TEAM"}, {"body": "MAQAP"}
        level = {"type": "level.confirmed"}
        decided(lga, home, **team, **level, level="pre-1")
        assert refused(lga, home, **team, **level, level="1") == "LGA-9.a"  # what the team itself may do
        decided(lga, home, **panel, who="panel-chair", **level, level="1")
        assert refused(lga, home, **panel, who="panel-chair", **level, level="routine") == "LGA-10"

        action = [{"action_id": "a1", "due": ago(-30)}]
        plan = step(lga, f"/v1/providers/{home}/plans", source="level", actions=action)["plan_id"]
        path, signed = f"/v1/plans/{plan}/steps", {"type": "signed_off", "signed_on": ago(0)}
        step(lga, path, type="agreed", agreed_on=ago(0), due=ago(-30))
        step(lga, path, type="action_closed", action_id="a1", outcome="done")
        step(lga, path, type="submitted_for_signoff")
        step(lga, path, **signed, by="provider", signed_by_role="registered_manager", who="quality-officer")
        assert refused(lga, home, **panel, who="panel-chair", **level, level="routine") == "LGA-10"
        step(lga, path, **signed, by="council", signed_by_role="team-manager")
        step(lga, path, type="closed", outcome="completed")

        decided(lga, home, **panel, who="panel-chair", **level, level="routine")
        assert lga.view(home)["confirmed"]["level"] == "routine"

    def test_a_potential_investigation_is_told_to_the_leadership_team_and_it_alone_authorises(self, lga: Place) -> None:
        home, begin = lga.known(), {"type": "lsi.authorised", "lead_role": "safeguarding", "police_liaison": True}
        flag = {"who": "panel-chair", "body": "MAQAP", "type": "lsi.recommended", "grounds": ["several_people"]}
        with Receiver() as receiver:
            hears(lga, "director", receiver)
            decided(lga, home, **flag)
            request = until(lambda: receiver.about(home), why="the director's webhook is called")[0]
        assert [(one["alert"], one["provider"]["id"]) for one in request.told] == [("A3", home)]
        [flagged] = until(lambda: told(lga, home, "raised", "A3"), why="the leadership team is told")

        assert refused(lga, home, who="panel-chair", body="MAQAP", **begin) == "LGA-4.b"
        assert decided(lga, home, who="director", body="DLT", **begin)["status"] == "effective"

        assert flagged["to_role"] == "director"
        assert until(lambda: told(lga, home, "cleared", "A3"))
        assert lga.view(home)["processes"][0]["status"] == "authorised"


@pytest.fixture(scope="module")
def oxford(standing: Any) -> Place:
    return adopted(standing, "E10000025", "oxfordshire-2013")


class TestScenario7Oxfordshire:
    def rate(self, place: Place, provider: str, **said: str) -> None:
        decided(place, provider, who="contracts-officer", body="CONTRACTS_TEAM", type="level.confirmed", **said)

    def sent(self, place: Place, provider: str) -> list[Any]:
        """Who was told, once CQC and health were."""
        found = place.history(provider, type="careledger.notification.sent.v1")
        roles = {entry["event"]["data"]["recipient_role"] for entry in found}
        return found if {"cqc", "icb_quality"} <= roles else []

    def test_a_day_centre_without_cqc_is_rated_and_each_change_is_told_to_health_and_cqc(self, oxford: Place) -> None:
        local = {"local": f"centre-{datetime.now(UTC):%H%M%S%f}"}
        centre = oxford.known(service_type="day_opportunities", beds=None, aliases=local)
        with Receiver() as inspectorate, Receiver() as health:
            hears(oxford, "cqc", inspectorate)
            hears(oxford, "icb_quality", health)
            self.rate(oxford, centre, scale="rag-existing", level="green")
            self.rate(oxford, centre, scale="rag-existing", level="amber")
            sent = [entry["event"]["data"] for entry in until(
                lambda: self.sent(oxford, centre), why="both were told of the change")]  # fmt: skip
        assert {"A4", "A5"} <= {one["alert"] for one in sent}

        page = oxford.view(centre)
        assert page["scales"]["rag-existing"]["confirmed"]["level"] == "amber"
        for code in ("A4", "A5"):
            assert len(until(lambda code=code: told(oxford, centre, "cleared", code))) == 1  # green stands no more
            assert len(told(oxford, centre, "raised", code)) == 2
        due = date.fromisoformat(page["confirmed"]["review_by"])
        assert timedelta(days=360) < due - datetime.now(UTC).date() < timedelta(days=370)

    def test_a_residential_home_of_very_high_risk_is_reviewed_each_quarter(self, oxford: Place) -> None:
        home = oxford.known()
        self.rate(oxford, home, scale="tier", level="4")
        self.rate(oxford, home, scale="rag-existing", level="red")

        due = date.fromisoformat(oxford.view(home)["confirmed"]["review_by"])
        assert timedelta(days=85) < due - datetime.now(UTC).date() < timedelta(days=95)

    def test_a_day_centre_is_somebodys_and_is_reviewed_at_the_desk(self, oxford: Place) -> None:
        centre = oxford.known(service_type="day_opportunities", beds=None)
        register, mine = f"/v1/providers/{centre}/contracts", {"allocated_to": "contracts-officer", "officer": "qm-07"}
        made = step(oxford, register, kind="no_contract", commissioner="council", **mine)
        self.rate(oxford, centre, scale="tier", level="1")
        asked = owed(oxford, centre)["desk_based_review"]
        steps = f"/v1/contracts/{made['contract_id']}/steps"
        review = {"reviewed_on": ago(0), "how": "desk", "outcome": "satisfactory", "summary": "Synthetic."}
        reviewed = step(oxford, steps, type="reviewed", **review)

        year = timedelta(days=360), timedelta(days=370)
        for due in (asked["due"], reviewed["review_due"]):
            assert year[0] < date.fromisoformat(due) - datetime.now(UTC).date() < year[1]
        assert asked["clause"].startswith("OXF-20")
        asking = {"provider": centre, "officer": "qm-07"}
        answer = oxford.call("GET", "governance", "/v1/contracts", who="team-manager", params=asking)
        assert [one["kind"] for one in answer.json()["contracts"]] == ["no_contract"]


class TestScenario9Calderdale:
    def test_three_low_concerns_ask_to_look_at_the_thresholds_and_refer_nobody(self, calderdale: Place) -> None:
        home = calderdale.known()
        for _ in range(3):
            calderdale.accept(calderdale.concern(home, severity="S1"))

        [asked] = until(lambda: told(calderdale, home, "raised", "A2"), why="safeguarding is asked")

        assert asked["task"] == "thresholds_guidance"
        assert not any("decision" in kind for kind in calderdale.types(home))


class TestScenario10Calderdale:
    def test_enforcing_wants_support_and_a_breach_and_a_pause_wants_agreement(self, calderdale: Place) -> None:
        home = calderdale.known()
        visit = calderdale.event("visit.completed", home, {"visit_id": f"V-{home[-6:]}", "purpose": "follow_up"})
        shown = [calderdale.accept(visit)]
        enforce = {"type": "suspension.imposed", "kind": "enforced", "body": "GQAB", "who": "director"}
        pause = {"type": "suspension.agreed_voluntary", "body": "PQM", "who": "panel-chair"}
        before = ["support_unsuccessful", "unable_or_unwilling"]

        assert refused(calderdale, home, **enforce) == "CAL-29.a"
        assert refused(calderdale, home, **pause) == "CAL-29.b"
        assert refused(calderdale, home, **enforce, prerequisites=before, evidence=shown) == "CAL-29.a"
        agreed = [*before, "provider_agrees"]
        decided(calderdale, home, **pause, prerequisites=agreed, evidence=shown)
        breach = [*before, "compliance_concern"]
        decided(calderdale, home, **enforce, prerequisites=breach, evidence=shown)

        assert {one["kind"] for one in calderdale.view(home)["sanctions"]} == {"voluntary_pause", "enforced"}


HOST = {"notice_id": "N-1", "host_authority": "E06000019"}


class TestScenario11Calderdale:
    def test_a_hosts_notice_pauses_and_only_embedded_improvement_lets_a_person_resume(self, calderdale: Place) -> None:
        home = calderdale.known()
        notice = HOST | {"concern_level": "serious"}
        calderdale.accept(calderdale.event("ooa.host_notice.received", home, notice), org="council")
        until(lambda: calderdale.view(home)["placements_paused_since"], why="the standing rule pauses")
        assert until(lambda: told(calderdale, home, "raised", "A7"))

        resume = {"type": "ooa.resumed", "body": "PQM", "who": "panel-chair"}
        for embedded in (False, True):
            assert refused(calderdale, home, **resume) == "CAL-35.b"
            said = HOST | {"improvements_made": True, "embedded": embedded}
            at = datetime.now(UTC).isoformat()
            sent = calderdale.event("ooa.host_notice.assurance_received", home, said, time=at)
            before = len(calderdale.types(home))
            calderdale.accept(sent, org="council")
            until(lambda before=before: len(calderdale.types(home)) > before)
        decided(calderdale, home, **resume)

        assert calderdale.view(home)["placements_paused_since"] is None
        assert until(lambda: told(calderdale, home, "cleared", "A7"))

    def test_six_weeks_without_a_look_are_told_and_more_than_five_people_ask_to_go_there(
        self, calderdale: Place
    ) -> None:
        home, path = calderdale.known(), f"/v1/places/{calderdale.code}/out-of-area"
        order = {
            "placing_authority": calderdale.code, "host_authority": HOST["host_authority"], "started_on": ago(50),
            "pre_placement": {"checked_on": ago(51), "result": "satisfactory"},
        }  # fmt: skip

        def asked(task: str | None = None) -> list[Any]:
            return [one for one in told(calderdale, home, "raised", "A10") if task in (None, one.get("task"))]

        def there() -> tuple[int, bool]:
            found = calderdale.call("GET", "governance", path, who="team-manager").json()["elsewhere"]
            return next((one["people"], one["onsite_suggested"]) for one in found if one["provider_id"] == home)

        step(calderdale, f"/v1/providers/{home}/placements", count=5, **order)
        until(asked, why="nobody has looked within six weeks")
        assert (there(), asked("onsite_assessment")) == ((5, False), [])
        step(calderdale, f"/v1/providers/{home}/placements", count=1, **order)
        assert there() == (6, True)
        assert until(lambda: asked("onsite_assessment"), why="more than five people are there")


class TestScenario12Salford:
    def test_a_manager_lost_is_brought_to_the_directors_and_the_board_alone_suspends(self, salford: Place) -> None:
        home = salford.known()
        lost = {"status": "vacant", "since": ago(1)}
        salford.accept(salford.event("registry.manager.changed", home, lost), org="council")
        triggers = until(lambda: told(salford, home, "raised", "A8"), why="the directors are asked")
        suspend = {"type": "suspension.imposed", "kind": "enforced"}

        convened = {"type": "escalation.referred", "to_body": "MARKET_OVERSIGHT_BOARD", "reason": "manager_or_owner"}
        decided(salford, home, who="director", org="nhs", body="MARKET_OVERSIGHT_BOARD", **convened)
        assert refused(salford, home, who="panel-chair", body="OVERSIGHT_GROUP", **suspend) == "SAL-28"
        board = decided(salford, home, who="director", body="MARKET_OVERSIGHT_BOARD", **suspend)
        assert (board["status"], board["consents_needed"]) == ("proposed", ["icb", "nhs"])
        assert salford.view(home)["sanctions"] == []
        for org in ("icb", "nhs"):
            path = f"/v1/decisions/{board['decision_id']}/consents"
            last = step(salford, path, who="director", org=org, consent=True, rationale="Agreed.")

        assert last["status"] == "effective"
        assert "SAL-27.b" in {one["clause"] for one in triggers}
        assert "convene_meeting" in owed(salford, home)
