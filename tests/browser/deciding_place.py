"""Services about which people decide: one of two organisations, one whose evidence will fall, a place with a board."""

from typing import Any

from shared.events import alerts, concerns, cqc
from tests.browser.place import CODE
from tests.component.governance.conftest import Running, until

BOARD = "X00000002"
"""A place whose board decides with three directors (SAL-28)."""


async def service(running: Running, name: str, commissioning: str = "council", place: str = CODE) -> str:
    """A service with a name of its own."""
    return await running.register(commissioning, place, name=f"{name} (synthetic)")


async def concern(running: Running, provider: str, reference: str) -> str:
    """A concern that is on the record and can be named."""
    data: Any = {"concern_id": reference, "themes": ["q.medicines"], "severity": "S3"}
    raised = await running.others.write(concerns.QualityConcernRaised, provider, data, place=CODE)
    address = f"/v1/providers/{provider}/history/{raised.id}/texts"

    async def is_there() -> bool:
        return (await running.ask("GET", address, "safe", place=CODE)).status_code == 200

    await until(is_there)
    return str(raised.id)


async def not_upheld(running: Running, provider: str, reference: str, decision: str) -> None:
    """What a publisher says later of its concern, until whoever rested a decision on it is asked to look again."""
    data: Any = {"concern_id": reference, "outcome": "not_upheld", "confidence": "unverified"}
    await running.others.write(concerns.ConcernOutcomeRecorded, provider, data, place=CODE)

    async def is_told() -> bool:
        owed = (await running.ask("GET", "/v1/tasks", "auditor", place=CODE, provider=provider, limit=200)).json()
        return any(one["task"] == "review_tainted_decision" and one["decision_id"] == decision for one in owed["tasks"])

    await until(is_told)


async def board(running: Running) -> None:
    """The policy of the place with a board is adopted."""
    answer = await running.adopt("salford-2024", place=BOARD)
    assert answer.status_code == 201, answer.text


async def manager_lost(running: Running, provider: str) -> None:
    """What risk raises when the Registered Manager is lost (SAL-27.b), until the Board is asked to meet about it."""
    said: Any = {"alert": "A8", "cause": "SAL-27.b", "name": "Fir Lodge", "summary": "The manager has left",
                 "clause": "SAL-27.b"}  # fmt: skip
    await running.others.write(alerts.AlertRaised, provider, said, topic="assessments", writer="risk", place=BOARD)

    async def is_asked() -> bool:
        found = (await running.ask("GET", f"/v1/meetings/calendar?place={BOARD}", "auditor", place=BOARD)).json()
        return provider in [one["provider_id"] for one in found["asked"]]

    await until(is_asked)


async def decided(running: Running, provider: str, who: str = "chair", **order: Any) -> str:
    """A decision that others took, by its id."""
    usual = {"body": "MA_QUALITY_REVIEW", "rationale": "Agreed (synthetic)."}
    answer = await running.ask("POST", f"/v1/providers/{provider}/decisions", who, place=CODE, body=usual | order)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["decision_id"])


async def challenge(running: Running, provider: str) -> str:
    """What a provider challenges on its own page, by its id."""
    rating: Any = {"overall": "inadequate", "report_date": "2026-02-01"}
    rated = await running.others.write(cqc.CqcRatingPublished, provider, rating, place=CODE)
    person = {"sub": "manager-of-care", "roles": ["provider"], "org": "provider"}
    headers = running.issuer.headers(**person, places=[CODE], services=[provider])
    order = {"event_id": str(rated.id), "grounds": "factual_accuracy", "statement": "It is Good (synthetic)."}
    found: list[str] = []

    async def is_taken() -> bool:
        answer = await running.client.post(f"/v1/own/{provider}/challenges", json=order, headers=headers)
        found.append(str(answer.json().get("dispute_id")))
        return answer.status_code == 201

    await until(is_taken)
    return found[-1]
