"""The walk over routes must itself see an open door, however it was hung."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from starlette.staticfiles import StaticFiles

from shared import security
from tests.architecture import routes

STEWARD = security.require("steward")


def _app() -> FastAPI:
    app = FastAPI(openapi_url=None)
    inner, guarded, outer = APIRouter(), APIRouter(dependencies=[Depends(STEWARD)]), APIRouter(prefix="/outer")

    @app.get("/direct")
    def direct(principal: Annotated[security.Principal, Depends(STEWARD)]) -> None: ...

    def current(principal: Annotated[security.Principal, Depends(STEWARD)]) -> str:
        return principal.subject

    @app.post("/through", dependencies=[Depends(current)])
    def through() -> None: ...

    @inner.get("/forgotten")
    def forgotten() -> None: ...

    @guarded.get("/guarded")
    def by_its_router() -> None: ...

    @app.get("/open", dependencies=[security.PUBLIC])
    def public() -> None: ...

    outer.include_router(inner)
    outer.include_router(guarded)
    app.include_router(outer)
    app.mount("/static", StaticFiles(directory="."))
    return app


def test_each_door_is_seen_with_its_guards() -> None:
    found = {door.name: (len(door.roles), door.marked_public) for door in routes.doors(_app())}

    assert found == {
        "GET /direct": (1, False),
        "POST /through": (1, False),
        "GET /outer/forgotten": (0, False),
        "GET /outer/guarded": (1, False),
        "GET /open": (0, True),
        "MOUNT /static": (0, False),
    }
