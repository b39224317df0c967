"""HTTP: what returns ask of providers, field by field, and what of it is held already (OXF-22, collect once)."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.governance import register
from services.governance.decisions_api import ProviderId
from services.governance.measures.api import Period
from services.governance.measures.reading import Measures
from services.governance.parts import Knower, Ready
from services.governance.policy_api import Place

router = APIRouter(prefix="/v1", tags=["measures"])


@router.get("/providers/{provider_id}/burden")
def get_burden(
    provider_id: ProviderId, principal: Knower, made: Ready, wanted: Annotated[Period, Query()]
) -> dict[str, Any]:
    """Each return asked of a provider: of each field where it is held already, and whether it is asked all the same;
    fields and minutes a month."""
    seen = register.provider(made.store, provider_id, principal.places)
    return Measures(made.store, made.packs).burden(seen.place, wanted.asked(), provider_id)


@router.get("/places/{place}/burden")
def get_burdens(place: Place, principal: Knower, made: Ready, wanted: Annotated[Period, Query()]) -> dict[str, Any]:
    """The same in short for every provider of a place, the most burdened first, with the medians that K17 shows."""
    principal.demand_place(place)
    return Measures(made.store, made.packs).burden(place, wanted.asked())
