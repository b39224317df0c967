"""A stateless helper beside the stream: judge these events under this policy."""

import asyncio
from datetime import date
from functools import lru_cache
from typing import Any, Final

import msgspec
import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from services.risk import policies_api
from services.risk.criteria import Rules
from services.risk.expected import Baseline
from services.risk.recompute import Asked, NotOneProvider, Supposed, recompute
from services.risk.settings import RiskSettings
from services.risk.wording import plain_of
from shared import events, policy, problems, service
from shared.events.assessments import Assessment, Basis
from shared.security import Principal

_LINES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The first line says what is asked (`pack`, `c`, …); each other is an event of the ledger.",
        "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
    }
}


class WhatIf(BaseModel):
    """Something that is supposed to have happened besides."""

    model_config = ConfigDict(extra="forbid")
    type: str = Field(pattern=r"^[a-z0-9_.]{3,100}$")
    """`quality_concern.raised`."""
    data: dict[str, Any]
    time: AwareDatetime | None = None
    """When; unsaid, just after the last event."""


class Head(BaseModel):
    """The first line of a request to judge."""

    model_config = ConfigDict(extra="forbid")
    pack: dict[str, Any]
    c: date | None = None
    """The London day at whose end it is judged; unsaid, as the marks among the events have it."""
    adopted: date | None = None
    """Since when such a policy is in force, where no mark among the events says so: clocks start at it."""
    names: dict[str, str] = Field(default_factory=dict)
    """By digest, the names of other packs that marks among the events put in force."""
    baseline: dict[str, Any] | None = None
    """As `places` has it."""
    what_if: tuple[WhatIf, ...] = Field((), max_length=50)
    partition: int | None = Field(None, ge=0)
    offset: int | None = Field(None, ge=0)
    """Of the last record that was judged: the answer then names what it was computed from, as the stream does."""


class Recomputed(Assessment):
    """An assessment as it is, or would be, published. What is not set is left out."""

    computed_from: Basis | None = None


router = APIRouter(prefix="/v1")


@router.post("/assessments", openapi_extra=_LINES, response_model=Recomputed)
async def judge_events(request: Request, principal: policies_api.Anyone) -> Response:
    """The assessment of one provider, from events as they stand on the ledger, its partition's marks among them.

    The same bytes as the `data` of the stream's own word, for the same prefix of the partition, policy and baseline.
    """
    lines = [line for line in (await request.body()).split(b"\n") if line.strip()]
    return Response(await asyncio.to_thread(_judged, lines, principal), media_type="application/json")


def create(settings: RiskSettings, readiness: service.Readiness) -> FastAPI:
    """The service's web application."""
    app = service.create_api("CareLedger risk", settings, readiness=readiness)
    app.include_router(policies_api.router)
    app.include_router(router)
    return app


def _judged(lines: list[bytes], principal: Principal) -> bytes:
    if not lines:
        raise _unusable(1, "the request is empty", "Send a line with `pack` and `c`, then one event a line.")
    head = _head(lines[0])
    found = [_event(number, line) for number, line in enumerate(lines[1:], 2)]
    for place in {event.place for event in found if not event.subject.startswith("partition/")}:
        principal.demand_place(place)
    try:
        asked = _asked(head)
        plain = plain_of(recompute(found, asked))
    except policy.PackError as error:
        raise _unusable(
            1, f"the policy cannot be used: {error.mistakes[0]}", "POST it to /v1/policies/check."
        ) from error
    except msgspec.ValidationError as error:
        raise _unusable(1, f"the baseline cannot be used: {error}", "Send it as `places` has it, or null.") from error
    except NotOneProvider as error:
        raise _unusable(
            2, f"these are not the events of one provider: {error}", "Send those of one provider."
        ) from error
    except (ValidationError, events.UnknownType) as error:
        raise _unusable(2, f"an event breaks its type: {type(error).__name__}", "Send events of the ledger.") from error
    return orjson.dumps(plain | _computed_from(head, asked, found))


def _asked(head: Head) -> Asked:
    return Asked(
        rules=_rules(orjson.dumps(head.pack)),
        c=head.c,
        baseline=None if head.baseline is None else msgspec.convert(head.baseline, Baseline),
        adopted=head.adopted,
        names=head.names,
        supposed=tuple(Supposed(each.type, each.data, each.time) for each in head.what_if),
    )


def _computed_from(head: Head, asked: Asked, found: list[events.Event]) -> dict[str, Any]:
    if head.offset is None:
        return {}
    marked = (event.subject.removeprefix("partition/") for event in found if event.subject.startswith("partition/"))
    number = head.partition if head.partition is not None else int(next(marked, "0"))
    basis = Basis(
        partition=number,
        offset=head.offset,
        c=head.c,
        policy_digest=asked.rules.digest,
        baseline_digest=None if asked.baseline is None else asked.baseline.digest,
    )
    return {"computed_from": events.dumped(basis)}


def _head(line: bytes) -> Head:
    try:
        return Head.model_validate_json(line)
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:3])
        raise _unusable(1, told, "The first line names `pack` (whole) and `c` (a date).") from error


def _event(number: int, line: bytes) -> events.Event:
    try:
        return events.decode(line)
    except ValueError as error:
        raise _unusable(number, "not an event of the ledger", "Send it as the history gives it.") from error


def _unusable(line: int, problem: str, fix: str) -> problems.Problem:
    errors = [{"path": f"line {line}", "problem": problem, "fix": fix}]
    return problems.Problem(422, "invalid", "The request cannot be judged", errors=errors)


@lru_cache(32)
def _rules(pack: bytes) -> Rules:
    """Compiling is most of the work, and the same few policies are asked for again and again."""
    return Rules(policy.parse(orjson.loads(pack)))
