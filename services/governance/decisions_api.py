"""HTTP: decide about a provider; consent, approve, ratify; look at one decision."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response

from services.governance import decided, documents, doubted, orders, publish
from services.governance.asking import Asking, Unknown
from services.governance.domain.taken import Taken
from services.governance.event_store import remember
from services.governance.parts import (
    Decider,
    IdempotencyKey,
    IfMatch,
    Knower,
    Parts,
    Ready,
    Time,
    asking,
    labelled,
    response,
    when,
)
from shared import metrics, problems, security
from shared.vault import KeyDestroyed

ProviderId = Annotated[str, Path(pattern=r"^prv-[0-9a-z]{1,40}$")]
STALE: dict[int | str, dict[str, Any]] = {
    412: {"model": problems.ProblemDocument, "description": "The page has changed since it was looked at."}
}
router = APIRouter(prefix="/v1", tags=["decisions"], responses=STALE)


@router.post("/providers/{provider_id}/decisions", status_code=201)
def decide(
    *,
    provider_id: ProviderId,
    order: Annotated[orders.AnyOrder, Body()],
    principal: Decider,
    made: Ready,
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Take a decision in a body's name. The policy in force says who may; a refusal names its rule."""
    asked = asking(principal, made, idempotency_key, if_match)
    reply = made.governance.decide(provider_id, order, asked)
    if not reply.again:
        metrics.DECISIONS.labels(reply.body["place"], order.type, order.body).inc()
    return response(reply)


@router.post("/decisions/{decision_id}/consents", status_code=201)
def consent(
    *, decision_id: UUID, said: orders.Consent, principal: Decider, made: Ready,
    idempotency_key: IdempotencyKey = None, if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """The other organisation consents to a decision on a jointly commissioned service, or refuses."""
    asked = asking(principal, made, idempotency_key, if_match)
    return response(made.governance.answer(str(decision_id), "consent", said, asked, agrees=said.consent))


@router.post("/decisions/{decision_id}/approvals", status_code=201)
def approve(
    *, decision_id: UUID, said: orders.Approval, principal: Decider, made: Ready,
    idempotency_key: IdempotencyKey = None, if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """The second person of a two-person act approves, or refuses."""
    asked = asking(principal, made, idempotency_key, if_match)
    return response(made.governance.answer(str(decision_id), "approval", said, asked, agrees=said.approve))


@router.post("/decisions/{decision_id}/ratifications", status_code=201)
def ratify(
    *, decision_id: UUID, said: orders.Ratification, principal: Decider, made: Ready,
    idempotency_key: IdempotencyKey = None, if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """The other organisation ratifies a protective act, or refuses: then the act ends."""
    asked = asking(principal, made, idempotency_key, if_match)
    return response(made.governance.answer(str(decision_id), "consent", said, asked, agrees=said.ratify))


@router.get("/decisions/{decision_id}")
def get_decision(
    decision_id: UUID, principal: Knower, made: Ready, as_of: Time = None, known_at: Time = None
) -> dict[str, Any]:
    """One decision and its life, now or as of a past day, with its reason in clear. That it was read is kept."""
    provider_id, place = where(made, decision_id, principal)
    label: dict[str, Any] = {}
    if as_of is None and known_at is None:
        taken = made.store.case(provider_id, place).decision(str(decision_id))
        with made.store.reading() as cursor:
            known = doubted.read(cursor, provider_id, taken.proposal.evidence)
    else:
        past = when(made, as_of, known_at)
        taken, known = decided.then(made.store, provider_id, str(decision_id), past)
        label = labelled(past)
    fallen = [fell for one in documents.tainted([taken], known) for fell in one["evidence"]]
    reason = opened(made, taken, asking(principal, made))
    return documents.taken(taken) | {
        "provider_id": provider_id, "place": place, "rationale": reason, "tainted": fallen,
        **label,
    } | ({"erased": ["rationale"]} if reason is None and taken.proposal.rationale is not None else {})  # fmt: skip


def where(made: Parts, decision_id: UUID, principal: security.Principal) -> tuple[str, str]:
    """The provider and the place of a decision. Raises Unknown, also for one of a place that is not held."""
    try:
        provider_id, place = made.store.where(str(decision_id))
    except KeyError:
        raise Unknown("no decision of yours has this id") from None
    if not principal.may_see(place):
        raise Unknown("no decision of yours has this id")
    return provider_id, place


def opened(made: Parts, taken: Taken, asked: Asking) -> str | None:
    """The reason in clear, and that it was read is kept; None where there is none, or where it was erased."""
    step = taken.proposal
    if step.rationale is None:
        return None
    event_id = publish.step_id(step.decision_id, "Proposed")
    # Kept before it is shown: what cannot be kept is not read.
    with made.store.datastore.transaction(commit=True) as cursor:
        cursor.execute("INSERT INTO openings(actor, event_id) VALUES (%s, %s)", (asked.actor, event_id))
        remember(cursor, asked)
    try:
        return made.vault.open_sync(step.rationale, event_id=event_id)
    except KeyDestroyed:
        return None
