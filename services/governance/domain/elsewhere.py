"""What partners sent through the door, folded as our own register does it: visits, contracts, results. Pure."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from services.governance.domain import contract, placement, practice, recorded, visit
from services.governance.domain.kind import Kind
from shared import calendar, identifiers
from shared.events import TYPES, Data, Event, entry_of, partners, visits
from shared.events import quality_assessments as published

log = logging.getLogger(__name__)

DOOR = "intake"
FOLDED: tuple[Kind[Any], ...] = (visit.KIND, contract.KIND, placement.KIND, practice.KIND, *recorded.KINDS)
ASSESSMENT, CONSULTATION = "assessment", "consultation"
_STEPS: Mapping[type[Data], tuple[str, str]] = {
    **{model: (kind.name, kind.key) for kind in FOLDED for model in kind.models.values()},
    published.AssessmentCompleted: (ASSESSMENT, "assessment_id"),
    partners.ConsultationAnswered: (CONSULTATION, "consultation_id"),
}
KEYS: Mapping[str, tuple[str, str]] = {
    entry_of(model).type: said
    for model, said in _STEPS.items()
    if any(DOOR in writers for writers in entry_of(model).topics.values())
}
"""Types that come through the door → which kind of thing they are about, and the field that names it."""
_KINDS = {kind.name: kind for kind in FOLDED}


Step = tuple[str, datetime, Mapping[str, Any]]
"""An event: its type, its time, its data."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing as the lists show it."""

    document: Mapping[str, Any]
    open: bool
    due: date | None


def key_of(event: Event) -> tuple[str, str] | None:
    """The kind of thing and the publisher's number for it; None: it is no such event, or none from the door."""
    found = KEYS.get(event.type) if event.writer == DOOR else None
    name = event.data.get(found[1]) if found else None
    return (found[0], str(name)) if found and name is not None else None


def matter_id(provider_id: str, kind: str, source: str, name: str) -> str:
    """Our name for it: a publisher's number is met by another's."""
    return f"{kind}-{identifiers.derived_id('elsewhere', provider_id, kind, source, name).hex[:16]}"


def folded(kind: str, steps: Sequence[Step], name: str) -> Shown | None:
    """What its events amount to, in the order in which they were true.

    `name`: ours for it. None while the event that begins it is not there: nothing is known that could be shown.
    """
    read = list(_read(steps))
    if not read:
        return None
    if kind == ASSESSMENT:
        return Shown(_result(read[-1], name), open=False, due=None)
    if kind == CONSULTATION:
        return Shown(read[-1].model_dump(mode="json", exclude={"comment"}), open=False, due=None)
    known = _KINDS[kind]
    state = None
    for step in _ordered(known, read):
        state = known.take(state, step)
    if state is None:
        return None
    is_open = known.is_open(state) and getattr(state, "status", "planned") == "planned"  # we owe it no feedback
    on = {"on": calendar.london_date(steps[-1][1]).isoformat()} if known.dated else {}
    return Shown(known.document(state) | on | {known.key: name}, is_open, known.due(state) if is_open else None)


def _read(steps: Iterable[Step]) -> Iterator[Any]:
    for type_, time, data in steps:
        try:
            said = TYPES[type_].model.model_validate(data)
        except ValidationError as error:
            log.warning("a %s from the door is not listed: %.200s", type_, error)
            continue
        if isinstance(said, visits.VisitCompleted) and said.visited_on is None:
            said = said.model_copy(update={"visited_on": calendar.london_date(time)})
        yield said


def _ordered(kind: Kind[Any], read: Sequence[Any]) -> list[Any]:
    """What begins it first, also where it was sent later than what follows; that a visit took place counts last."""
    begins = next((one for one in read if isinstance(one, kind.first)), None)
    if begins is None and kind is visit.KIND:
        begins = next((_planned(one) for one in read if isinstance(one, visits.VisitCompleted)), None)
    if begins is None:
        return []
    rest = [one for one in read if one is not begins]
    return [begins, *sorted(rest, key=lambda one: isinstance(one, visits.VisitCompleted))]


def _planned(done: visits.VisitCompleted) -> visits.VisitPlanned:
    """A visit that nobody announced here, seen from its end."""
    assert done.visited_on is not None  # noqa: S101 - else that of its time
    return visits.VisitPlanned(
        visit_id=done.visit_id, purpose=done.purpose, mode=done.mode, announced=done.announced,
        planned_for=done.visited_on, lead_organisation=done.lead_organisation,
    )  # fmt: skip


def _result(said: published.AssessmentCompleted, name: str) -> dict[str, Any]:
    """The result of a tool that is not ours (PAMMS, the ICB's own): no answers, and no steps of ours."""
    shown = said.model_dump(mode="json", include={
        "tool", "version", "overall", "as_published", "percent", "final_on", "repeat_due", "since_baseline", "disputes",
        "baseline_id",
    })  # fmt: skip
    standards = [{"standard": one.standard, "rating": one.rating} for one in said.standards]
    return {"assessment_id": name, "question_set": None, "status": "final", "standards": standards} | shown
