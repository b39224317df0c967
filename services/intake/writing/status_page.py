"""What has become of a concern, for whoever raised it: received, being looked at, dealt with. Nothing more leaks."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.intake.writing import form_pages, limits, standing
from services.intake.writing.drafts import Draft, plain
from services.intake.writing.form_desk import Desk, Here, HtmlRoute, Sent, of
from shared.security import PUBLIC

router = APIRouter(prefix="/concern/status", include_in_schema=False, dependencies=[PUBLIC], route_class=HtmlRoute)
TITLE = "Ask what has become of a concern"
WORDS: dict[standing.Step, tuple[str, ...]] = {
    "received": ("Received.", "We have it. Nobody has recorded yet that they are looking at it."),
    "looked_at": ("Being looked at.", "Somebody has it and is looking at it."),
    "dealt_with": ("Dealt with.", "It has been looked at and closed. We cannot say here what was found."),
}


@router.get("")
async def ask() -> Response:
    """Asks for the reference and the secret code."""
    return _form()


@router.post("")
async def tell(request: Request, sent: Sent, here: Here) -> Response:
    """Says how far it is. A wrong reference and a wrong code are answered alike."""
    await here.count(request, limits.CODES)
    reference, code = of(sent, "reference"), of(sent, "code")
    draft = await here.drafts.find("concern", code, here.parts.now()) if code else None
    if draft is None or draft.state == "open" or plain(draft.reference) != plain(reference):
        return _form("Enter the reference and the code as you wrote them down", reference)
    step = await _step(here, draft)
    return form_pages.page("status.html", title=WORDS[step][0], reference=draft.reference, says=WORDS[step][1:])


async def _step(here: Desk, draft: Draft) -> standing.Step:
    if draft.event_id is None:
        return "received"
    async with here.parts.pool.connection() as connection, connection.cursor() as cursor:
        found = await standing.by_event(cursor, draft.event_id)
    return found.step if found else "received"


def _form(error: str = "", reference: str = "") -> Response:
    fields: list[dict[str, Any]] = [
        {"id": "reference", "name": "reference", "label": {"text": "Your reference", "classes": "govuk-label--s"},
         "hint": {"text": "Such as C-7K3M-9QXF"}, "value": reference},
        {"id": "code", "name": "code", "label": {"text": "Your secret code", "classes": "govuk-label--s"},
         "hint": {"text": "16 letters and numbers"}},
    ]  # fmt: skip
    fields = [each | {"classes": "govuk-input--width-20", "autocomplete": "off"} for each in fields]
    if error:
        fields[0]["errorMessage"] = {"text": error}
    errors = [{"text": error, "href": "#reference"}] if error else []
    return form_pages.page("resume.html", 422 if error else 200, title=TITLE, fields=fields, errors=errors)
