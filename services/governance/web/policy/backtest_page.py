"""Reports of back-tests: those of the deployment's folder, and any that a reader uploads; nothing is stored."""

from pathlib import Path as Folder
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from services.governance.asking import Unknown
from services.governance.web.desk import PageRoute, page
from services.governance.web.guard import Reader
from services.governance.web.policy import backtest
from services.governance.web.sessions import Session

router = APIRouter(include_in_schema=False, route_class=PageRoute)
NAME: Final = r"^[a-z0-9][a-z0-9_-]{0,79}$"
FILE: Final = "report.json"
TITLE: Final = "Back-tests"


@router.get("/policy/backtests")
async def reports(request: Request, session: Reader) -> Response:
    """What there is, and where another is uploaded."""
    found = await run_in_threadpool(_names, request.app.state.settings.backtests)
    return page("policy/backtests.html", session, title=TITLE, names=found)


@router.post("/policy/backtests")
async def upload(request: Request, session: Reader) -> Response:
    """Read one that somebody has."""
    file = (await request.form()).get("file")
    text = await file.read() if isinstance(file, UploadFile) else b""
    try:
        return _shown(session, await run_in_threadpool(backtest.read, text))
    except backtest.NoReport as error:
        found = await run_in_threadpool(_names, request.app.state.settings.backtests)
        return page("policy/backtests.html", session, 422, title=TITLE, names=found, wrong=str(error))


@router.get("/policy/backtests/{name}")
async def report(name: Annotated[str, Path(pattern=NAME)], request: Request, session: Reader) -> Response:
    """One of the deployment's."""
    folder: Folder | None = request.app.state.settings.backtests
    if folder is None or name not in await run_in_threadpool(_names, folder):
        raise Unknown("there is no such report")
    return _shown(session, backtest.read(await run_in_threadpool((folder / name / FILE).read_bytes)))


def _shown(session: Session, found: backtest.Report) -> Response:
    return page(
        "policy/backtest.html", session, title=f"Back-test of {found.policies[0].title}", report=found,
        share=backtest.share,
    )  # fmt: skip


def _names(folder: Folder | None) -> list[str]:
    if folder is None or not folder.is_dir():
        return []
    return sorted(each.parent.name for each in folder.glob(f"*/{FILE}"))
