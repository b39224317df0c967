"""What was written at a meeting, in clear, for those who may; that it was read is kept (architecture §9). Blocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.governance.asking import Asking
from services.governance.domain import meeting_kind
from services.governance.event_store import EventStore
from services.governance.matter import Matter
from services.governance.matters import Matters
from services.governance.texts import Texts
from shared.events import Sealed, entry_of, envelope, registry
from shared.vault import Vault

KIND = meeting_kind.KIND


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens reasons, notes and minutes. Meetings stand in no provider's history: this is where they are read."""

    store: EventStore
    works: Matters
    vault: Vault

    def texts(self, meeting_id: str, asking: Asking) -> list[dict[str, Any]]:
        """Step by step, in their order; a text is None where it was erased. Raises Unknown."""
        self.works.matter(KIND, meeting_id, asking.places)
        texts = Texts(self.store, self.vault)
        return [
            said | {"texts": dict(texts.in_clear(sealed, UUID(said["event_id"]), asking))}
            for said, sealed in self._sealed(meeting_id)
        ]

    def _sealed(self, meeting_id: str) -> Iterator[tuple[dict[str, Any], dict[str, Sealed]]]:
        for stored in self.store.events.get(Matter.create_id(KIND.name, meeting_id)):
            if (name := getattr(stored, "model", None)) is None:
                continue
            step, model = getattr(stored, "step"), KIND.models[name]  # noqa: B009 - of a stepped event alone
            fields = {field: step[field] for field in registry.texts(model) if step.get(field) is not None}
            if fields:
                at = envelope.instant(getattr(stored, "at"))  # noqa: B009
                said = {"event_id": getattr(stored, "id_"), "type": entry_of(model).kind, "at": at}  # noqa: B009
                yield (
                    said | {"item": step.get("item")},
                    {field: Sealed.model_validate(sealed) for field, sealed in fields.items()},
                )
