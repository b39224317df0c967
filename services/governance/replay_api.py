"""HTTP: what changed between two moments, and what was worked on as of a past one; each in two clocks."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool

from services.governance import changes
from services.governance.decisions_api import ProviderId
from services.governance.domain.kinds import KINDS
from services.governance.parts import SAFEGUARDING, Knower, Parts, Ready, Time, invalid, labelled, when
from services.governance.past import When
from shared import calendar, security
from shared.policies.deciding import Clocks

router = APIRouter(prefix="/v1/providers", tags=["replay"])


@router.get("/{provider_id}/changes")
async def get_changes(
    *, provider_id: ProviderId, principal: Knower, made: Ready,
    since: Annotated[str, Query(max_length=40, alias="from", description="The first moment; a London day: its end")],
    to: Time = None,
    known_from: Annotated[str | None, Query(max_length=40, description="What was known at the first moment")] = None,
    known_to: Annotated[str | None, Query(max_length=40, description="What was known at the second")] = None,
) -> dict[str, Any]:  # fmt: skip
    """Levels, criteria, sanctions, clocks, decisions, plans, tasks, what came in, who was told: with their events.

    Without `known_from` and `known_to` both moments are told by all that is known today.
    """
    first = when(made, since, known_from, ("from", "known_from"))
    second = when(made, to, known_to, ("to", "known_to"))
    return await compared(made, provider_id, first, second, principal)


async def compared(
    made: Parts, provider_id: str, first: When, second: When, principal: security.Principal
) -> dict[str, Any]:
    """Two moments of a provider beside each other, as far as this person may know of them.

    Raises Unknown, and the 422 problem for moments in the wrong order.
    """
    if second.as_of < first.as_of:
        raise invalid("query:to", "It lies before `from`.", "Give the earlier moment as `from`.")
    before = await run_in_threadpool(changes.read, made.store, provider_id, first, principal.places)
    after = await run_in_threadpool(changes.read, made.store, provider_id, second, principal.places)
    rules = (
        await run_in_threadpool(_rules, made, before.place, first),
        await run_in_threadpool(_rules, made, after.place, second),
    )
    found = await run_in_threadpool(changes.between, before, after, rules)
    if not principal.has(*SAFEGUARDING):  # what is only recommended is nobody else's yet
        found["processes"] = [one for one in found["processes"] if not _is_recommended(one)]
    return {"provider_id": provider_id, "from": labelled(first), "to": labelled(second), **found}


@router.get("/{provider_id}/matters")
async def get_matters(
    *, provider_id: ProviderId, principal: Knower, made: Ready,
    kind: Annotated[str | None, Query(max_length=40, description="plan, task, visit, …; all without it")] = None,
    as_of: Time = None, known_at: Time = None,
) -> dict[str, Any]:  # fmt: skip
    """Plans, tasks, visits and whatever else was worked on about a provider, as it stood then: by kind and id."""
    if kind is not None and kind not in KINDS:
        raise invalid("query:kind", "There is no such kind.", f"Use {', '.join(sorted(KINDS))}.")
    past = when(made, as_of, known_at)
    then = await run_in_threadpool(changes.read, made.store, provider_id, past, principal.places)
    return {"provider_id": provider_id, **labelled(past), "matters": changes.matters(then.events, kind)}


def _rules(made: Parts, place: str, moment: When) -> Clocks | None:
    policy = made.pages.policy(place, calendar.london_date(moment.as_of))
    return policy.pack.clocks if policy else None


def _is_recommended(change: dict[str, Any]) -> bool:
    return "recommended" in {one["status"] for one in (change["was"], change["is"]) if one}
