"""Facts of those who inspect, assess and rate: other regulators, quality assessments, partners (R18, R21, SAL-7)."""

from collections.abc import Iterable
from datetime import date

from services.risk.gathering.source import Source, newest, stamps
from services.risk.known import Known
from services.risk.remembered import decided
from services.risk.remembered.items import Report
from services.risk.view import View
from shared import calendar

ADVERSE = frozenset({"minor", "major", "enforcement"})
MAJOR = frozenset({"major", "enforcement"})
COLOURS = ("red", "amber", "green")


def put(seen: View, known: Known) -> None:
    """Reports of regulators, clinical reviews, quality assessments, partners' ratings."""
    alerts = list(seen.state.of("cqc_alerts").values())
    Source(seen, known, ("cqc_alert.received",), alerts).count("cqc.alerts_365", 365, alerts)
    _regulatory(seen, known)
    for kind in ("medicines", "ipc"):
        audit = newest(seen, (each for each in seen.state.of("audits").values() if each.kind == kind))
        if audit is not None:
            known.put(f"{kind}.audit", audit.grade, (audit.stamp,))
    _assessments(seen, known)
    _partners(seen, known)


def _regulatory(seen: View, known: Known) -> None:
    reports = list(seen.state.of("regulatory").values())
    source = Source(seen, known, ("regulatory_report.received",), reports)
    found = [each for each in source.young(reports, 365) if each.grade in ADVERSE]
    source.put("regulatory.concerns_365", 365, found, len(found))
    source.put("regulatory.bodies_365", 365, found, len({each.kind for each in found}))
    source.count("regulatory.major_365", 365, [each for each in found if each.grade in MAJOR])
    fire = newest(seen, (each for each in reports if each.kind == "fire"))
    if fire is not None:
        known.put("regulatory.fire_adverse", fire.grade in MAJOR, (fire.stamp,))


def _assessments(seen: View, known: Known) -> None:
    every, today = list(seen.state.of("assessments").values()), seen.due.today
    pamms = _last(each for each in every if each.kind == "pamms")
    if pamms is not None and today is not None:
        behind = (pamms.stamp,)
        known.put("pamms.overall", pamms.grade, behind)
        known.put("pamms.standards_poor", int(pamms.figures.get("poor", 0)), behind)
        known.put("pamms.standards_worse", int(pamms.figures.get("worse", 0)), behind)
        known.put("pamms.age_months", decided.months(pamms.day, today), behind)
        clock = seen.pack.clocks.rating_pamms
        if clock is not None:
            known.put("pamms.stale", today >= decided.over(pamms.day, clock.stale_months), behind)
    last = _last(every)
    if last is not None:
        known.put("assessment.overall", last.grade, (last.stamp,))
        known.put("assessment.worst_standard", last.of or None, (last.stamp,))


def _partners(seen: View, known: Known) -> None:
    """The newest month whose cut-off has passed. A partner that is missing may be red: green is not said without it."""
    collated, today = seen.pack.partner_ratings, seen.due.today
    if collated is None or today is None:
        return
    period = collated_month(today, collated.cut_off_day)
    given = {each.kind: each for each in seen.state.of("partner_ratings").values() if each.of == period}
    behind = stamps(given.values())
    for colour in COLOURS:
        known.put(f"partners.{colour}", sum(each.grade == colour for each in given.values()), behind)
    missing = set(collated.partners) - given.keys()
    known.put("partners.missing", len(missing), behind)
    worst = next((colour for colour in COLOURS if any(each.grade == colour for each in given.values())), None)
    known.put("partners.complete", None if missing else True, behind)
    if worst == COLOURS[0] or not missing:
        known.put("partners.worst", worst, behind)
    if collated.lead in given:
        known.put("partners.lead", given[collated.lead].grade, (given[collated.lead].stamp,))


def collated_month(today: int, cut_off_day: int) -> str:
    """The newest month whose cut-off day is over: `2026-03`."""
    now = date.fromordinal(today)
    month = now if now.day > cut_off_day else calendar.add_months(now.replace(day=1), -1)
    return f"{month:%Y-%m}"


def _last(reports: Iterable[Report]) -> Report | None:
    return max(reports, key=lambda each: (each.day, each.stamp), default=None)
