"""Legal holds and erasures: asked for by one person, agreed by another, by the same commands as over HTTP."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import matters, register
from services.governance.decisions_api import ProviderId
from services.governance.domain import erasure, legal_hold
from services.governance.domain.kind import Kind
from services.governance.parts import Parts, Ready, readable, scope
from services.governance.proof import orders
from services.governance.proof.erasing import Erasing
from services.governance.proof.erasures_api import APPROVING, REQUESTING, ErasureId, HoldId
from services.governance.proof.holding import Holding
from services.governance.web import names
from services.governance.web.desk import PageRoute, page
from services.governance.web.form import Form
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.operations import erasable
from services.governance.web.operations.doors import Approver, Keeper, Looker
from services.governance.web.sessions import Session

router = APIRouter(include_in_schema=False, route_class=PageRoute)
PAGE: Final = 50
KINDS: Final[Mapping[str, Kind[Any]]] = {"erasures": erasure.KIND, "holds": legal_hold.KIND}
HINTS: Final = {
    "reason": "No names of people",
    "events": "The newest that hold words. An older one: open it in the service's timeline, and begin there",
}
Picked = Annotated[UUID | None, Query(alias="event", description="The event on whose page it was begun")]
BACK: Final = "/operations/erasures"


@router.get("/operations/erasures")
async def both(
    session: Looker, made: Ready,
    what: Annotated[str, Query(pattern="^(erasures|holds)$")] = "erasures",
    state: Annotated[str, Query(pattern="^(open|all)$")] = "open",
    after: Annotated[str, Query(pattern=r"^((erasure|hold)-[0-9a-f]{16})?$")] = "",
) -> Response:  # fmt: skip
    """Of all the reader's places."""
    who = session.principal

    def found() -> tuple[list[dict[str, Any]], str | None, dict[str, str]]:
        is_open = True if state == "open" else None
        rows, more = made.matters.page(
            KINDS[what], scope(who, None), is_open=is_open, after=after, limit=PAGE
        )  # fmt: skip
        return rows, more, names.of(made.store, [one["provider_id"] for one in rows if "provider_id" in one])

    rows, more, called = await run_in_threadpool(found)
    return page(
        "operations/erasures.html", session, title="Erasures and legal holds", rows=rows, next=more, names=called,
        what=what, state=state, keeps=who.has(*REQUESTING), approves=who.has(*APPROVING),
    )  # fmt: skip


@router.get("/operations/erasures/{erasure_id}")
async def one(erasure_id: ErasureId, session: Looker, made: Ready) -> Response:
    """One erasure, with its receipt once it was carried out."""
    found = await run_in_threadpool(made.matters.matter, erasure.KIND, erasure_id, session.principal.places)
    shown = matters.shown(found)
    called = await run_in_threadpool(names.of, made.store, [shown.get("provider_id", "")])
    may = session.principal.has(*APPROVING) and shown["status"] == "requested"
    return page("operations/erasure.html", session, title="Erasure", one=shown, names=called, may=may)


@router.get("/operations/erasures/{erasure_id}/answer")
async def ask_answer(erasure_id: ErasureId, session: Approver) -> Response:
    """Agree or refuse: the form."""
    return show(_answer(erasure_id), session)


@router.post("/operations/erasures/{erasure_id}/answer")
async def answer(erasure_id: ErasureId, request: Request, session: Approver, made: Ready) -> Response:
    """Agree, and the keys are destroyed; or refuse. Never whoever asked."""
    return await carry_out(
        request, _answer(erasure_id), session, made,
        do=lambda order, asking: _erasing(made).answer(erasure_id, order, asking),
        then=f"{BACK}/{erasure_id}?done=answered",
    )  # fmt: skip


@router.get("/providers/{provider_id}/erasures/new")
async def ask_erasure(provider_id: ProviderId, session: Keeper, made: Ready, picked: Picked = None) -> Response:
    """Ask for an erasure: the form."""
    asked = await run_in_threadpool(_new, provider_id, orders.NewErasure, session, made, picked)
    return show(asked, session, {"events": [str(picked)]} if picked else None)


@router.post("/providers/{provider_id}/erasures/new")
async def request_erasure(
    *, provider_id: ProviderId, request: Request, session: Keeper, made: Ready, picked: Picked = None
) -> Response:
    """Ask for an erasure."""
    asked = await run_in_threadpool(_new, provider_id, orders.NewErasure, session, made, picked)
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: _erasing(made).request(provider_id, order, asking),
        then=f"{BACK}?done=requested",
    )  # fmt: skip


@router.get("/providers/{provider_id}/holds/new")
async def ask_hold(provider_id: ProviderId, session: Keeper, made: Ready, picked: Picked = None) -> Response:
    """Place a hold: the form."""
    asked = await run_in_threadpool(_new, provider_id, orders.NewHold, session, made, picked)
    return show(asked, session, {"events": [str(picked)]} if picked else None)


@router.post("/providers/{provider_id}/holds/new")
async def hold(
    *, provider_id: ProviderId, request: Request, session: Keeper, made: Ready, picked: Picked = None
) -> Response:
    """Place a hold."""
    asked = await run_in_threadpool(_new, provider_id, orders.NewHold, session, made, picked)
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: _holding(made).hold(provider_id, order, asking),
        then=f"{BACK}?what=holds&done=placed",
    )  # fmt: skip


@router.get("/operations/holds/{hold_id}/lift")
async def ask_lift(hold_id: HoldId, session: Keeper) -> Response:
    """Lift a hold: the form."""
    del hold_id
    return show(LIFT, session)


@router.post("/operations/holds/{hold_id}/lift")
async def lift(hold_id: HoldId, request: Request, session: Keeper, made: Ready) -> Response:
    """Lift a hold, with its reason."""
    return await carry_out(
        request, LIFT, session, made,
        do=lambda order, asking: _holding(made).lift(hold_id, order, asking), then=f"{BACK}?what=holds&done=lifted",
    )  # fmt: skip


LIFT: Final = Asked("Lift a legal hold", Form(orders.Lift, hints=HINTS), f"{BACK}?what=holds", "Lift it")


def _answer(erasure_id: str) -> Asked:
    says = (
        "If you agree, the keys of these texts are destroyed: nobody can ever read them again. Everything else stands.",
        "Whoever asked cannot agree. One of the two is whom the policy lets erase, as a rule the director.",
    )
    form = Form(orders.Agreement, labels={"approve": "Do you agree"}, hints=HINTS)
    return Asked("Answer the request to erase", form, f"{BACK}/{erasure_id}", "Answer", says)


def _new(provider_id: str, model: Any, session: Session, made: Parts, picked: UUID | None) -> Asked:
    """Blocks. Raises Unknown."""
    seen = register.provider(made.store, provider_id, session.principal.places)
    known, links = erasable.events(made.store, made.vault, provider_id, readable(session.principal), picked)
    form = partial(Form, model, choices={"events": known}, links={"events": links})
    name = seen.facts["name"]
    labels = {"because": "Because of", "events": "Events", "texts": "Which texts"}
    back = f"/providers/{provider_id}"
    if model is orders.NewHold:
        hints = {**HINTS, "events": f"None: everything about this service. {HINTS['events']}"}
        says = ("Nothing that it names may be erased until somebody lifts it.",)
        return Asked("Place a legal hold", form(labels=labels, hints=hints), back, "Place it", says, about=name)
    says = ("Another person has to agree before anything is erased.",)
    return Asked("Ask for an erasure", form(labels=labels, hints=HINTS), back, "Ask for it", says, about=name)


def _erasing(made: Parts) -> Erasing:
    return Erasing(made.store, made.matters, made.vault, made.packs, made.digest_key)


def _holding(made: Parts) -> Holding:
    return Holding(made.store, made.matters, made.vault)
