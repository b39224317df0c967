"""Corrections of any fact: each names the event that it corrects; the log keeps both (architecture §4)."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import ANYONE, PROFESSIONALS, Data, Sealed, published

READERS = ("risk", "governance")


@published("fact.withdrawn", topic="ledger", writers=("intake",), readers=READERS, correction=True, senders=ANYONE)
class FactWithdrawn(Data):
    """Its publisher takes a fact back: from now on it was never true. It applies at that fact's own time."""

    event_id: UUID
    """The event that is taken back: the `id` of its receipt."""
    because: Literal["sent_in_error", "wrong_provider", "duplicate", "not_true", "other"]
    duplicate_of: UUID | None = None
    """The event that says the same, where an officer confirmed a probable duplicate."""
    reason: Sealed | None = None


@published("fact.corrected", topic="ledger", writers=("intake",), readers=READERS, correction=True, senders=ANYONE)
class FactCorrected(Data):
    """Its publisher replaces a fact: the first no longer counts, the second is an event of its own at the same time."""

    event_id: UUID
    replaced_by: UUID
    """The event that says it rightly; it is sent first."""
    fields: tuple[words.Word, ...] = Field((), max_length=40)
    """Which fields changed."""
    reason: Sealed | None = None


@published("dispute.raised", topic="ledger", writers=("intake", "governance"), readers=READERS, senders=ANYONE,
           no_fact="a challenge changes nothing until it is answered: the page shows it (domain.md §4.2, item 15)",
)  # fmt: skip
class DisputeRaised(Data):
    """A provider challenges a fact or a decision: its right to (rulings 30)."""

    dispute_id: words.Reference
    event_id: UUID
    """The event that is disputed."""
    grounds: Literal["factual_accuracy", "wrong_standard", "duplicated_evidence", "process", "other"]
    answer_by: date | None = None
    statement: Sealed | None = None


@published("dispute.answered", topic="ledger", writers=("intake", "governance"), readers=READERS, senders=PROFESSIONALS,
           no_fact="what was wrong is withdrawn or corrected by an event of its own",
)  # fmt: skip
class DisputeAnswered(Data):
    """Whoever stands for the disputed fact answers."""

    dispute_id: words.Reference
    event_id: UUID
    outcome: Literal["upheld", "part_upheld", "not_upheld", "withdrawn"]
    """Of the dispute: `upheld` means that the provider was right."""
    statement: Sealed | None = None
