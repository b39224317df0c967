"""HTTP: the register of contracts: size, term, clauses, documents, whose it is, how risky it is (OXF-5 to OXF-8)."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from services.governance import looking_back
from services.governance.decisions_api import ProviderId
from services.governance.domain import contract
from services.governance.monitoring import contract_orders
from services.governance.monitoring.contracting import Contracting
from services.governance.monitoring.listing import Asked
from services.governance.parts import IdempotencyKey, Knower, Limit, Parts, Ready, Time, asking, response, scope
from services.governance.providers_api import GSS
from shared import security

KEEPING = ("contracts-officer", "quality-officer", "team-manager", "panel-chair", "icb-quality", "director")
"""Who keeps the register."""
Keeper = Annotated[security.Principal, Depends(security.require(*KEEPING))]
ContractId = Annotated[str, Path(pattern=r"^contract-[0-9a-f]{16}$")]
Cursor = Annotated[str | None, Query(max_length=60, description="`next` of the page before")]
router = APIRouter(prefix="/v1", tags=["contracts"])


@router.post("/providers/{provider_id}/contracts", status_code=201)
def register(
    *, provider_id: ProviderId, order: contract_orders.NewContract, principal: Keeper, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Register a contract, or that there is none (`no_contract`); its review is due within a year."""
    return response(_of(made).register(provider_id, order, asking(principal, made, idempotency_key)))


@router.post("/contracts/{contract_id}/steps", status_code=201)
def step(
    *, contract_id: ContractId, order: Annotated[contract_orders.AnyStep, Body()], principal: Keeper, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Change, allocate, rate or review it; say which clauses are breached or kept again, what came in; end it."""
    return response(_of(made).step(contract_id, order, asking(principal, made, idempotency_key)))


@router.get("/contracts/{contract_id}")
def get_contract(
    contract_id: ContractId, principal: Knower, made: Ready, as_of: Time = None, known_at: Time = None
) -> dict[str, Any]:
    """One contract. Its texts stand, sealed, in the provider's history."""
    return looking_back.one(made, contract.KIND, contract_id, principal, as_of=as_of, known_at=known_at)


@router.get("/contracts")
def get_contracts(
    *, principal: Knower, made: Ready,
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    provider: Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$")] = None,
    rag: Annotated[Literal["red", "amber", "green", "unrated"] | None, Query()] = None,
    allocated_to: Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_-]{0,59}$")] = None,
    officer: Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")] = None,
    kind: Annotated[str | None, Query(pattern=r"^[a-z_]{1,20}$")] = None,
    due_by: date | None = None,
    open: Annotated[bool | None, Query()] = True,  # noqa: A002
    limit: Limit = 100,
    cursor: Cursor = None,
) -> dict[str, Any]:  # fmt: skip
    """The register, what is due first: of a place, a provider, a role or an officer, by its colour or its kind.

    With `open=false` what ended last comes first.
    """
    places = scope(principal, place)
    fields: dict[str, str | None] = {
        name: value
        for name, value in (("allocated_to", allocated_to), ("officer", officer), ("kind", kind))
        if value is not None
    }
    if rag is not None:
        fields["rag"] = None if rag == "unrated" else rag
    found, after = _of(made).page(Asked(places, provider, open, due_by, fields, cursor, limit))
    return {"contracts": found, "next": after}


def _of(made: Parts) -> Contracting:
    return Contracting(made.store, made.matters)
