"""What partners, regulators and providers report: which collection each kind of event goes to, and what is kept of it.

A report is kept by its publisher's own reference (or by the thing that it is about), every version of it beside the
others. What `kind`, `grade`, `of` and `until` mean is said here, line by line.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from services.risk.remembered import items
from services.risk.remembered.items import Report
from shared.events import Event


class Reporting(NamedTuple):
    """How one kind of event is kept."""

    collection: str
    key: Callable[[Event, Any], str]
    made: Callable[[Event, Any], Report]


LASTING = frozenset({
    "assessments", "host_assurances", "host_notices", "manager", "placements", "placements_ended",
})  # fmt: skip
"""Collections that no window passes: what they say holds until something else is said."""
CAPS = {
    "incidents": 200, "feedback": 150, "complaints": 100, "resolutions": 100, "whistleblowing": 60, "placements": 150,
    "placements_ended": 150, "partner_ratings": 150, "assessments": 20, "manager": 20, "notifications": 100,
}  # fmt: skip
CAP = 50


def _by(field: str) -> Callable[[Event, Any], str]:
    """By publisher and its own reference; without one, by the event."""

    def key(event: Event, data: Any) -> str:
        reference = getattr(data, field)
        return str(event.id) if reference is None else f"{items.publisher(event)}|{reference}"

    return key


def _itself(event: Event, data: Any) -> str:  # noqa: ARG001
    return str(event.id)


def _of(*fields: str) -> Callable[[Event, Any], str]:
    """By the thing that it is about, whoever reports it."""

    def key(event: Event, data: Any) -> str:  # noqa: ARG001
        return "|".join(str(getattr(data, field)) for field in fields)

    return key


_of_return = _of("return_type", "period")


def _made(event: Event, given: Any = None, **fields: Any) -> Report:
    return Report(items.stamp(event), items.day_or(given, event), **fields)


def _days(value: Any) -> int | None:
    return None if value is None else value.toordinal()


def _figures(**values: float | None) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None}


def _standards(e: Event, d: Any) -> Report:
    below = [each for each in d.standards if each.rating in ("requires_improvement", "poor")]
    poor = sum(each.rating == "poor" for each in below)
    order = ("excellent", "good", "requires_improvement", "poor")
    worst = max((each.rating for each in d.standards), key=order.index, default="")
    found = tuple(sorted({theme for each in below for theme in each.themes}))
    return _made(
        e, d.final_on, kind=d.tool, grade=d.overall, of=worst, themes=found,
        figures=_figures(poor=poor, worse=len(below), disputes=d.disputes),
    )  # fmt: skip


def _engagement(e: Event, d: Any) -> Report:
    forum = {True: "attended", False: "missed", None: ""}[d.forum_attended]
    return _made(e, kind=d.willing or "", grade=d.relationship or "", of=forum)


def _analysed(e: Event, d: Any) -> Report:
    adverse = d.outcome == "additional_concerns" or d.contradicts_intelligence
    return _made(e, kind=d.return_type, grade="adverse" if adverse else "clear", of=d.period, themes=d.themes)


def _assured(e: Event, d: Any) -> Report:
    return _made(e, grade="assured" if d.improvements_made and d.embedded else "not_yet")


def _demand(e: Event, d: Any) -> Report:
    figures = _figures(offers=d.offers, refusals=d.refusals, handbacks=d.handbacks)
    return _made(e, of=d.period, themes=d.barriers, figures=figures)


def _audit(kind: str) -> Callable[[Event, Any], Report]:
    return lambda e, d: _made(e, d.reviewed_on, kind=kind, grade=d.finding, themes=d.themes)


def _checked(e: Event, d: Any) -> Report:
    ahead = getattr(d, "next_due", None)
    return _made(e, d.checked_on, kind=d.kind, grade=d.result, of=d.placement_token, until=_days(ahead))


KINDS: dict[str, Reporting] = {
    "incident.reported": Reporting("incidents", _by("incident_id"), lambda e, d: _made(
        e, kind=d.kind, grade=d.severity or "", themes=d.themes, count=d.count, of=d.sg_ref or "")),
    "death.recorded": Reporting("deaths", _by("death_id"), lambda e, d: _made(e, kind=d.expected, count=d.count)),
    "statutory_notification.copied": Reporting("notifications", _by("notification_id"), lambda e, d: _made(
        e, d.about, kind=d.regulation, grade=d.sub_paragraph or "", of=d.sg_ref or d.incident_id or "")),
    "whistleblowing.received": Reporting("whistleblowing", _by("disclosure_id"), lambda e, d: _made(
        e, grade=d.severity, themes=d.themes)),
    "complaint.received": Reporting("complaints", _by("complaint_id"), lambda e, d: _made(
        e, d.received_date, kind=d.origin, grade=d.severity or "", themes=d.themes)),
    "complaint.resolved": Reporting("resolutions", _by("complaint_id"), lambda e, d: _made(e, grade=d.outcome)),
    "feedback.received": Reporting("feedback", _by("feedback_id"), lambda e, d: _made(
        e, kind=d.voice, grade=d.sentiment, themes=d.themes, count=d.count)),
    "compliment.received": Reporting("compliments", _itself, lambda e, d: _made(e, themes=d.themes, count=d.count)),
    "professional_feedback.received": Reporting("professional_feedback", _by("feedback_id"), lambda e, d: _made(
        e, d.contact_date, kind=d.role, grade=d.sentiment, themes=d.themes)),
    "regulatory_report.received": Reporting("regulatory", _by("report_id"), lambda e, d: _made(
        e, d.report_date, kind=d.regulator, grade=d.finding, themes=d.themes)),
    "medicines_review.received": Reporting("audits", _by("review_id"), _audit("medicines")),
    "ipc_audit.received": Reporting("audits", _by("review_id"), _audit("ipc")),
    "cqc_alert.received": Reporting("cqc_alerts", _by("alert_ref"), lambda e, d: _made(
        e, kind=d.category, grade=d.severity or "", themes=d.themes)),
    "market.signal.recorded": Reporting("market", _by("signal_id"), lambda e, d: _made(
        e, kind=d.signal, grade=d.confidence)),
    "market.failure_event.recorded": Reporting("failures", _by("failure_id"), lambda e, d: _made(
        e, d.effective_date, kind=d.code)),
    "registry.manager.changed": Reporting("manager", _itself, lambda e, d: _made(
        e, d.since, kind=d.status, until=_days(d.expected_back))),
    "registry.ownership.changed": Reporting("ownership", _itself, lambda e, d: _made(
        e, d.effective_date, kind=d.kind, until=_days(d.effective_date))),
    "registry.service.reregistered": Reporting("registry", _itself, lambda e, d: _made(e, kind="reregistered")),  # noqa: ARG005
    "registry.service.closed": Reporting("registry", _itself, lambda e, d: _made(
        e, d.closed_on, kind="closed", grade=d.reason)),
    "engagement.recorded": Reporting("engagement", _by("engagement_id"), _engagement),
    "partner_rating.submitted": Reporting("partner_ratings", _of("partner", "period"), lambda e, d: _made(
        e, kind=d.partner, grade=d.rating, of=d.period)),
    "returns.analysed": Reporting("analyses", _of_return, _analysed),
    "returns.requested": Reporting("returns_requested", _of_return, lambda e, d: _made(
        e, kind=d.return_type, of=d.period, until=_days(d.due_on))),
    "returns.waived": Reporting("returns_waived", _of_return, lambda e, d: _made(e, kind=d.return_type, of=d.period)),
    "assessment.completed": Reporting("assessments", _by("assessment_id"), _standards),
    "safeguarding_enquiry.concluded": Reporting("enquiries", _of("sg_ref"), lambda e, d: _made(
        e, d.concluded_on, kind=d.conclusion, grade=d.risk_outcome or "", themes=d.provider_learning)),
    "dols_activity.reported": Reporting("dols", _by("period"), lambda e, d: _made(
        e, of=d.period, figures=_figures(applications=d.applications, backlog=d.backlog))),
    "referral_demand.reported": Reporting("demand", _by("period"), _demand),
    "reablement.reported": Reporting("reablement", _by("period"), lambda e, d: _made(
        e, of=d.period, figures=_figures(completed=d.completed, independent=d.independent))),
    "placement.started": Reporting(
        "placements", _of("placing_authority", "placement_token"),
        lambda e, d: _made(e, d.started_on, kind=d.placing_authority, of=d.host_authority, count=d.count)),
    "placement.ended": Reporting(
        "placements_ended", _of("placing_authority", "placement_token"),
        lambda e, d: _made(e, d.ended_on, kind=d.placing_authority)),
    "ooa.placement.checked": Reporting("placement_checks", _itself, _checked),
    "ooa.placement.reviewed": Reporting("placement_checks", _itself, _checked),
    "ooa.host_notice.received": Reporting("host_notices", _of("host_authority", "notice_id"),
        lambda e, d: _made(e, kind=d.concern_level, grade=d.requested_action, of=d.host_authority)),
    "ooa.host_notice.assurance_received": Reporting(
        "host_assurances", _of("host_authority", "notice_id"), _assured),
    "visit.planned": Reporting("visits_planned", _by("visit_id"), lambda e, d: _made(
        e, kind=d.purpose, until=_days(d.planned_for))),
    "visit.cancelled": Reporting("visits_cancelled", _by("visit_id"), lambda e, d: _made(
        e, kind=d.because, until=_days(d.rebooked_for))),
    "dispute.raised": Reporting("disputes", _of("dispute_id", "event_id"), lambda e, d: _made(
        e, kind=d.grounds, of=str(d.event_id), until=_days(d.answer_by))),
    "dispute.answered": Reporting("disputes_answered", _of("dispute_id", "event_id"), lambda e, d: _made(
        e, kind=d.outcome, of=str(d.event_id))),
}  # fmt: skip
"""By kind of event."""
