"""HTTP in, for GOV.UK Notify: what became of a message that it had taken."""

import hmac
import logging
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from services.notify.acknowledgement import NoSuchDelivery
from services.notify.channels.govuk_notify import FAILED
from services.notify.echoing import Echo
from services.notify.operating import Operating
from shared.journal.append import Unavailable
from shared.problems import Problem, unavailable
from shared.security import PUBLIC

log = logging.getLogger(__name__)


class Callback(BaseModel):
    """What is read of a callback. The rest of it, an address among it, is passed over."""

    model_config = ConfigDict(extra="ignore")
    id: UUID
    """The message's at Notify."""
    reference: UUID
    """The delivery's."""
    status: str = Field(pattern=r"^[a-z-]{1,40}$")


def router(operating: Operating, token: SecretStr | None) -> APIRouter:
    """The callback's route. Without a token in the settings nobody is let in."""

    async def theirs(authorization: Annotated[str, Header(max_length=500)] = "") -> None:
        if not _is_theirs(authorization, token):
            headers = {"WWW-Authenticate": "Bearer"}
            why = "Send the callback's bearer token."
            raise Problem(401, "unauthenticated", "A valid bearer token is needed", why, headers=headers)

    routes = APIRouter(prefix="/v1/callbacks", dependencies=[PUBLIC, Depends(theirs)])

    @routes.post("/govuk-notify", status_code=204)
    async def called(said: Callback) -> None:
        """Take one. A failure makes the delivery dead, and it goes up the ladder. The same again is nothing new."""
        failed = said.status in FAILED
        echo = Echo(f"{said.id}:{said.status}", said.reference, failed, f"GOV.UK Notify: {said.status}")
        try:
            await operating.hear(echo)
        except NoSuchDelivery as error:
            raise Problem(404, "not-found", "There is no such delivery") from error
        except Unavailable as error:
            raise unavailable("Nothing can be recorded at the moment.", retry_after=error.retry_after) from error
        log.info("delivery %s: %s", said.reference, echo.detail)

    return routes


def _is_theirs(authorization: str, token: SecretStr | None) -> bool:
    """Compared in constant time."""
    kind, _, sent = authorization.partition(" ")
    known = token.get_secret_value() if token else ""
    same = hmac.compare_digest(sent.strip().encode(errors="replace"), known.encode())
    return same and kind.lower() == "bearer" and token is not None
