"""K1 to K18: each counts what it says, and what is not known is never counted as good."""

from datetime import date
from typing import Any

import pytest

from services.governance.measures import catalogue, measured
from services.governance.measures.asked import Asked
from services.governance.measures.item import Item
from services.governance.measures.item import figure as amount
from shared.events import (
    alerts,
    contracts,
    corrections,
    cqc,
    partners,
    plans,
    processes,
    quality_assessments,
    returns,
    visits,
    voice,
)
from tests.unit.governance.measured import (
    CODE,
    HOME,
    YEAR,
    effect,
    figure,
    home,
    level,
    on,
    outcomes,
    pack,
    place,
)

CQC = {"aliases": {"cqc_location_id": "1-000000001"}}


def rated(overall: str, day: str) -> Any:
    return on(day, cqc.CqcRatingPublished(overall=overall, report_date=date.fromisoformat(day)))  # type: ignore[arg-type]


def added(action: str, due: str = "2026-01-01", **more: Any) -> plans.PlanActionAdded:
    return plans.PlanActionAdded(plan_id="p", action_id=action, due=date.fromisoformat(due), **more)


def closed(action: str, outcome: Any = "done") -> plans.PlanActionClosed:
    return plans.PlanActionClosed(plan_id="p", action_id=action, outcome=outcome)


class TestNothingIsKnown:
    def test_an_empty_place_answers_why_and_never_a_percentage(self):
        found = measured.figures(place(), YEAR)
        assert {one["code"] for one in found if one["value"] is not None} == {"K9b", "K10b"}
        assert all(one["not_known_because"] for one in found if one["value"] is None)

    def test_a_service_of_which_nothing_is_recorded_is_unknown_in_every_share_that_counts_services(self):
        where = place(home(**CQC, known="2026-03-01"))
        assert {code: outcomes(code, where) for code in ("K1", "K2", "K5a", "K5c", "K5d", "K6", "K15", "K18c")} == {
            code: ["unknown"] for code in ("K1", "K2", "K5a", "K5c", "K5d", "K6", "K15", "K18c")
        }

    @pytest.mark.parametrize(
        "measure", [one for one in catalogue.MEASURES if one.unit == "percent"], ids=lambda m: m.code
    )
    def test_what_is_unknown_lowers_a_share(self, measure: Any):
        known = [Item(HOME, "yes", "")]
        assert amount(measure, known).value == 100
        assert amount(measure, [*known, Item(HOME, "unknown", "")]).value == 50
        assert amount(measure, [Item(HOME, "unknown", "")]).value is None


class TestLevels:
    def test_a_level_is_reviewed_within_the_policys_clock(self):
        assert outcomes("K1", place(home(on("2025-04-10", level("1"))))) == ["yes"]
        assert outcomes("K1", place(home(on("2025-03-01", level("1"))))) == ["no"]
        assert outcomes("K1", place(home(on("2026-02-01", level("2"))))) == ["no"]

    def test_a_day_of_the_decisions_own_goes_before_the_clock(self):
        soon = level("2", review_by=date(2026, 6, 1))
        assert outcomes("K1", place(home(on("2025-04-10", soon)))) == ["yes"]

    def test_of_one_body_only_what_it_decided(self):
        where = place(home(on("2025-04-10", level("1", body="QUALITY_TEAM"))))
        assert figure("K1", where, body="QUALITY_TEAM").denominator == 1
        assert figure("K1", where, body="MA_QUALITY_REVIEW").denominator == 0

    def test_days_until_it_was_lowered_run_from_when_it_was_raised(self):
        where = place(
            home(on("2025-05-01", level("2")), on("2025-06-01", level("2", "d2")), on("2025-07-10", level("1", "d3")))
        )
        assert figure("K7a", where).value == 70

    def test_a_repeat_escalation_within_twelve_months_is_no_lasting_improvement(self):
        lowered = [on("2024-03-01", level("2")), on("2024-06-01", level("1", "d2"))]
        assert outcomes("K7c", place(home(*lowered, on("2025-05-31", level("3", "d3"))))) == ["no"]
        assert outcomes("K7c", place(home(*lowered, on("2025-06-02", level("3", "d3"))))) == ["yes"]

    def test_as_at_an_earlier_day_what_came_later_has_not_happened(self):
        facts = [on("2025-04-10", level("1")), on("2026-01-10", level("3", "d2"))]
        earlier = Asked(date(2025, 1, 1), date(2025, 12, 31))
        assert outcomes("K5c", place(home(*facts, end=earlier.last)), earlier) == ["yes"]
        assert outcomes("K5c", place(home(*facts))) == ["no"]


class TestLowRisk:
    def test_remaining_means_throughout(self):
        low = on("2025-01-10", level("1"))
        assert outcomes("K5d", place(home(low))) == ["yes"]
        back = [on("2025-06-01", level("2", "d2")), on("2025-08-01", level("1", "d3"))]
        assert outcomes("K5d", place(home(low, *back))) == ["no"]
        assert outcomes("K5d", place(home(on("2025-01-10", level("2")), *back))) == []

    def test_both_wants_both(self):
        low, good = on("2025-01-10", level("1")), rated("good", "2024-05-01")
        assert figure("K5e", place(home(low, good, **CQC))).value == 1
        assert outcomes("K5e", place(home(low, **CQC))) == ["unknown"]
        assert outcomes("K5e", place(home(low, rated("inadequate", "2024-05-01"), **CQC))) == ["no"]

    def test_the_newest_rating_counts_and_no_rating_is_not_known(self):
        good = rated("good", "2024-05-01")
        assert outcomes("K5a", place(home(good, rated("requires_improvement", "2025-05-01"), **CQC))) == ["no"]
        assert outcomes("K5a", place(home(good, rated("no_rating", "2025-05-01"), **CQC))) == ["unknown"]
        assert outcomes("K5a", place(home(good))) == []

    def test_services_that_cqc_does_not_regulate_go_by_the_councils_assessment(self):
        done = quality_assessments.AssessmentCompleted(assessment_id="a", tool="pamms", overall="excellent")
        assert outcomes("K5b", place(home(on("2025-05-01", done)))) == ["yes"]


class TestContractsAndFollowUps:
    def test_reviewed_within_the_year(self):
        contract = contracts.ContractRegistered(contract_id="C1", kind="contract", commissioner="council")
        old = on("2023-01-01", contract)
        assert outcomes("K2", place(home(old))) == ["no"]
        review = on("2025-04-01", effect(processes.ContractReviewHeld(provider_seniors=True)))
        assert outcomes("K2", place(home(old, review))) == ["yes"]
        assert outcomes("K2", place(home(on("2025-09-01", contract)))) == ["not_due"]
        ended = contracts.ContractEnded(contract_id="C1", ended_on=date(2025, 1, 1), because="expired")
        assert outcomes("K2", place(home(old, on("2025-01-01", ended)))) == ["unknown"]

    def test_significant_actions_are_closed_within_three_months(self):
        drafted = on("2025-05-01", plans.PlanDrafted(plan_id="p", source="visit"))
        actions = [on("2025-05-01", added(one)) for one in "abcd"]
        minor = on("2025-05-01", added("minor", significant=False))
        late, soon = on("2025-08-02", closed("b")), on("2025-08-01", closed("a"))
        refused = on("2025-06-01", closed("d", "not_done"))
        where = place(home(drafted, *actions, minor, late, soon, refused))
        assert outcomes("K3a", where) == ["no", "no", "no", "yes"]
        assert figure("K3b", where).value == 92

    def test_a_plan_is_completed_when_both_have_signed(self):
        agreed = plans.PlanAgreed(plan_id="p", agreed_on=date(2025, 5, 1), due=date(2025, 9, 1))
        begun = [on("2025-05-01", plans.PlanDrafted(plan_id="p", source="visit")), on("2025-05-02", agreed)]

        def signed(by: Any, day: str) -> Any:
            step = plans.PlanSignedOff(plan_id="p", by=by, signed_on=date.fromisoformat(day), signed_by_role="manager")
            return on(day, step)

        assert outcomes("K7b", place(home(*begun, signed("provider", "2025-08-01")))) == ["no"]
        both = [signed("provider", "2025-08-01"), signed("council", "2025-08-30")]
        assert outcomes("K7b", place(home(*begun, *both))) == ["yes"]


class TestReturnsAndContact:
    def test_a_return_is_on_time_by_its_day_and_one_that_is_not_there_is_not(self):
        asked = [
            on(
                "2025-05-01",
                returns.ReturnRequested(return_type="RT-PMR", period=f"2025-0{n}", due_on=date(2025, n + 1, 10)),
            )
            for n in (4, 5, 6)
        ]
        came = returns.ReturnSubmitted(return_type="RT-PMR", period="2025-04", submitted_on=date(2025, 5, 10))
        waived = returns.ReturnWaived(return_type="RT-PMR", period="2025-05", because="emergency")
        where = place(home(*asked, on("2025-05-10", came), on("2025-05-20", waived)))
        assert outcomes("K4", where) == ["no", "not_due", "yes"]

    def test_the_minimum_of_contact_is_the_policys(self):
        visit = on("2025-04-10", visits.VisitCompleted(visit_id="v", purpose="annual"))
        assert outcomes("K6", place(home(visit))) == ["yes"]
        assert outcomes("K6", place(home(on("2025-03-10", visits.VisitCompleted(visit_id="v", purpose="annual"))))) == [
            "no"
        ]
        assert outcomes("K6", place(home(commissioning="none"))) == []

    def test_mid_term_goes_by_the_contract(self):
        terms = contracts.ContractRegistered(
            contract_id="C",
            kind="contract",
            commissioner="council",
            starts_on=date(2025, 1, 1),
            ends_on=date(2026, 1, 1),
        )
        salford = pack("salford-2024")
        later = contracts.ContractChanged(contract_id="C", ends_on=date(2027, 1, 1))
        running = [on("2025-01-01", terms), on("2025-02-01", later)]
        assert outcomes("K6", place(home(*running), policy=salford)) == ["no"]
        visit = on("2025-02-10", visits.VisitCompleted(visit_id="v", purpose="annual"))
        assert outcomes("K6", place(home(*running, visit), policy=salford)) == ["yes"]

    def test_only_people_and_those_close_to_them_are_a_voice(self):
        def said(who: Any) -> Any:
            return on(
                "2025-05-01",
                voice.FeedbackReceived(voice=who, sentiment="positive", method="form", consent_to_share=True),
            )

        assert outcomes("K15", place(home(said("family")))) == ["yes"]
        assert outcomes("K15", place(home(said("staff")))) == ["no"]

    def test_partners_ratings_are_complete_or_missing(self):
        calderdale = pack("calderdale-2023")
        month = Asked(date(2026, 3, 1), date(2026, 3, 31))
        assert calderdale.partner_ratings is not None

        def rating(partner: Any, day: str) -> Any:
            return on(day, partners.PartnerRatingSubmitted(partner=partner, period="2026-03", rating="green"))

        every = [rating(one, "2026-03-11") for one in calderdale.partner_ratings.partners]
        assert outcomes("K13", place(home(*every), policy=calderdale), month) == ["yes"]
        assert outcomes(
            "K13", place(home(*every[1:], rating(every[0].data.partner, "2026-03-13")), policy=calderdale), month
        ) == ["no"]
        assert figure("K13", place(home(*every))).not_known_because


class TestWhatIsCounted:
    def test_what_was_taken_back_was_never_true(self):
        wrong = rated("inadequate", "2025-05-01")
        gone = corrections.FactWithdrawn(event_id=wrong.id, because="wrong_provider")
        where = place(home(rated("good", "2024-05-01"), wrong, on("2026-06-01", gone), **CQC))
        assert outcomes("K5a", where) == ["yes"], "whenever it was taken back"

    def test_a_dashboard_holds_its_own_kinds_of_service(self):
        where = place(home(on("2025-04-10", level("1"))), home(name="prv-2", service_type="home_care"))
        assert figure("K5c", where.of_sector("care_homes")).denominator == 1
        assert figure("K5c", where.of_sector("community_care")).unknown == 1

    def test_behind_a_figure_stand_the_providers(self):
        where = place(home(on("2025-04-10", level("1"))))
        (measure,) = catalogue.named("K5c")
        (line,) = measured.behind(measure, where, measured.items(measure, where, YEAR))
        assert (line["provider_id"], line["outcome"], line["name"]) == (HOME, "yes", "Rowan House (synthetic)")

    def test_good_practice_is_shared_with_permission(self):
        def found(consent: bool, scope: Any = "place") -> Any:
            said = {"practice_id": "g", "themes": ("gp.medicines",), "provider_consent": consent, "shared_scope": scope}
            return on("2025-05-01", partners.GoodPracticeIdentified(**said))

        mine, own = found(True), alerts.AlertRaised
        told = own(alert="A17", cause="practice:2025-05", name=CODE, summary="Shared.", evidence=(mine.id,))
        assert outcomes("K16", place(home(mine))) == ["no"]
        assert outcomes("K16", place(home(found(False), found(True, "none")))) == ["not_due", "not_due"]
        assert outcomes("K16", place(home(mine), own=home(on("2025-06-01", told), name=CODE))) == ["yes"]
