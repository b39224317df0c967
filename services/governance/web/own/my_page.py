"""A provider's own pages: how its service stands as far as it may know, what it owes, what it was told (AMB-16)."""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from services.governance.decisions_api import ProviderId
from services.governance.own.api import OWN, owning
from services.governance.parts import Parts, Ready
from services.governance.web import names
from services.governance.web.desk import PageRoute, page
from services.governance.web.guard import SignedIn
from services.governance.web.own import wording
from services.governance.web.sessions import Session
from shared import calendar, clock

router = APIRouter(prefix="/my", include_in_schema=False, route_class=PageRoute)
Owner = Annotated[Session, Depends(SignedIn(OWN))]
Begin = Annotated[int, Query(ge=0, le=100_000)]
FEW, PAGE = 6, 25


@router.get("")
async def mine(session: Owner, made: Ready) -> Response:
    """On to one's service; with several, a choice; with none, what to do."""
    found = await run_in_threadpool(owning(made).services, session.principal)
    if len(found) == 1:
        return RedirectResponse(f"/my/{found[0].provider_id}", 303)
    return page("own/services.html", session, title="My services", services=found)


@router.get("/{provider_id}")
async def one(provider_id: ProviderId, session: Owner, made: Ready) -> Response:
    """The service, everything of it in brief."""
    own, now, who = owning(made), clock.now(), session.principal
    today = calendar.london_date(now)

    def read() -> dict[str, Any]:
        p = own.page(who, provider_id, today, made.read_model.behind())
        return {
            "p": p,
            "returns": own.returns(who, provider_id, today)[:FEW],
            "assessments": own.assessments(who, provider_id)[:FEW],
            "recorded": own.recorded(who, provider_id, now)[:FEW],
            "told": own.told(who, provider_id)[:FEW],
        }

    known = await run_in_threadpool(read)
    return page("own/my.html", session, title=known["p"]["name"], today=today, few=FEW, words=wording, **known)


@router.get("/{provider_id}/returns")
async def returns(provider_id: ProviderId, session: Owner, made: Ready, begin: Begin = 0) -> Response:
    """Every return, what is owed first."""
    today = calendar.london_date(clock.now())
    found = await run_in_threadpool(owning(made).returns, session.principal, provider_id, today)
    listed = Listed("Returns", "own/returns_table.html", found)
    return await _list(made, session, provider_id, listed, begin, today=today)


@router.get("/{provider_id}/recorded")
async def recorded(provider_id: ProviderId, session: Owner, made: Ready, begin: Begin = 0) -> Response:
    """Everything that is decided and recorded, as far as it may know."""
    found = await run_in_threadpool(owning(made).recorded, session.principal, provider_id, clock.now())
    listed = Listed("Decided and recorded", "own/recorded_list.html", found)
    return await _list(made, session, provider_id, listed, begin)


@router.get("/{provider_id}/told")
async def told(provider_id: ProviderId, session: Owner, made: Ready, begin: Begin = 0) -> Response:
    """Everything that it was told."""
    found = await run_in_threadpool(owning(made).told, session.principal, provider_id)
    return await _list(made, session, provider_id, Listed("What you were told", "own/told_list.html", found), begin)


class Listed(NamedTuple):
    """A list that has pages of its own."""

    title: str
    template: str
    every: list[Any]


async def _list(made: Parts, session: Session, provider_id: str, listed: Listed, begin: int, **more: Any) -> Response:
    name = await run_in_threadpool(names.one, made.store, provider_id)
    return page(
        "own/list.html", session, title=listed.title, provider_id=provider_id, name=name, part=listed.template,
        ones=listed.every[begin : begin + PAGE], begin=begin, size=PAGE, total=len(listed.every), words=wording, **more,
    )  # fmt: skip
