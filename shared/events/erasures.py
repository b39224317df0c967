"""Erasure of texts by two people, and legal holds that forbid it (architecture §9; domain.md §4.2, 6)."""

from typing import Literal

from pydantic import Field

from shared.events.registry import Data, Sealed, published

READERS = ("governance",)
NO_FACT = "what is erased are words; counts, levels and dates stay as they were"
Because = Literal["retention_expired", "request", "sent_in_error", "court_order"]


class Erasure(Data):
    """What every step names."""

    erasure_id: str = Field(min_length=1, max_length=200)
    actor: str | None = None
    """Who took this step, by a keyed pseudonym."""
    role: str | None = None
    """Their role, where the policy gives it the power to erase: one of the two people has it."""


@published("erasure.requested", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class ErasureRequested(Erasure):
    """Somebody asks that texts be erased; another person has to agree."""

    because: Because
    events: tuple[str, ...] = Field(min_length=1, max_length=500)
    """The events whose texts they are."""
    texts: Literal["all", "identity"] = "all"
    """identity: only who somebody is."""
    reason: Sealed | None = None


@published("erasure.approved", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class ErasureApproved(Erasure):
    """The second person agrees: from now on it is carried out, whatever fails in between."""


@published("erasure.refused", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class ErasureRefused(Erasure):
    """It is not carried out: a person refuses, or a legal hold came before it was done."""

    because: Literal["person", "legal_hold"]
    reason: Sealed | None = None


@published("erasure.carried_out", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class ErasureCarriedOut(Erasure):
    """The receipt: the keys of these texts are destroyed, and no text of theirs can be read again by anybody."""

    keys: int = Field(ge=0)
    """How many were destroyed now; others had been before."""
    digest: str
    """SHA-256 of the ids of those keys, sorted, a line each."""


class Hold(Data):
    """What every step names."""

    hold_id: str = Field(min_length=1, max_length=200)
    actor: str | None = None


@published("legal_hold.placed", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class LegalHoldPlaced(Hold):
    """Nothing of this may be erased until the hold is lifted."""

    because: Literal["safeguarding_adults_review", "large_scale_enquiry", "inquest", "police", "litigation", "other"]
    events: tuple[str, ...] = Field((), max_length=500)
    """The events whose texts are held; none: everything about the provider."""
    subjects: tuple[str, ...] = Field((), max_length=1000)
    """What is held in the vault, by its names there."""
    reason: Sealed


@published("legal_hold.lifted", topic="ledger", writers=("governance",), readers=READERS, no_fact=NO_FACT)
class LegalHoldLifted(Hold):
    """The hold ends."""

    reason: Sealed
