"""Who was told what, and what became of it: dead deliveries sent again, answers that are missing (notify's)."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.governance.parts import Ready
from services.governance.web import names
from services.governance.web.desk import PageRoute, page
from services.governance.web.form import Form
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.neighbours import Near
from services.governance.web.operations.doors import Operator, Replayer, posting

router = APIRouter(include_in_schema=False, route_class=PageRoute)
PAGE: Final = 50
STATES: Final = {
    "dead": "Given up", "failed": "Failed, and tried again", "due": "Waiting to be sent",
    "escalated": "Sent, and nobody answered in time", "sent": "Sent", "acknowledged": "Answered",
    "suppressed": "Nobody is told, with the reason", "cancelled": "No longer needed",
}  # fmt: skip
DeliveryId = Annotated[UUID, Path()]


class Again(BaseModel):
    """Why a delivery that was given up is sent again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    why: str = Field(min_length=3, max_length=2000)


@router.get("/operations/deliveries")
async def deliveries(
    session: Operator, made: Ready, near: Near,
    state: Annotated[str, Query(pattern=f"^({'|'.join(STATES)})$")] = "dead",
    after: Annotated[str, Query(pattern="^[0-9]{0,19}$")] = "",
) -> Response:  # fmt: skip
    """By what became of them, the oldest first."""
    answer = await near.ask("notify", "/v1/deliveries", session.bearer, state=state, limit=PAGE, cursor=after)
    found = answer.body["deliveries"] if answer.is_good else []
    called = await run_in_threadpool(names.of, made.store, [one["provider_id"] for one in found if one["provider_id"]])
    return page(
        "operations/deliveries.html", session, title="Deliveries", answer=answer, state=state, states=STATES,
        names=called, may=session.principal.has("ops"),
    )  # fmt: skip


@router.get("/operations/deliveries/{delivery}/replay")
async def ask(delivery: DeliveryId, session: Replayer) -> Response:
    """Whether it is to be sent again."""
    del delivery
    return show(ASKED, session)


@router.post("/operations/deliveries/{delivery}/replay")
async def replay(delivery: DeliveryId, request: Request, session: Replayer, made: Ready, near: Near) -> Response:
    """Send it again, under the id that it had."""
    do = posting(near, "notify", f"/v1/deliveries/{delivery}/replay", session)
    return await carry_out(request, ASKED, session, made, do=do, then="/operations/deliveries?state=due&done=replayed")


ASKED: Final = Asked(
    "Send it again",
    Form(Again, labels={"why": "Why it is sent again"}, hints={"why": "It is on record. No names of people"}),
    "/operations/deliveries",
    "Send it again",
    ("It goes to the same recipient under the same number, so that nobody takes it for another message.",),
)
