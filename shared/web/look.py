"""The one look of our pages: GOV.UK's patterns in a style sheet of our own, no script, nothing from elsewhere."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse

from shared.security import PUBLIC

HERE: Final = Path(__file__).parent
STYLE: Final = "/look.css"
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

router = APIRouter(include_in_schema=False, dependencies=[PUBLIC])


@router.get(STYLE)
async def style() -> FileResponse:
    """The style sheet. It says nothing of anybody."""
    return FileResponse(HERE / "look.css", media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


def page(templates: Path, name: str, status: int = 200, **words: Any) -> HTMLResponse:
    """A page of these templates, which extend `base.html`; what people wrote goes in as text only."""
    return HTMLResponse(environment(templates).get_template(name).render(words), status, HEADERS)


@cache
def environment(folder: Path) -> jinja2.Environment:
    """The templates of one folder, and ours."""
    # Not StrictUndefined: the components' macros ask for what was not given.
    loader = jinja2.ChoiceLoader(
        [
            jinja2.FileSystemLoader([folder, HERE]),
            jinja2.PrefixLoader({"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
