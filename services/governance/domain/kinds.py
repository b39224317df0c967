"""All kinds of matter, by name and by the published type of their steps. A new kind is one line here."""

from collections.abc import Mapping
from typing import Any

from services.governance.domain import (
    contract,
    dispute,
    erasure,
    legal_hold,
    meeting_kind,
    placement,
    plan,
    practice,
    quality_assessment,
    recorded,
    task,
    temporary_duty,
    visit,
)
from services.governance.domain.kind import Kind
from shared.events import Data

__all__ = ["KINDS", "KIND_OF", "Kind"]

KINDS: Mapping[str, Kind[Any]] = {
    kind.name: kind
    for kind in (
        plan.KIND,
        meeting_kind.KIND,
        task.KIND,
        contract.KIND,
        visit.KIND,
        quality_assessment.KIND,
        placement.KIND,
        erasure.KIND,
        legal_hold.KIND,
        practice.KIND,
        *recorded.KINDS,
        dispute.KIND,
        temporary_duty.KIND,
    )
}
KIND_OF: Mapping[type[Data], Kind[Any]] = {model: kind for kind in KINDS.values() for model in kind.models.values()}
"""A step's model → the kind of matter that it belongs to."""
