"""The message to the host authority of a placement: a concern was raised with it, and when our people left. Pure."""

from services.governance.domain.alerts import Facts
from services.governance.domain.placement import Placement
from shared import identifiers
from shared.events.alerts import AlertBody, AlertCleared, AlertRaised

CODE, HOST = "A6", "host_authority"
SMALL = 5
"""Fewer people than this are not counted out in a summary: somebody could be known by it."""


def concern(facts: Facts, made: Placement, step_id: str, place: str) -> list[AlertBody]:
    """What the newest telling says to the host, each once (CAL-34); nothing where the host is this place itself."""
    started, told_on = made.started, made.told[-1]
    if started.host_authority == place:
        return []
    summary = (
        f"On {told_on.isoformat()} {started.placing_authority} raised a concern about this service with "
        f"{started.host_authority}, as its host authority. Placement {started.placement_token}: {_people(made)}."
    )
    said = _body(facts, made, len(made.told), summary)
    return [AlertRaised.model_validate(said | {"evidence": (step_id,), "since": told_on})]


def left(facts: Facts, made: Placement, place: str) -> list[AlertBody]:
    """The placement is over: each message of it is ended, and the host is told so."""
    started = made.started
    if started.host_authority == place:
        return []
    summary = f"Placement {started.placement_token} of {started.placing_authority} has ended."
    every = (_body(facts, made, number, summary) for number in range(1, len(made.told) + 1))
    return [AlertCleared.model_validate(said | {"raised_id": _raised(facts, said)}) for said in every]


def _body(facts: Facts, made: Placement, number: int, summary: str) -> dict[str, object]:
    return {
        "alert": CODE, "cause": f"{HOST}:{made.started.placement_token}:{number}", "name": facts.name,
        "commissioning": facts.commissioning, "summary": summary, "to_role": HOST,
        HOST: made.started.host_authority,
    }  # fmt: skip


def _raised(facts: Facts, said: dict[str, object]) -> str:
    return str(identifiers.alert_id(CODE, facts.provider_id, str(said["cause"])))


def _people(made: Placement) -> str:
    count = made.started.count
    return f"fewer than {SMALL} people" if count < SMALL else f"{count} people"
