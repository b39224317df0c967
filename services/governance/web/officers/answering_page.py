"""Answering a set of questions on a tablet: one standard a page, saved page by page; nobody sees a score meanwhile."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from services.governance import history, tables
from services.governance.asking import Asking, Reply, Unfit, Unknown
from services.governance.monitoring import assessment_orders, sets
from services.governance.monitoring.assessing import Assessing
from services.governance.monitoring.assessments_api import AssessmentId
from services.governance.parts import Parts, Ready, readable
from services.governance.web import names, words
from services.governance.web.desk import PageRoute
from services.governance.web.form import Choices
from services.governance.web.form_page import Asked, carry_out, show
from services.governance.web.officers import answering
from services.governance.web.officers.answering import Section
from services.governance.web.officers.assessments_page import Assessor, assessment
from services.governance.web.sessions import Session
from shared import clock

router = APIRouter(prefix="/assessments", include_in_schema=False, route_class=PageRoute)
Standard = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
SHOWS: Final = (
    "quality_concern.raised", "complaint.received", "feedback.received", "professional_feedback.received",
    "incident.reported", "medicines_review.received", "ipc_audit.received", "regulatory_report.received",
    "visit.finding_recorded", "returns.analysed",
)  # fmt: skip
"""Events with themes: what a question of the same theme may rest on."""
YEAR: Final = timedelta(days=365)
MOST: Final = 6


@router.get("/{assessment_id}/answer/{standard}")
async def ask(assessment_id: AssessmentId, standard: Standard, session: Assessor, made: Ready) -> Response:
    """The questions of one standard, with what was answered."""
    found = await run_in_threadpool(assessment, made, assessment_id, session)
    section, asked, _ = await run_in_threadpool(_asked, made, found, standard, session)
    return show(asked, session, answering.known(section, found["answers"]))


@router.post("/{assessment_id}/answer/{standard}")
async def answer(
    assessment_id: AssessmentId, standard: Standard, request: Request, session: Assessor, made: Ready
) -> Response:
    """What is new in them is recorded as one step; then the next standard."""
    found = await run_in_threadpool(assessment, made, assessment_id, session)
    section, asked, then = await run_in_threadpool(_asked, made, found, standard, session)
    return await carry_out(request, asked, session, made, do=_answers(made, found, section), then=then)


def _answers(made: Parts, found: dict[str, Any], section: Section) -> Callable[[Any, Asking], Reply]:
    def do(said: Any, asking: Asking) -> Reply:
        new = answering.changed(section, found["answers"], said)
        if not new:
            return Reply(200, found)
        order = assessment_orders.Answered(type="answered", answers=tuple(one for _, one in new))
        try:
            return Assessing(made.store, made.matters, made.vault).step(found["assessment_id"], order, asking)
        except Unfit as error:
            path = answering.beside(error.path, [number for number, _ in new])
            raise Unfit(path, error.problem, error.fix) from None

    return do


def _asked(made: Parts, found: dict[str, Any], standard: str, session: Session) -> tuple[Section, Asked, str]:
    """The standard, its form, and where one goes on from it. Raises Unknown."""
    questions = sets.named(found["question_set"], found["version"])
    sections = answering.sections(questions, found["service_type"])
    at = next((number for number, one in enumerate(sections) if one.code == standard), None)
    if at is None:
        raise Unknown("these questions have no such standard")
    section, given, here = sections[at], found["answers"], f"/assessments/{found['assessment_id']}"
    events_at = f"/providers/{found['provider_id']}/events"
    form = answering.form(section, given, _evidence(made, found["provider_id"], section, session), events_at)
    is_last = at == len(sections) - 1
    progress = {
        "at": at + 1, "of": len(sections), "answered": len(given), "asked": sum(len(one.asked) for one in sections),
    }  # fmt: skip
    asked = Asked(
        section.name,
        form,
        here,
        "Save" if is_last else "Save and go on",
        about=f"{names.one(made.store, found['provider_id'])}: {questions.title}",
        template="officers/answering.html",
        more={"progress": progress},
    )
    return section, asked, f"{here}?done=saved" if is_last else f"{here}/answer/{sections[at + 1].code}?done=saved"


def _evidence(made: Parts, provider_id: str, section: Section, session: Session) -> dict[str, Choices]:
    """For each question, the newest events of a year with one of its themes, that the assessor may read."""
    may = readable(session.principal)
    wanted = history.Wanted(types=tables.types(SHOWS), since=clock.now() - YEAR)
    with made.store.reading() as cursor:
        entries = [one for one in history.page(cursor, provider_id, wanted)[0] if one.classification in may]
    by_theme: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in reversed(entries):
        event = entry.event
        data = event["data"]
        for theme in (*data.get("themes", ()), *([data["theme"]] if data.get("theme") else ())):
            by_theme[theme][event["id"]] = f"{words.kind(event['type'])}, {words.day(event['time'])}"
    return {
        one.id: list({id_: text for theme in one.themes for id_, text in by_theme[theme].items()}.items())[:MOST]
        for one in section.asked
    }
