"""Which words are due for erasure: by class, by service; and the request that asks for it (architecture §9)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance.decisions_api import ProviderId
from services.governance.parts import Ready
from services.governance.policy_api import Place
from services.governance.proof import orders
from services.governance.proof.due import Due
from services.governance.proof.erasing import Erasing
from services.governance.proof.erasures_api import REQUESTING
from services.governance.proof.retention_api import get_retention
from services.governance.web import names, words
from services.governance.web.desk import PageRoute, page
from services.governance.web.form import Form
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.operations.doors import Keeper, Looker

router = APIRouter(include_in_schema=False, route_class=PageRoute)
PAGE: Final = 50


@router.get("/operations/retention/{place}")
async def retention(
    *, place: Place, request: Request, session: Looker, made: Ready,
    provider: Annotated[str, Query(pattern=r"^(prv-[0-9a-z]{1,40})?$")] = "",
    after: Annotated[str, Query(pattern=r"^([0-9-]{10}~[0-9a-f-]{36})?$")] = "",
) -> Response:  # fmt: skip
    """Counts of a place; of one service, which events they are."""

    def found() -> tuple[dict[str, Any], dict[str, str]]:
        said = get_retention(
            place=place, request=request, principal=session.principal, made=made, provider=provider or None,
            limit=PAGE, cursor=after,
        )  # fmt: skip
        named = [provider] if provider else [one["provider_id"] for one in said["due"]]
        return said, names.of(made.store, named)

    said, called = await run_in_threadpool(found)
    return page(
        "operations/retention.html", session, title=f"How long words are kept: {words.place(place)}", said=said,
        names=called, place=place, provider=provider, may=session.principal.has(*REQUESTING),
    )  # fmt: skip


@router.get("/providers/{provider_id}/erasures/due")
async def ask_due(provider_id: ProviderId, session: Keeper) -> Response:
    """Ask that all that is due be erased: the form."""
    return show(_asked(provider_id), session)


@router.post("/providers/{provider_id}/erasures/due")
async def due(provider_id: ProviderId, request: Request, session: Keeper, made: Ready) -> Response:
    """Ask that all that is due be erased: another person agrees."""
    erasing = Erasing(made.store, made.matters, made.vault, made.packs, made.digest_key)
    dues = Due(made.store, made.vault, request.app.state.retention)
    return await carry_out(
        request, _asked(provider_id), session, made,
        do=lambda order, asking: erasing.request_due(provider_id, order, dues, asking),
        then="/operations/erasures?done=requested",
    )  # fmt: skip


def _asked(provider_id: str) -> Asked:
    says = ("All words of this service that are not kept any longer, at most 500 events. Another person has to agree.",)
    form = Form(orders.Expired, hints={"reason": "No names of people"})
    return Asked("Ask that what is due be erased", form, f"/providers/{provider_id}", "Ask for it", says)
