"""A legal hold: nothing of what it names may be erased until it is lifted. Pure (architecture §9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.governance.domain.kind import Kind
from shared.events import erasures


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold as it stands."""

    placed: erasures.LegalHoldPlaced
    is_lifted: bool = False


def take(hold: Hold | None, step: erasures.Hold) -> Hold:
    """The hold after a step."""
    if isinstance(step, erasures.LegalHoldPlaced):
        return Hold(step)
    assert hold is not None  # noqa: S101 - it is placed first
    return replace(hold, is_lifted=True)


def unfit(hold: Hold, _: erasures.Hold) -> str | None:
    """Why a step is not possible, or None."""
    return "the hold was lifted" if hold.is_lifted else None


def document(hold: Hold) -> dict[str, Any]:
    """As it is shown."""
    return {
        "hold_id": hold.placed.hold_id,
        "because": hold.placed.because,
        "events": list(hold.placed.events),
        "subjects": list(hold.placed.subjects),
        "lifted": hold.is_lifted,
    }


def forbids(holds: Iterable[Mapping[str, Any]], events: Iterable[str]) -> str | None:
    """Which open hold, as it is shown, forbids the erasure of texts of these events, or None."""
    wanted = set(events)
    for hold in holds:
        if not hold["lifted"] and (not hold["events"] or wanted & set(hold["events"])):
            return str(hold["hold_id"])
    return None


KIND = Kind(
    name="hold",
    key="hold_id",
    first=erasures.LegalHoldPlaced,
    further=(erasures.LegalHoldLifted,),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda hold: not hold.is_lifted,
)
