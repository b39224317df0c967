"""HTTP beside the stream: is this policy valid and what does it mean; what differs between two."""

import asyncio
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from services.risk.explaining import checked
from shared import calendar, clock, policy, problems
from shared.security import ROLES, Principal, require

Anyone = Annotated[Principal, Depends(require(*ROLES))]
"""governance asks in the name of whoever asked it, so any role may: nothing here holds anybody's data."""
_BODIES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/yaml": {"schema": {"type": "string"}},
        },
    }
}

router = APIRouter(prefix="/v1/policies")


class Two(BaseModel):
    """Two policies, each by a shipped pack's name or whole."""

    model_config = ConfigDict(extra="forbid")
    first: str | dict[str, Any]
    second: str | dict[str, Any]


@router.post("/check", openapi_extra=_BODIES)
async def check_policy(request: Request, _: Anyone) -> checked.Checked:
    """Every mistake of a policy in one answer, each with line, column and suggestion; or what the policy means."""
    text = (await request.body()).decode("utf-8", errors="replace")
    return await asyncio.to_thread(checked.check, text, calendar.london_date(clock.now()))


@router.post("/diff")
async def compare_policies(two: Two, _: Anyone) -> checked.Different:
    """In words, what the second policy says otherwise than the first."""
    return await asyncio.to_thread(_different, two)


def _different(two: Two) -> checked.Different:
    return checked.different(_pack("first", two.first), _pack("second", two.second))


def _pack(field: str, asked: str | dict[str, Any]) -> policy.Pack:
    try:
        if isinstance(asked, dict):
            return policy.read(orjson.dumps(asked).decode())
        if asked not in policy.shipped():
            raise _unusable(field, f"There is no pack {asked}.", f"Use one of {', '.join(policy.shipped())}.")
        return policy.load(asked)
    except policy.PackError as error:
        raise _unusable(field, f"It cannot be used: {error.mistakes[0]}", "POST it to /v1/policies/check.") from error


def _unusable(field: str, problem: str, fix: str) -> problems.Problem:
    errors = [{"path": f"/{field}", "problem": problem, "fix": fix}]
    return problems.Problem(422, "invalid", "The policies cannot be compared", errors=errors)
