"""The status page at `/`: which service this is and whether it is well. No provider's data, so no sign-in."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, select_autoescape

from shared import security

router = APIRouter(include_in_schema=False)
_pages = Environment(loader=PackageLoader("services.governance"), autoescape=select_autoescape())


@router.get("/", dependencies=[security.PUBLIC])
async def status(request: Request) -> HTMLResponse:
    """For whoever opens the address in a browser."""
    checks = await request.app.state.readiness.report()
    page = _pages.get_template("status.html").render(checks=checks, well=all(check["ok"] for check in checks))
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})
