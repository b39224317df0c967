"""A question about the past is answered of the past, or refused: never with the present."""

from typing import Annotated

import httpx2
import pytest
from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel

from services.governance import only_now
from services.governance.parts import Time
from shared import problems

pytestmark = pytest.mark.asyncio


class Wanted(BaseModel):
    as_of: str | None = None


def app() -> FastAPI:
    made = FastAPI()
    problems.install(made)
    made.router.dependencies.append(Depends(only_now.demand))

    @made.get("/v1/one")
    async def one(as_of: Time = None, known_at: Time = None) -> dict[str, str | None]:
        return {"as_of": as_of, "known_at": known_at}

    @made.get("/v1/figures")
    async def figures(wanted: Annotated[Wanted, Query()]) -> Wanted:
        return wanted

    @made.get("/v1/all")
    async def every(place: str = "") -> str:
        return place

    return made


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ("/v1/one?as_of=2026-03-02&known_at=2026-03-02", None),
        ("/v1/figures?as_of=2026-03-02", None),
        ("/v1/all?place=X00000001", None),
        ("/v1/all?as_of=2026-03-02", "query:as_of"),
        ("/v1/all?as_of=", "query:as_of"),
        ("/v1/figures?known_at=2026-03-02", "query:known_at"),
    ],
)
async def test_who_knows_only_the_present_says_so(path: str, refused: str | None) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app()), base_url="http://here") as client:
        answer = await client.get(path)

    assert answer.status_code == (422 if refused else 200), answer.text
    assert refused is None or answer.json()["errors"][0]["path"] == refused
