"""HTTP: question sets and assessments: answer with evidence, share the draft, hear the provider, conclude."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from services.governance import looking_back
from services.governance.decisions_api import ProviderId
from services.governance.domain import quality_assessment
from services.governance.monitoring import assessment_orders, listing, sets
from services.governance.monitoring.assessing import Assessing
from services.governance.monitoring.listing import Asked
from services.governance.parts import IdempotencyKey, Knower, Limit, Parts, Reader, Ready, Time, asking, response, scope
from services.governance.providers_api import GSS
from shared import security
from shared.events import vocabulary as words

ASSESSING = ("quality-officer", "team-manager", "contracts-officer", "icb-quality", "panel-chair")
Assessor = Annotated[security.Principal, Depends(security.require(*ASSESSING))]
AssessmentId = Annotated[str, Path(pattern=r"^assessment-[0-9a-f]{16}$")]
Cursor = Annotated[str | None, Query(max_length=60, description="`next` of the page before")]
router = APIRouter(prefix="/v1", tags=["assessments"])


@router.get("/question-sets")
def get_sets(principal: Reader) -> dict[str, Any]:  # noqa: ARG001 - whoever may read
    """The sets of questions that there are."""
    shown = {"name", "version", "title", "source", "id", "ours", "tool", "service_types"}
    return {"question_sets": [one.model_dump(mode="json", include=shown) for one in sets.shipped().values()]}


@router.get("/question-sets/{name}")
def get_set(
    *, name: Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")], principal: Reader,  # noqa: ARG001
    service_type: words.ServiceType | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One set, whole; or the questions for a kind of service."""
    found = sets.named(name)
    document = found.model_dump(mode="json")
    if service_type is not None:
        asked = {question.id for _, question in found.asked(service_type)}
        for standard in document["standards"]:
            standard["questions"] = [one for one in standard["questions"] if one["id"] in asked]
    return document


@router.post("/providers/{provider_id}/assessments", status_code=201)
def begin(
    *, provider_id: ProviderId, order: assessment_orders.NewAssessment, principal: Assessor, made: Ready,
    idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Begin an assessment with a set of questions."""
    return response(_of(made).begin(provider_id, order, asking(principal, made, idempotency_key)))


@router.post("/assessments/{assessment_id}/steps", status_code=201)
def step(
    *, assessment_id: AssessmentId, order: Annotated[assessment_orders.AnyStep, Body()], principal: Assessor,
    made: Ready, idempotency_key: IdempotencyKey = None,
) -> Response:  # fmt: skip
    """Answer, share the draft, record what the provider says, review a dispute as a second officer, conclude."""
    return response(_of(made).step(assessment_id, order, asking(principal, made, idempotency_key)))


@router.get("/assessments/{assessment_id}")
def get_assessment(
    assessment_id: AssessmentId, principal: Knower, made: Ready, as_of: Time = None, known_at: Time = None
) -> dict[str, Any]:
    """One assessment; no score before the draft was shared. Its texts stand, sealed, in the provider's history."""
    return looking_back.one(made, quality_assessment.KIND, assessment_id, principal, as_of=as_of, known_at=known_at)


@router.get("/assessments")
def get_assessments(
    *, principal: Knower, made: Ready,
    place: Annotated[str | None, Query(pattern=GSS)] = None,
    provider: Annotated[str | None, Query(pattern=r"^prv-[0-9a-z]{1,40}$")] = None,
    status: Annotated[str | None, Query(pattern=r"^(begun|draft|final|abandoned)$")] = None,
    question_set: Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")] = None,
    due_by: date | None = None,
    open: Annotated[bool | None, Query()] = None,  # noqa: A002
    limit: Limit = 100,
    cursor: Cursor = None,
) -> dict[str, Any]:  # fmt: skip
    """Assessments, those due first, without their answers."""
    places = scope(principal, place)
    wanted = (("status", status), ("question_set", question_set))
    fields = {name: value for name, value in wanted if value is not None}
    asked = Asked(places, provider, open, due_by, fields, cursor, limit)
    found, after = listing.page(made.store, quality_assessment.KIND.name, asked)
    brief = [{name: value for name, value in one.items() if name != "answers"} for one in found]
    return {"assessments": brief, "next": after}


def _of(made: Parts) -> Assessing:
    return Assessing(made.store, made.matters, made.vault)
