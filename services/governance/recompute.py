"""Asks risk what it would have said of these events, under this policy, on that day. Without risk: nothing, and why."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx2
import orjson

from services.governance.packs import InForce
from shared import policy
from shared.events.assessments import Assessment

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """What the marks among the events name."""

    names: Mapping[str, str]
    """By digest, the packs that the place has adopted."""
    baseline: Mapping[str, Any] | None = None
    """The peers' rates that were compared with, as `places` has them."""


class Recompute:
    """A client of risk's `POST /v1/assessments`."""

    SECONDS = 5.0

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    async def __call__(
        self, events: Sequence[bytes], in_force: InForce | None, c: date, bearer: str, known: Known
    ) -> tuple[dict[str, Any] | None, str | None]:
        """The assessment at the end of the London day `c`, or None and the reason."""
        if in_force is None:
            return None, "no policy was adopted by then"
        head = {
            "pack": policy.document(in_force.pack),
            "c": c.isoformat(),
            "adopted": in_force.adoption.in_force_from.isoformat(),
            "names": dict(known.names),
            "baseline": None if known.baseline is None else dict(known.baseline),
        }
        lines = [orjson.dumps(head), *events]
        try:
            answer = await self._client.post(
                "/v1/assessments",
                content=b"\n".join(lines) + b"\n",
                headers={"Authorization": bearer, "Content-Type": "application/x-ndjson"},
            )
            answer.raise_for_status()
            found = Assessment.model_validate(answer.json()).model_dump(mode="json")
        except httpx2.HTTPStatusError as error:
            log.warning("risk did not recompute: %d: %.300s", error.response.status_code, error.response.text)
            return None, f"risk refused it ({error.response.status_code})"
        except (httpx2.HTTPError, ValueError) as error:
            log.warning("risk did not recompute: %s: %.200s", type(error).__name__, error)
            return None, "risk did not answer"
        return found, None
