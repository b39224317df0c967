"""People placed out of area in a browser: counts and tokens, what is to be looked at, what hosts said (CAL-32..39)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import matters, register
from services.governance.asking import Unknown
from services.governance.decisions_api import ProviderId
from services.governance.domain import placement
from services.governance.matter import Matter
from services.governance.monitoring import listing
from services.governance.monitoring.listing import Asked as Wanted
from services.governance.monitoring.placements_api import Token
from services.governance.monitoring.placing import Placing
from services.governance.parts import Parts, Ready, asking, readable, scope
from services.governance.plans_api import PLANNING
from services.governance.web import names, words
from services.governance.web.desk import PageRoute, page
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import Knower, SignedIn
from services.governance.web.records import hosts, placement_fits
from services.governance.web.records.plans_page import Provider, StepName
from services.governance.web.sessions import Session
from services.governance.web.written import Reading
from shared import calendar, clock

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Placer = Annotated[Session, Depends(SignedIn(*PLANNING))]
PAGE = 40


@router.get("/placements")
async def placements(
    *, session: Knower, made: Ready,
    place: Annotated[str, Query(pattern="^([A-Z][0-9]{8})?$")] = "",
    provider: Provider = "",
    state: Annotated[str, Query(pattern="^(open|closed)?$")] = "open",
    after: Annotated[str, Query(max_length=60)] = "",
) -> Response:  # fmt: skip
    """Where our people are, whose people are here, what is to be looked at first, what hosts have said."""
    today, places = _today(), scope(session.principal, place or None)
    wanted = Wanted(
        places, provider or None, {"open": True, "closed": False}.get(state), cursor=after or None, limit=PAGE
    )

    def read() -> dict[str, Any]:
        found, more = listing.page(made.store, placement.KIND.name, wanted)
        totals = [Placing(made.store, made.matters, made.packs).place(one, today) for one in places]
        told = hosts.notices(made.store, places)
        ids = [one["provider_id"] for one in (*found, *told, *(guest for one in totals for guest in one["here"]))]
        return {
            "placements": found, "next": more, "notices": told, "names": names.of(made.store, [*ids, provider]),
            "elsewhere": [one for each in totals for one in each["elsewhere"]],
            "here": [one for each in totals for one in each["here"]],
            "onsite_over": next((one["onsite_over"] for one in totals if one["onsite_over"] is not None), None),
        }  # fmt: skip

    known = await run_in_threadpool(read)
    return page(
        "records/placements.html", session, title="Placements out of area", today=today, state=state, place=place,
        provider=provider, places=sorted(session.principal.places), **known,
    )  # fmt: skip


@router.get("/placements/{token}")
async def one(token: Token, session: Knower, made: Ready) -> Response:
    """One placement, and what may be done with it."""
    found = await run_in_threadpool(made.matters.matter, placement.KIND, token, session.principal.places)
    return await run_in_threadpool(_shown, session, made, found, None)


@router.post("/placements/{token}")
async def read(token: Token, session: Knower, made: Ready) -> Response:
    """The same with what people wrote; that it was read is kept."""
    found = await run_in_threadpool(made.matters.matter, placement.KIND, token, session.principal.places)
    reading, who, may = Reading(made.store, made.vault), asking(session.principal, made), readable(session.principal)
    said = await run_in_threadpool(reading.of, found.subject, "ooa", ("placement_token", token), who, may)
    return await run_in_threadpool(_shown, session, made, found, said)


@router.get("/providers/{provider_id}/placements/new")
async def ask_new(provider_id: ProviderId, session: Placer, made: Ready) -> Response:
    """A new placement: the form."""
    return show(await run_in_threadpool(_new, made, provider_id, session), session)


@router.post("/providers/{provider_id}/placements/new")
async def new(provider_id: ProviderId, request: Request, session: Placer, made: Ready) -> Response:
    """A new placement."""
    asked = await run_in_threadpool(_new, made, provider_id, session)
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: _of(made).start(provider_id, order, asking),
        then=lambda answer: f"/placements/{answer['placement_token']}?done=placement_recorded",
    )  # fmt: skip


@router.get("/placements/{token}/steps/{name}")
async def ask_step(token: Token, name: StepName, session: Placer, made: Ready) -> Response:
    """One step: its form."""
    return show(await run_in_threadpool(_step, made, token, name, session), session)


@router.post("/placements/{token}/steps/{name}")
async def step(token: Token, name: StepName, request: Request, session: Placer, made: Ready) -> Response:
    """One step."""
    asked = await run_in_threadpool(_step, made, token, name, session)
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: _of(made).step(token, order, asking), then=f"/placements/{token}?done={name}",
    )  # fmt: skip


def _shown(session: Session, made: Parts, found: Matter, written: Any) -> Response:
    paused = made.store.case(found.subject, found.place).standing.paused_since
    doing = placement_fits.fitting(found.state) if session.principal.has(*PLANNING) else ()
    return page(
        "records/placement.html", session, title="Placement out of area", p=matters.shown(found), steps=doing,
        today=_today(), paused=paused, written=written, check_due=found.state.started.check_due,
        name=names.one(made.store, found.subject),
    )  # fmt: skip


def _new(made: Parts, provider_id: str, session: Session) -> Asked:
    seen = register.provider(made.store, provider_id, session.principal.places)
    says = ["Say how many people, never who."]
    if (paused := made.store.case(provider_id, seen.place).standing.paused_since) is not None:
        since = words.day(calendar.london_date(paused))
        says.append(f"Placements here are paused since {since}, until the host authority gives assurance.")
    form = placement_fits.new(seen.place)
    back, about = f"/placements?provider={provider_id}", seen.facts["name"]
    return Asked("New placement out of area", form, back, "Record it", says=tuple(says), about=about)


def _step(made: Parts, token: str, name: str, session: Session) -> Asked:
    if (step := placement_fits.STEPS.get(name)) is None:
        raise Unknown("there is no such step")
    found = made.matters.matter(placement.KIND, token, session.principal.places)
    about, back = names.one(made.store, found.subject), f"/placements/{token}"
    return Asked(step.title, placement_fits.form(name), back, says=(step.says,), about=about)


def _of(made: Parts) -> Placing:
    return Placing(made.store, made.matters, made.packs)


def _today() -> date:
    return calendar.london_date(clock.now())
