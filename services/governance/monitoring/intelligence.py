"""What is known before a visit: each source with what it has recorded, and asked, answered or not (OXF-13). Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.governance.domain.visit import Visit

SOCIAL, CONTINUING = "social", "continuing"


@dataclass(frozen=True, slots=True)
class Source:
    """One line of the list that is compiled before a visit."""

    name: str
    says: str
    """Oxfordshire's own words (OXF-13)."""
    bodies: tuple[str, ...]
    """Who may be asked for it."""
    kinds: tuple[str, ...]
    """What they record."""
    fits: Callable[[Mapping[str, Any]], bool] = lambda _data: True


def _role(data: Mapping[str, Any]) -> str:
    """Of who gave feedback: `social_worker`, `continuing_care`, `district_nurse`."""
    return str(data.get("role", ""))


SOURCES: tuple[Source, ...] = (
    Source(
        "cqc_report", "Date and outcome of latest CQC report", ("cqc",),
        ("cqc_rating.published", "cqc_commentary.published", "cqc_enforcement.recorded"),
    ),
    Source("complaints", "Complaints", ("council_complaints",), ("complaint.received", "complaint.resolved")),
    Source(
        "safeguarding", "Safeguarding referrals", ("council_safeguarding",),
        ("safeguarding_concern.received", "safeguarding_enquiry.concluded"),
    ),
    Source(
        "social_work", "Feedback from social work teams", ("council_social_work",), ("professional_feedback.received",),
        lambda data: SOCIAL in _role(data),
    ),
    Source(
        "continuing_care", "Feedback from Continuing Care", ("icb_quality",), ("professional_feedback.received",),
        lambda data: CONTINUING in _role(data),
    ),
    Source(
        "health_professionals", "GP, district nurse and health professional feedback", ("gp", "community_health"),
        ("professional_feedback.received", "medicines_review.received", "ipc_audit.received"),
        lambda data: SOCIAL not in _role(data) and CONTINUING not in _role(data),
    ),
    Source(
        "fire", "Outcome of latest fire inspection (Fire & Rescue Service)", ("fire_rescue",),
        ("regulatory_report.received",), lambda data: data.get("regulator") == "fire",
    ),
)  # fmt: skip
KINDS = tuple(sorted({kind for source in SOURCES for kind in source.kinds}))
ALSO = ("quality_concern.raised", "visit.completed", "assessment.completed", "returns.submitted")
"""What the visiting officer looks at beside it."""


@dataclass(frozen=True, slots=True)
class Known:
    """One event of the provider's history."""

    id: str
    kind: str
    time: str
    source: str
    data: Mapping[str, Any]
    """Empty where the reader may not see it."""


def pack(visit: Visit, known: Sequence[Known], answered: Iterable[tuple[str, str]], today: date) -> dict[str, Any]:
    """The pack: every source, also the silent. `answered`: consultation and answer that came another way."""
    elsewhere = dict(answered)
    return {
        "visit_id": visit.planned.visit_id,
        "planned_for": visit.planned_for.isoformat(),
        "focus": list(visit.planned.focus),
        "sources": [_source(one, visit, known, elsewhere, today) for one in SOURCES],
        "also": [_counted(kind, known) for kind in ALSO],
    }


def _source(
    source: Source, visit: Visit, known: Sequence[Known], elsewhere: Mapping[str, str], today: date
) -> dict[str, Any]:
    found = [one for one in known if one.kind in source.kinds and source.fits(one.data)]
    asked = [(name, one) for name, one in visit.consultations.items() if one.asked in source.bodies]
    states = [_state(one.answer or elsewhere.get(name), one.due_on, today) for name, one in asked]
    return {
        "source": source.name,
        "says": source.says,
        "state": _together(states),
        "asked": [
            {"consultation_id": name, "asked": one.asked, "answer": one.answer or elsewhere.get(name), "state": state}
            for (name, one), state in zip(asked, states, strict=True)
        ],
        "recorded": len(found),
        "newest": [{"id": one.id, "kind": one.kind, "time": one.time} for one in found[-3:]],
    }


def _state(answer: str | None, due: date | None, today: date) -> str:
    if answer is not None:
        return "answered"
    return "not_answered" if due is not None and due < today else "asked"


def _together(states: Sequence[str]) -> str:
    """Of several bodies asked: the worst counts, so that one answer hides no silence."""
    return next((one for one in ("not_answered", "asked", "answered") if one in states), "not_asked")


def _counted(kind: str, known: Sequence[Known]) -> dict[str, Any]:
    found = [one for one in known if one.kind == kind]
    return {"kind": kind, "recorded": len(found), "newest": found[-1].time if found else None}
