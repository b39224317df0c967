"""What a page says instead when something fails: words for people, and nothing of the inside."""

import psycopg
import pytest
from eventsourcing.persistence import DataError, OperationalError
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from services.governance.asking import NoPolicy, Unknown
from services.governance.past import NotArrived
from services.governance.web import desk
from shared import problems


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Unknown("x"), 404),
        (NotArrived("it lies beyond"), 422),
        (problems.Problem(403, "place-not-held", "Not allowed"), 403),
        (psycopg.OperationalError("password=secret"), 503),
        (OperationalError("password=secret"), 503),
        (TimeoutError(), 503),
        (NoPolicy("no policy is in force here"), 409),
        (DataError("a text with a NUL"), 422),
    ],
)
def test_what_is_foreseen_is_said_in_words(error: Exception, status: int):
    refusal = desk._refusal(error)

    assert refusal is not None
    assert refusal.status == status
    assert "secret" not in refusal.title + "".join(refusal.says)


def test_what_is_not_foreseen_is_no_refusal():
    assert desk._refusal(ZeroDivisionError()) is None


def test_what_is_not_foreseen_is_a_page_all_the_same_and_says_nothing_of_the_inside(caplog: pytest.LogCaptureFixture):
    router = APIRouter(route_class=desk.PageRoute)

    @router.get("/broken")
    async def broken() -> None:
        raise ZeroDivisionError("secret")

    app = FastAPI()
    app.include_router(router)
    answer = TestClient(app).get("/broken")

    assert (answer.status_code, "text/html" in answer.headers["content-type"]) == (500, True)
    assert "Something went wrong on our side" in answer.text
    assert "secret" not in answer.text
    assert "ZeroDivisionError: secret" in caplog.text
