"""Assessments in a browser: the list, one, a new one, and its steps; no score before the draft is shared (CAL-4)."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import matters, register
from services.governance.decisions_api import ProviderId
from services.governance.domain import quality_assessment
from services.governance.monitoring import listing, sets
from services.governance.monitoring.assessing import Assessing
from services.governance.monitoring.assessments_api import ASSESSING, AssessmentId
from services.governance.parts import Parts, Ready, scope
from services.governance.web import names, words
from services.governance.web.desk import PageRoute, page
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.form_reading import filled
from services.governance.web.guard import Knower, SignedIn
from services.governance.web.officers import answering, assessment_forms, wording
from services.governance.web.sessions import Session
from shared import calendar, clock

router = APIRouter(include_in_schema=False, route_class=PageRoute)
Assessor = Annotated[Session, Depends(SignedIn(*ASSESSING))]
StepName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]
PAGE: Final = 50
STATES: Final = (
    ("open", "not concluded"),
    ("begun", "being answered"),
    ("draft", "draft shared"),
    ("final", "final"),
    ("", "all"),
)


@router.get("/assessments")
async def assessments(
    *, session: Knower, made: Ready,
    place: Annotated[str, Query(pattern=r"^([A-Z][0-9]{8})?$")] = "",
    provider: Annotated[str, Query(pattern=r"^(prv-[0-9a-z]{1,40})?$")] = "",
    state: Annotated[str, Query(pattern=r"^[a-z]{0,10}$")] = "",
    after: Annotated[str, Query(max_length=60)] = "",
) -> Response:  # fmt: skip
    """Assessments, those due first; without a score before its time."""
    chosen = {"place": place, "provider": provider, "state": state}
    fields = {"status": state} if state not in ("", "open") else {}
    places, is_open = scope(session.principal, place or None), True if state == "open" else None
    asked = listing.Asked(places, provider or None, is_open, None, fields, after or None, PAGE)
    found, more = await run_in_threadpool(listing.page, made.store, quality_assessment.KIND.name, asked)
    known = await run_in_threadpool(names.of, made.store, [*(one["provider_id"] for one in found), provider])
    return page(
        "officers/assessments.html", session, title="Assessments", found=found, names=known, chosen=chosen,
        states=STATES, sets=sets.shipped(), next=more and urlencode(chosen | {"after": more}), wording=wording,
        today=calendar.london_date(clock.now()), may=session.principal.has(*ASSESSING),
    )  # fmt: skip


@router.get("/assessments/{assessment_id}")
async def one(assessment_id: AssessmentId, session: Knower, made: Ready) -> Response:
    """One assessment: its standards, how far it is, and what may be done."""
    found = await run_in_threadpool(assessment, made, assessment_id, session)
    questions = sets.named(found["question_set"], found["version"])
    sections = answering.sections(questions, found["service_type"])
    asked = sum(len(each.asked) for each in sections)
    may, missing = session.principal.has(*ASSESSING), asked - len(found["answers"])
    known = await run_in_threadpool(names.of, made.store, [found["provider_id"]])
    return page(
        "officers/assessment.html", session, title=questions.title, one=found, questions=questions, names=known,
        standards=sections, asked=asked, missing=missing, given=dict(answering.GIVEN), wording=wording,
        may_answer=may and found["status"] in ("begun", "draft"), worded=answering.worded,
        asks=answering.asked_of(questions),
        doing=assessment_forms.offered(found, missing) if may else [], today=calendar.london_date(clock.now()),
    )  # fmt: skip


@router.get("/providers/{provider_id}/assessments/new")
async def ask_new(provider_id: ProviderId, session: Assessor, made: Ready) -> Response:
    """Begin one: the form."""
    return show(await run_in_threadpool(_new, made, provider_id, session), session)


@router.post("/providers/{provider_id}/assessments/new")
async def new(provider_id: ProviderId, request: Request, session: Assessor, made: Ready) -> Response:
    """Begin one."""
    works = Assessing(made.store, made.matters, made.vault)
    return await carry_out(
        request, await run_in_threadpool(_new, made, provider_id, session), session, made,
        do=lambda order, asking: works.begin(provider_id, order, asking),
        then=lambda answer: f"/assessments/{answer['assessment_id']}?done=begun",
    )  # fmt: skip


@router.get("/assessments/{assessment_id}/steps/{name}")
async def ask_step(assessment_id: AssessmentId, name: StepName, session: Assessor, made: Ready) -> Response:
    """One step: its form; the final rating with an action for each issue."""
    found, asked = await run_in_threadpool(_step, made, assessment_id, name, session)
    questions, today = sets.named(found["question_set"], found["version"]), calendar.london_date(clock.now())
    begins = assessment_forms.suggested(found, questions, today) if name == "completed" else {}
    return show(asked, session, filled(asked.form, begins))


@router.post("/assessments/{assessment_id}/steps/{name}")
async def step(
    assessment_id: AssessmentId, name: StepName, request: Request, session: Assessor, made: Ready
) -> Response:
    """One step."""
    _, asked = await run_in_threadpool(_step, made, assessment_id, name, session)
    works = Assessing(made.store, made.matters, made.vault)
    return await carry_out(
        request, asked, session, made, do=lambda order, asking: works.step(assessment_id, order, asking),
        then=f"/assessments/{assessment_id}?done={name}",
    )  # fmt: skip


def assessment(made: Parts, assessment_id: str, session: Session) -> dict[str, Any]:
    """As the HTTP interface shows it. Raises Unknown."""
    return matters.shown(made.matters.matter(quality_assessment.KIND, assessment_id, session.principal.places))


def _step(made: Parts, assessment_id: str, name: str, session: Session) -> tuple[dict[str, Any], Asked]:
    found = assessment(made, assessment_id, session)
    questions = sets.named(found["question_set"], found["version"])
    return found, assessment_forms.step(found, names.one(made.store, found["provider_id"]), questions, name)


def _new(made: Parts, provider_id: str, session: Session) -> Asked:
    seen = register.provider(made.store, provider_id, session.principal.places)
    asked = listing.Asked([seen.place], provider_id, limit=20)
    visits = [
        (one["visit_id"], f"{words.plain(one['purpose'])} visit, {words.day(one['visited_on'] or one['planned_for'])}")
        for one in listing.page(made.store, "visit", asked)[0]
        if not one.get("elsewhere") and one["status"] != "cancelled"
    ]
    return assessment_forms.new(provider_id, seen.facts["name"], sets.shipped(), seen.facts["service_type"], visits)
