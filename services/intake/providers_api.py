"""HTTP: the register of providers, for stewards to keep and for everybody to read (architecture §5, intake)."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from services.intake import identity, register
from services.intake.door import measure
from services.intake.identity import Provider
from services.intake.parts import After, Limit, Parts, Reader, Ready, Steward
from services.intake.registration import NotRecorded, Register, Registered, Request
from services.intake.submission import OWN_ID
from shared import logs, problems, security
from shared.events import registry_facts, vocabulary

Place = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{8}$")]
"""The GSS code of a council area; X… for demonstrations."""
ProviderId = Annotated[str, Path(alias="id", pattern=r"^prv-[0-9a-z]{1,40}$")]


def _nameable(aliases: dict[str, str]) -> dict[str, str]:
    """Only what can stand in an event's subject, and what looks like what it says it is."""
    for scheme, value in aliases.items():
        if scheme == OWN_ID or not value.isprintable():
            raise ValueError(f"{scheme} is no alias that could be named in an event")
        if fault := identity.alias_fault(scheme, value):
            raise ValueError(fault)
    return aliases


def _of_organisations(ids: dict[str, str]) -> dict[str, str]:
    for scheme, value in ids.items():
        if fault := identity.organisation_fault(scheme, value):
            raise ValueError(fault)
    return ids


Aliases = Annotated[dict[vocabulary.AliasScheme, vocabulary.AliasValue], AfterValidator(_nameable)]

router = APIRouter(prefix="/v1/providers", tags=["providers"])


class NewAliases(BaseModel):
    """Names under which others know a provider: unique within its place, and never taken away."""

    model_config = ConfigDict(extra="forbid")
    aliases: Aliases = Field(min_length=1, max_length=20)


class NewProvider(registry_facts.ServiceRegistered):
    """A care service that comes under watch. Known by an alias already: what is said here replaces what was known."""

    model_config = ConfigDict(extra="forbid")
    place: Place
    aliases: Aliases = Field(default_factory=dict, max_length=20)
    organisation_ids: (
        Annotated[dict[vocabulary.AliasScheme, vocabulary.AliasValue], AfterValidator(_of_organisations)] | None
    ) = None
    placing_authorities: tuple[Place, ...] = Field((), max_length=500)
    moved_from: None = None
    """Said by a transfer alone."""

    @field_validator("name", "organisation", "brand")
    @classmethod
    def _kept_by_the_database(cls, value: str | None) -> str | None:
        if value is not None and "\0" in value:
            raise ValueError("holds a NUL character")
        return value


class Closure(registry_facts.ServiceClosed):
    """The end of a service, as CQC or the council records it."""

    model_config = ConfigDict(extra="forbid")
    reason: Literal["closed", "deregistered", "moved_place", "registered_in_error"]
    moved_to: None = None
    duplicate_of: None = None
    """Said by `…/transfer` and `…/duplicate` alone."""


class Identity(BaseModel):
    """Who it is."""

    provider_id: str


class ProviderBody(BaseModel):
    """A provider as the register knows it."""

    model_config = ConfigDict(extra="allow")
    provider_id: str
    place: str
    name: str
    service_type: str
    commissioning: str
    aliases: dict[str, str]
    """The newest of each scheme."""
    former_aliases: dict[str, list[str]]
    """Older ones of the same scheme, still good."""


class ProvidersPage(BaseModel):
    """A page of providers."""

    providers: list[ProviderBody]
    next: str | None


@router.post("", status_code=201, responses={200: {"model": Identity, "description": "Known already"}})
async def post_provider(sent: NewProvider, principal: Steward, parts: Ready, response: Response) -> Identity:
    """Register a provider; known by one of its aliases, it is the same one, and 200."""
    principal.demand_place(sent.place)
    said = sent.model_dump(mode="json", exclude_unset=True, exclude_none=True, exclude={"place", "aliases"})
    request = Request(place=sent.place, facts=said, aliases=sent.aliases, publisher=publisher_of(principal))
    answer = await _submit(parts, request)
    response.status_code = 201 if answer.status == "new" else 200
    return Identity(provider_id=answer.provider_id)


@router.post("/{id}/aliases", status_code=201, responses={200: {"model": Identity, "description": "Known already"}})
async def post_aliases(
    provider_id: ProviderId, sent: NewAliases, principal: Steward, parts: Ready, response: Response
) -> Identity:
    """Give a provider further names. What has waited in quarantine for one of them is released."""
    answer = await give_names(parts, principal, await find(parts, principal, provider_id), sent.aliases)
    response.status_code = 201 if answer.status == "changed" else 200
    return Identity(provider_id=answer.provider_id)


async def give_names(
    parts: Parts, principal: security.Principal, found: Provider, aliases: dict[str, str]
) -> Registered:
    """Give a provider further names. Raises the 409 problem where one stands for another."""
    request = Request(
        place=found.place,
        facts={},
        aliases=aliases,
        publisher=publisher_of(principal),
        provider_id=found.provider_id,
    )
    return await _submit(parts, request)


@router.post("/{id}/closure", status_code=201, responses={200: {"model": Identity, "description": "Known already"}})
async def post_closure(
    provider_id: ProviderId, sent: Closure, principal: Steward, parts: Ready, response: Response
) -> Identity:
    """Record that a service has closed, or will. Its history stays, and so do its names."""
    found = await find(parts, principal, provider_id)
    closed = registry_facts.ServiceClosed(closed_on=sent.closed_on, reason=sent.reason)
    request = Request(
        place=found.place,
        facts={},
        aliases={},
        publisher=publisher_of(principal),
        provider_id=provider_id,
        closed=closed,
    )
    answer = await _submit(parts, request)
    response.status_code = 201 if answer.status == "changed" else 200
    return Identity(provider_id=answer.provider_id)


@router.get("")
async def get_providers(
    principal: Reader, parts: Ready, after: After, limit: Limit = 100, place: Annotated[Place | None, Query()] = None
) -> ProvidersPage:
    """The providers of a place, or of all places of the token, in order of registration."""
    if place is not None:
        principal.demand_place(place)
    places = principal.places if place is None else {place}
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        found = await register.page(cursor, places, after=after, limit=limit + 1)
    more = str(found[limit - 1].number) if len(found) > limit else None
    return ProvidersPage(providers=[_body(each) for each in found[:limit]], next=more)


@router.get("/{id}")
async def get_provider(provider_id: ProviderId, principal: Reader, parts: Ready) -> ProviderBody:
    """One provider."""
    return _body(await find(parts, principal, provider_id))


async def find(parts: Parts, principal: security.Principal, provider_id: str) -> Provider:
    """A provider of the token's places. Raises the 404 problem."""
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        found = await register.provider(cursor, provider_id)
    if found is None or not principal.may_see(found.place):
        raise problems.Problem(404, "not-found", "There is nothing here", "No provider of yours has this id.")
    return found


async def _submit(parts: Parts, request: Request) -> Registered:
    work = Register(
        [request],
        parts.now(),
        parts.digest_key,
        correlationid=logs.correlation.get(),
        traceparent=logs.traceparent.get(),
    )
    try:
        done = await parts.writer.submit(work)
    except NotRecorded as error:
        raise problems.Problem(422, "unusable", "This cannot be recorded", str(error)) from error
    measure(done.released)
    (answer,) = done.answers
    if answer.status == "conflict":
        raise problems.Problem(409, "alias-taken", "An alias stands for another provider", answer.reason)
    return answer


def publisher_of(principal: security.Principal) -> str:
    """In whose name the register is changed."""
    return principal.publisher or principal.organisation


def _body(found: Provider) -> ProviderBody:
    former: dict[str, list[str]] = {}
    aliases: dict[str, str] = {}
    for scheme, value in found.aliases:
        if scheme in aliases:
            former.setdefault(scheme, []).append(aliases[scheme])
        aliases[scheme] = value
    facts: dict[str, Any] = dict(found.facts)
    return ProviderBody(
        provider_id=found.provider_id, place=found.place, aliases=aliases, former_aliases=former, **facts
    )
