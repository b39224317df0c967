"""Facts of the service and what it is asked for: register, returns and their figures, contact, visits, engagement."""

from collections.abc import Mapping

from services.risk import asked
from services.risk.gathering.source import Source, newest
from services.risk.known import Known
from services.risk.remembered.items import Report
from services.risk.view import View
from shared.policies.catalogue import MAX_WINDOW_DAYS

VISIT = "visit.completed"
DIRECT = ("agency_percent", "turnover_percent", "sickness_percent", "training_percent", "supervision_percent")
COUNTS = ("falls", "medication_errors", "missed_visits")
ULCERS = ("pressure_ulcers_category_2", "pressure_ulcers_category_3", "pressure_ulcers_category_4")
SHARES = (("figures.vacancy_percent", "staff_vacancies", "staff_establishment"),)
OCCUPANCY = (("occupied_beds", "beds"), ("occupied", "maximum_capacity"))
SELF_ASSESSMENTS = ("RT-SDP", "RT-RISK")


def service(seen: View, known: Known) -> None:
    """What the register says: this needs no closed day."""
    register = seen.state.register
    known.put("service.type", register.text("service_type"))
    known.put("service.commissioning", register.commissioned)
    for fact, field in (("service.beds", "beds"), ("service.care_hours", "weekly_care_hours")):
        value = register.number(field)
        known.put(fact, None if value is None else int(value))
    known.put("service.regulated", register.regulated)


def put(seen: View, known: Known) -> None:
    """Returns, visits, self-assessment and engagement."""
    _returns(seen, known)
    _figures(seen, known)
    _visits(seen, known)
    analysed = newest(seen, (each for each in seen.state.of("analyses").values() if each.kind in SELF_ASSESSMENTS))
    if analysed is not None:
        known.put("self_assessment.clear", analysed.grade == "clear", (analysed.stamp,))
        known.put("self_assessment.adverse", analysed.grade == "adverse", (analysed.stamp,))
    _engagement(seen, known)


def contact(seen: View, known: Known) -> None:
    """The minimum of contact: this needs no closed day where there was contact."""
    last = seen.due.contact
    if last is not None:
        behind = () if last.last is None else (last.last.stamp,)
        known.put("contact.within_minimum", last.within, behind)


def _returns(seen: View, known: Known) -> None:
    periods = [period for period in seen.due.returns if period.counts]
    if not periods:
        return
    filed = tuple(period.stamp for period in periods if period.stamp is not None)
    by_type: dict[str, list[asked.Period]] = {}
    for period in periods:
        by_type.setdefault(period.type, []).append(period)
    known.put("returns.asked", len(periods), filed)
    known.put("returns.outstanding", sum(period.outstanding for period in periods), filed)
    known.put("returns.missed_running", max(_running(each) for each in by_type.values()), filed)
    known.put("returns.missed_12_months", max(sum(p.missed for p in each) for each in by_type.values()), filed)


def _running(periods: list[asked.Period]) -> int:
    run = 0
    for period in periods:
        run = run + 1 if period.outstanding else 0
    return run


def _figures(seen: View, known: Known) -> None:
    """Each figure as the newest period has it that gives it."""
    filed = (each for each in seen.state.of("figures").values() if seen.within(each.day, MAX_WINDOW_DAYS))
    latest: dict[str, Report] = {}
    for report in sorted(filed, key=lambda each: (each.of, each.day, each.stamp)):
        latest |= dict.fromkeys(report.figures, report)
    for name in (*DIRECT, *COUNTS):
        if name in latest:
            known.put(f"figures.{name}", int(latest[name].figures[name]), (latest[name].stamp,))
    ulcers = [latest[name] for name in ULCERS if name in latest]
    if ulcers:
        last = max(ulcers, key=lambda each: (each.of, each.stamp))
        known.put("figures.pressure_ulcers", int(sum(last.figures.get(name, 0) for name in ULCERS)), (last.stamp,))
    for fact, part, whole in SHARES:
        _share(known, fact, latest, part, whole)
    for part, whole in OCCUPANCY:
        _share(known, "occupancy.percent", latest, part, whole)


def _share(known: Known, fact: str, latest: Mapping[str, Report], part: str, whole: str) -> None:
    report = latest.get(part)
    if report is not None and report.figures.get(whole):
        known.put(fact, int(100 * report.figures[part] / report.figures[whole]), (report.stamp,))


def _visits(seen: View, known: Known) -> None:
    visits = tuple(seen.state.visits.values())
    source = Source(seen, known, (VISIT,), visits)
    source.count("visits.immediate_risk_90", 90, [visit for visit in visits if visit.immediate_risk])
    year = source.young(visits, 365)
    if year:
        clear = not any(visit.immediate_risk for visit in year)
        known.put("visits.clear_365", clear, (visit.stamp for visit in year))


def _engagement(seen: View, known: Known) -> None:
    recorded = list(seen.state.of("engagement").values())
    willing = newest(seen, (each for each in recorded if each.kind))
    if willing is not None:
        for fact, said in (("willing", "yes"), ("reluctant", "reluctant"), ("refuses", "refuses")):
            known.put(f"engagement.{fact}", willing.kind == said, (willing.stamp,))
    relationship = newest(seen, (each for each in recorded if each.grade))
    if relationship is not None:
        known.put("engagement.relationship", relationship.grade, (relationship.stamp,))
    source = Source(seen, known, ("engagement.recorded",), recorded)
    source.count("engagement.forum_attended_365", 365, [each for each in recorded if each.of == "attended"])
    source.count("engagement.forum_missed_365", 365, [each for each in recorded if each.of == "missed"])
