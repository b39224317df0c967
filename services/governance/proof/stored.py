"""The event store held against what was published: pages show decisions from it, and a stored step is an event's data.

What is folded from either (`cases`, `matters`, the read model) is not looked at: it is made again from these.
"""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Final

import orjson
import psycopg
from pydantic import ValidationError

from services.governance.domain.kinds import KIND_OF
from services.governance.proof.columns import Event
from services.governance.proof.findings import NOWHERE, Bad
from services.governance.restore import RECORDERS
from shared.events import Data, carried_over, entry_of, envelope, places, registry

WRITER: Final = "governance"
_MODELS: Final[tuple[type[Data], ...]] = (
    *RECORDERS, *KIND_OF, places.PolicyAdopted, places.PolicyShadowed, places.PolicyShadowEnded,
    places.BaselinePublished,
)  # fmt: skip
KEPT: Final = frozenset(entry_of(model).type for model in _MODELS)
CARRIED: Final = entry_of(carried_over.CarriedOverRecorded).type
BY_DIGEST: Final = frozenset({"text", "rates"})
"""Kept beside, under their digest."""
AT_ONCE: Final = 2000
_STORED: Final = """
SELECT originator_id::text, originator_version, topic, state FROM governance.governance_events AS e
ORDER BY e.originator_id, e.originator_version
"""
Where = tuple[str, int, int, str, str]
"""Topic, partition, offset, event, place."""


class Stored:
    """Told of every event that was published, in the end it compares."""

    def __init__(self) -> None:
        self._published: dict[bytes, Where] = {}
        self._carried: set[bytes] = set()

    def published(self, topic: str, partition: int, offset: int, event: Event) -> None:
        """One more."""
        data = event.get("data")
        if not isinstance(data, dict):
            return
        if event["writer"] == WRITER and event["type"] in KEPT:
            self._published[_digest(data, event["time"])] = topic, partition, offset, event["id"], event["place"]
        elif event["type"] == CARRIED:
            with contextlib.suppress(ValidationError):  # of no type of ours: nothing was taken in
                said = registry.dumped(carried_over.CarriedOverRecorded.model_validate(data))
                self._carried.add(_digest(said, event["id"]))

    async def compare(self, connection: psycopg.AsyncConnection[Any]) -> AsyncIterator[Bad]:
        """Steps that nobody published, gaps between steps, and what was published and is not stored."""
        found, last = set[bytes](), ("", 0)
        async with connection.cursor("event_store", binary=True) as cursor:
            cursor.itersize = AT_ONCE
            await cursor.execute(_STORED)
            async for who, version, topic, state in cursor:
                name = f"{topic.rpartition(':')[2]} {version} of {who}"
                if version != (last[1] + 1 if who == last[0] else 1):
                    yield _bad(f"the event store lacks what came before {name}")
                last = who, version
                if (digest := _of(bytes(state))) is None:
                    continue
                if digest not in self._published and digest not in self._carried:
                    yield _bad(f"the event store has {name}, which was never published so")
                found.add(digest)
        for digest, (lane, partition, offset, id_, place) in self._published.items():
            if digest not in found:
                yield Bad(lane, partition, offset, id_, "the event store lacks it, or has it with other content", place)


def _of(state: bytes) -> bytes | None:
    """The digest of a stored step; None for the opening of an aggregate, which holds no step."""
    try:
        said = orjson.loads(state)
        step = said.get("step")
        if step is None:
            return None
        at = said["record"] if "record" in said else envelope.instant(datetime.fromisoformat(said["at"]["_data_"]))
        return _digest(step, at)
    except (ValueError, KeyError, TypeError, AttributeError):
        return b""


def _digest(data: Mapping[str, Any], at: str) -> bytes:
    said = [{name: value for name, value in data.items() if name not in BY_DIGEST}, at]
    return hashlib.blake2b(orjson.dumps(said, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()


def _bad(says: str) -> Bad:
    return Bad("event store", 0, NOWHERE, "", says)
