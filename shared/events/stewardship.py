"""What stewards and officers decide about what came in: its release, its rejection, and what is no duplicate."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import Data, Sealed, published

READERS = ("governance",)


class QuarantineDecided(Data):
    """What every decision about a quarantined item names. Its subject and its key are a place."""

    item_id: UUID
    """The id that the item has, or would have, as an event."""
    waited_because: words.Word
    """Why it was kept: `unknown-provider`, `conflict`."""
    publisher: words.Publisher
    kind: str | None = Field(None, max_length=100)
    """What it is, where that could be read: `quality_concern.raised`."""
    actor: str | None = None
    """Who decided, by a keyed pseudonym; nobody: it was released by itself, or by a registration."""
    reason: Sealed | None = None


@published("quarantine.released", topic="ledger", writers=("intake",), readers=READERS,
           no_fact="what is released is an event of its own, and that one counts")  # fmt: skip
class QuarantineReleased(QuarantineDecided):
    """A steward let something out of quarantine."""

    provider_id: words.ProviderId
    """Whom it was about."""
    matched: bool = False
    """The steward said who is meant: the sender's name for it led to nobody."""


@published("quarantine.rejected", topic="ledger", writers=("intake",), readers=READERS,
           no_fact="what is rejected says nothing of a provider; that it was, is on the record")  # fmt: skip
class QuarantineRejected(QuarantineDecided):
    """A steward put something aside for good. It is kept."""


@published("duplicate.dismissed", topic="ledger", writers=("intake",), readers=READERS,
           no_fact="two concerns that seemed one go on counting as two")  # fmt: skip
class DuplicateDismissed(Data):
    """An officer looked at a probable duplicate: it is none. A confirmed one is `fact.withdrawn` for `duplicate`."""

    event_id: UUID
    other_event_id: UUID
    because: Literal["different_people", "different_events", "other"]
    actor: str | None = None
    reason: Sealed | None = None
