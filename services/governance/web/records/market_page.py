"""The market of a place in a browser: failures, signs, continuity plans, and what officers record of them (SAL-27)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.governance import register
from services.governance.asking import Unknown
from services.governance.decisions_api import ProviderId
from services.governance.domain import temporary_duty
from services.governance.monitoring import listing, record_orders
from services.governance.monitoring.listing import Asked as Wanted
from services.governance.monitoring.recording import Recording
from services.governance.monitoring.sustaining import Sustaining
from services.governance.parts import Parts, Ready, scope
from services.governance.plans_api import PLANNING
from services.governance.policy_api import Place
from services.governance.web import names
from services.governance.web.desk import PageRoute, page
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import Knower, SignedIn
from services.governance.web.records import market_fits
from services.governance.web.records.plans_page import Provider
from services.governance.web.sessions import Session
from shared import calendar, clock

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Recorder = Annotated[Session, Depends(SignedIn(*PLANNING))]
RecordName = Annotated[str, Path(pattern=r"^(engagement|signal|failure|continuity)$")]
PAGE = 40


@router.get("/market")
async def choose(session: Knower) -> Response:
    """On to the market of one's place."""
    if not (places := sorted(session.principal.places)):
        raise Unknown("no place is yours")
    return RedirectResponse(f"/market/{places[0]}", 303)


@router.get("/market/{place}")
async def market(
    place: Place, session: Knower, made: Ready, begin: Annotated[int, Query(ge=0, le=100_000)] = 0
) -> Response:
    """Failures first, then by how many kinds of sign there are."""
    session.principal.demand_place(place)
    today = calendar.london_date(clock.now())

    def read() -> tuple[list[dict[str, Any]], int, dict[str, str], list[dict[str, Any]]]:
        known = Sustaining(made.store).place(place, today)
        found = known[begin : begin + PAGE]
        open_ones, _ = listing.page(made.store, temporary_duty.KIND.name, Wanted([place], open=True))
        ids = [one["provider_id"] for one in (*found, *open_ones)]
        return found, len(known), names.of(made.store, ids), open_ones

    found, total, called, duties = await run_in_threadpool(read)
    return page(
        "records/market.html", session, title="Market and continuity", firms=found, names=called, duties=duties,
        total=total, begin=begin, size=PAGE, here=place, places=sorted(session.principal.places),
    )  # fmt: skip


@router.get("/records")
async def records(
    *, session: Knower, made: Ready,
    kind: Annotated[record_orders.Type, Query()] = "engagement",
    place: Annotated[str, Query(pattern="^([A-Z][0-9]{8})?$")] = "",
    provider: Provider = "",
    after: Annotated[str, Query(max_length=60)] = "",
) -> Response:  # fmt: skip
    """What officers recorded once, of one sort."""
    of, _ = record_orders.MODELS[kind]
    places, cursor = scope(session.principal, place or None), after or None
    wanted = Wanted(places, provider or None, open=False, cursor=cursor, limit=PAGE)

    def read() -> tuple[list[dict[str, Any]], str | None, dict[str, str]]:
        found, more = listing.page(made.store, of.name, wanted)
        return found, more, names.of(made.store, [*(one["provider_id"] for one in found), provider])

    found, more, called = await run_in_threadpool(read)
    return page(
        "records/recorded.html", session, title="What officers recorded", records=found, next=more, names=called,
        kind=kind, kinds=market_fits.RECORDS, place=place, provider=provider, key=of.key,
        places=sorted(session.principal.places), labels=market_fits.RECORDED,
    )  # fmt: skip


@router.get("/providers/{provider_id}/records/{name}")
async def ask(provider_id: ProviderId, name: RecordName, session: Recorder, made: Ready) -> Response:
    """One record: its form."""
    return show(await run_in_threadpool(_asked, made, provider_id, name, session), session)


@router.post("/providers/{provider_id}/records/{name}")
async def record(
    provider_id: ProviderId, name: RecordName, request: Request, session: Recorder, made: Ready
) -> Response:
    """One record."""
    asked = await run_in_threadpool(_asked, made, provider_id, name, session)
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: Recording(made.store, made.matters).record(provider_id, order, asking),
        then=f"/records?kind={name}&provider={provider_id}&done={name}",
    )  # fmt: skip


def _asked(made: Parts, provider_id: str, name: str, session: Session) -> Asked:
    seen = register.provider(made.store, provider_id, session.principal.places)
    step = market_fits.RECORDS[name]
    back = f"/records?kind={name}&provider={provider_id}"
    return Asked(step.title, market_fits.record(name), back, says=(step.says,), about=seen.facts["name"])
