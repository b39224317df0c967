"""A provider's challenge, and its answer by an officer, in a browser (rulings 30)."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import disputing, register
from services.governance.disputes_api import DisputeId
from services.governance.domain import dispute
from services.governance.matter import Matter
from services.governance.parts import DECIDING, Ready
from services.governance.web import words
from services.governance.web.desk import PageRoute
from services.governance.web.form import Form
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import SignedIn
from services.governance.web.sessions import Session

router = APIRouter(prefix="/challenges", include_in_schema=False, route_class=PageRoute)
Decider = Annotated[Session, Depends(SignedIn(*DECIDING))]
OUTCOMES: Final = (
    ("upheld", "Upheld: the provider is right"), ("part_upheld", "Partly upheld"),
    ("not_upheld", "Not upheld: what is on record stands"), ("withdrawn", "The provider withdrew it"),
)  # fmt: skip


@router.get("/{dispute_id}")
async def ask(dispute_id: DisputeId, session: Decider, made: Ready) -> Response:
    """What is challenged, and the form of the answer."""
    found = await run_in_threadpool(made.matters.matter, dispute.KIND, dispute_id, session.principal.places)
    seen = await run_in_threadpool(register.provider, made.store, found.subject, session.principal.places)
    return show(_asked(found, seen.facts["name"]), session)


@router.post("/{dispute_id}")
async def answer(dispute_id: DisputeId, request: Request, session: Decider, made: Ready) -> Response:
    """Answer it."""
    found = await run_in_threadpool(made.matters.matter, dispute.KIND, dispute_id, session.principal.places)
    seen = await run_in_threadpool(register.provider, made.store, found.subject, session.principal.places)
    return await carry_out(
        request, _asked(found, seen.facts["name"]), session, made,
        do=lambda order, asking: disputing.answer(made.matters, dispute_id, order, asking),
        then="/decisions?done=answered",
    )  # fmt: skip


def _asked(found: Matter, name: str) -> Asked:
    form = Form(
        disputing.Answer,
        labels={"outcome": "What comes of it?", "statement": "Your answer"}, choices={"outcome": OUTCOMES},
        hints={"statement": "Kept sealed. If something on record is wrong, let it be corrected or withdrawn as well."},
    )  # fmt: skip
    more = {"name": name, "provider_id": found.subject, "grounds": words.plain(found.state.raised.grounds),
            "event_id": found.state.raised.event_id, "dispute_id": found.matter_id,
            "outcome": found.state.answered and found.state.answered.outcome}  # fmt: skip
    return Asked(
        "Answer a challenge", form, "/decisions", "Record the answer", template="deciding/challenge.html", more=more
    )
