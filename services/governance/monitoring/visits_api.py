"""HTTP: visits: the timetable that commissioners share, each visit's steps, and what is known before it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from services.governance import looking_back
from services.governance.decisions_api import ProviderId
from services.governance.domain import visit
from services.governance.monitoring import listing, visit_orders
from services.governance.monitoring.gathering import Gathering
from services.governance.monitoring.listing import Asked
from services.governance.monitoring.visiting import Visiting
from services.governance.parts import (
    IdempotencyKey,
    Knower,
    Limit,
    Parts,
    Ready,
    Time,
    asking,
    readable,
    response,
    scope,
)
from services.governance.plans_api import PLANNING
from services.governance.providers_api import GSS
from shared import calendar, clock, security

Visitor = Annotated[security.Principal, Depends(security.require(*PLANNING))]
VisitId = Annotated[str, Path(pattern=r"^visit-[0-9a-f]{16}$")]
Cursor = Annotated[str | None, Query(max_length=60, description="`next` of the page before")]
router = APIRouter(prefix="/v1", tags=["visits"])


@router.post("/providers/{provider_id}/visits", status_code=201)
def plan(
    *, provider_id: ProviderId, order: visit_orders.NewVisit, principal: Visitor, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Plan a visit. Another within two weeks, whoever planned it, needs `although`."""
    return response(_of(made).plan(provider_id, order, asking(principal, made, idempotency_key)))


@router.post("/visits/{visit_id}/steps", status_code=201)
def step(
    *, visit_id: VisitId, order: Annotated[visit_orders.AnyStep, Body()], principal: Visitor, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Move or cancel it, agree who leads, ask around, record what was seen, report, feed back to the provider."""
    return response(_of(made).step(visit_id, order, asking(principal, made, idempotency_key)))


@router.get("/visits/{visit_id}")
def get_visit(
    visit_id: VisitId, principal: Knower, made: Ready, as_of: Time = None, known_at: Time = None
) -> dict[str, Any]:
    """One visit. Its texts stand, sealed, in the provider's history."""
    return looking_back.one(made, visit.KIND, visit_id, principal, as_of=as_of, known_at=known_at)


@router.get("/visits/{visit_id}/pack")
def get_pack(visit_id: VisitId, principal: Knower, made: Ready) -> dict[str, Any]:
    """What is known before the visit: each source with what it has recorded; asked, answered or not (OXF-13)."""
    gathering = Gathering(made.store, made.matters)
    return gathering.pack(visit_id, principal.places, readable(principal), calendar.london_date(clock.now()))


@router.get("/visits")
def get_visits(
    *, principal: Knower, made: Ready,
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    provider: Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$")] = None,
    status: Annotated[str | None, Query(pattern=r"^(planned|completed|cancelled|closed)$")] = None,
    purpose: Annotated[str | None, Query(pattern=r"^[a-z_]{1,20}$")] = None,
    due_by: date | None = None,
    open: Annotated[bool | None, Query(description="Planned, or not yet fed back; or only the others.")] = True,  # noqa: A002
    limit: Limit = 100,
    cursor: Cursor = None,
) -> dict[str, Any]:  # fmt: skip
    """The timetable of council and ICB, what comes first; `due_by` yesterday: what is overdue (SAL-9).

    With `open=false` what was done last comes first.
    """
    places = scope(principal, place)
    fields = {name: value for name, value in (("status", status), ("purpose", purpose)) if value is not None}
    found, after = listing.page(
        made.store, visit.KIND.name, Asked(places, provider, open, due_by, fields, cursor, limit)
    )
    today = calendar.london_date(clock.now()).isoformat()
    return {"visits": [one | {"overdue": _overdue(one, today)} for one in found], "next": after}


def _overdue(one: dict[str, Any], today: str) -> bool:
    due = {"planned": one["planned_for"], "completed": one["feedback_due"]}.get(one["status"])
    return due is not None and due < today


def _of(made: Parts) -> Visiting:
    return Visiting(made.store, made.matters)
