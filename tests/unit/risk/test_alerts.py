"""Alerts: at once, once for each cause, cleared when the cause is gone, never because memory ended."""

from shared import identifiers
from shared.events.alerts import AlertCleared, AlertRaised
from tests.golden.story import HOME, Judge, Said, Story


def home() -> Story:
    return Story("2026-01-05").adopted().registered().closed("2026-01-05")


def data(said: Said) -> AlertRaised | AlertCleared:
    return said.what.data  # type: ignore[union-attr,return-value]


def alerts(story: Story, *codes: str) -> list[Said]:
    found = [said for said in story.said if hasattr(said.what, "data")]
    return [said for said in found if not codes or data(said).alert in codes]


class TestImmediateRisk:
    def test_a_critical_concern_is_told_at_once(self):
        story = home().on("2026-02-02").concern("QC-1", "S4")

        (raised,) = alerts(story, "A1")

        assert raised.cause == story.log[-1].id
        assert data(raised).alert == "A1"
        assert data(raised).evidence == (str(story.log[-1].id),)
        assert data(raised).name == "Synthetic House"
        assert raised.what.id == identifiers.alert_id("A1", HOME, "concern:icb-quality|QC-1")

    def test_it_needs_no_policy_and_no_closed_day(self):
        story = Story("2026-01-05").registered().concern("QC-1", "S4")

        assert story.told("A1") == [("raised", "concern:icb-quality|QC-1")]
        assert data(alerts(story)[0]).policy_digest is None

    def test_high_is_not_critical(self):
        assert home().concern("QC-1", "S3").told("A1") == []

    def test_a_visit_that_sees_immediate_risk_is_told(self):
        story = home().on("2026-02-02").visited("V-1", immediate_risk=True)

        assert story.told("A1") == [("raised", "visit:icb-quality|V-1")]

    def test_urgent_action_of_cqc_is_told_and_cleared_when_it_ends(self):
        action = {"enforcement_id": "E-1", "action": "urgent_s31", "served_date": "2026-02-01"}
        story = home().on("2026-02-02")
        story.record("cqc_enforcement.recorded", action)
        story.record("cqc_enforcement.recorded", action | {"status": "withdrawn"})

        assert story.told("A1") == [("raised", "enforcement:E-1"), ("cleared", "enforcement:E-1")]

    def test_an_outcome_of_nothing_in_it_clears_it_by_the_id_that_was_raised(self):
        story = home().on("2026-02-02").concern("QC-1", "S4").outcome("QC-1", "not_upheld")

        raised, cleared = alerts(story, "A1")

        assert data(cleared).raised_id == str(raised.what.id)

    def test_an_outcome_that_upholds_it_clears_nothing(self):
        story = home().on("2026-02-02").concern("QC-1", "S4").outcome("QC-1", "upheld")

        assert story.told("A1") == [("raised", "concern:icb-quality|QC-1")]

    def test_one_that_stands_again_is_told_again_and_only_then(self):
        story = home().on("2026-02-02").concern("QC-1", "S4").outcome("QC-1", "withdrawn").outcome("QC-1", "upheld")
        again = f"concern:icb-quality|QC-1#{story.log[-2].id}"

        story.outcome("QC-1", "part_upheld")

        cause = "concern:icb-quality|QC-1"
        assert story.told("A1") == [("raised", cause), ("cleared", cause), ("raised", again)]

        story.outcome("QC-1", "not_upheld")
        assert story.told("A1")[-1] == ("cleared", again)

    def test_that_memory_ends_clears_nothing(self):
        story = home().on("2026-02-02").concern("QC-1", "S4").closed("2026-02-02")

        story.on("2027-12-01").concern("QC-2", "S1").closed("2027-12-01")

        assert list(story.judge.states[HOME].concerns) == ["icb-quality|QC-2"]
        assert story.told("A1") == [("raised", "concern:icb-quality|QC-1")]


class TestSafeguarding:
    def test_an_abuse_type_in_a_concern_and_a_safeguarding_concern_are_told(self):
        story = home().on("2026-02-02").concern("QC-1", "S2", themes=["abuse.neglect", "q.dignity"])
        story.record("safeguarding_concern.received", {"sg_ref": "SG-1", "abuse_types": ["abuse.physical"]})

        assert story.told("A2") == [("raised", "concern:icb-quality|QC-1"), ("raised", "safeguarding:SG-1")]

    def test_one_reference_reported_twice_is_told_once(self):
        story = home().on("2026-02-02")
        for source in ("police", "council-quality"):
            received = {"sg_ref": "SG-1", "abuse_types": ["abuse.neglect"]}
            story.record("safeguarding_concern.received", received, source=source)

        assert story.told("A2") == [("raised", "safeguarding:SG-1")]


class TestClocks:
    def test_contact_overdue_is_told_on_the_day_after_it_was_due(self):
        story = home().on("2026-01-20").visited().closed("2027-01-19")
        assert story.told("A10", "contact") == []

        story.closed("2027-01-20")
        assert story.told("A10", "contact") == [("raised", "contact:2027-01-20")]

        story.on("2027-02-01").visited("V-2")
        assert story.told("A10", "contact") == [("raised", "contact:2027-01-20"), ("cleared", "contact:2027-01-20")]

    def test_a_restriction_over_its_limit_is_told_for_the_one_in_place(self):
        story = home().on("2026-02-01").decided("suspension.imposed", suspension_id="sus-1", kind="enforced")
        story.closed("2026-05-01").decided("suspension.lifted", suspension_id="sus-1")
        story.on("2026-05-10").decided("suspension.imposed", suspension_id="sus-2", kind="phased")

        assert story.told("A10") == [
            ("raised", "restriction:sus-1"),
            ("cleared", "restriction:sus-1"),
            ("raised", "restriction:sus-2"),
        ]

    def test_a_refused_ratification_ends_the_restriction(self):
        story = home().on("2026-02-01").decided("suspension.imposed", suspension_id="sus-1", kind="enforced")
        refused = dict(story.log[-1].data) | {"by_organisation": "icb"}

        story.on("2026-02-03").record("decision.ratification_refused", refused, writer="governance")
        story.closed("2026-06-30")

        assert story.outcome_of("HER-L2.j") == "not_met"
        assert story.told("A10") == []


class TestReturns:
    def test_a_missed_return_is_told_when_its_grace_is_over_and_cleared_when_it_comes(self):
        story = home().closed("2026-03-14", each=True)
        assert story.told("A11") == []

        story.closed("2026-03-15")
        assert story.told("A11") == [("raised", "return:RT-PMR:2026-02")]
        assert data(alerts(story, "A10", "A11")[-1]).due.isoformat() == "2026-03-10"

        story.on("2026-03-20").filed("2026-02")
        assert story.told("A11") == [("raised", "return:RT-PMR:2026-02"), ("cleared", "return:RT-PMR:2026-02")]

    def test_a_service_that_is_no_longer_commissioned_is_no_longer_asked(self):
        story = home().closed("2026-03-31")

        story.on("2026-04-01").record("registry.service.changed", {"commissioning": "none"})

        assert story.told("A11") == [("raised", "return:RT-PMR:2026-02"), ("cleared", "return:RT-PMR:2026-02")]

    def test_one_that_leaves_the_twelve_months_is_not_cleared(self):
        story = home().closed("2027-08-31", each=True)

        kinds = [kind for kind, _ in story.told("A11")]

        assert kinds == ["raised"] * 18

    def test_a_service_that_is_not_commissioned_is_never_asked(self):
        story = Story("2026-01-05").adopted().registered(commissioning="none").closed("2027-06-30")

        assert story.told("A11") == []
        assert story.told("A10") == []
        assert story.outcome_of("HER-L2.h") == "unknown"


def test_adoption_of_a_policy_is_the_cause_of_what_it_brings_to_light():
    story = Story("2026-01-05").registered()
    story.decided("suspension.imposed", suspension_id="sus-1", kind="enforced").closed("2026-06-30")
    assert story.told("A10") == []

    story.adopted()

    assert alerts(story, "A10", "A11")[-1].cause == story.log[-1].id
    assert story.told("A10") == [("raised", "restriction:sus-1")]
    assert isinstance(story.judge, Judge)
