"""The register of contracts in a browser: the list, one contract, a new one, every step (OXF-5 to OXF-8)."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import matters
from services.governance.decisions_api import ProviderId
from services.governance.domain import contract
from services.governance.monitoring import contracting, listing
from services.governance.monitoring.contracts_api import KEEPING, ContractId
from services.governance.parts import Parts, Ready, asking, readable, scope
from services.governance.web import names
from services.governance.web.desk import PageRoute, page
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import Knower, SignedIn
from services.governance.web.officers import contract_forms, wording
from services.governance.web.sessions import Session
from services.governance.web.written import Reading, Written
from shared import calendar, clock

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Keeper = Annotated[Session, Depends(SignedIn(*KEEPING))]
StepName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
PAGE: Final = 50


@router.get("/contracts")
async def contracts(
    *, session: Knower, made: Ready,
    place: Annotated[str, Query(pattern=r"^([A-Z][0-9]{8})?$")] = "",
    provider: Annotated[str, Query(pattern=r"^(prv-[0-9a-z]{1,40})?$")] = "",
    rag: Annotated[str, Query(pattern=r"^(red|amber|green|unrated)?$")] = "",
    kind: Annotated[str, Query(pattern=r"^[a-z_]{0,20}$")] = "",
    officer: Annotated[str, Query(pattern=r"^([a-z0-9][a-z0-9_.-]{0,79})?$")] = "",
    state: Annotated[str, Query(pattern=r"^(open|ended)?$")] = "open",
    after: Annotated[str, Query(max_length=60)] = "",
) -> Response:  # fmt: skip
    """The register, what is due first."""
    chosen = {"place": place, "provider": provider, "rag": rag, "kind": kind, "officer": officer, "state": state}
    fields: dict[str, str | None] = {name: chosen[name] for name in ("kind", "officer") if chosen[name]}
    if rag:
        fields["rag"] = None if rag == "unrated" else rag
    is_open = {"open": True, "ended": False}.get(state)
    asked = listing.Asked(
        scope(session.principal, place or None), provider or None, is_open, None, fields, after or None, PAGE
    )
    found, more = await run_in_threadpool(contracting.Contracting(made.store, made.matters).page, asked)
    known = await run_in_threadpool(names.of, made.store, [one["provider_id"] for one in found])
    return page(
        "officers/contracts.html", session, title="Contracts", contracts=found, names=known, chosen=chosen,
        kinds=contract_forms.KINDS, next=more and urlencode(chosen | {"after": more}), wording=wording,
        today=calendar.london_date(clock.now()), may=session.principal.has(*KEEPING),
    )  # fmt: skip


@router.get("/contracts/{contract_id}")
async def one(contract_id: ContractId, session: Knower, made: Ready) -> Response:
    """One contract, and what may be done with it."""
    found = await run_in_threadpool(_contract, made, contract_id, session)
    return await run_in_threadpool(_shown, session, made, found, None)


@router.post("/contracts/{contract_id}")
async def read(contract_id: ContractId, session: Knower, made: Ready) -> Response:
    """The same with what people wrote, in clear. That it was read is kept: so it is asked for, and not a GET."""
    found = await run_in_threadpool(_contract, made, contract_id, session)
    reading, may = Reading(made.store, made.vault), readable(session.principal)
    which, who = ("contract_id", contract_id), asking(session.principal, made)
    said = await run_in_threadpool(reading.of, found["provider_id"], "contract", which, who, may)
    return await run_in_threadpool(_shown, session, made, found, said)


def _shown(session: Session, made: Parts, found: dict[str, Any], written: Sequence[Written] | None) -> Response:
    about = found["provider_id"]
    doing = contract_forms.offered(found) if session.principal.has(*KEEPING) else []
    return page(
        "officers/contract.html", session, title=contract_forms.title(found), one=found, doing=doing, written=written,
        names=names.of(made.store, [about]), wording=wording, sizes=dict(contract_forms.SIZES),
        facts=contracting.rag(listing.indicated(made.store, [about]).get(about, {})),
        today=calendar.london_date(clock.now()),
    )  # fmt: skip


@router.get("/providers/{provider_id}/contracts/new")
async def ask_new(provider_id: ProviderId, session: Keeper, made: Ready) -> Response:
    """A new contract: the form."""
    return show(contract_forms.new(provider_id, await _name(made, provider_id, session)), session)


@router.post("/providers/{provider_id}/contracts/new")
async def new(provider_id: ProviderId, request: Request, session: Keeper, made: Ready) -> Response:
    """A new contract."""
    works = contracting.Contracting(made.store, made.matters)
    return await carry_out(
        request, contract_forms.new(provider_id, await _name(made, provider_id, session)), session, made,
        do=lambda order, asking: works.register(provider_id, order, asking),
        then=lambda answer: f"/contracts/{answer['contract_id']}?done=registered",
    )  # fmt: skip


@router.get("/contracts/{contract_id}/steps/{name}")
async def ask_step(contract_id: ContractId, name: StepName, session: Keeper, made: Ready) -> Response:
    """One step: its form."""
    return show(await run_in_threadpool(_step, made, contract_id, name, session), session)


@router.post("/contracts/{contract_id}/steps/{name}")
async def step(contract_id: ContractId, name: StepName, request: Request, session: Keeper, made: Ready) -> Response:
    """One step."""
    asked = await run_in_threadpool(_step, made, contract_id, name, session)
    works = contracting.Contracting(made.store, made.matters)
    return await carry_out(
        request, asked, session, made, do=lambda order, asking: works.step(contract_id, order, asking),
        then=f"/contracts/{contract_id}?done={name}",
    )  # fmt: skip


async def _name(made: Parts, provider_id: str, session: Session) -> str:
    await run_in_threadpool(made.pages.must_see, provider_id, session.principal.places)
    return await run_in_threadpool(names.one, made.store, provider_id)


def _step(made: Parts, contract_id: str, name: str, session: Session) -> Asked:
    found = _contract(made, contract_id, session)
    return contract_forms.step(found, names.one(made.store, found["provider_id"]), name)


def _contract(made: Parts, contract_id: str, session: Session) -> dict[str, Any]:
    return matters.shown(made.matters.matter(contract.KIND, contract_id, session.principal.places))
