"""The register of good practice in a browser: found, asked, permitted, shared as far as that goes (CAL-23)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import matters, register
from services.governance.asking import Unknown
from services.governance.decisions_api import ProviderId
from services.governance.domain import practice
from services.governance.matter import Matter
from services.governance.monitoring import listing
from services.governance.monitoring.listing import Asked as Wanted
from services.governance.monitoring.practices_api import PracticeId
from services.governance.monitoring.practising import Practising
from services.governance.parts import Parts, Ready, asking, readable, scope
from services.governance.plans_api import PLANNING
from services.governance.web import names
from services.governance.web.desk import PageRoute, page
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import Knower, SignedIn
from services.governance.web.records import practice_fits
from services.governance.web.records.plans_page import Provider, StepName
from services.governance.web.sessions import Session
from services.governance.web.written import Reading
from shared import calendar, clock

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Praiser = Annotated[Session, Depends(SignedIn(*PLANNING))]
PAGE = 40


@router.get("/practice")
async def practices(
    *, session: Knower, made: Ready,
    place: Annotated[str, Query(pattern="^([A-Z][0-9]{8})?$")] = "",
    provider: Provider = "",
    consent: Annotated[str, Query(pattern="^(not_asked|asked|given|refused|withdrawn)?$")] = "",
    after: Annotated[str, Query(max_length=60)] = "",
) -> Response:  # fmt: skip
    """The register, by what the provider says to it."""
    places = scope(session.principal, place or None)
    fields = {"consent": consent} if consent else {}
    wanted = Wanted(places, provider or None, fields=fields, cursor=after or None, limit=PAGE)

    def read() -> tuple[list[dict[str, Any]], str | None, dict[str, str]]:
        found, more = listing.page(made.store, practice.KIND.name, wanted)
        return found, more, names.of(made.store, [*(one["provider_id"] for one in found), provider])

    found, more, called = await run_in_threadpool(read)
    return page(
        "records/practices.html", session, title="Good practice", practices=found, next=more, names=called,
        consent=consent, place=place, provider=provider, places=sorted(session.principal.places),
        consents=practice_fits.CONSENTS, today=calendar.london_date(clock.now()),
    )  # fmt: skip


@router.get("/practices/{practice_id}")
async def one(practice_id: PracticeId, session: Knower, made: Ready) -> Response:
    """One example, and what may be done with it."""
    found = await run_in_threadpool(made.matters.matter, practice.KIND, practice_id, session.principal.places)
    return await run_in_threadpool(_shown, session, made, found, None)


@router.post("/practices/{practice_id}")
async def read(practice_id: PracticeId, session: Knower, made: Ready) -> Response:
    """The same with what people wrote; that it was read is kept."""
    found = await run_in_threadpool(made.matters.matter, practice.KIND, practice_id, session.principal.places)
    reading, who, may = Reading(made.store, made.vault), asking(session.principal, made), readable(session.principal)
    said = await run_in_threadpool(reading.of, found.subject, "good_practice", ("practice_id", practice_id), who, may)
    return await run_in_threadpool(_shown, session, made, found, said)


@router.get("/providers/{provider_id}/practices/new")
async def ask_new(provider_id: ProviderId, session: Praiser, made: Ready) -> Response:
    """One more example: the form."""
    return show(await run_in_threadpool(_new, made, provider_id, session), session)


@router.post("/providers/{provider_id}/practices/new")
async def new(provider_id: ProviderId, request: Request, session: Praiser, made: Ready) -> Response:
    """One more example."""
    asked = await run_in_threadpool(_new, made, provider_id, session)
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: _of(made).identify(provider_id, order, asking),
        then=lambda answer: f"/practices/{answer['practice_id']}?done=good_practice_recorded",
    )  # fmt: skip


@router.get("/practices/{practice_id}/steps/{name}")
async def ask_step(practice_id: PracticeId, name: StepName, session: Praiser, made: Ready) -> Response:
    """One step: its form."""
    return show(await run_in_threadpool(_step, made, practice_id, name, session), session)


@router.post("/practices/{practice_id}/steps/{name}")
async def step(practice_id: PracticeId, name: StepName, request: Request, session: Praiser, made: Ready) -> Response:
    """One step."""
    asked = await run_in_threadpool(_step, made, practice_id, name, session)
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: _of(made).step(practice_id, order, asking),
        then=f"/practices/{practice_id}?done={name}",
    )  # fmt: skip


def _shown(session: Session, made: Parts, found: Matter, written: Any) -> Response:
    doing = practice_fits.fitting(found.state) if session.principal.has(*PLANNING) else ()
    return page(
        "records/practice.html", session, title="Good practice", p=matters.shown(found), steps=doing, written=written,
        name=names.one(made.store, found.subject), scopes=practice_fits.REACH,
        consents=practice_fits.CONSENTS,
    )  # fmt: skip


def _new(made: Parts, provider_id: str, session: Session) -> Asked:
    seen = register.provider(made.store, provider_id, session.principal.places)
    says, back = ("It is shared with nobody before the provider permits it.",), f"/practice?provider={provider_id}"
    about = seen.facts["name"]
    return Asked("New example of good practice", practice_fits.NEW, back, "Record it", says=says, about=about)


def _step(made: Parts, practice_id: str, name: str, session: Session) -> Asked:
    if (step := practice_fits.STEPS.get(name)) is None:
        raise Unknown("there is no such step")
    found = made.matters.matter(practice.KIND, practice_id, session.principal.places)
    form, about = practice_fits.form(name, found.state), names.one(made.store, found.subject)
    return Asked(step.title, form, f"/practices/{practice_id}", says=(step.says,), about=about)


def _of(made: Parts) -> Practising:
    return Practising(made.store, made.matters)
