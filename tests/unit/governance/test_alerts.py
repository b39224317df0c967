"""Whom a decision must be told to: A4 to CQC, A5 to the ICB, A15 to both leads; cleared when the cause is gone."""

from datetime import date
from typing import Any

import pytest

from services.governance.domain import alerts
from services.governance.domain.standing import Confirmed, Standing
from services.governance.domain.taken import Taken
from shared import identifiers, policy
from shared.events import decisions
from shared.events.alerts import AlertCleared, AlertRaised
from tests.unit.governance.given import ENFORCED, LEVEL_2, LEVEL_3, MORNING, PAUSE, PROVIDER, proposal

RULES = policy.load("herefordshire-2018").alerts
SOLE = alerts.Facts(PROVIDER, "Rowan House (synthetic)", "council")
JOINT = alerts.Facts(PROVIDER, "Rowan House (synthetic)", "joint", ("E06000051",))
LEVEL_1 = decisions.LevelConfirmed(level="1")


def effect(decision: Any, **more: Any) -> decisions.DecisionTookEffect:
    return decisions.DecisionTookEffect(
        decision_id="d1", decision=decision, body="PANEL", organisation="council", role="panel-chair", **more
    )


def at_level(level: str) -> Standing:
    return Standing(levels={"level": Confirmed(level, MORNING, "d0")})


def told(decision: Any, *, facts: alerts.Facts = SOLE, before: Standing | None = None) -> list[tuple[str, str]]:
    found = alerts.took_effect(facts, effect(decision), MORNING, before or Standing(), RULES)
    return [(alert.alert, alert.cause) for alert in found]


@pytest.mark.parametrize(
    ("decision", "before", "codes"),
    [
        (LEVEL_1, Standing(), []),
        (LEVEL_2, Standing(), ["A4", "A5"]),
        (LEVEL_3, at_level("2"), ["A4", "A5", "A4", "A5"]),  # level 2 stands no more, level 3 does
        (LEVEL_1, at_level("2"), ["A4", "A5"]),
        (LEVEL_1, at_level("1"), []),
        (LEVEL_2, at_level("2"), []),
        (PAUSE, Standing(), ["A4", "A5"]),
        (ENFORCED, Standing(), ["A4", "A5"]),
        (decisions.DefaultNoticeServed(notice_id="def-1"), Standing(), ["A4", "A5"]),
        (decisions.SuspensionConsidered(outcome="not_now"), Standing(), []),
    ],
)
def test_levels_2_and_3_and_changes_from_them_restrictions_and_notices_are_told(decision, before, codes):
    assert [code for code, _ in told(decision, before=before)] == codes


def test_a_level_that_falls_clears_what_was_told_of_it_and_one_said_again_does_not():
    was = Standing(levels={"level": Confirmed("2", MORNING, "d0", first="d-first")})
    fell = list(alerts.took_effect(SOLE, effect(LEVEL_1), MORNING, was, RULES))

    assert [(type(one), one.alert, one.cause) for one in fell] == [
        (AlertCleared, "A4", "d-first"), (AlertCleared, "A5", "d-first"),
    ]  # fmt: skip
    assert "Level 2 stands no more: Level 1 confirmed" in fell[0].summary
    assert told(LEVEL_2, before=was) == []


def test_of_a_level_that_was_carried_over_its_fall_is_told_because_its_rise_was_not():
    was = Standing(levels={"level": Confirmed("2", MORNING, "d0", carried_over=True)})

    assert [type(one) for one in alerts.took_effect(SOLE, effect(LEVEL_1), MORNING, was, RULES)] == [AlertRaised] * 2


def test_a_refused_level_is_told_to_both_leads_and_answered_by_the_next_one():
    said = proposal(LEVEL_3).model_dump(include=set(decisions.DecisionEvent.model_fields))
    refusal = decisions.DecisionDeclined(**said, by_organisation="icb", because="refused")
    newer = decisions.DecisionDeclined(**said, because="superseded")
    known = Taken(proposal(LEVEL_3), MORNING, status="declined", refused=True)

    (raised,) = alerts.refused(JOINT, refusal, MORNING)
    (cleared,) = alerts.refusal_answered(JOINT, effect(LEVEL_2), Standing(), [known])

    assert (raised.alert, cleared.cause) == ("A9", raised.cause)
    assert list(alerts.refused(JOINT, newer, MORNING)) == []
    assert {*RULES["A9"].to, *RULES["A9"].to_if_joint} >= {"quality_lead", "icb_quality"}


def test_any_decision_on_a_joint_service_is_told_to_the_icb():
    assert told(LEVEL_1, facts=JOINT) == [("A5", "d1")]
    assert told(decisions.LeadOrganisationAgreed(lead="icb"), facts=JOINT) == [("A5", "d1")]


def test_the_cause_is_the_restriction_itself_so_that_its_end_clears_it():
    raised = told(PAUSE)
    cleared = list(
        alerts.took_effect(SOLE, effect(decisions.SuspensionLifted(suspension_id="sus-1")), MORNING, Standing(), RULES)
    )

    assert raised == [("A4", "sus-1"), ("A5", "sus-1")]
    assert all(isinstance(alert, AlertCleared) for alert in cleared)
    assert [alert.raised_id for alert in cleared if isinstance(alert, AlertCleared)] == [
        str(identifiers.alert_id(code, PROVIDER, cause)) for code, cause in raised
    ]


def test_a_proposal_on_a_joint_service_asks_at_once():
    (asked,) = alerts.proposed(JOINT, proposal(LEVEL_3, consents_needed=("icb",)), MORNING)

    assert (asked.alert, asked.cause) == ("A5", "d1:proposed")
    said = "Proposed by council, not in effect: Level 3 confirmed. The consent of icb is asked for"
    assert asked.summary == said  # nobody reads that it is confirmed
    assert asked.placing_authorities == ("E06000051",)


def test_one_that_waits_for_a_second_person_alone_is_not_told_outside():
    assert list(alerts.proposed(SOLE, proposal(ENFORCED, approval_needed=True), MORNING)) == []


def test_what_is_late_says_who_is_missing_and_since_when():
    taken = Taken(proposal(LEVEL_3), MORNING, needs=frozenset({"icb"}))

    alert = alerts.late(JOINT, taken, date(2026, 3, 4), date(2026, 3, 5))

    assert (alert.alert, alert.due) == ("A15", date(2026, 3, 4))
    assert alert.summary.startswith("Proposed, not in effect: ")
    assert "consent of icb was due by 2026-03-04" in alert.summary


def test_who_has_longer_to_ratify_than_the_reminder_waits_is_not_called_late():
    taken = Taken(proposal(PAUSE), MORNING, needs=frozenset({"icb"}))

    alert = alerts.late(JOINT, taken, date(2026, 3, 9), date(2026, 3, 5))

    assert "of icb is outstanding, and due by 2026-03-09" in alert.summary


def test_no_alert_carries_a_reason():
    for decision in (LEVEL_3, PAUSE):
        for alert in alerts.took_effect(JOINT, effect(decision), MORNING, Standing(), RULES):
            assert "rationale" not in type(alert).model_fields
            assert len(alert.summary) <= 500
