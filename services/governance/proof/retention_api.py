"""HTTP: which words of a place are due for erasure, and when; and the request that asks for it (architecture §9)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from services.governance import register
from services.governance.decisions_api import ProviderId
from services.governance.parts import IdempotencyKey, Limit, Parts, Ready, asking
from services.governance.proof import due as dues
from services.governance.proof import orders
from services.governance.proof.due import Due
from services.governance.proof.erasing import Erasing
from services.governance.proof.erasures_api import Keeper, Looker
from services.governance.proof.retention import Count
from services.governance.providers_api import GSS
from shared import calendar, clock

router = APIRouter(prefix="/v1", tags=["erasure"])
PlaceCode = Annotated[str, Path(pattern=GSS)]
Provider = Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$", description="Its events, beside the counts")]
After = Annotated[str, Query(pattern=r"^([0-9-]{10}~[0-9a-f-]{36})?$", description="`next` of the page before")]


class Page(NamedTuple):
    """Which part of a list."""

    after: str
    limit: int


@router.get("/places/{place}/retention")
def get_retention(
    *, place: PlaceCode, request: Request, principal: Looker, made: Ready, provider: Provider = None,
    limit: Limit = 100, cursor: After = "",
) -> dict[str, Any]:  # fmt: skip
    """How many texts of each class are due for erasure today and when the next are; of one provider, which they are.

    Nothing is erased by itself: `POST /v1/providers/{id}/erasures/due` asks, and another person agrees.
    """
    principal.demand_place(place)
    due, today = _due(request, made), calendar.london_date(clock.now())
    if provider is None:
        return _place(due, place, today)
    return _provider(due, place, provider, today, Page(cursor, limit))


@router.post("/providers/{provider_id}/erasures/due", status_code=201)
def request_due(
    *, provider_id: ProviderId, order: orders.Expired, request: Request, principal: Keeper, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Ask for the erasure of all that is due of this provider (at most 500 events): one request, another agrees."""
    asked = asking(principal, made, idempotency_key)
    erasing = Erasing(made.store, made.matters, made.vault, made.packs, made.digest_key)
    reply = erasing.request_due(provider_id, order, _due(request, made), asked)
    return JSONResponse(dict(reply.body), reply.status)


def _due(request: Request, made: Parts) -> Due:
    return Due(made.store, made.vault, request.app.state.retention)


def _place(due: Due, place: str, today: date) -> dict[str, Any]:
    waiting: list[dict[str, Any]] = []
    total = {name: Count() for name in due.schedule.classes}
    for provider_id in due.providers(place):
        _, counts = due.of(provider_id, place, today)
        total = {name: one + counts[name] for name, one in total.items()}
        if number := sum(one.due for one in counts.values()):
            waiting.append({"provider_id": provider_id, "due": number})
    return _said(due, place, today, total) | {"due": waiting}


def _provider(due: Due, place: str, provider_id: str, today: date, page: Page) -> dict[str, Any]:
    register.provider(due.store, provider_id, frozenset({place}))
    found, counts = due.of(provider_id, place, today)
    rest = [one for one in found if _key(one) > page.after]
    events = [
        {
            "event_id": str(one.kept.event_id), "type": one.kept.type, "class": one.kept.in_class,
            "due_on": one.kept.due_on.isoformat(), "state": one.state,
        }
        for one in rest[: page.limit]
    ]  # fmt: skip
    more = _key(rest[page.limit - 1]) if len(rest) > page.limit else None
    return _said(due, place, today, counts) | {"provider_id": provider_id, "events": events, "next": more}


def _said(due: Due, place: str, today: date, counts: Mapping[str, Count]) -> dict[str, Any]:
    classes = dues.shown(counts, due.schedule, place)
    return {"place": place, "on": today.isoformat(), "classes": classes, "unclassed": due.schedule.unclassed}


def _key(one: dues.Standing) -> str:
    return f"{one.kept.due_on.isoformat()}~{one.kept.event_id}"
