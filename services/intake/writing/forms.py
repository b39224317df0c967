"""The forms: one question a page, saved at each step (architecture §5, intake)."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.intake.writing import form_pages, limits, questions
from services.intake.writing.form_desk import Here, HtmlRoute, Sent, of, see
from services.intake.writing.form_kinds import Shown, filled, held, next_page
from services.intake.writing.questions import Answers, Form, Page
from services.intake.writing.service_choice import LOOKED_FOR, SERVICE
from shared import calendar
from shared.security import PUBLIC


def router(shown: Shown) -> APIRouter:
    """The questions of one form, for whoever holds a draft of it."""
    routes = APIRouter(prefix=f"/{shown.kind}", include_in_schema=False, dependencies=[PUBLIC], route_class=HtmlRoute)

    @routes.get("/questions/{name}")
    async def ask(request: Request, name: str, here: Here) -> Response:
        draft, code = await held(request, here, shown.kind)
        if draft.state != "open":
            return see(f"/{shown.kind}/sent")
        answers = await here.drafts.answers(draft)
        form = await filled(here, draft, shown.form(draft), answers)
        at = form.page(name)
        if at is None or at not in form.asked(answers):
            return see(next_page(form, answers))
        is_change = "change" in request.query_params
        back = _back(form, name, answers, is_change=is_change)
        return form_pages.question(form, at, answers, token=here.token(code), back=back, is_change=is_change)

    @routes.post("/questions/{name}")
    async def answer(request: Request, name: str, sent: Sent, here: Here) -> Response:
        draft, code = await held(request, here, shown.kind)
        here.must_be_ours(sent, code)
        answers = await here.drafts.answers(draft) if draft.state == "open" else {}
        form = await filled(here, draft, shown.form(draft), answers)
        at = form.page(name)
        if draft.state != "open" or at is None:
            return see(f"/{shown.kind}/sent" if draft.state != "open" else next_page(form, answers))
        if _is_search(at):
            await here.count(request, limits.SEARCHES)
        told, errors = questions.read(at, sent, calendar.london_date(here.parts.now()))
        is_later, is_change = bool(of(sent, "later")), bool(of(sent, "change"))
        if is_later:  # what is not filled in yet may stay so
            errors = {each: words for each, words in errors.items() if not questions.is_missing(at, each, words)}
            told = {each: value for each, value in told.items() if value}
        if errors:
            back = _back(form, name, answers, is_change=is_change)
            return form_pages.question(
                form, at, answers | told, token=here.token(code), back=back, errors=errors, posted=sent,
                is_change=is_change,
            )  # fmt: skip
        kept = _kept(answers, told)
        if not await here.drafts.save(draft, kept, here.parts.now()):
            return see(f"/{shown.kind}/sent")
        if is_later:
            return see(f"/{shown.kind}/save")
        following = None if is_change else form.after(name, kept)
        return see(f"/{form.kind}/questions/{following.name}" if following else next_page(form, kept))

    return routes


def _back(form: Form, name: str, answers: Answers, *, is_change: bool) -> str:
    if is_change:
        return f"/{form.kind}/answers"
    before = form.before(name, answers)
    return f"/{form.kind}/questions/{before.name}" if before else f"/{form.kind}"


def _is_search(at: Page) -> bool:
    return any(each.name == LOOKED_FOR for each in at.questions)


def _kept(answers: Answers, told: Answers) -> dict[str, str | list[str]]:
    """The answers with those of one page. Another search is another choice."""
    kept = {**answers, **told}
    if LOOKED_FOR in told and told[LOOKED_FOR] != answers.get(LOOKED_FOR):
        kept.pop(SERVICE, None)
    return kept
