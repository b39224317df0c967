"""The status page: which service this is and whether it is well. No provider's data, so no sign-in."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from services.governance.web import guard, navigation
from services.governance.web.desk import STATIC, NotSignedIn, page
from shared import security

router = APIRouter(include_in_schema=False, dependencies=[security.PUBLIC])
KEPT = {"Cache-Control": "public, max-age=3600"}


@router.get("/")
async def front(request: Request) -> RedirectResponse:
    """Whoever opens the address wants their first section: for most the dashboards."""
    try:
        session = await guard.found(request)
    except NotSignedIn:
        return RedirectResponse("/sign-in", 303)
    return RedirectResponse(navigation.front(session.principal), 303)


@router.get("/status")
async def status(request: Request) -> HTMLResponse:
    """For whoever runs it."""
    checks = await request.app.state.readiness.report()
    return page("status.html", None, title="Status", checks=checks, well=all(check["ok"] for check in checks))


@router.get("/pages.css")
async def style() -> FileResponse:
    """The style sheet of these pages. It says nothing of anybody."""
    return FileResponse(STATIC / "pages.css", media_type="text/css", headers=KEPT)


@router.get("/pages.js")
async def script() -> FileResponse:
    """The one script: it keeps open pages up to date. Without it every page is complete, as of when it was loaded."""
    return FileResponse(STATIC / "pages.js", media_type="text/javascript", headers=KEPT)
