"""HTTP: a provider about itself (AMB-16): how it stands, returns, draft assessments, its plan, its challenges."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Response

from services.governance import matters
from services.governance.decisions_api import ProviderId
from services.governance.monitoring.assessing import Assessing
from services.governance.monitoring.assessments_api import AssessmentId
from services.governance.own import orders
from services.governance.own.owning import Owning
from services.governance.parts import IdempotencyKey, Parts, Ready, asking, response
from services.governance.plans_api import PlanId
from shared import calendar, clock, security

OWN = "provider"
"""The role of somebody who answers for a service; which one, the token's claim `services` says."""
Provider = Annotated[security.Principal, Depends(security.require(OWN))]
router = APIRouter(prefix="/v1/own", tags=["a provider’s own"])


def owning(made: Parts) -> Owning:
    """The use cases, of the living parts."""
    assessing = Assessing(made.store, made.matters, made.vault)
    return Owning(made.store, made.matters, made.pages, made.planning, assessing)


@router.get("")
def get_services(principal: Provider, made: Ready) -> dict[str, Any]:
    """The services that one answers for."""
    found = owning(made).services(principal)
    return {"services": [{"provider_id": one.provider_id, "name": one.facts["name"]} for one in found]}


@router.get("/{provider_id}")
def get_own(provider_id: ProviderId, principal: Provider, made: Ready) -> dict[str, Any]:
    """How it stands, its returns, its assessments, what is recorded and what it was told."""
    own, now = owning(made), clock.now()
    today = calendar.london_date(now)
    return own.page(principal, provider_id, today, made.read_model.behind()) | {
        "returns": own.returns(principal, provider_id, today),
        "assessments": own.assessments(principal, provider_id),
        "recorded": own.recorded(principal, provider_id, now),
        "told": own.told(principal, provider_id),
    }


@router.get("/{provider_id}/assessments/{assessment_id}")
def get_assessment(
    provider_id: ProviderId, assessment_id: AssessmentId, principal: Provider, made: Ready
) -> dict[str, Any]:
    """One assessment, once its draft was shared."""
    return matters.shown(owning(made).assessment(principal, provider_id, assessment_id))


@router.post("/{provider_id}/assessments/{assessment_id}/steps", status_code=201)
def answer(
    *, provider_id: ProviderId, assessment_id: AssessmentId, order: Annotated[orders.AssessmentStep, Body()],
    principal: Provider, made: Ready, idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Comment on the draft or accept it; dispute an answer. In the days of the draft."""
    asker = asking(principal, made, idempotency_key)
    return response(owning(made).answer(principal, provider_id, assessment_id, order, asker))


@router.post("/{provider_id}/plans/{plan_id}/steps", status_code=201)
def plan_step(
    *, provider_id: ProviderId, plan_id: PlanId, order: Annotated[orders.PlanStep, Body()],
    principal: Provider, made: Ready, idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Hand the plan in for sign-off; sign it for the service."""
    asker = asking(principal, made, idempotency_key)
    return response(owning(made).plan_step(principal, provider_id, plan_id, order, asker))


@router.post("/{provider_id}/challenges", status_code=201)
def challenge(
    *, provider_id: ProviderId, order: orders.NewChallenge, principal: Provider, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Challenge what is recorded or decided about the service; the answer is owed in the policy's time."""
    asker = asking(principal, made, idempotency_key)
    return response(owning(made).challenge(principal, provider_id, order, asker))
