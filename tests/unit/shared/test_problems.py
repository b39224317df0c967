"""Problem documents: that each says where, what and how to put it right, and repeats nothing that was sent."""

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from fastapi import FastAPI, Header, Query
from fastapi.testclient import TestClient
from psycopg import OperationalError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared import problems


class Detail(BaseModel):
    model_config = ConfigDict(extra="forbid")
    severity: Literal["S1", "S2"]
    count: int = Field(ge=1, le=9)
    name: str = Field(min_length=2, max_length=5, pattern="^[a-z]+$")


class Sent(BaseModel):
    time: AwareDatetime
    day: date
    data: Detail
    also: list[Detail] = []


class Rise(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: Literal["level.raised", "level.lowered"]
    count: int


class Fall(BaseModel):
    type: Literal["fall"]


GOOD = {"severity": "S1", "count": 1, "name": "abc"}


def _api() -> FastAPI:
    app = FastAPI(responses=problems.RESPONSES)
    problems.install(app)

    @app.post("/sent")
    async def sent(
        body: Sent, limit: Annotated[int, Query(le=500)] = 1, if_match: Annotated[int | None, Header()] = None
    ) -> None:
        """Takes what is right."""

    @app.post("/tagged")
    async def tagged(body: Annotated[Rise | Fall, Field(discriminator="type")]) -> None:
        """Takes one of two."""

    @app.get("/refused")
    async def refused() -> None:
        raise problems.Problem(
            403,
            "rule",
            "Not allowed",
            "The panel decides.",
            headers={"X-Rule": "1"},
            extra={"rule": "HER-16", "status": 1},
        )

    @app.get("/database")
    async def database() -> None:
        raise OperationalError("connection to server at 10.0.0.1 failed")

    @app.get("/busy")
    async def busy() -> None:
        raise problems.unavailable("The journal is full.", retry_after=9)

    return app


CLIENT = TestClient(_api())


def _errors(body: Any, **more: Any) -> dict[str, tuple[str, str]]:
    answer = CLIENT.post(
        "/sent", json={"time": "2026-03-02T09:30:00Z", "day": "2026-03-02", "data": GOOD} | body, **more
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == problems.CONTENT_TYPE
    return {error["path"]: (error["problem"], error["fix"]) for error in answer.json()["errors"]}


class TestValidation:
    @pytest.mark.parametrize(
        ("body", "path", "fix"),
        [
            ({"time": "2026-03-02T09:30:00"}, "/time", "Give the time with its offset from UTC"),
            ({"time": "yesterday"}, "/time", "Give a time such as"),
            ({"day": "2. March"}, "/day", "Give a date such as"),
            ({"data": GOOD | {"severity": "S9"}}, "/data/severity", "Use 'S1' or 'S2'."),
            ({"data": {"count": 1, "name": "abc"}}, "/data/severity", "Add it."),
            ({"data": GOOD | {"sverity": 1}}, "/data/sverity", "Remove it"),
            ({"data": GOOD | {"a/b~c": 1}}, "/data/a~1b~0c", "Remove it"),
            ({"data": GOOD | {"count": "many"}}, "/data/count", "Send a whole number."),
            ({"data": GOOD | {"count": 0}}, "/data/count", "Use a number of at least 1."),
            ({"data": GOOD | {"count": 10}}, "/data/count", "Use a number of at most 9."),
            ({"data": GOOD | {"name": "abcdef"}}, "/data/name", "Use at most 5 characters."),
            ({"data": GOOD | {"name": "a1"}}, "/data/name", "Use a value of the form ^[a-z]+$."),
            ({"data": GOOD | {"name": 7}}, "/data/name", "Send a text"),
            ({"data": []}, "/data", "Send an object"),
            ({"also": [GOOD, GOOD | {"count": 0}]}, "/also/1/count", "Use a number of at least 1."),
        ],
    )
    def test_names_the_place_and_the_way_out(self, body: Any, path: str, fix: str) -> None:
        assert _errors(body)[path][1].startswith(fix)

    @pytest.mark.parametrize(
        ("body", "path"),
        [
            ({"type": "level.raised", "count": "many"}, "/count"),
            ({"type": "level.raised"}, "/count"),
            ({"type": "level.raised", "count": 1, "level.raised": 2}, "/level.raised/level.raised"),
            ({"type": "nonsense"}, "/type"),
            ({}, "/type"),
        ],
    )
    def test_the_type_that_chooses_is_no_step_of_the_path(self, body: Any, path: str) -> None:
        answer = TestClient(_api()).post("/tagged", json=body)

        assert [error["path"] for error in answer.json()["errors"]] == [path]

    def test_names_query_and_header(self) -> None:
        errors = _errors({}, params={"limit": 501}, headers={"If-Match": "x"})

        assert list(errors) == ["query:limit", "header:if-match"]

    def test_never_repeats_what_was_sent(self) -> None:
        answer = CLIENT.post(
            "/sent", json={"time": "Mrs Smith fell", "day": "Mrs Smith fell", "data": "Mrs Smith fell"}
        )

        assert "Smith" not in answer.text

    @pytest.mark.parametrize("name", ["\\ud800", "\\u0000", "/~", "é"])
    def test_an_odd_name_is_refused_like_any_other(self, name: str) -> None:
        body = '{"time": 1, "day": 1, "data": {"NAME": 1}}'.replace("NAME", name)

        answer = CLIENT.post("/sent", content=body.encode(), headers={"Content-Type": "application/json"})

        assert answer.status_code == 422
        assert any(error["path"].startswith("/data") for error in answer.json()["errors"])

    def test_broken_json_is_400(self) -> None:
        answer = CLIENT.post("/sent", content=b'{"a":', headers={"Content-Type": "application/json"})

        assert (answer.status_code, answer.json()["type"]) == (400, "urn:careledger:problem:malformed-json")


class TestProblem:
    def test_carries_its_extra_members_and_headers(self) -> None:
        answer = CLIENT.get("/refused")

        assert answer.headers["x-rule"] == "1"
        assert answer.json() == {
            "type": "urn:careledger:problem:rule",
            "title": "Not allowed",
            "status": 403,
            "detail": "The panel decides.",
            "rule": "HER-16",
        }

    def test_can_speak_of_text_that_cannot_be_sent(self) -> None:
        problem = problems.Problem(
            422, "odd", "Odd", "no \ud800", errors=[{"path": "/\ud800", "problem": "\ud800", "fix": "\ud800"}]
        )

        assert b"/\\ud800" in bytes(problem.response().body).replace(b"\\\\", b"\\")

    def test_says_when_to_come_again(self) -> None:
        answer = CLIENT.get("/busy")

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "9")

    def test_a_database_that_does_not_answer_is_503_and_tells_no_address(self) -> None:
        answer = CLIENT.get("/database")

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "10.0.0.1" not in answer.text

    @pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/sent", 405)])
    def test_the_frameworks_own_refusals_are_problems_too(self, method: str, path: str, status: int) -> None:
        answer = CLIENT.request(method, path)

        assert (answer.status_code, answer.headers["content-type"]) == (status, problems.CONTENT_TYPE)
        assert answer.json()["status"] == status

    def test_the_openapi_document_declares_them(self) -> None:
        responses = CLIENT.get("/openapi.json").json()["paths"]["/sent"]["post"]["responses"]

        assert {"400", "401", "403", "404", "409", "413", "422", "503"} < responses.keys()
        assert list(responses["422"]["content"]) == [problems.CONTENT_TYPE]


def test_an_error_without_a_place_still_reads() -> None:
    (error,) = problems.field_errors([{"type": "whatever", "loc": (), "msg": "Value error, no good"}])

    assert (error.path, error.problem) == ("/", "no good.")
