"""What a provider does on its own pages: answers a draft assessment, hands its plan in, signs, challenges."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import matters
from services.governance.asking import Unknown
from services.governance.decisions_api import ProviderId
from services.governance.matter import Matter
from services.governance.monitoring import sets
from services.governance.monitoring.assessments_api import AssessmentId
from services.governance.own import orders
from services.governance.own.api import owning
from services.governance.parts import Parts, Ready, asking, readable
from services.governance.plans_api import PlanId
from services.governance.web import names
from services.governance.web.desk import PageRoute, page
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.own import wording
from services.governance.web.own.my_page import Owner
from services.governance.web.sessions import Session
from services.governance.web.written import Reading, Written
from shared import calendar, clock

router = APIRouter(prefix="/my/{provider_id}", include_in_schema=False, route_class=PageRoute)
Word = Annotated[str, Path(pattern=r"^(comment|dispute)$")]
PlanWord = Annotated[str, Path(pattern=r"^(hand-in|sign)$")]
EventId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


@router.get("/assessments/{assessment_id}")
async def assessment(provider_id: ProviderId, assessment_id: AssessmentId, session: Owner, made: Ready) -> Response:
    """A draft with its days, or the final rating: questions, answers, scores. Never its evidence."""
    found = await run_in_threadpool(owning(made).assessment, session.principal, provider_id, assessment_id)
    shown, today = matters.shown(found), calendar.london_date(clock.now())
    late = orders.is_late(today, found.state.draft.comments_due if found.state.draft else None)
    rows, title = _rows(found)
    name = await run_in_threadpool(names.one, made.store, provider_id)
    return page(
        "own/assessment.html", session, title=title, name=name, a=shown, rows=rows, today=today, words=wording,
        may_answer=shown["status"] == "draft" and not late, late=late, provider_id=provider_id,
        left=wording.options(rows, shown["disputes"]),
    )  # fmt: skip


@router.get("/assessments/{assessment_id}/{word}")
async def ask_word(
    provider_id: ProviderId, assessment_id: AssessmentId, word: Word, session: Owner, made: Ready
) -> Response:
    """A comment or a dispute: its form."""
    return show(await run_in_threadpool(_word, made, session, provider_id, assessment_id, word), session)


@router.post("/assessments/{assessment_id}/{word}")
async def give_word(
    *, provider_id: ProviderId, assessment_id: AssessmentId, word: Word, request: Request, session: Owner, made: Ready
) -> Response:
    """A comment or a dispute."""
    asked = await run_in_threadpool(_word, made, session, provider_id, assessment_id, word)
    own, who = owning(made), session.principal
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: own.answer(who, provider_id, assessment_id, order, asking),
        then=f"{asked.back}?done={word}",
    )  # fmt: skip


@router.get("/plans/{plan_id}")
async def plan(provider_id: ProviderId, plan_id: PlanId, session: Owner, made: Ready) -> Response:
    """Its improvement plan."""
    found = await run_in_threadpool(owning(made).plan, session.principal, provider_id, plan_id)
    return await _plan_page(made, session, found)


@router.post("/plans/{plan_id}")
async def read_plan(provider_id: ProviderId, plan_id: PlanId, session: Owner, made: Ready) -> Response:
    """The same with what was written for it to act on. That it was read is kept."""
    found = await run_in_threadpool(owning(made).plan, session.principal, provider_id, plan_id)
    reading, who, may = Reading(made.store, made.vault), asking(session.principal, made), readable(session.principal)
    said = await run_in_threadpool(reading.of, provider_id, "plan", ("plan_id", plan_id), who, may)
    return await _plan_page(made, session, found, wording.for_provider(said))


@router.get("/plans/{plan_id}/{word}")
async def ask_plan(provider_id: ProviderId, plan_id: PlanId, word: PlanWord, session: Owner, made: Ready) -> Response:
    """Hand it in, or sign it: the form."""
    return show(await run_in_threadpool(_plan, made, session, provider_id, plan_id, word), session)


@router.post("/plans/{plan_id}/{word}")
async def do_plan(
    *, provider_id: ProviderId, plan_id: PlanId, word: PlanWord, request: Request, session: Owner, made: Ready
) -> Response:
    """Hand it in, or sign it."""
    asked = await run_in_threadpool(_plan, made, session, provider_id, plan_id, word)
    own, who = owning(made), session.principal
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: own.plan_step(who, provider_id, plan_id, order, asking),
        then=f"{asked.back}?done={'signed' if word == 'sign' else 'handed_in'}",
    )  # fmt: skip


@router.get("/recorded/{event_id}/challenge")
async def ask_challenge(provider_id: ProviderId, event_id: EventId, session: Owner, made: Ready) -> Response:
    """A challenge: the form."""
    return show(await run_in_threadpool(_challenge, made, session, provider_id, event_id), session)


@router.post("/recorded/{event_id}/challenge")
async def challenge(
    provider_id: ProviderId, event_id: EventId, request: Request, session: Owner, made: Ready
) -> Response:
    """A challenge."""
    asked = await run_in_threadpool(_challenge, made, session, provider_id, event_id)
    own, who = owning(made), session.principal
    return await carry_out(
        request, asked, session, made,
        do=lambda order, asking: own.challenge(who, provider_id, order, asking),
        then=f"/my/{provider_id}?done=challenge",
    )  # fmt: skip


async def _plan_page(
    made: Parts, session: Session, found: Matter, written: Sequence[Written] | None = None
) -> Response:
    name = await run_in_threadpool(names.one, made.store, found.subject)
    return page(
        "own/plan.html", session, title="Our improvement plan", name=name, plan=matters.shown(found),
        signed=found.state.signed, today=calendar.london_date(clock.now()), provider_id=found.subject, written=written,
    )  # fmt: skip


def _rows(found: Matter) -> tuple[list[Any], str]:
    begun = found.state.begun
    asked = sets.named(begun.question_set, begun.version)
    return wording.questions(asked, begun.service_type, matters.shown(found)["answers"]), asked.title


def _word(made: Parts, session: Session, provider_id: str, assessment_id: str, word: str) -> Asked:
    found = owning(made).assessment(session.principal, provider_id, assessment_id)
    rows, _ = _rows(found)
    back, name = f"/my/{provider_id}/assessments/{assessment_id}", names.one(made.store, provider_id)
    if word == "comment":
        return Asked("Answer the draft assessment", wording.commented(), back, "Send", about=name)
    return Asked("Dispute an answer", wording.disputed(rows, found.state.disputes), back, "Send", about=name)


def _plan(made: Parts, session: Session, provider_id: str, plan_id: str, word: str) -> Asked:
    owning(made).plan(session.principal, provider_id, plan_id)
    back, name = f"/my/{provider_id}/plans/{plan_id}", names.one(made.store, provider_id)
    if word == "sign":
        says = ("You sign that the improvements are made. The council signs too.",)
        return Asked("Sign the improvement plan", wording.SIGNED, back, "Sign", says, name)
    says = ("You say that every action is done. The council and you then sign.",)
    return Asked("Hand the improvement plan in", wording.SUBMITTED, back, "Hand in", says, name)


def _challenge(made: Parts, session: Session, provider_id: str, event_id: str) -> Asked:
    known = owning(made).recorded(session.principal, provider_id, clock.now())
    found = next((one for one in known if one["event_id"] == event_id), None)
    if found is None:
        raise Unknown("nothing of yours has this id")
    says = (f"You challenge: {wording.recorded(found)}.", "It stands until the challenge is answered.")
    form, name = wording.challenged(event_id), names.one(made.store, provider_id)
    back = f"/my/{provider_id}/recorded"
    return Asked("Challenge what is recorded", form, back, "Send the challenge", says, name)
