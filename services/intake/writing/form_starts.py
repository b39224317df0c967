"""Where a form begins, or is taken up again (architecture §5, intake)."""

import re
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.intake.judgement import ANYWHERE
from services.intake.writing import form_pages, limits
from services.intake.writing.form_desk import Here, HtmlRoute, Sent, of, see
from services.intake.writing.form_kinds import Shown
from shared.security import PUBLIC
from shared.web.refusal import Refusal

PLACE = re.compile(r"[A-Z][0-9]{8}")


def starts(shown: Shown, title: str) -> APIRouter:
    """Where anybody may begin a form."""
    routes = APIRouter(prefix=f"/{shown.kind}", include_in_schema=False, dependencies=[PUBLIC], route_class=HtmlRoute)
    template = f"{shown.kind}_start.html"

    @routes.get("")
    async def begin(request: Request) -> Response:
        return form_pages.page(
            template, title=title, action=f"/{shown.kind}", place=_place(request.query_params.get("place"))
        )

    @routes.post("")
    async def start(request: Request, sent: Sent, here: Here) -> Response:
        place = _place(of(sent, "place"))
        if of(sent, "website"):  # what only a program fills in: told, never dropped in silence
            errors = [{"text": "Leave the hidden field empty", "href": "#website"}]
            return form_pages.page(template, 422, title=title, action=f"/{shown.kind}", place=place, errors=errors)
        await here.count(request, limits.STARTS)
        places = [place] if place else [ANYWHERE]
        code = await here.drafts.start(shown.kind, shown.letter, places=places, now=here.parts.now())
        answer = see(f"/{shown.kind}/answers")
        here.hold(answer, shown.kind, code)
        return answer

    @routes.get("/{place}")
    async def begin_in(place: str) -> Response:
        if not _place(place):
            raise Refusal(404, "There is no such page", "Check the address.")
        return form_pages.page(template, title=title, action=f"/{shown.kind}", place=place)

    return routes


def resumes(shown: Shown) -> APIRouter:
    """Where somebody with a code comes back."""
    routes = APIRouter(prefix=f"/{shown.kind}", include_in_schema=False, dependencies=[PUBLIC], route_class=HtmlRoute)

    @routes.get("/resume")
    async def ask_code() -> Response:
        return _resume()

    @routes.post("/resume")
    async def resume(request: Request, sent: Sent, here: Here) -> Response:
        await here.count(request, limits.CODES)
        code = of(sent, "code")
        draft = await here.drafts.find(shown.kind, code, here.parts.now())
        if draft is None:
            return _resume("Enter the code as you wrote it down. Saved answers are deleted after 28 days", code)
        answer = see(f"/{shown.kind}/answers" if draft.state == "open" else f"/{shown.kind}/sent")
        here.hold(answer, shown.kind, code)
        return answer

    return routes


def _resume(error: str = "", code: str = "") -> Response:
    field: dict[str, Any] = {
        "id": "code", "name": "code", "label": {"text": "Your secret code", "classes": "govuk-label--s"}, "value": code,
        "hint": {"text": "16 letters and numbers, such as 7K3M-9QXF-2T8W-4ZPA"}, "classes": "govuk-input--width-20",
        "autocomplete": "off", "spellcheck": False,
    }  # fmt: skip
    errors = [{"text": error, "href": "#code"}] if error else []
    if error:
        field["errorMessage"] = {"text": error}
    return form_pages.page(
        "resume.html", 422 if error else 200, title="Come back to saved answers", fields=[field], errors=errors
    )


def _place(value: str | None) -> str:
    return value if value and PLACE.fullmatch(value) else ""
