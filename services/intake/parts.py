"""What the edges of intake share: the parts that the composition root made, and who may do what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from services.intake.door import Door
from shared import problems, security
from shared.database import Pool
from shared.journal.writer import Writer
from shared.vault import Vault

PUBLISHING = (
    "publisher", "quality-officer", "team-manager", "icb-quality", "safeguarding", "contracts-officer",
    "cqc-inspector", "steward",
)  # fmt: skip
READING = tuple(sorted(security.ROLES - {"provider"}))
MAX_PAGE = 500


@dataclass(frozen=True, slots=True)
class Parts:
    """The living parts of the service."""

    pool: Pool
    writer: Writer
    vault: Vault
    door: Door
    digest_key: bytes
    now: Callable[[], datetime]


def parts(request: Request) -> Parts:
    """For endpoints: the parts of this application."""
    made: Parts = request.app.state.parts
    return made


def cursor_after(
    cursor: Annotated[str | None, Query(max_length=20, description="`next` of the page before")] = None,
) -> int:
    """The number after which a page begins. Raises the 422 problem for what is no cursor of ours."""
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit()) or int(cursor) > 2**63 - 1:
        error = {"path": "query:cursor", "problem": "Not a cursor of ours.", "fix": "Send `next` of the page before."}
        raise problems.Problem(422, "invalid", "The request does not fit the schema", errors=[error])
    return int(cursor)


Ready = Annotated[Parts, Depends(parts)]
Publisher = Annotated[security.Principal, Depends(security.require(*PUBLISHING))]
Reader = Annotated[security.Principal, Depends(security.require(*READING))]
Steward = Annotated[security.Principal, Depends(security.require("steward"))]
After = Annotated[int, Depends(cursor_after)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


def sender_of(principal: security.Principal) -> str:
    """In whose name the token publishes. Raises the 403 problem for one that names nobody, or no place."""
    if principal.publisher is None:
        raise problems.Problem(403, "no-publisher", "Not allowed", "Your token names no publisher.")
    if not principal.places:
        raise problems.Problem(403, "place-not-held", "Not allowed", "Your token holds no place.")
    return principal.publisher
