"""What was heard of one provider, thing by thing and version by version, and what of it counts now.

Nothing depends on the order of arrival: versions of a thing stand beside each other by (time, recordedtime, id), the
newest that was not withdrawn counts, and a correction that comes before its target waits for it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from services.risk.remembered import items, keeping, reported
from services.risk.remembered.items import Day
from shared.events import Event, concerns, corrections, return_bodies, returns, safeguarding, visits

CAPS = {"concerns": 400, "outcomes": 400, "regrades": 150, "safeguarding": 400, "visits": 100}
WITHDRAWN_KEPT = 200
OUTCOMES_KEPT = 6
FIGURES_KEPT = 26
FIGURES = "figures"


class Heard(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that came as a fact; by key, the versions of each thing, oldest first."""

    concerns: dict[str, tuple[items.Concern, ...]] = {}
    """By `publisher|concern_id`: two publishers may use the same number for two concerns."""
    outcomes: dict[str, tuple[items.Outcome, ...]] = {}
    """By `publisher|concern_id` of whoever said it; one may be here before its concern."""
    regrades: dict[str, tuple[items.Regrade, ...]] = {}
    """By `publisher|concern_id` of the concern."""
    safeguarding: dict[str, tuple[items.Safeguarding, ...]] = {}
    """By the safeguarding team's reference: one concern counts once, whoever reports it."""
    visits: dict[str, tuple[items.Visit, ...]] = {}
    reports: dict[str, dict[str, tuple[items.Report, ...]]] = {}
    """All else, by collection (`reported.py`)."""
    withdrawn: dict[str, int] = {}
    """Ids of events that were taken back, and when that was recorded (microseconds)."""
    capped: dict[str, Day] = {}
    """Collections that reached their cap, and when last: their counts are lower bounds."""
    dropped: int = 0
    """Facts that came after their window was over."""

    def of(self, collection: str) -> dict[str, items.Report]:
        """What counts now of one collection of reports."""
        return keeping.current(self.reports.get(collection, {}), self.withdrawn)


def fold(heard: Heard, event: Event, data: Any) -> Heard:
    """After one more fact."""
    change = CHANGES.get(event.kind)
    if change is not None:
        return change(heard, event, data)
    how = reported.KINDS[event.kind]
    return report(heard, how.collection, how.key(event, data), how.made(event, data))


def _concern(heard: Heard, event: Event, data: concerns.QualityConcernRaised) -> Heard:
    people, confidence = data.people_affected_band, data.confidence or "unverified"
    item = items.Concern(items.stamp(event), items.day(event), data.severity, data.themes, people, confidence)
    return _with(heard, "concerns", f"{items.publisher(event)}|{data.concern_id}", item)


def _regrade(heard: Heard, event: Event, data: concerns.ConcernRegraded) -> Heard:
    regrade = items.Regrade(items.stamp(event), items.day(event), data.severity, data.confidence)
    return _with(heard, "regrades", _target(event, data), regrade)


def _safeguarding(heard: Heard, event: Event, data: safeguarding.SafeguardingConcernReceived) -> Heard:
    day, source = items.day_or(data.received_date, event), data.source_of_risk or ""
    item = items.Safeguarding(items.stamp(event), day, data.abuse_types, source, data.s42_decision)
    return _with(heard, "safeguarding", data.sg_ref, item)


def _visit(heard: Heard, event: Event, data: visits.VisitCompleted) -> Heard:
    # A visit to praise found nothing wanting, unless it says of which key questions something was.
    found = () if data.purpose == "good_practice" and not data.key_questions else data.themes
    item = items.Visit(items.stamp(event), items.day(event), data.immediate_risk, found)
    return _with(heard, "visits", f"{items.publisher(event)}|{data.visit_id}", item)


def report(heard: Heard, collection: str, key: str, made: items.Report) -> Heard:
    """One more version of a report."""
    there = heard.reports.get(collection, {})
    return msgspec.structs.replace(heard, reports={**heard.reports, collection: keeping.add(there, key, made)})


def _outcome(heard: Heard, event: Event, data: concerns.ConcernOutcomeRecorded) -> Heard:
    of = _target(event, data) if data.raised_by else ""
    outcome = items.Outcome(items.stamp(event), items.day(event), data.outcome, of)
    key = f"{items.publisher(event)}|{data.concern_id}"
    # One that said there was nothing in it is remembered, however often it was overturned since (see `counted`).
    every = keeping.add(heard.outcomes, key, outcome, OUTCOMES_KEPT + 2)[key]
    last = [each for each in every if each.outcome in items.GROUNDLESS][-1:]
    kept = tuple(each for each in every if each in every[-OUTCOMES_KEPT:] or each in last)
    return msgspec.structs.replace(heard, outcomes={**heard.outcomes, key: kept})


def _target(event: Event, data: concerns.Concerning) -> str:
    return f"{data.raised_by or items.publisher(event)}|{data.concern_id}"


def _withdrawn(heard: Heard, event: Event, data: corrections.FactWithdrawn | corrections.FactCorrected) -> Heard:
    id_ = str(data.event_id)
    at = max(items.stamp(event)[1], heard.withdrawn.get(id_, 0))
    gone = {**heard.withdrawn, id_: at}
    if len(gone) > WITHDRAWN_KEPT:
        gone.pop(min(gone, key=lambda key: (gone[key], key)))
    return msgspec.structs.replace(heard, withdrawn=gone)


def _returned(heard: Heard, event: Event, data: returns.ReturnSubmitted) -> Heard:
    """The figures of a return, and a partner's rating that came as one."""
    body = data.body
    if isinstance(body, return_bodies.PartnerRating):
        rating = items.Report(items.stamp(event), items.day(event), body.partner, body.rating, of=data.period[:7])
        return report(heard, "partner_ratings", f"{body.partner}|{data.period[:7]}", rating)
    figures = {} if body is None else body.model_dump(exclude_none=True)
    numbers = data.figures | {
        name: value for name, value in figures.items() if isinstance(value, int | float) and not isinstance(value, bool)
    }
    if not numbers:
        return heard
    made = items.Report(
        items.stamp(event), items.day_or(data.submitted_on, event), data.return_type, of=data.period, figures=numbers
    )
    return report(heard, FIGURES, f"{data.return_type}|{data.period}", made)


def _with(heard: Heard, collection: str, key: str, item: Any) -> Heard:
    return msgspec.structs.replace(heard, **{collection: keeping.add(getattr(heard, collection), key, item)})


CHANGES: Mapping[str, Callable[[Heard, Event, Any], Heard]] = {
    "quality_concern.raised": _concern,
    "concern.outcome_recorded": _outcome,
    "concern.regraded": _regrade,
    "safeguarding_concern.received": _safeguarding,
    "visit.completed": _visit,
    "fact.withdrawn": _withdrawn,
    "fact.corrected": _withdrawn,
    "returns.submitted": _returned,
}
"""What each of these changes; every other kind is a report."""


def bounded(before: Heard, after: Heard, newest: Day, *, moved: bool) -> Heard:
    """Without what its window has passed, and without more than the caps allow. `moved`: `newest` is a later day."""
    floor = newest - items.KEEP_DAYS
    trimmed = _Trimmed(floor, newest, after.dropped, keeping.most_recent(after.capped, floor))
    changed: dict[str, Any] = {}
    for name, cap in CAPS.items():
        there = getattr(after, name)
        if moved or there is not getattr(before, name):
            changed[name] = trimmed.trim(name, getattr(before, name), there, cap, lasting=False)
    reports = after.reports
    for name, there in reports.items():
        old = before.reports.get(name, {})
        if moved or there is not old:
            cap, lasting = reported.CAPS.get(name, reported.CAP), name in reported.LASTING
            kept = trimmed.trim(name, old, there, cap, lasting=lasting)
            if kept is not there:
                reports = {**reports, name: kept}
    if reports is not after.reports:
        changed["reports"] = {name: there for name, there in reports.items() if there}
    if not changed and trimmed.capped == after.capped:
        return after
    return msgspec.structs.replace(after, **changed, capped=trimmed.capped, dropped=trimmed.dropped)


class _Trimmed:
    """Collections within their bounds, and what that cost."""

    def __init__(self, floor: Day, newest: Day, dropped: int, capped: dict[str, Day]) -> None:
        self._floor, self._newest = floor, newest
        self.dropped, self.capped = dropped, capped

    def trim(self, name: str, before: Any, there: Any, cap: int, *, lasting: bool) -> Any:
        kept = there if lasting else keeping.within(there, self._floor)
        within = keeping.capped(kept, cap)
        if within is not kept:
            self.capped = {**self.capped, name: self._newest}
        self.dropped += any(key not in kept for key in there.keys() - before.keys())
        return within
