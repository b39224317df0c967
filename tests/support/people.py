"""The people of one place, as they act over HTTP: what end-to-end tests say instead of paths and headers."""

import itertools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

JSON = dict[str, Any]
CONFIRM: JSON = {
    "type": "level.confirmed", "scale": "level", "level": "2", "body": "MA_QUALITY_REVIEW", "rationale": "Synthetic.",
}  # fmt: skip
"""The panel confirms a level."""
SUSPEND: JSON = {
    "type": "suspension.imposed", "kind": "advisory_notice", "scope": "new_admissions", "body": "MA_QUALITY_REVIEW",
    "rationale": "Synthetic.",
}  # fmt: skip
"""The panel restricts placements."""
PORTS = ("intake", "risk", "governance", "notify")


def until(what: Callable[[], Any], *, seconds: float = 30, why: str = "") -> Any:
    """Ask again until the answer is true, and return it. AssertionError after the deadline: no test sleeps blindly."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > deadline:
            raise AssertionError(
                f"not within {seconds} s: {why or getattr(what, '__name__', 'condition')} (last: {found!r})"
            )
        time.sleep(0.05)
    return found


@dataclass
class Place:
    """One place of a running deployment, with tokens for whoever acts in it."""

    urls: dict[str, str]
    """Service → base address."""
    issue: Callable[[str, str, str], str]
    """(who, organisation, place) → bearer token."""
    code: str = "E06000019"
    http: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=20))
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    _numbers: Any = field(default_factory=itertools.count)

    def headers(self, who: str, org: str = "council") -> dict[str, str]:
        """The header with this person's token."""
        if (who, org) not in self._tokens:
            self._tokens[who, org] = self.issue(who, org, self.code)
        return {"Authorization": f"Bearer {self._tokens[who, org]}"}

    def call(
        self, method: str, service: str, path: str, *, who: str = "publisher", org: str = "council", **more: Any
    ) -> httpx2.Response:
        """One request as `who` of `org`."""
        headers = self.headers(who, org) | more.pop("headers", {})
        return self.http.request(method, self.urls[service] + path, headers=headers, **more)

    def adopt(self, pack: str = "herefordshire-2018", **more: Any) -> httpx2.Response:
        """The director adopts a pack."""
        body = {"pack": pack, "rationale": "Adopted for a test", "endorsed_by": ["Quality and Review Team"]} | more
        return self.call("POST", "governance", f"/v1/places/{self.code}/policy", who="director", json=body)

    def register(self, alias: str | None = None, **more: Any) -> str:
        """A steward registers a synthetic home; its id."""
        answer = self.call("POST", "intake", "/v1/providers", who="steward", json=self.home(alias, **more))
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["provider_id"])

    def known(self, alias: str | None = None, **more: Any) -> str:
        """Register a synthetic home and wait until governance has heard of it; its id."""
        provider = self.register(alias, **more)
        until(lambda: self.view(provider), why=f"governance has heard of {provider}")
        return provider

    def home(self, alias: str | None = None, **more: Any) -> JSON:
        """What a steward sends to register a synthetic home."""
        alias = alias or f"1-{secrets.randbelow(10**9):010d}"
        return {
            "place": self.code,
            "name": f"Synthetic Home {alias} (not a real service)",
            "service_type": "care_home_residential",
            "beds": 40,
            "commissioning": "council",
            "aliases": {"cqc_location_id": alias},
        } | more

    def concern(self, subject: str, **data: Any) -> JSON:
        """A quality concern as a partner's CloudEvent, happened an hour ago."""
        number = f"QC-{next(self._numbers)}-{secrets.token_hex(3)}"
        at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        facts = {"concern_id": number, "themes": ["q.medicines"], "severity": "S2"} | data
        return self.event("quality_concern.raised", subject, facts, reference=number, time=at)

    def event(self, kind: str, subject: str, data: JSON, *, reference: str | None = None, **more: Any) -> JSON:
        """A partner's CloudEvent."""
        return {
            "specversion": "1.0",
            "id": reference or secrets.token_hex(8),
            "source": "/test/system",
            "type": f"careledger.{kind}.v1",
            "subject": subject,
            "time": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
            "data": data,
        } | more

    def post(self, event: JSON, *, who: str = "publisher", org: str = "icb", **more: Any) -> httpx2.Response:
        """A partner posts one CloudEvent, structured."""
        headers = {"Content-Type": "application/cloudevents+json"}
        return self.call("POST", "intake", "/v1/events", who=who, org=org, json=event, headers=headers, **more)

    def accept(self, event: JSON, **more: Any) -> str:
        """Post one CloudEvent that must be accepted; its id."""
        answer = self.post(event, **more)
        assert answer.status_code == 202, answer.text
        [result] = answer.json()["results"]
        assert result["status"] == "accepted", result
        return str(result["id"])

    def decide(self, provider: str, body: JSON, *, who: str = "panel-chair", org: str = "council", **more: Any) -> Any:
        """Somebody decides."""
        headers = {"Idempotency-Key": secrets.token_hex(8)} | more.pop("headers", {})
        path = f"/v1/providers/{provider}/decisions"
        return self.call("POST", "governance", path, who=who, org=org, json=body, headers=headers, **more)

    def view(self, provider: str, **params: str) -> JSON:
        """A provider's page of facts; {} while governance has not heard of it."""
        path = f"/v1/providers/{provider}"
        answer = self.call("GET", "governance", path, who="quality-officer", params=params)
        return answer.json() if answer.status_code == 200 else {}  # type: ignore[no-any-return]

    def history(self, provider: str, **params: str) -> list[JSON]:
        """The whole history of a provider."""
        entries: list[JSON] = []
        cursor: str | None = None
        while True:
            more = {"limit": "500", **params, **({"cursor": cursor} if cursor else {})}
            path = f"/v1/providers/{provider}/history"
            answer = self.call("GET", "governance", path, who="auditor", params=more)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            entries += page["entries"]
            cursor = page["next"]
            if not cursor:
                return entries

    def types(self, provider: str) -> list[str]:
        """The types of everything in a provider's history; nothing while governance has not heard of it."""
        return [entry["event"]["type"] for entry in self.history(provider)] if self.view(provider) else []

    def deliveries(self, provider: str) -> list[JSON]:
        """What was told about a provider, and to whom."""
        answer = self.call("GET", "notify", "/v1/deliveries", who="ops", params={"provider": provider, "limit": "500"})
        assert answer.status_code == 200, answer.text
        found: list[JSON] = answer.json()["deliveries"]
        return found
