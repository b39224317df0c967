"""Loads the labelled demonstration places through the services' public doors. Harmless to repeat."""

import contextlib
import json
import pathlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx2
from ruamel.yaml import YAML

from deploy.local import layout, tokens
from deploy.local.commands import StartFailed

TEXT = pathlib.Path(__file__).with_name("demonstration.yaml")
REVIEW = timedelta(days=730)
ELSEWHERE = "X00000009"
"""A council that has placed people in the demonstration places: synthetic, like them."""


class Loader:
    """One loading into one deployment."""

    def __init__(self, place: layout.Layout, client: httpx2.AsyncClient, day: date) -> None:
        self._layout, self._client, self._day = place, client, day

    async def load(self, plan: dict[str, Any]) -> int:
        """Load every place; returns the number of providers."""
        for code, entry in plan["places"].items():
            await self._adopt(code, entry["pack"])
            for role in plan["recipients"]:
                await self._recipient(code, role)
            for provider in plan["providers"]:
                await self._provider(code, provider)
        return len(plan["places"]) * len(plan["providers"])

    async def _adopt(self, code: str, pack: str) -> None:
        body = {
            "pack": pack,
            "rationale": f"Demonstration: a synthetic place under {pack}.",
            "endorsed_by": ["Demonstration board (synthetic)"],
            "review_by": (self._day + REVIEW).isoformat(),
        }
        await self._post("governance", f"/v1/places/{code}/policy", body, "director", code)

    async def _recipient(self, code: str, role: str, name: str | None = None, provider: str | None = None) -> None:
        address = f"{(name or role).replace('_', '-')}.{code.lower()}@demonstration.invalid"
        body = {"place": code, "role": role, "channel": "email", "address": address}
        body |= {"provider": provider} if provider else {}
        if role in ("placing_authorities", "host_authority"):
            body["authority"] = ELSEWHERE
        await self._post("notify", "/v1/recipients", body, "ops", code)

    async def _provider(self, code: str, provider: dict[str, Any]) -> None:
        fields = ("name", "service_type", "beds", "commissioning")
        body = {name: provider[name] for name in fields if name in provider}
        alias = f"{code}-{provider['key']}".lower()
        body |= {"place": code, "aliases": {"local": alias}}
        registered = await self._post("intake", "/v1/providers", body, "steward", code)
        await self._recipient(code, "provider", f"manager-{provider['key']}", registered["provider_id"])
        events = [self._concern(alias, number, each) for number, each in enumerate(provider["concerns"], 1)]
        if events:
            kind = "application/cloudevents-batch+json"
            answer = await self._post("intake", "/v1/events", events, "publisher", code, kind=kind)
            if unheard := [each for each in answer["results"] if each["status"] not in ("accepted", "duplicate")]:
                raise StartFailed(f"the demonstration could not be loaded: intake answered {unheard[0]}")

    def _concern(self, alias: str, number: int, concern: dict[str, Any]) -> dict[str, Any]:
        when = datetime.combine(self._day - timedelta(days=concern["days_ago"]), time(9, 30), UTC)
        reference = f"DEMONSTRATION-{alias}-{number}"
        return {
            "specversion": "1.0",
            "id": reference,
            "source": "/demonstration",
            "type": "careledger.quality_concern.raised.v1",
            "subject": f"local:{alias}",
            "time": when.isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "data": {
                "concern_id": reference,
                "themes": concern["themes"],
                "severity": concern["severity"],
                "people_affected_band": str(concern["people"]),
                "description": concern["says"],
            },
        }

    async def _post(
        self, service: str, path: str, body: Any, who: str, code: str, *, kind: str = "application/json"
    ) -> dict[str, Any]:
        headers = self._headers(who, code) | {"content-type": kind}
        return _body(await self._client.post(f"{self._layout.url(service)}{path}", json=body, headers=headers))

    def _headers(self, who: str, code: str) -> dict[str, str]:
        bearer = tokens.token(self._layout.directory, self._layout.issuer, who, [code])
        return {"authorization": f"Bearer {bearer}"}


def _body(response: httpx2.Response) -> dict[str, Any]:
    if response.is_error:
        where = f"{response.request.method} {response.request.url.path}"
        raise StartFailed(
            f"the demonstration could not be loaded: {where} answered {response.status_code} {response.text[:300]}"
        )
    found: dict[str, Any] = response.json()
    return found


async def load(place: layout.Layout, say: Callable[[str], None]) -> None:
    """Load what `demonstration.yaml` says, once for a folder. Raises StartFailed."""
    record = place.directory / "demonstration.json"
    known: dict[str, Any] = {"day": datetime.now(UTC).date().isoformat(), "loaded": False}
    with contextlib.suppress(FileNotFoundError):
        known = json.loads(record.read_text())
    if known["loaded"]:
        return
    record.write_text(json.dumps(known))  # the day stays, so that a second try posts the same events
    try:
        async with httpx2.AsyncClient(timeout=30, trust_env=False) as client:
            loader = Loader(place, client, date.fromisoformat(known["day"]))
            providers = await loader.load(YAML(typ="safe").load(TEXT))
    except httpx2.HTTPError as problem:
        raise StartFailed(f"the demonstration could not be loaded: {type(problem).__name__} {problem}") from problem
    record.write_text(json.dumps(known | {"loaded": True}))
    say(f"demonstration places X00000001 to X00000005 are loaded: {providers} synthetic providers")
