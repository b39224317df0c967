"""A provider that cannot carry on: who is affected, what is to be done, for whom it is settled. Folded, pure.

Care Act 2014 s48: the council meets the needs of everybody whose care ended here, whoever pays for it and whoever
placed them. Counts alone: who the people are stands in the council's own records.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.governance.domain.kind import Kind
from shared.events import Data, market
from shared.policies.section import Limit

CHECKLIST: Mapping[market.Item, tuple[Limit, str]] = {
    "failure_confirmed": (Limit(working_days=1), "SI 2015/301 reg 2: a duty if the business failed, else a power"),
    "people_counted": (
        Limit(working_days=1),
        "Care Act 2014 s48: everybody here, whoever pays or placed them",
    ),
    "cqc_contacted": (Limit(working_days=1), "Care Act 2014 s56"),
    "authorities_told": (Limit(working_days=1), "Care Act 2014 s48: people whom other authorities placed"),
    "partners_told": (Limit(working_days=1), "ICB, brokerage, emergency planning (alert A12)"),
    "administrator_contacted": (Limit(working_days=2), "SI 2015/301: who runs the business meanwhile"),
    "people_involved": (Limit(working_days=2), "what people and those close to them want"),
    "continuity_arranged": (Limit(working_days=5), "Care Act 2014 s48: as long as it takes; looked at by this day"),
}
"""What is to be done, in how long, and why. The list and its days are ours: the Act names no days."""


@dataclass(frozen=True, slots=True)
class TemporaryDuty:
    """One failure, or one interruption, of one provider."""

    opened: market.TemporaryDutyOpened
    counted: market.TemporaryDutyCounted | None = None
    settled: Mapping[str, str] = field(default_factory=dict)
    """Item → done or not_needed."""
    closed: market.TemporaryDutyClosed | None = None

    @property
    def people(self) -> int | None:
        """How many are affected; None before they were counted."""
        return None if self.counted is None else affected(self.counted)


def affected(counted: market.TemporaryDutyCounted) -> int:
    """How many people a count comes to."""
    return counted.own + counted.self_funded + counted.nhs + sum(one.people for one in counted.others)


def open_items(duty: TemporaryDuty) -> list[market.Item]:
    """What is still to be done."""
    return [item for item in CHECKLIST if item not in duty.settled]


def take(duty: TemporaryDuty | None, step: Data) -> TemporaryDuty:
    """The duty after a step."""
    match step:
        case market.TemporaryDutyOpened():
            return TemporaryDuty(step)
        case market.TemporaryDutyCounted() if duty:
            return replace(duty, counted=step, settled=_still(duty.settled, step))
        case market.TemporaryDutyStepRecorded() if duty:
            return replace(duty, settled={**duty.settled, step.item: step.outcome})
        case market.TemporaryDutyClosed() if duty:
            return replace(duty, closed=step)
    assert duty is not None  # noqa: S101 - it is opened first
    return duty


def _still(settled: Mapping[str, str], counted: market.TemporaryDutyCounted) -> dict[str, str]:
    """What another count leaves settled: people who come to light later are to be told of and provided for too."""
    undone = {"continuity_arranged"} if affected(counted) > counted.arranged else set()
    if counted.others and settled.get("authorities_told") == "not_needed":
        undone.add("authorities_told")
    return {item: outcome for item, outcome in settled.items() if item not in undone}


def unfit(duty: TemporaryDuty, step: Data) -> str | None:
    """Why a step is not possible, or None."""
    return "it is over" if duty.closed is not None else UNFIT[type(step)](duty, step)


def document(duty: TemporaryDuty) -> dict[str, Any]:
    """As it is shown."""
    opened, counted, closed = duty.opened, duty.counted, duty.closed
    return {
        "duty_id": opened.duty_id,
        "because": opened.because,
        "power": "duty" if opened.because == "business_failure" else "power",
        "failure_id": opened.failure_id,
        "since": opened.since.isoformat(),
        "people": duty.people,
        "counted": counted and counted.model_dump(mode="json", exclude={"duty_id", "actor"}),
        "waiting": None if counted is None else affected(counted) - counted.arranged,
        "checklist": [
            {"item": item, "why": why, "outcome": duty.settled.get(item)} for item, (_, why) in CHECKLIST.items()
        ],
        "outcome": closed and closed.outcome,
        "closed_on": closed and closed.closed_on.isoformat(),
    }


def _counting(_: TemporaryDuty, step: market.TemporaryDutyCounted) -> str | None:
    total = affected(step)
    if len({one.authority for one in step.others}) < len(step.others):
        return "each authority stands in it once"
    return f"{step.arranged} of {total} people cannot be arranged for" if step.arranged > total else None


def _settling(duty: TemporaryDuty, step: market.TemporaryDutyStepRecorded) -> str | None:
    counted = duty.counted
    if step.item == "people_counted" and (counted is None or step.outcome == "not_needed"):
        return "count them first: how many, and for how many it is settled"
    if step.item == "authorities_told" and step.outcome == "not_needed" and (counted is None or counted.others):
        return (
            "nobody knows yet that no other authority has people here" if counted is None else "others have people here"
        )
    if step.item == "continuity_arranged":
        if counted is None:
            return "count them first"
        if affected(counted) > counted.arranged:
            return f"for {affected(counted) - counted.arranged} people it is not settled how their care goes on"
    return None


def _closing(duty: TemporaryDuty, step: market.TemporaryDutyClosed) -> str | None:
    if step.outcome == "needs_met" and (left := open_items(duty)):
        return f"still to be done: {', '.join(left)}"
    return None


UNFIT: Mapping[type[Data], Callable[[TemporaryDuty, Any], str | None]] = {
    market.TemporaryDutyCounted: _counting,
    market.TemporaryDutyStepRecorded: _settling,
    market.TemporaryDutyClosed: _closing,
}
KIND = Kind(
    name="duty",
    key="duty_id",
    first=market.TemporaryDutyOpened,
    further=tuple(UNFIT),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda duty: duty.closed is None,
)
