"""Refusals and failures as RFC 9457 problem documents: what is wrong, where, and how to put it right."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from shared import logs

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5


def _printable(text: str) -> str:
    """What was sent may hold lone surrogates, which no answer can."""
    return text.encode(errors="backslashreplace").decode()


Text = Annotated[str, BeforeValidator(lambda value: _printable(value) if isinstance(value, str) else value)]


class FieldError(BaseModel):
    """One thing wrong with what was sent."""

    path: Text
    """A JSON pointer into the body (`/data/severity`), or `query:limit`, `path:id`, `header:if-match`."""
    problem: Text
    fix: Text


class ProblemDocument(BaseModel):
    """What an error answers with: `application/problem+json`."""

    type: str
    title: str
    status: int
    detail: Text | None = None
    errors: list[FieldError] | None = None
    correlation_id: str | None = Field(None, description="Quote this when you ask for help.")


class Problem(Exception):
    """An answer other than success, raised anywhere below an endpoint.

    `extra` members stand beside the standard ones (the name of the rule that refused, for instance).
    """

    def __init__(
        self,
        status: int,
        type_slug: str,
        title: str,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError | Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(title if detail is None else f"{title}: {detail}")
        self.status = status
        self.type_slug = type_slug
        self.title = title
        self.detail = detail
        self.errors = [FieldError.model_validate(error) for error in errors]
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})

    def document(self) -> dict[str, Any]:
        """The body, with this request's correlation id."""
        standard = ProblemDocument(
            type=f"urn:careledger:problem:{self.type_slug}",
            title=self.title,
            status=self.status,
            detail=self.detail,
            errors=self.errors or None,
            correlation_id=logs.correlation.get(),
        )
        return self.extra | standard.model_dump(exclude_none=True)

    def response(self) -> JSONResponse:
        """The HTTP response."""
        return JSONResponse(self.document(), self.status, self.headers, media_type=CONTENT_TYPE)


def unavailable(detail: str, *, retry_after: int = RETRY_AFTER_SECONDS) -> Problem:
    """503: something that we need does not answer, and the same request may be sent again after so many seconds."""
    headers = {"Retry-After": str(retry_after)}
    return Problem(503, "unavailable", "Not available at the moment", detail, headers=headers)


def unexpected() -> Problem:
    """500: ours to mend. Says nothing of the inside; the log has it under the correlation id."""
    return Problem(500, "unexpected", "Something went wrong on our side", "It is logged under the correlation id.")


def field_errors(errors: Iterable[Mapping[str, Any]], body: Any = None) -> list[FieldError]:
    """pydantic's errors as paths, problems and fixes. What was sent is never repeated: it may be about a person."""
    return [
        FieldError(path=_path(_as_sent(error, body)), problem=_sentence(error["msg"]), fix=_fix(error))
        for error in errors
    ]


def _as_sent(error: Mapping[str, Any], body: Any) -> Sequence[str | int]:
    """Where it stands in what was sent: pydantic takes the `type` that chooses among models for a step of the way."""
    loc: tuple[str | int, ...] = error["loc"]
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return (*loc, str(error["ctx"]["discriminator"]).strip("'"))
    tag = body.get("type") if isinstance(body, Mapping) and loc[:1] == ("body",) else None
    return (loc[0], *loc[2:]) if tag is not None and loc[1:2] == (tag,) and tag not in body else loc


def _path(loc: Sequence[str | int]) -> str:
    place, *rest = loc or ("body",)
    if place in ("query", "path", "header", "cookie"):
        return f"{place}:{'.'.join(map(str, rest))}"
    steps = rest if place == "body" else loc
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps) or "/"


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".") + "."


_FIXES: Final = {
    "missing": "Add it.",
    "extra_forbidden": "Remove it, or check how its name is spelled.",
    "literal_error": "Use {expected}.",
    "enum": "Use {expected}.",
    "union_tag_invalid": "Use {expected_tags}.",
    "string_type": "Send a text, in quotation marks.",
    "string_too_long": "Use at most {max_length} characters.",
    "string_too_short": "Use at least {min_length} characters.",
    "string_pattern_mismatch": "Use a value of the form {pattern}.",
    "too_long": "Send at most {max_length}.",
    "too_short": "Send at least {min_length}.",
    "greater_than": "Use a number greater than {gt}.",
    "greater_than_equal": "Use a number of at least {ge}.",
    "less_than": "Use a number less than {lt}.",
    "less_than_equal": "Use a number of at most {le}.",
    "int_type": "Send a whole number, without quotation marks.",
    "int_parsing": "Send a whole number.",
    "bool_type": "Send true or false.",
    "timezone_aware": "Give the time with its offset from UTC, such as 2026-03-02T09:30:00Z.",
    "datetime_type": "Give a time such as 2026-03-02T09:30:00Z.",
    "datetime_parsing": "Give a time such as 2026-03-02T09:30:00Z.",
    "datetime_from_date_parsing": "Give a time such as 2026-03-02T09:30:00Z.",
    "date_from_datetime_parsing": "Give a date such as 2026-03-02.",
    "date_type": "Give a date such as 2026-03-02.",
    "date_parsing": "Give a date such as 2026-03-02.",
    "list_type": "Send a list, in square brackets.",
    "dict_type": "Send an object, in curly brackets.",
    "model_type": "Send an object, in curly brackets.",
    "model_attributes_type": "Send an object, in curly brackets, with `Content-Type: application/json`.",
}


def _fix(error: Mapping[str, Any]) -> str:
    template = _FIXES.get(error["type"], "Correct this value; the schema at /openapi.json says what is allowed.")
    try:
        return template.format(**error.get("ctx") or {})
    except KeyError:
        return "Correct this value; the schema at /openapi.json says what is allowed."


_SLUGS: Final = {
    400: ("bad-request", "The request cannot be read"),
    401: ("unauthenticated", "A valid bearer token is needed"),
    403: ("forbidden", "Not allowed"),
    404: ("not-found", "There is nothing here"),
    405: ("method-not-allowed", "This address does not answer that method"),
    413: ("too-large", "The body is too large"),
    415: ("media-type", "This content type is not understood here"),
}


async def _render(_: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, Problem)  # noqa: S101 - for the type checker: registered for this class alone
    return problem.response()


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    slug, title = _SLUGS.get(error.status_code, (f"http-{error.status_code}", HTTPStatus(error.status_code).phrase))
    said = isinstance(error.detail, str) and error.detail != HTTPStatus(error.status_code).phrase
    return Problem(error.status_code, slug, title, error.detail if said else None, headers=error.headers).response()


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    if any(each["type"] == "json_invalid" for each in error.errors()):
        return Problem(400, "malformed-json", "The body is not well-formed JSON").response()
    errors = field_errors(error.errors(), error.body)
    return Problem(422, "invalid", "The request does not fit the schema", errors=errors).response()


# A reply lost at COMMIT looks the same as no answer at all: so never "nothing was recorded".
_AGAIN: Final = "The database does not answer. Send the request again: the same reference is never recorded twice."


async def _database(request: Request, error: Exception) -> JSONResponse:
    logger.warning("%s %s: the database does not answer: %s", request.method, request.url.path, error)
    return unavailable(_AGAIN).response()


def install(app: FastAPI) -> None:
    """Make every error of this application a problem document. The unexpected ones are the middleware's."""
    app.add_exception_handler(Problem, _render)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(psycopg.OperationalError, _database)


def _schema() -> dict[str, Any]:
    whole = ProblemDocument.model_json_schema()
    whole["properties"]["errors"] = {"type": "array", "items": whole.pop("$defs")["FieldError"]}
    return whole


RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": HTTPStatus(status).phrase, "content": {CONTENT_TYPE: {"schema": _schema()}}}
    for status in (400, 401, 403, 404, 409, 413, 415, 422, 503)
}
"""For OpenAPI: every route may answer so."""
