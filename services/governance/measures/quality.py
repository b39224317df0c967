"""How good services are: K5 (CAL-14, SAL-31), and how early we knew (K12). Pure."""

from collections.abc import Iterator
from datetime import date

from services.governance.measures.asked import Asked
from services.governance.measures.indication import Judged
from services.governance.measures.item import Item, Outcome
from services.governance.measures.levels import confirmed
from services.governance.measures.record import Place, Service
from shared.events import cqc, quality_assessments

GOOD = ("good", "outstanding")
EXCELLENT = ("good", "excellent")
BETTER = ("outstanding", "good", "requires_improvement", "inadequate")
WORSE = ("requires_improvement", "inadequate")
ENDED = ("closed", "deregistered")
Verdict = tuple[Outcome, str]


def ratings(service: Service, last: date) -> list[cqc.CqcRatingPublished]:
    """CQC's ratings of the whole service up to a day, oldest first."""
    known = [data for _, data in service.of(cqc.CqcRatingPublished) if data.service_group == "location"]
    return sorted((one for one in known if one.report_date <= last), key=lambda one: one.report_date)


def _cqc(service: Service, asked: Asked) -> Verdict:
    known = ratings(service, asked.last)
    if not known:
        return "unknown", "no rating of CQC's is on the record"
    last = known[-1]
    if last.overall == "no_rating":
        return "unknown", f"CQC gave no rating on {last.report_date}"
    inherited = ", of a registration before this one" if last.inherited else ""
    return ("yes" if last.overall in GOOD else "no"), f"{last.overall} on {last.report_date}{inherited}"


def rated_by_cqc(place: Place, asked: Asked) -> Iterator[Item]:
    """K5a: of the services that CQC regulates, those rated Good or Outstanding (SAL-31, CAL-14)."""
    for service in place.open(asked):
        if service.regulated:
            yield Item(service.provider_id, *_cqc(service, asked))


def rated_by_council(place: Place, asked: Asked) -> Iterator[Item]:
    """K5b: of the others, those whose newest quality assessment says Good or Excellent (SAL-31)."""
    for service in place.open(asked):
        if service.regulated:
            continue
        completed = service.of(quality_assessments.AssessmentCompleted)
        known = [(data.final_on or fact.day, data.overall) for fact, data in completed]
        if not known:
            yield Item(service.provider_id, "unknown", "no quality assessment is on the record")
            continue
        day, overall = max(known, key=lambda one: one[0])
        yield Item(service.provider_id, "yes" if overall in EXCELLENT else "no", f"{overall} on {day}")


def _low(place: Place, service: Service) -> Verdict:
    assert place.pack is not None  # noqa: S101 - asked before
    known, lowest = confirmed(service, place.pack.primary), place.pack.scales[place.pack.primary].order[0]
    if not known:
        return "unknown", "no level has been confirmed"
    last = known[-1]
    return ("yes" if last.level == lowest else "no"), f"{last.level} since {last.day}"


def low(place: Place, asked: Asked) -> Iterator[Item]:
    """K5c: services whose confirmed level is the lowest of the policy's scale (CAL-14: low risk)."""
    if place.pack is not None:
        for service in place.open(asked):
            yield Item(service.provider_id, *_low(place, service))


def _remaining(place: Place, service: Service, asked: Asked) -> Verdict | None:
    """Of a service that was low risk as the period began, whether it never left; None: it was not."""
    assert place.pack is not None  # noqa: S101 - asked before
    known, lowest = confirmed(service, place.pack.primary), place.pack.scales[place.pack.primary].order[0]
    before = [one for one in known if one.day <= asked.first]
    if not before:
        return "unknown", f"no level was confirmed by {asked.first}"
    if before[-1].level != lowest:
        return None
    left = next((one for one in known if one.day > asked.first and one.level != lowest), None)
    return ("no", f"{left.level} since {left.day}") if left else ("yes", f"{lowest} since {before[-1].day}")


def remaining(place: Place, asked: Asked) -> Iterator[Item]:
    """K5d: of the services that were low risk as the period began, those that remained so throughout (CAL-14)."""
    if place.pack is not None:
        for service in place.open(asked):
            if (said := _remaining(place, service, asked)) is not None:
                yield Item(service.provider_id, *said)


def both(place: Place, asked: Asked) -> Iterator[Item]:
    """K5e: "rated and remaining low risk on the MDRA and rated good/outstanding by CQC" (CAL-14), of all regulated."""
    if place.pack is None:
        return
    for service in place.open(asked):
        if not service.regulated:
            continue
        stayed = _remaining(place, service, asked) or ("no", "it was not low risk as the period began")
        rated = _cqc(service, asked)
        outcomes = {stayed[0], rated[0]}
        outcome: Outcome = "no" if "no" in outcomes else "unknown" if "unknown" in outcomes else "yes"
        yield Item(service.provider_id, outcome, f"level: {stayed[1]}; CQC: {rated[1]}")


def lead_time(place: Place, asked: Asked) -> Iterator[Item]:
    """K12: of each fall in CQC's rating and each closure in the period, how many days before we had indicated more."""
    if place.pack is None:
        return
    lowest = place.pack.scales[place.pack.primary].order[0]
    for service in place.services:
        for day, what in _falls(service, asked):
            words = [(fact.day, data.low) for fact, data in service.of(Judged) if fact.day < day]
            since: date | None = None
            for when, level in words:
                since = None if level in (None, lowest) else since or when
            if not words:
                yield Item(service.provider_id, "unknown", f"{what}; nothing was judged before", str(day))
            elif since is None:
                yield Item(service.provider_id, "no", f"{what}; nothing above {lowest} was indicated", str(day))
            else:
                days = float((day - since).days)
                yield Item(service.provider_id, "yes", f"{what}; indicated since {since}", str(day), days)


def _falls(service: Service, asked: Asked) -> Iterator[tuple[date, str]]:
    known = [one for one in ratings(service, asked.last) if one.overall in BETTER]
    for number, one in enumerate(known):
        worse = number == 0 or BETTER.index(one.overall) > BETTER.index(known[number - 1].overall)
        if worse and one.overall in WORSE and asked.holds(one.report_date) and one.report_date > service.known_from:
            yield one.report_date, f"CQC: {one.overall} on {one.report_date}"
    closed = service.about.get("closed")
    if closed and closed["reason"] in ENDED and service.closed_on and asked.holds(service.closed_on):
        yield service.closed_on, f"{closed['reason']} on {service.closed_on}"
