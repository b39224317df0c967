"""HTTP in: the directory of recipients, the deliveries, acknowledgement by those who hold a token."""

import logging
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.notify import listing
from services.notify.acknowledgement import NoSuchDelivery, NotTold
from services.notify.application import Notify, Wanted
from services.notify.channels import Unfit
from services.notify.duty import Duty
from shared.journal.append import Unavailable
from shared.policies.telling import Channel, RecipientRole
from shared.problems import FieldError, Problem, unavailable
from shared.security import Principal, require

log = logging.getLogger(__name__)

READERS = (
    "quality-officer", "team-manager", "panel-chair", "icb-quality", "director", "safeguarding", "contracts-officer",
    "cqc-inspector", "auditor", "steward", "ops",
)  # fmt: skip
ANSWERERS = tuple(role for role in READERS if role not in ("auditor", "steward", "ops"))
OWN_ONLY = {"cqc-inspector": "cqc"}
"""Whoever holds nothing but such a role sees and answers what its own role is told, and nothing else."""

Place = Annotated[str, Field(pattern=r"^[A-Z][0-9]{8}$")]
Provider = Annotated[str, Field(pattern=r"^prv-[0-9a-z]{1,40}$")]
Limit = Annotated[int, Query(ge=1, le=500)]


class NewRecipient(BaseModel):
    """Who is to be told as what."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    place: Place
    role: RecipientRole
    channel: Channel
    address: str = Field(min_length=3, max_length=500)
    secret: str | None = Field(None, max_length=200)
    """Of a webhook, `whsec_…`. Without one we make one, and say it in the answer, once."""
    provider: Provider | None = None
    """For the role `provider`: whose manager it is."""
    authority: Place | None = None
    """For `placing_authorities` and `host_authority`: its GSS code. It is told only of what concerns it."""
    duty: Duty = Duty()
    """When it is told: deputies, absence, dates, hours, quiet hours."""
    elsewhere: tuple[Place, ...] = Field((), max_length=50)
    """Other places of the same recipient (an ICB's): the token must hold each."""


class Change(BaseModel):
    """What may be changed of a recipient."""

    model_config = ConfigDict(extra="forbid")
    active: bool = True
    duty: Duty | None = None


class Acknowledgement(BaseModel):
    """Somebody says that the message is there."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    by: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_ -]{0,59}$")
    """A role, never a person's name."""
    note: str | None = Field(None, min_length=1, max_length=2000)


def router(notify: Notify) -> APIRouter:
    """The routes of `/v1`."""
    routes = APIRouter(prefix="/v1")

    @routes.post("/recipients", status_code=201, responses={200: {"model": listing.RecipientView}})
    async def register(
        new: NewRecipient, response: Response, who: Annotated[Principal, Depends(require("ops"))]
    ) -> listing.RecipientView:
        """Register a recipient. The same again is 200, and replaces its secret."""
        for place in (new.place, *new.elsewhere):
            who.demand_place(place)
        wanted = Wanted(
            new.place, new.role, new.channel, new.address, new.secret, new.provider, new.authority, new.duty,
            new.elsewhere,
        )  # fmt: skip
        try:
            view, is_new = await notify.register(wanted, by=who.subject)
        except Unfit as error:
            raise _unfit(error) from error
        except Unavailable as error:
            raise _closed(error) from error
        response.status_code = 201 if is_new else 200
        return view

    @routes.get("/recipients")
    async def recipients(
        who: Annotated[Principal, Depends(require("ops", "auditor"))],
        place: Annotated[Place | None, Query()] = None,
        limit: Limit = 100,
        cursor: Annotated[UUID | None, Query()] = None,
    ) -> listing.Recipients:
        """Who is registered. Secrets are never shown."""
        return await notify.recipients(_places(who, place), limit=limit, after=cursor)

    @routes.patch("/recipients/{recipient_id}")
    async def change(
        recipient_id: UUID, wanted: Change, who: Annotated[Principal, Depends(require("ops"))]
    ) -> listing.RecipientView:
        """Take a recipient out of the directory, or back into it, or change when it is told."""
        return await _switched(notify, recipient_id, who, active=wanted.active, duty=wanted.duty)

    @routes.delete("/recipients/{recipient_id}", status_code=204)
    async def withdraw(recipient_id: UUID, who: Annotated[Principal, Depends(require("ops"))]) -> None:
        """Take a recipient out of the directory. What it was told stays on the record."""
        await _switched(notify, recipient_id, who, active=False)

    @routes.get("/deliveries")
    async def deliveries(  # noqa: PLR0917 - FastAPI passes them by name
        who: Annotated[Principal, Depends(require(*READERS))],
        provider: Annotated[Provider | None, Query()] = None,
        place: Annotated[Place | None, Query()] = None,
        state: Annotated[listing.State | None, Query()] = None,
        limit: Limit = 100,
        cursor: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    ) -> listing.Deliveries:
        """Who was told what, oldest first."""
        wanted = listing.Filter(_places(who, place), provider, state, _only(who))
        return await notify.deliveries(wanted, limit=limit, after=cursor)

    @routes.post("/deliveries/{delivery_id}/acknowledgement", status_code=201)
    async def acknowledge(
        delivery_id: Annotated[UUID, Path()],
        answer: Acknowledgement,
        response: Response,
        who: Annotated[Principal, Depends(require(*ANSWERERS))],
    ) -> listing.AnswerView:
        """Say that the message is there. The first word stands: again is 200, and changes nothing."""
        try:
            delivery = await notify.find(delivery_id, who.places, _only(who))
            how: Literal["app", "api"] = "app" if delivery.channel == "inbox" else "api"
            told = await notify.acknowledge(delivery, by=answer.by, note=answer.note, how=how)
        except NoSuchDelivery as error:
            raise Problem(404, "not-found", "There is no such delivery") from error
        except NotTold as error:
            raise Problem(409, "not-told", "Nobody was told by this delivery", f"It is: {error}.") from error
        except Unavailable as error:
            raise _closed(error) from error
        # The record names the role; the log says who spoke for it.
        log.info("delivery %s is acknowledged: %s of %s for %s", delivery_id, who.subject, who.organisation, answer.by)
        response.status_code = 201 if told.is_new else 200
        return listing.answer(told)

    return routes


async def _switched(
    notify: Notify, key: UUID, who: Principal, *, active: bool, duty: Duty | None = None
) -> listing.RecipientView:
    try:
        view = await notify.switch(key, who.places, active=active, by=who.subject, duty=duty)
    except Unfit as error:
        raise _unfit(error) from error
    except Unavailable as error:
        raise _closed(error) from error
    if view is None:
        raise Problem(404, "not-found", "There is no such recipient")
    return view


def _places(who: Principal, place: str | None) -> frozenset[str]:
    if place is None:
        return who.places
    who.demand_place(place)
    return frozenset({place})


def _only(who: Principal) -> frozenset[str] | None:
    """The recipients' roles that somebody is confined to, or None."""
    readers = who.roles & frozenset(READERS)
    return frozenset(OWN_ONLY[role] for role in readers) if readers <= OWN_ONLY.keys() else None


def _unfit(error: Unfit) -> Problem:
    wrong = FieldError(path=f"/{error.field}", problem=error.problem, fix=error.fix)
    return Problem(422, "invalid", "The request does not fit", errors=[wrong])


def _closed(error: Unavailable) -> Problem:
    return unavailable("Nothing can be recorded at the moment.", retry_after=error.retry_after)
