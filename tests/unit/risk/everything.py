"""A home of which something of everything that feeds a fact is known, and a policy that asks for all of it."""

from datetime import timedelta
from typing import Any

from services.risk.criteria import Rules
from shared import policy
from shared.policy import Pack
from tests.golden.story import PLACE, Story

DECIDED = {"decision_id": "d-1", "body": "COMMISSIONERS", "organisation": "council", "role": "director"}
MONITORED = {
    "kind": "RT-PMR", "beds": 40, "occupied_beds": 36, "staff_establishment": 20, "staff_vacancies": 2, "falls": 3,
    "agency_percent": 5.0, "turnover_percent": 20.0, "sickness_percent": 4.0, "training_percent": 90.0,
    "supervision_percent": 80.0, "pressure_ulcers_category_2": 1, "medication_errors": 2, "missed_visits": 0,
}  # fmt: skip
DAY = "2026-03-02"
FACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("incident.reported", {"incident_id": "I-1", "kind": "fall", "severity": "S2"}),
    ("incident.reported", {"incident_id": "I-2", "kind": "police"}),
    ("incident.reported", {"incident_id": "I-3", "kind": "near_miss", "count": 4}),
    ("death.recorded", {"death_id": "D-1", "expected": "expected"}),
    ("statutory_notification.copied", {"notification_id": "N-1", "regulation": "18", "about": DAY}),
    ("whistleblowing.received", {"disclosure_id": "W-1", "themes": ["q.leadership"], "severity": "S3"}),
    ("complaint.received", {"complaint_id": "K-1", "themes": ["q.dignity"], "origin": "complaints_team"}),
    ("complaint.resolved", {"complaint_id": "K-1", "outcome": "upheld"}),
    ("feedback.received", {"voice": "family", "sentiment": "negative", "method": "form", "consent_to_share": True}),
    ("feedback.received",
     {"voice": "person", "sentiment": "positive", "method": "form", "consent_to_share": True, "count": 3}),
    ("compliment.received", {"consent_to_share": True}),
    ("professional_feedback.received", {"role": "gp", "sentiment": "negative"}),
    ("regulatory_report.received", {"report_id": "R-1", "regulator": "fire", "finding": "major"}),
    ("medicines_review.received", {"review_id": "M-1", "finding": "minor"}),
    ("ipc_audit.received", {"review_id": "P-1", "finding": "compliant"}),
    ("cqc_alert.received", {"alert_ref": "C-1", "category": "complaint"}),
    ("market.signal.recorded", {"signal_id": "S-1", "signal": "m.liquidity"}),
    ("market.failure_event.recorded", {"failure_id": "F-1", "code": "cqc_s56_notice", "effective_date": DAY}),
    ("registry.manager.changed", {"status": "vacant", "since": DAY}),
    ("registry.ownership.changed", {"kind": "sale", "effective_date": DAY}),
    ("engagement.recorded",
     {"engagement_id": "E-1", "willing": "yes", "relationship": "established", "forum_attended": True}),
    ("returns.analysed", {"return_type": "RT-SDP", "period": "2026", "outcome": "no_additional_concerns"}),
    ("assessment.completed", {
        "assessment_id": "A-1", "tool": "pamms", "overall": "good",
        "standards": [{"standard": "medicines", "rating": "requires_improvement", "themes": ["q.medicines"]}],
    }),
    ("safeguarding_enquiry.concluded", {"sg_ref": "SG-1", "conclusion": "substantiated", "risk_outcome": "remained"}),
    ("dols_activity.reported", {"period": "2026-02", "applications": 4, "backlog": 2}),
    ("referral_demand.reported", {"period": "2026-02", "offers": 10, "refusals": 2, "handbacks": 1}),
    ("reablement.reported", {"period": "2026-02", "started": 9, "completed": 8, "independent": 6}),
    ("placement.started", {
        "placement_token": "T-1", "placing_authority": PLACE, "host_authority": "E06000001", "started_on": DAY,
    }),
    ("contract.registered", {
        "contract_id": "X-1", "kind": "block", "commissioner": "council", "size_band": "1m_5m", "signed": True,
        "tier": "4", "officer": "o-1",
    }),
    ("returns.submitted", {"return_type": "RT-PMR", "period": "2026-02", "body": MONITORED}),
)  # fmt: skip


def demanding() -> Pack:
    """Herefordshire's policy, with what only other councils' ask for."""
    base, cal = policy.load("herefordshire-2018"), policy.load("calderdale-2023")
    oxf, sal = policy.load("oxfordshire-2013"), policy.load("salford-2024")
    clocks = base.clocks.model_copy(
        update={"follow_up": oxf.clocks.follow_up, "rating_pamms": sal.clocks.rating_pamms or base.clocks.rating}
    )
    weighing = next(pack.weighing for pack in map(policy.load, policy.shipped()) if pack.weighing is not None)
    return base.model_copy(update={"weighing": weighing, "partner_ratings": cal.partner_ratings, "clocks": clocks})


RULES = Rules(demanding())


def told(story: Story) -> Story:
    """Something of everything happens to the home."""
    ratings = dict.fromkeys(("safe", "effective", "caring", "responsive", "well_led"), "good")
    story.rated("good", "2025-06-01", **ratings).visited()
    story.concern(themes=["q.medicines"], severity="S4")
    story.record("safeguarding_concern.received", {"sg_ref": "SG-1", "abuse_types": ["abuse.neglect"]})
    enforcement = {"enforcement_id": "E-1", "action": "conditions", "served_date": "2026-02-01"}
    story.record("cqc_enforcement.recorded", enforcement)
    asked = RULES.pack.partner_ratings
    assert asked is not None
    for partner in asked.partners:
        story.record("partner_rating.submitted", {"partner": partner, "period": "2026-03", "rating": "green"})
    for kind, data in FACTS:
        story.record(kind, data)
    plan = {"plan_id": "plan-1", "agreed_on": DAY, "due": "2026-06-01"}
    story.record("plan.agreed", plan, writer="governance")
    story.record("registry.service.changed", {"weekly_care_hours": 500})
    for number in range(3):
        voice = {"feedback_id": f"V-{number}", "voice": "carer", "sentiment": "positive", "method": "phone"}
        before = story.now - timedelta(days=100)
        story.record("feedback.received", voice | {"consent_to_share": True}, at=before)
    return story
