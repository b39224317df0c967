"""What the golden scenarios say end to end: facts of agencies, steps of people, what the page then shows."""

import base64
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.people import Place, until
from tests.support.receiver import Receiver

QUESTIONS = dict.fromkeys(("safe", "effective", "caring", "responsive", "well_led"), "good")


def ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


def rated(place: Place, provider: str, overall: str, days: int = 30, **more: Any) -> None:
    rating = {"overall": overall, "report_date": ago(days)} | more
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    place.accept(place.event("cqc_rating.published", provider, rating, time=at))


def indicated(place: Place, provider: str) -> tuple[str | None, str | None] | None:
    found = place.view(provider).get("indicated")
    return (found["min"], found["max"]) if found else None


def outcome(place: Place, provider: str, criterion: str) -> str | None:
    return next((one["outcome"] for one in place.view(provider).get("criteria", []) if one["id"] == criterion), None)


def told(place: Place, provider: str, kind: str, code: str) -> list[dict[str, Any]]:
    entries = place.history(provider, type=f"careledger.alert.{kind}.v1")
    return [entry["event"]["data"] for entry in entries if entry["event"]["data"]["alert"] == code]


def becomes(place: Place, provider: str, expected: tuple[str | None, str | None]) -> None:
    until(lambda: indicated(place, provider) == expected, why=f"{expected} is indicated")


def watched(place: Place, **more: Any) -> str:
    """A home of which everything that level 1 needs is on record."""
    provider = place.known(**more)
    month = (datetime.now(UTC).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    rated(place, provider, "good", **QUESTIONS)
    place.accept(place.event("returns.submitted", provider, {"return_type": "RT-PMR", "period": month}))
    place.accept(place.event("visit.completed", provider, {"visit_id": f"V-{provider[-6:]}", "purpose": "annual"}))
    return provider


def step(place: Place, path: str, *, who: str = "team-manager", org: str = "council", **body: Any) -> dict[str, Any]:
    """Somebody takes a step that must be taken."""
    answer = place.call("POST", "governance", path, who=who, org=org, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def decided(place: Place, provider: str, *, who: str, org: str = "council", **order: Any) -> dict[str, Any]:
    """Somebody decides, and the policy lets them."""
    answer = place.decide(provider, {"rationale": "Synthetic."} | order, who=who, org=org)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refused(place: Place, provider: str, *, who: str, org: str = "council", **order: Any) -> str:
    """Somebody decides, and the policy refuses: the rule that it names."""
    answer = place.decide(provider, {"rationale": "Synthetic."} | order, who=who, org=org)
    assert answer.status_code == 403, answer.text
    return str(answer.json()["rule"])


def owed(place: Place, provider: str, *, is_open: bool = True) -> dict[str, dict[str, Any]]:
    """Tasks by their name."""
    params = {"provider": provider, "open": str(is_open).lower()}
    answer = place.call("GET", "governance", "/v1/tasks", who="auditor", params=params)
    assert answer.status_code == 200, answer.text
    return {one["task"]: one for one in answer.json()["tasks"]}


def hears(place: Place, role: str, receiver: Receiver, **more: str) -> str:
    """A webhook is registered for a role of the place; its secret."""
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
    recipient = {"role": role, "channel": "webhook", "address": receiver.url, "secret": secret, "place": place.code}
    answer = place.call("POST", "notify", "/v1/recipients", who="ops", json=recipient | more)
    assert answer.status_code == 201, answer.text
    return secret


def arrived(receiver: Receiver, provider: str, code: str, kind: str = "alert.raised") -> list[dict[str, Any]]:
    """What a webhook was told of one kind of alert about one provider, each time that it was called."""
    said = [one for request in receiver.about(provider) for one in request.told]
    return [one for one in said if (one["provider"]["id"], one["alert"], one["type"]) == (provider, code, kind)]


def sent(place: Place, provider: str, code: str) -> list[dict[str, Any]]:
    """What the history says of the sendings of one kind of alert about a provider."""
    entries = place.history(provider, type="careledger.notification.sent.v1")
    return [entry["event"]["data"] for entry in entries if entry["event"]["data"]["alert"] == code]


def sent_to(place: Place, provider: str, code: str) -> set[str]:
    """The roles to which the history says that an alert was sent."""
    return {one["recipient_role"] for one in sent(place, provider, code)}
