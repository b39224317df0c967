"""What the edges of governance share: the parts that the composition root made, who may ask, and how it is asked."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter, ValidationError

from services.governance.adoption import Adoptions
from services.governance.application import Governance
from services.governance.asking import Asking, Reply
from services.governance.baselines_publishing import Baselines
from services.governance.consumer import ReadModel
from services.governance.event_store import EventStore
from services.governance.matters import Matters
from services.governance.order import EARLIEST
from services.governance.packs import Packs
from services.governance.pages import Pages
from services.governance.past import Past, When
from services.governance.planning import Planning
from services.governance.shadow import Shadows
from services.governance.tasks import Tasks
from shared import calendar, clock, logs, problems, security
from shared.database import Pool
from shared.events import envelope
from shared.journal.writer import Writer
from shared.vault import Vault

DECIDING = (
    "quality-officer", "team-manager", "panel-chair", "icb-quality", "director", "safeguarding", "contracts-officer",
)  # fmt: skip
"""Who may try to decide; what they may decide is the policy's to say."""
READING = tuple(sorted(security.ROLES - {"provider", "publisher", "ops"}))
KNOWING = tuple(sorted(set(READING) - {"cqc-inspector", "steward"}))
"""Who may read the history of a provider."""
SAFEGUARDING = frozenset({"safeguarding", "team-manager", "panel-chair", "icb-quality", "director", "auditor"})
"""Who may read what is classified restricted-safeguarding (domain.md §4.4)."""
KEY = r"^[\x21-\x7e]{1,200}$"


@dataclass(frozen=True, slots=True)
class Parts:
    """The living parts of the service."""

    store: EventStore
    packs: Packs
    governance: Governance
    adoptions: Adoptions
    shadows: Shadows
    baselines: Baselines
    planning: Planning
    matters: Matters
    tasks: Tasks
    pages: Pages
    past: Past
    read_model: ReadModel
    vault: Vault
    pool: Pool
    writer: Writer
    digest_key: bytes
    signing: Ed25519PrivateKey


def parts(request: Request) -> Parts:
    """For endpoints: the parts of this application."""
    made: Parts = request.app.state.parts
    return made


Ready = Annotated[Parts, Depends(parts)]
Decider = Annotated[security.Principal, Depends(security.require(*DECIDING))]
Director = Annotated[security.Principal, Depends(security.require("director"))]
Reader = Annotated[security.Principal, Depends(security.require(*READING))]
Knower = Annotated[security.Principal, Depends(security.require(*KNOWING))]
Limit = Annotated[int, Query(ge=1, le=500)]
IdempotencyKey = Annotated[str | None, Header(pattern=KEY, description="The same key is carried out once.")]
IfMatch = Annotated[str | None, Header(pattern=KEY, description="`version` of the page that this is decided on.")]


def asking(principal: security.Principal, made: Parts, key: str | None = None, if_match: str | None = None) -> Asking:
    """A command as it was asked, now."""
    version = None if if_match in (None, "*") else str(if_match).removeprefix("W/").strip('"')
    return Asking(
        subject=principal.subject,
        organisation=principal.organisation,
        roles=principal.roles,
        places=principal.places,
        at=clock.now(),
        key=key or f"once-{secrets.token_hex(16)}",
        digest_key=made.digest_key,
        if_match=version,
        correlationid=logs.correlation.get(),
        traceparent=logs.traceparent.get(),
    )


def readable(principal: security.Principal) -> frozenset[str]:
    """The classifications whose contents this person may read."""
    classes = {"official", "official-sensitive"}
    return frozenset(classes | ({"restricted-safeguarding"} if principal.has(*SAFEGUARDING) else set()))


def scope(principal: security.Principal, place: str | None) -> list[str]:
    """The places of a list: the one that is asked for, else all that the token holds. Raises the 403 problem."""
    if place is not None:
        principal.demand_place(place)
    return sorted(principal.places) if place is None else [place]


def response(reply: Reply) -> Response:
    """What a command answered, over HTTP."""
    return JSONResponse(dict(reply.body), reply.status)


_INSTANT: TypeAdapter[datetime] = TypeAdapter(datetime)
_DATE: TypeAdapter[date] = TypeAdapter(date)


def instant(name: str, text: str | None, *, end: bool = True) -> datetime | None:
    """`as_of`: an instant with its offset, or a London day: its end (or beginning). Raises the 422 problem."""
    if text is None:
        return None
    try:
        if len(text) == len("2026-03-02"):
            day = _DATE.validate_strings(text)
            found = calendar.end_of(day) if end else calendar.midnight(day)
        else:
            found = _INSTANT.validate_strings(text.replace(" ", "+"))
        if found.tzinfo is not None and found >= EARLIEST:
            return found
    except (ValidationError, OverflowError):
        pass
    raise invalid(f"query:{name}", "This is no time.", "Give a date, or a time such as 2026-03-02T09:30:00Z.")


Time = Annotated[str | None, Query(max_length=40, description="A time with its offset, or a London day (its end).")]


def when(made: Parts, as_of: str | None, known_at: str | None, names: tuple[str, str] = ("as_of", "known_at")) -> When:
    """Which past is asked for. Raises NotArrived, and the 422 problem for what is no time or a day to come."""
    found = made.past.when(instant(names[0], as_of), instant(names[1], known_at))
    if found.as_of > calendar.end_of(calendar.london_date(clock.now())):
        raise invalid(f"query:{names[0]}", "That day has not come.", "Give today or an earlier day.")
    return found


def labelled(found: When) -> dict[str, Any]:
    """What an answer about the past says of itself."""
    return {"as_of": envelope.instant(found.as_of), "known_at": envelope.instant(found.known_at)}


def invalid(path: str, problem: str, fix: str) -> problems.Problem:
    """The 422 problem of one field."""
    errors = [{"path": path, "problem": problem, "fix": fix}]
    return problems.Problem(422, "invalid", "The request does not fit the schema", errors=errors)
