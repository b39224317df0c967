"""Facts of reviews, the market and agreements, by example: what counts, and at which day it turns."""

from datetime import date
from typing import Any

import pytest

from services.risk.gathering.facts_of_review import collated_month
from services.risk.remembered import decided
from tests.golden.story import PLACE
from tests.unit.risk.everything import RULES
from tests.unit.risk.happening import Told, after, concern, known
from tests.unit.risk.homes import home


class TestReview:
    def test_other_regulators(self):
        found = after(
            ("regulatory_report.received", {"report_id": "1", "regulator": "fire", "finding": "minor"}),
            ("regulatory_report.received", {"report_id": "2", "regulator": "hse", "finding": "enforcement"}),
            ("regulatory_report.received", {"report_id": "3", "regulator": "hse", "finding": "compliant"}),
        )

        names = ("concerns_365", "major_365", "bodies_365", "fire_adverse")
        assert [found[f"regulatory.{name}"] for name in names] == [2, 1, 2, False]

    def test_an_assessment_by_its_newest_final_day(self):
        def assessed(number: int, final: str, overall: str, tool: str = "pamms") -> Told:
            data = {"assessment_id": f"A-{number}", "tool": tool, "final_on": final, "overall": overall}
            return "assessment.completed", data

        found = after(
            assessed(1, "2026-02-20", "poor"),
            assessed(2, "2025-02-20", "good"),
            assessed(3, "2026-03-01", "good", "other"),
        )

        assert (found["pamms.overall"], found["pamms.age_months"]) == ("poor", 1)
        at_its_limit = after(assessed(1, "2024-03-20", "good"), closed="2026-03-19")
        assert (at_its_limit["pamms.stale"], found["pamms.stale"]) == (False, False)
        assert after(assessed(1, "2024-03-20", "good"), closed="2026-03-20")["pamms.stale"] is True
        assert found["assessment.overall"] == "good"

    def test_partners_of_the_newest_month_whose_cut_off_is_over(self):
        def rated(rags: dict[str, str], period: str = "2026-02") -> dict[str, Any]:
            told = [
                ("partner_rating.submitted", {"partner": partner, "period": period, "rating": rag})
                for partner, rag in rags.items()
            ]
            return after(*told, closed="2026-03-11")

        asked = RULES.pack.partner_ratings
        assert asked is not None
        all_green = dict.fromkeys(asked.partners, "green")
        found = rated(all_green)
        assert (found["partners.worst"], found["partners.missing"], found["partners.complete"]) == ("green", 0, True)
        found = rated({"icb_quality": "amber", "police": "green"})
        assert (found["partners.amber"], found["partners.green"], found["partners.missing"]) == (1, 1, 3)
        assert "partners.worst" not in found
        assert "partners.complete" not in found
        assert "partners.lead" not in found
        assert rated({"icb_quality": "red"})["partners.worst"] == "red"
        assert rated(all_green | {asked.lead: "amber"})["partners.lead"] == "amber"
        assert rated(all_green, "2026-03")["partners.missing"] == 4

    @pytest.mark.parametrize(
        ("today", "month"), [("2026-03-12", "2026-02"), ("2026-03-13", "2026-03"), ("2026-01-12", "2025-12")]
    )
    def test_a_month_is_collated_once_its_cut_off_day_is_over(self, today, month):
        assert collated_month(date.fromisoformat(today).toordinal(), 12) == month

    @pytest.mark.parametrize(
        ("since", "today", "months"),
        [
            ("2025-03-20", "2026-03-19", 11), ("2025-03-20", "2026-03-20", 12), ("2024-02-29", "2025-02-28", 12),
            ("2026-05-01", "2026-03-01", 0), ("2025-12-31", "2026-01-30", 0), ("2025-12-31", "2026-01-31", 1),
        ],
    )  # fmt: skip
    def test_whole_months(self, since, today, months):
        assert decided.months(date.fromisoformat(since).toordinal(), date.fromisoformat(today).toordinal()) == months


class TestMarket:
    def test_signals_failure_and_who_runs_it(self):
        found = after(
            ("market.signal.recorded", {"signal_id": "1", "signal": "m.sponsor_licence"}),
            ("market.signal.recorded", {"signal_id": "2", "signal": "m.sponsor_licence"}),
            ("market.signal.recorded", {"signal_id": "3", "signal": "m.liquidity"}),
        )
        names = ("signals_90", "sponsor_licence", "staffing", "industrial_action", "failure")
        assert [found[f"market.{name}"] for name in names] == [2, True, False, False, False]
        insolvent = after(("market.signal.recorded", {"signal_id": "1", "signal": "m.insolvency"}))
        assert insolvent["market.failure"] is True

    @pytest.mark.parametrize(("closed", "absent"), [("2026-03-28", False), ("2026-03-29", True)])
    def test_a_manager_is_missed_after_twenty_eight_days(self, closed, absent):
        found = after(("registry.manager.changed", {"status": "absent", "since": "2026-03-01"}), closed=closed)

        assert (found["manager.absent_over_28"], found["manager.vacant"], found["manager.lost_90"]) == (
            absent,
            False,
            False,
        )

    def test_the_newest_change_by_its_day_counts(self):
        found = after(
            ("registry.manager.changed", {"status": "in_post", "since": "2026-03-01"}),
            ("registry.manager.changed", {"status": "vacant", "since": "2026-02-01"}),
        )
        assert (found["manager.status"], found["manager.vacant"], found["manager.changes_365"]) == ("in_post", False, 2)
        assert found["manager.lost_90"] is True

    def test_demand(self):
        report = {"period": "2026-02", "offers": 8, "refusals": 2, "handbacks": 1, "barriers": ["staffing"]}
        found = after(
            ("referral_demand.reported", report), ("referral_demand.reported", {"period": "2026-01", "offers": 9})
        )

        names = ("refusal_percent_90", "handbacks_90", "barriers_90")
        assert [found[f"demand.{name}"] for name in names] == [25, 1, 1]


class TestAgreements:
    AGREED: Told = ("plan.agreed", {"plan_id": "p", "agreed_on": "2026-03-02", "due": "2026-06-01"})

    def action(self, due: str = "2026-03-10", **more: Any) -> Told:
        return "plan.action_added", {"plan_id": "p", "action_id": "a", "due": due} | more

    def signed(self, by: str) -> Told:
        return "plan.signed_off", {"plan_id": "p", "by": by, "signed_on": "2026-03-05", "signed_by_role": "manager"}

    def plan(self, *told: Told, closed: str = "2026-03-20") -> tuple[Any, ...]:
        found = after(self.AGREED, *told, closed=closed)
        return tuple(found.get(f"plan.{name}") for name in ("open", "on_time", "behind", "failed", "repeatedly_failed"))

    def test_an_action_is_late_the_day_after_its_own(self):
        assert self.plan(self.action(), closed="2026-03-09") == (True, True, False, False, False)
        assert self.plan(self.action(), closed="2026-03-10") == (True, False, True, False, False)

    def test_one_that_was_extended_and_is_late_again_is_a_failed_plan(self):
        more = ("plan.extended", {"plan_id": "p", "action_id": "a", "due": "2026-03-15"})

        assert self.plan(self.action(), more, closed="2026-03-14") == (True, True, False, False, False)
        assert self.plan(self.action(), more, closed="2026-03-15") == (True, False, True, True, False)

    def test_two_reviews_running_without_progress(self):
        none = ("plan.action_progressed", {"plan_id": "p", "action_id": "a", "progress": "none"})
        some = ("plan.action_progressed", {"plan_id": "p", "action_id": "a", "progress": "some"})
        far = self.action("2026-06-01")

        assert self.plan(far, none) == (True, False, True, False, False)
        assert self.plan(far, none, none) == (True, False, True, True, True)
        assert self.plan(far, none, some) == (True, True, False, False, False)

    def test_a_breach_is_a_failure_and_a_second_or_one_after_an_extension_is_again(self):
        breach = ("plan.breached", {"plan_id": "p", "because": "timescale_missed"})
        longer = ("plan.extended", {"plan_id": "p", "due": "2026-07-01"})

        assert self.plan(breach) == (True, False, True, True, False)
        assert self.plan(breach, breach)[-1] is True
        assert self.plan(longer, breach)[-1] is True

    def test_it_is_open_until_both_have_signed(self):
        assert self.plan(self.signed("provider"))[0] is True
        both = after(self.AGREED, self.action(), self.signed("provider"), self.signed("council"))
        assert (both["plan.open"], both["plan.signed_365"], both["actions.open"]) == (False, True, 0)
        assert (both["plan.on_time"], both["plan.behind"]) == (True, False)

    def test_a_new_action_wants_both_signatures_again(self):
        more = ("plan.action_added", {"plan_id": "p", "action_id": "b", "due": "2026-05-01"})
        council_alone = after(self.AGREED, self.action(), self.signed("provider"), more, self.signed("council"))
        both = after(
            self.AGREED, self.action(), self.signed("provider"), more, self.signed("council"), self.signed("provider")
        )

        assert (council_alone["plan.open"], council_alone["plan.signed_365"]) == (True, False)
        assert (both["plan.open"], both["plan.signed_365"]) == (False, True)

    def test_an_action_that_is_closed_undone_was_not_delivered_in_time(self):
        def closed(outcome: str) -> Told:
            return "plan.action_closed", {"plan_id": "p", "action_id": "a", "outcome": outcome}

        ended = ("plan.closed", {"plan_id": "p", "outcome": "completed"})
        stood = [self.plan(self.action(), closed(how))[1:3] for how in ("done", "no_longer_needed", "not_done")]
        assert stood == [(True, False), (True, False), (False, True)]
        assert self.plan(self.action(), closed("not_done"), ended)[:3] == (False, False, False)

    def test_a_plan_that_ended_in_failure_was_not_on_time(self):
        breach = ("plan.breached", {"plan_id": "p", "because": "no_progress"})
        closed = ("plan.closed", {"plan_id": "p", "outcome": "completed"})
        given_up = ("plan.closed", {"plan_id": "p", "outcome": "abandoned"})

        assert [self.plan(*steps)[:2] for steps in ((closed,), (breach, closed), (given_up,))] == [
            (False, True), (False, False), (False, False),
        ]  # fmt: skip

    def test_organisational_safeguarding_and_the_thought_of_ending_the_contract(self):
        story = home().on("2026-03-02").decided("lsi.authorised", lsi_id="l", lead_role="director")
        assert known(story)["lsi.active"] is True
        assert known(story)["contract.serious_breach_365"] is False
        story.decided("lsi.closed", lsi_id="l", learning_shared=True, sar_considered=False)
        story.decided("termination.considered", outcome="not_now")
        assert known(story, "2026-03-21")["lsi.active"] is False
        assert known(story, "2027-03-25")["contract.serious_breach_365"] is False
        story.on("2027-03-26").decided("termination.considered", outcome="not_now")
        assert known(story, "2027-03-27")["contract.serious_breach_365"] is True

    def test_actions_are_counted_while_they_are_open(self):
        done = ("plan.action_closed", {"plan_id": "p", "action_id": "a", "outcome": "done"})
        found = after(self.AGREED, self.action(safeguarding=True))
        assert [found[f"actions.{name}"] for name in ("open", "safeguarding_open", "overdue", "over_limit")] == [
            1,
            1,
            1,
            0,
        ]
        assert after(self.AGREED, self.action(), done)["actions.open"] == 0
        far = self.action("2026-12-01")
        assert after(self.AGREED, far, closed="2026-06-01")["actions.over_limit"] == 0
        assert after(self.AGREED, far, closed="2026-06-02")["actions.over_limit"] == 1

    def test_contracts(self):
        def contract(number: int, **terms: Any) -> Told:
            return "contract.registered", {
                "contract_id": f"X-{number}",
                "kind": "block",
                "commissioner": "council",
            } | terms

        found = after(contract(1, size_band="25k_100k", signed=True), contract(2, size_band="1m_5m"))
        assert (found["contract.recorded"], found["contract.size_band"]) == (True, "1m_5m")
        assert "contract.signed" not in found
        assert found["contract.officer_assigned"] is False
        assert after(contract(1, signed=True), contract(2, signed=False))["contract.signed"] is False
        assert after(contract(1, kind="no_contract"))["contract.recorded"] is False
        over = ("contract.ended", {"contract_id": "X-1", "ended_on": "2026-03-10", "because": "expired"})
        assert after(contract(1), over)["contract.recorded"] is False
        assert after(contract(1), over, closed="2026-03-08")["contract.recorded"] is True
        breach = ("contract.changed", {"contract_id": "X-1", "breached": ["returns", "staffing"]})
        assert after(contract(1), breach)["contract.breaches_365"] == 2

    def test_our_own_placements_outside_the_area_and_the_hosts_notice(self):
        def placed(number: int, count: int, by: str = PLACE, host: str = "E06000001") -> Told:
            data = {"placement_token": f"T-{number}", "placing_authority": by, "host_authority": host}
            return "placement.started", data | {"started_on": "2026-03-01", "count": count}

        ended = {"placement_token": "T-2", "placing_authority": PLACE, "ended_on": "2026-03-05"}
        found = after(
            placed(1, 4),
            placed(2, 2),
            placed(3, 9, by="E06000002"),
            placed(4, 3, host=PLACE),
            ("placement.ended", ended),
        )
        assert found["out_of_area.placements"] == 4
        notice = {"notice_id": "H-1", "host_authority": "E06000001"}
        told = ("ooa.host_notice.received", notice | {"concern_level": "serious"})
        made = ("ooa.host_notice.assurance_received", notice | {"improvements_made": True, "embedded": False})
        sure = ("ooa.host_notice.assurance_received", notice | {"improvements_made": True, "embedded": True})
        assert [after(*steps)["host.concern_active"] for steps in ((told,), (told, made), (told, sure))] == [
            True,
            True,
            False,
        ]

    def test_figures_of_the_newest_period_that_gives_them(self):
        def filed(period: str, **body: Any) -> Told:
            return "returns.submitted", {"return_type": "RT-PMR", "period": period, "body": {"kind": "RT-PMR"} | body}

        found = after(
            filed("2026-02", falls=4, beds=40, occupied_beds=31), filed("2026-01", falls=9, agency_percent=12.5)
        )
        names = ("figures.falls", "figures.agency_percent", "occupancy.percent")
        assert [found[name] for name in names] == [4, 12, 77]

    def test_restrictions_by_kind_and_what_stood_at_go_live(self):
        story = (
            home().on("2026-03-02").decided("suspension.agreed_voluntary", suspension_id="s", kind="voluntary_pause")
        )
        found = known(story)
        assert (found["restriction.enforced"], found["restriction.voluntary"], found["restriction.months"]) == (
            False,
            True,
            0,
        )
        since = {"suspension_id": "c", "kind": "enforced", "since": "2025-11-01"}
        notice = {"notice_id": "n", "served_on": "2025-12-01"}
        plan = {"plan_id": "p", "agreed_on": "2025-12-01", "due": "2026-02-01"}
        found = after(("carried_over.recorded", {
            "as_at": "2026-03-01", "restrictions": [since], "default_notices": [notice], "plans": [plan],
            "levels": {"level": "2"}, "last_contact": "2026-02-01",
        }))  # fmt: skip
        assert (found["restriction.over_three_months"], found["restriction.months"]) == (True, 4)
        assert (found["default_notice.of_its_own"], found["plan.behind"], found["contact.within_minimum"]) == (
            True,
        ) * 3

    def test_how_long_it_has_been_quiet(self):
        assert after(concern(1))["quiet.days"] == 19
        assert "quiet.days" not in after(concern(1, "S1"))
