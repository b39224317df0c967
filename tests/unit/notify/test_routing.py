"""Who must be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify import routing
from services.notify.notice import Notice
from services.notify.routing import Recipient, Route
from shared import policy
from shared.policies.section import Limit
from shared.policies.telling import AlertRule
from tests.unit.notify.given import NOW, notice, recipient, rule

ROLES = ["safeguarding", "icb_quality", "icb_safeguarding", "director", "cqc", "quality_lead"]
BASES = ["live", "import", "carried-over", "adoption", "rebuild"]


def routes(told: Notice, adopted: AlertRule | None, known: list[Recipient]) -> tuple[Route, ...]:
    """Who is told at one o'clock on a working day."""
    return routing.routes(told, adopted, known, NOW)


class TestRoutes:
    def test_one_for_each_recipient_of_each_role(self) -> None:
        known = [recipient("icb_quality"), recipient("icb_quality", channel="email"), recipient("cqc")]

        found = routes(notice(), rule("icb_quality", "cqc"), known)

        assert found == tuple(Route(one.role, one) for one in known)

    def test_a_role_that_nobody_holds_is_still_owed(self) -> None:
        found = routes(notice(), rule("icb_quality", "cqc"), [recipient("cqc")])

        assert found == (Route("icb_quality", None), Route("cqc", recipient("cqc")))

    @pytest.mark.parametrize(
        ("commissioning", "told"), [("council", 1), ("none", 1), (None, 1), ("joint", 2), ("nhs", 2)]
    )
    def test_the_other_commissioner_is_told_of_what_it_commissions(self, commissioning: str, told: int) -> None:
        found = routes(notice(commissioning=commissioning), rule("director", to_if_joint=("icb_quality",)), [])

        assert len(found) == told

    def test_what_may_be_a_danger_and_has_no_home_goes_to_safeguarding_as_well(self) -> None:
        quiet, pressing = notice("A19"), notice("A19", pressing=True)

        assert [one.role for one in routes(quiet, rule("data_steward"), [])] == ["data_steward"]
        found = routes(pressing, rule("data_steward", switch="off"), [])
        assert [(one.role, one.suppressed) for one in found] == [("safeguarding", None), ("data_steward", None)]

    def test_another_place_is_never_told(self) -> None:
        assert routes(notice(), rule("cqc"), [recipient("cqc", place="E10000019")]) == (Route("cqc", None),)

    def test_a_channel_that_the_policy_does_not_allow_does_not_carry_it(self) -> None:
        known = [recipient("cqc", channel="email")]

        assert routes(notice(), rule("cqc", channels=("webhook",)), known) == (Route("cqc", None),)

    def test_a_provider_is_told_of_itself_alone(self) -> None:
        mine, other = recipient("provider", provider_id="prv-1"), recipient("provider", provider_id="prv-2")
        everybody = recipient("provider")

        found = routes(notice("A11"), rule("provider"), [everybody, other, mine])

        assert found == (Route("provider", mine),)

    def test_an_a18_goes_to_the_role_that_the_ladder_has_come_to(self) -> None:
        found = routes(notice("A18", to_role="director"), rule("quality_lead"), [recipient("director")])

        assert found == (Route("director", recipient("director")),)

    def test_a_kind_without_a_rule_is_told_to_nobody(self) -> None:
        assert routes(notice("A16"), None, [recipient("director")]) == ()


class TestWhatNoPolicyCanSwitchOff:
    @pytest.mark.parametrize("alert", ["A1", "A2"])
    @pytest.mark.parametrize("adopted", [None, rule("cqc", switch="off"), rule("cqc")])
    def test_safeguarding_hears_of_immediate_risk_and_abuse(self, alert: str, adopted: AlertRule | None) -> None:
        duty = recipient("safeguarding")

        found = routes(notice(alert), adopted, [duty])

        assert Route("safeguarding", duty) in found
        assert routing.rule_for(alert, adopted).acknowledge_within is not None  # type: ignore[union-attr]

    def test_another_kind_can_be_switched_off_and_that_is_recorded(self) -> None:
        found = routes(notice("A4"), rule("cqc", switch="off"), [recipient("cqc")])

        assert [route.suppressed for route in found] == ["switched_off"]

    def test_the_shipped_packs_route_every_alert_that_they_name(self) -> None:
        for name in policy.shipped():
            for alert, adopted in policy.load(name).alerts.items():
                assert routes(notice(alert), adopted, [])


class TestBasis:
    @given(
        basis=st.sampled_from(BASES),
        to=st.lists(st.sampled_from(ROLES), min_size=1, unique=True),
        known=st.lists(st.sampled_from(ROLES)),
        alert=st.sampled_from(["A1", "A2", "A4", "A11"]),
    )
    def test_only_what_is_live_is_told(self, basis: str, to: list[str], known: list[str], alert: str) -> None:
        recipients = [recipient(role, address=f"https://{n}.example") for n, role in enumerate(known)]

        found = routes(notice(alert, basis=basis), rule(*to), recipients)

        assert {route.suppressed for route in found} == {None if basis == "live" else basis}
        assert {route.role for route in found} >= set(to), "every demanded role is accounted for"
        assert len(found) == len(set(found))


class TestTheLadder:
    @pytest.mark.parametrize(
        ("role", "ladder", "there", "next_"),
        [
            ("safeguarding", ["quality_lead", "director"], ["quality_lead", "director"], "quality_lead"),
            ("quality_lead", ["quality_lead", "director"], ["quality_lead", "director"], "director"),
            ("safeguarding", ["quality_lead", "director"], ["director"], "director"),
            ("safeguarding", ["quality_lead", "director"], [], "quality_lead"),
            ("director", ["quality_lead", "director"], ["quality_lead"], None),
            ("director", [], ["director"], None),
        ],
    )
    def test_goes_up_to_whoever_is_there(
        self, role: str, ladder: list[str], there: list[str], next_: str | None
    ) -> None:
        assert routing.next_role(role, ladder, there) == next_

    @given(ladder=st.lists(st.sampled_from(ROLES), unique=True), there=st.sets(st.sampled_from(ROLES)))
    def test_ends(self, ladder: list[str], there: set[str]) -> None:
        role: str | None = "provider"
        for _ in range(len(ladder) + 1):
            role = routing.next_role(role, ladder, there) if role else None

        assert role is None

    def test_without_one_in_the_policy_there_is_somebody_all_the_same(self) -> None:
        assert routing.ladder_of(rule("cqc", acknowledge_within=Limit(hours=1))) == ("director",)
        assert routing.ladder_of(rule("cqc")) == ("data_steward",)


def test_a_reminder_goes_to_the_provider_itself_and_that_nobody_is_registered_is_no_gap() -> None:
    own = recipient("provider", provider_id=notice().provider_id)

    assert routes(notice("reminder"), None, [own, recipient("director")]) == (Route("provider", own),)
    assert routes(notice("reminder"), None, [recipient("director")]) == ()
