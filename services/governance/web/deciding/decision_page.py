"""One decision in a browser: its life, what it rests on and set going; its reason on demand; how it is answered."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import decisions_api, documents, doubted, orders, register
from services.governance.asking import Unknown
from services.governance.domain.taken import OPEN, Given, Taken
from services.governance.parts import DECIDING, Parts, Ready, asking, readable
from services.governance.web.deciding import living, picking, powers, reading, said
from services.governance.web.desk import PageRoute, page
from services.governance.web.form import Form
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.guard import Knower, SignedIn
from services.governance.web.sessions import Session
from shared.policies.pack import Pack

router = APIRouter(prefix="/decisions", include_in_schema=False, route_class=PageRoute)
Decider = Annotated[Session, Depends(SignedIn(*DECIDING))]
Answer = Annotated[str, Path(pattern=r"^[a-z_]{1,30}$")]
MODELS: Final[dict[str, tuple[type[orders.Answer], str]]] = {
    "consent": (orders.Consent, "consent"),
    "approval": (orders.Approval, "approve"),
    "ratification": (orders.Ratification, "ratify"),
}
"""What is given → the model of the HTTP interface, and its field that agrees."""


@router.get("/{decision_id}")
async def one(decision_id: UUID, session: Knower, made: Ready) -> Response:
    """One decision, without its reason."""
    return await _shown(decision_id, session, made)


@router.post("/{decision_id}")
async def opened(decision_id: UUID, session: Knower, made: Ready) -> Response:
    """The same with its reason in clear. That it was read is kept: so it is asked for, and not a GET."""
    taken, _ = await run_in_threadpool(_found, made, decision_id, session)
    reason = await run_in_threadpool(decisions_api.opened, made, taken, asking(session.principal, made))
    return await _shown(decision_id, session, made, reason=reason)


@router.get("/{decision_id}/{name}")
async def ask_answer(decision_id: UUID, name: Answer, session: Decider, made: Ready) -> Response:
    """Consent, approve, ratify, or refuse: the form."""
    taken, provider_id = await run_in_threadpool(_found, made, decision_id, session)
    return show(await _answer(name, taken, provider_id, session, made), session)


@router.post("/{decision_id}/{name}")
async def answer(decision_id: UUID, name: Answer, request: Request, session: Decider, made: Ready) -> Response:
    """Answer it: the decision waits for this."""
    taken, provider_id = await run_in_threadpool(_found, made, decision_id, session)
    asked = await _answer(name, taken, provider_id, session, made)
    _, given, agrees = said.ANSWERS[name]
    as_: Given = "approval" if given == "approval" else "consent"  # of a ratification too, as the HTTP interface has it
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asker: made.governance.answer(str(decision_id), as_, order, asker, agrees=agrees),
        then=f"/decisions/{decision_id}?done={name}",
    )  # fmt: skip


def _found(made: Parts, decision_id: UUID, session: Session) -> tuple[Taken, str]:
    """The decision, and whom it is about. Raises Unknown, also of a place that is not held."""
    provider_id, place = decisions_api.where(made, decision_id, session.principal)
    return made.store.case(provider_id, place).decision(str(decision_id)), provider_id


async def _shown(decision_id: UUID, session: Session, made: Parts, **more: Any) -> Response:
    known = await run_in_threadpool(_read, decision_id, session, made)
    taken: Taken = known["taken"]
    principal = session.principal
    actor = asking(principal, made).actor
    waits = taken.status in OPEN and known["is_pending"]
    answers = living.answers(taken, principal.organisation) if waits and principal.has(*DECIDING) else ()
    return page(
        "deciding/decision.html", session, title=living.called(taken.proposal.decision),
        answers=[(name, said.ANSWERS[name][0]) for name in answers if actor not in taken.people],
        took_part=bool(answers) and actor in taken.people, d=documents.taken(taken), waits=waits,
        has_reason=taken.proposal.rationale is not None, status_says=living.STATUS, waits_for=living.waits_for,
        organisation=living.organisation, fell=picking.FELL, **known, **more,
    )  # fmt: skip


def _read(decision_id: UUID, session: Session, made: Parts) -> dict[str, Any]:
    """Everything that the page shows. Blocks. Raises Unknown."""
    provider_id, place = decisions_api.where(made, decision_id, session.principal)
    case = made.store.case(provider_id, place)
    taken = case.decision(str(decision_id))
    step = taken.proposal
    with made.store.reading() as cursor:
        known = doubted.read(cursor, provider_id, step.evidence)
    seen = register.provider(made.store, provider_id, session.principal.places)
    pack = _pack(made, taken)
    return {
        "taken": taken,
        "provider_id": provider_id,
        "name": seen.facts["name"],
        "pieces": reading.pieces(made.store, provider_id, place, step.evidence, readable(session.principal)),
        "fallen": known.tainting(taken),
        "life": [living.step(event) for event in reading.life(made.store, provider_id, str(decision_id))],
        "tasks": reading.tasks(made.store, provider_id, str(decision_id)),
        "is_pending": any(one.proposal.decision_id == str(decision_id) for one in case.pending),
        "stands": str(decision_id) in case.standing.decisions,
        "body": powers.body_name(pack, step.body),
        "rule": next((each for each in powers.told(pack, step.decision.type) if each["id"] == step.rule), None),
        "settled": living.settled(step.decision),
    }


def _pack(made: Parts, taken: Taken) -> Pack | None:
    digest = taken.proposal.policy_digest
    return made.packs.pack(digest) if digest else None


async def _answer(name: str, taken: Taken, provider_id: str, session: Session, made: Parts) -> Asked:
    if name not in said.ANSWERS:
        raise Unknown("there is no such answer")
    title, given, agrees = said.ANSWERS[name]
    model, field = MODELS[given]
    seen = await run_in_threadpool(register.provider, made.store, provider_id, session.principal.places)
    what = living.called(taken.proposal.decision)
    form = Form(
        model, given={field: agrees, "organisation": None}, labels={"rationale": "Reason"},
        hints={"rationale": said.HINTS["rationale"]}, needed=() if agrees else ("rationale",),
    )  # fmt: skip
    return Asked(
        title, form, f"/decisions/{taken.proposal.decision_id}",
        title.removesuffix(" this decision").removesuffix(" to"),
        template="deciding/answer.html",
        more={"name": seen.facts["name"], "provider_id": provider_id, "what": what, "d": documents.taken(taken),
              "settled": living.settled(taken.proposal.decision), "agrees": agrees},
    )  # fmt: skip
