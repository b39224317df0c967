"""HTTP: who may be meant by what waits in quarantine, and a steward's word on who is (architecture §5, intake)."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.intake import matching, register
from services.intake.judgement import ANYWHERE, Home
from services.intake.matching import Candidate
from services.intake.parts import Parts, Ready, Steward
from services.intake.providers_api import find, give_names
from services.intake.quarantine import Item
from services.intake.quarantine_api import Decided, Decision, ItemId, open_item, release
from shared import problems, security
from shared.events import vocabulary

router = APIRouter(prefix="/v1/quarantine", tags=["quarantine"])


class SuggestionBody(BaseModel):
    """A provider that may be meant."""

    provider_id: str
    place: str
    name: str
    score: Annotated[int, Field(ge=0, le=100)]
    reason: str


class Suggestions(BaseModel):
    """The nearest, best first. None of them is taken by itself."""

    named: str | None
    suggestions: list[SuggestionBody]


class Match(Decision):
    """Who is meant, and why the steward says so."""

    provider_id: vocabulary.ProviderId
    remember: bool = False
    """Whether the sender's name for it becomes a name of the provider: then it is known the next time."""


@router.get("/{id}/suggestions")
async def get_suggestions(item_id: ItemId, principal: Steward, parts: Ready) -> Suggestions:
    """Providers within reach of steward and sender whose name, postcode or id is near what was sent."""
    item = await open_item(parts, principal, item_id)
    named = item.named
    if named is None:
        return Suggestions(named=None, suggestions=[])
    found = matching.suggest(named, await _candidates(parts, principal, item))
    subject = f"{named.subject.scheme}:{named.subject.value}"
    return Suggestions(
        named=subject, suggestions=[SuggestionBody.model_validate(each, from_attributes=True) for each in found]
    )


@router.post("/{id}/match")
async def post_match(item_id: ItemId, sent: Match, principal: Steward, parts: Ready) -> Decided:
    """Say who is meant: it is recorded of that provider, and who said so, and why, is on the ledger."""
    item = await open_item(parts, principal, item_id)
    provider = await find(parts, principal, sent.provider_id)
    if provider.place not in item.places and ANYWHERE not in item.places:
        detail = f"Its sender may not speak of {provider.place}."
        raise problems.Problem(409, "out-of-reach", "It cannot be matched to this provider", detail)
    decided = await release(parts, principal, item, sent.reason, Home(provider.provider_id, provider.place))
    if sent.remember and item.subject is not None and item.subject.scheme != "id":
        await give_names(parts, principal, provider, {item.subject.scheme: item.subject.value})
    return decided


async def _candidates(parts: Parts, principal: security.Principal, item: Item) -> list[Candidate]:
    places = principal.places if ANYWHERE in item.places else principal.places & set(item.places)
    async with parts.pool.connection() as connection, connection.cursor() as cursor:
        return await register.candidates(cursor, places)
