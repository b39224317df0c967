"""HTTP in, for operators: dead deliveries sent again, e-mails that came back, what the templates look like."""

import logging
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.notify import bounces
from services.notify.acknowledgement import NoSuchDelivery
from services.notify.bounces import NotABounce
from services.notify.channels import NotSetUp
from services.notify.echoing import Echo
from services.notify.operating import Operating
from services.notify.replaying import NotReplayable
from shared.journal.append import Unavailable
from shared.policies.telling import Channel
from shared.problems import Problem, unavailable
from shared.security import Principal, require

log = logging.getLogger(__name__)
MAIL = "message/rfc822"
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {MAIL: {"schema": {"type": "string"}}}}}
Operator = Annotated[Principal, Depends(require("ops"))]
Code = Annotated[str, Path(pattern=r"^(A([1-9]|1[0-9])|reminder|summary)$")]


class Again(BaseModel):
    """Why a dead delivery is sent again."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    why: str = Field(min_length=3, max_length=2000)
    """Sealed in the vault. No names of people."""


class ReplayView(BaseModel):
    """A delivery that is due again."""

    delivery_id: UUID
    state: Literal["due"] = "due"
    attempt: int
    """The replay's own number among the attempts."""


class Heard(BaseModel):
    """What was made of something that came back."""

    delivery_id: UUID
    outcome: Literal["failed", "noted", "known"]
    """`failed`: the delivery is dead now, and goes up the ladder; `noted`: kept; `known`: it had come before."""


class Preview(BaseModel):
    """What a made-up alert would look like. Nothing is sent."""

    code: str
    channel: str
    synthetic: Literal[True] = True
    parts: dict[str, str]
    """As the channel has them: subject, text and html; body; the fields of a template."""


def router(operating: Operating) -> APIRouter:
    """The routes of `/v1` that only operators use."""
    routes = APIRouter(prefix="/v1")

    @routes.post("/deliveries/{delivery_id}/replay", status_code=202)
    async def replay(delivery_id: UUID, again: Again, who: Operator) -> ReplayView:
        """Have a dead delivery sent again, under the id that it had. It is recorded who asked for it, and why."""
        try:
            one = await operating.notify.find(delivery_id, who.places)
            number = await operating.replay(one, why=again.why, by=who.subject)
        except NoSuchDelivery as error:
            raise _unknown() from error
        except NotReplayable as error:
            raise Problem(409, error.slug, "This delivery is not sent again", error.why) from error
        except Unavailable as error:
            raise unavailable("Nothing can be recorded at the moment.", retry_after=error.retry_after) from error
        return ReplayView(delivery_id=delivery_id, attempt=number)

    @routes.post("/bounces", openapi_extra=_BODY)
    async def bounced(request: Request, who: Operator) -> Heard:
        """Take a delivery status notification (RFC 3464) as it came. The same again is nothing new."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MAIL:
            raise Problem(415, "not-mail", "This is no e-mail", f"Send it as it came, as {MAIL}.")
        try:
            said = bounces.parse(await request.body())
            await operating.notify.find(said.delivery_id, who.places)
            word = await operating.hear(Echo(said.id, said.delivery_id, said.failed, said.detail))
        except NotABounce as error:
            raise Problem(422, "not-a-bounce", "This is no report of a message of ours", f"{error}.") from error
        except NoSuchDelivery as error:
            raise _unknown() from error
        except Unavailable as error:
            raise unavailable("Nothing can be recorded at the moment.", retry_after=error.retry_after) from error
        log.info("delivery %s: %s", said.delivery_id, said.detail)
        return Heard(delivery_id=said.delivery_id, outcome=word)

    @routes.get("/templates/{code}/preview")
    async def preview(code: Code, _: Operator, channel: Annotated[Channel, Query()] = "email") -> Preview:
        """What a made-up alert of this kind would look like on a channel."""
        if isinstance(known := operating.notify.channels[channel], NotSetUp):
            raise Problem(
                409, "not-set-up", "This channel is not set up here", f"{' and '.join(known.missing)} missing."
            )
        return Preview(code=code, channel=channel, parts=operating.preview(code, channel))

    return routes


def _unknown() -> Problem:
    return Problem(404, "not-found", "There is no such delivery")
