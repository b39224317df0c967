"""HTTP: organisations and brands, as the register names them (architecture §5, intake)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from services.intake import organisations, register
from services.intake.organisations import By, Group
from services.intake.parts import MAX_PAGE, Parts, Reader, Ready, cursor_after
from services.intake.providers_api import Place
from shared import problems, security

router = APIRouter(prefix="/v1/organisations", tags=["organisations"])
OrganisationId = Annotated[str, Path(alias="id", pattern=r"^(org|brand)-[0-9a-f]{16}$")]


class Filter(BaseModel):
    """Which organisations."""

    model_config = ConfigDict(extra="forbid")
    place: Place | None = None
    by: By = "organisation"
    limit: int = Field(100, ge=1, le=MAX_PAGE)
    cursor: str | None = Field(None, max_length=20)
    """`next` of the page before."""


class Summary(BaseModel):
    """An organisation, or a brand, within the places of the token."""

    id: str
    by: By
    name: str
    ids: dict[str, str]
    brands: list[str]
    providers: int
    open: int
    """Of them, not closed."""


class SummariesPage(BaseModel):
    """A page of them, by name."""

    organisations: list[Summary]
    next: str | None


class Run(BaseModel):
    """One of its providers."""

    provider_id: str
    place: str
    name: str
    service_type: str
    commissioning: str
    closed_on: str | None


class Organisation(Summary):
    """With the providers that it runs, or that trade under it. Context: nothing is scored by it (domain.md §4.2)."""

    runs: list[Run]


@router.get("")
async def get_organisations(which: Annotated[Filter, Query()], principal: Reader, parts: Ready) -> SummariesPage:
    """Organisations (or brands) with a provider in the place, or in any place of the token."""
    if which.place is not None:
        principal.demand_place(which.place)
    groups = await _groups(parts, principal, which.by, which.place)
    after = cursor_after(which.cursor)
    page = groups[after : after + which.limit]
    more = str(after + which.limit) if len(groups) > after + which.limit else None
    return SummariesPage(organisations=[Summary(**_summary(group)) for group in page], next=more)


@router.get("/{id}")
async def get_organisation(organisation_id: OrganisationId, principal: Reader, parts: Ready) -> Organisation:
    """One organisation or brand, with its providers in the places of the token."""
    by: By = "organisation" if organisation_id.startswith("org-") else "brand"
    for group in await _groups(parts, principal, by, None):
        if group.id == organisation_id:
            return Organisation(**_summary(group), runs=_runs(group))
    raise problems.Problem(404, "not-found", "There is nothing here", "No organisation of your places has this id.")


async def _groups(parts: Parts, principal: security.Principal, by: By, place: str | None) -> list[Group]:
    places = principal.places if place is None else {place}
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        return organisations.grouped(await register.named_by(cursor, places, by), by)


def _summary(group: Group) -> dict[str, object]:
    return {
        "id": group.id, "by": group.by, "name": group.name, "ids": group.ids, "brands": list(group.brands),
        "providers": len(group.providers), "open": group.open,
    }  # fmt: skip


def _runs(group: Group) -> list[Run]:
    return [
        Run(
            provider_id=each.provider_id,
            place=each.place,
            name=each.facts["name"],
            service_type=each.facts["service_type"],
            commissioning=each.facts["commissioning"],
            closed_on=each.facts.get("closed_on"),
        )
        for each in sorted(group.providers, key=lambda provider: (provider.facts["name"], provider.number))
    ]
