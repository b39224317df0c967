"""What people wrote about a matter, in clear, for those who ask: that it was read is kept (architecture §9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from services.governance import view
from services.governance.asking import Asking
from services.governance.event_store import EventStore
from services.governance.texts import Texts
from services.governance.web import words
from shared.events import envelope
from shared.vault import Vault

MOST = 30
LOOKED_AT = 400
_EVENTS = f"""
SELECT body FROM {view.SCHEMA}.history WHERE provider_id = %s AND type LIKE %s ORDER BY recordedtime DESC LIMIT %s
"""  # noqa: S608 - names of ours alone


@dataclass(frozen=True, slots=True)
class Written:
    """What one step said."""

    step: str
    about: str
    """The action or the item that it is about, where there is one."""
    at: str
    texts: Sequence[tuple[str, str | None]]
    """What each says of itself, and the text; None where it was erased."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Blocks: call it from a thread."""

    store: EventStore
    vault: Vault

    def of(
        self, provider_id: str, prefix: str, which: tuple[str, str], asking: Asking, may: frozenset[str]
    ) -> list[Written]:
        """The newest steps of a matter that hold texts. `prefix`: of its types; `which`: its field and its id."""
        name, id_ = which
        with self.store.reading() as cursor:
            cursor.execute(_EVENTS, (provider_id, f"careledger.{prefix}.%", LOOKED_AT), prepare=True)
            events = [orjson.loads(bytes(row["body"])) for row in cursor]
        mine = [one for one in events if one["data"].get(name) == id_ and _is_written(one["data"])]
        texts = Texts(self.store, self.vault)
        return [
            _written(one, texts.opened(provider_id, UUID(one["id"]), asking, may))
            for one in mine[:MOST]
            if one["classification"] in may
        ]


def _is_written(data: Mapping[str, Any]) -> bool:
    return any(isinstance(value, Mapping) and "ciphertext" in value for value in data.values())


def _written(row: Mapping[str, Any], said: Mapping[str, str | None]) -> Written:
    data = row["data"]
    about = str(data.get("action_id") or data.get("item") or data.get("question") or words.plain(data.get("theme")))
    step = words.plain(envelope.kind_of(row["type"]).partition(".")[2])
    return Written(step, about, words.moment(row["time"]), [(words.plain(name), text) for name, text in said.items()])
