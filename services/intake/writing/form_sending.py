"""Check your answers, send them once, or put them by for later (architecture §5, intake)."""

import contextlib

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.intake.writing import form_pages
from services.intake.writing.drafts import LASTS
from services.intake.writing.form_desk import Here, HtmlRoute, Sent, see
from services.intake.writing.form_kinds import Shown, filled, held, known_rows
from services.intake.writing.submitting import LATER
from shared import calendar
from shared.security import PUBLIC


def router(shown: Shown) -> APIRouter:
    """The last pages of one form, for whoever holds a draft of it."""
    routes = APIRouter(prefix=f"/{shown.kind}", include_in_schema=False, dependencies=[PUBLIC], route_class=HtmlRoute)

    @routes.get("/answers")
    async def check(request: Request, here: Here) -> Response:
        draft, code = await held(request, here, shown.kind)
        if draft.state != "open":
            return see(f"/{shown.kind}/sent")
        answers = await here.drafts.answers(draft)
        form = await filled(here, draft, shown.form(draft), answers)
        if missing := form.unanswered(answers):
            return see(f"/{form.kind}/questions/{missing.name}")
        known = known_rows(draft.bound)
        return form_pages.answered(form, answers, token=here.token(code), says=shown.sending, known=known)

    @routes.post("/answers")
    async def send(request: Request, sent: Sent, here: Here) -> Response:
        draft, code = await held(request, here, shown.kind)
        here.must_be_ours(sent, code)
        if draft.state == "open":
            answers = await here.drafts.answers(draft)
            form = shown.form(draft)
            if missing := form.unanswered(answers):
                return see(f"/{form.kind}/questions/{missing.name}")
            if await here.drafts.save(draft, form.kept(answers), here.parts.now()):
                draft = await here.drafts.submit(draft, here.parts.now())
        if draft.state == "submitted":
            with contextlib.suppress(*LATER):  # it is kept as it was sent, and the sweep records it
                await here.submitting.record(draft)
        return see(f"/{shown.kind}/sent")

    @routes.get("/sent")
    async def thank(request: Request, here: Here) -> Response:
        draft, code = await held(request, here, shown.kind)
        if draft.state == "open":
            return see(f"/{shown.kind}/answers")
        return form_pages.page(
            "sent.html", title=shown.thanks, reference=draft.reference, says=shown.next,
            code=code if shown.has_status else "",
        )  # fmt: skip

    @routes.get("/save")
    async def save(request: Request, here: Here) -> Response:
        _, code = await held(request, here, shown.kind)
        until = calendar.london_date(here.parts.now() + LASTS)
        return form_pages.page("save.html", title="Your answers are saved", kind=shown.kind, code=code,
            until=f"{until.day} {until:%B %Y}", token=here.token(code),
        )  # fmt: skip

    @routes.post("/save")
    async def leave(request: Request, sent: Sent, here: Here) -> Response:
        _, code = await held(request, here, shown.kind)
        here.must_be_ours(sent, code)
        answer = form_pages.message(
            "You can close this page", "Your answers stay with us until you come back with your code."
        )
        here.let_go(answer, shown.kind)
        return answer

    return routes
