"""Contracts and the lack of one: size, term, clauses, officer (OXF-5 to OXF-7, SAL-10, HER-32, rulings 30)."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events import vocabulary as words
from shared.events.registry import COMMISSIONERS, Data, Sealed, published

READERS = ("risk", "governance")
WRITERS = ("intake", "governance")
"""Systems of the commissioners through the door; officers who keep the register here."""
Kind = Literal["contract", "framework", "spot", "block", "grant", "no_contract"]
SizeBand = Literal["under_25k", "25k_100k", "100k_500k", "500k_1m", "1m_5m", "over_5m", "unknown"]
"""Pounds a year."""


class Document(Data):
    """Something on paper that the provider owes under a contract."""

    name: words.Word
    due: date


class Terms(Data):
    """What both parties are held to; in a change only what is set changed."""

    size_band: SizeBand | None = None
    starts_on: date | None = None
    mid_term_on: date | None = None
    """Halfway: the least contact that SAL-10 asks for."""
    ends_on: date | None = None
    signed: bool | None = None
    """The documents are signed (SAL-L1.a)."""
    clauses: tuple[words.Word, ...] | None = Field(None, max_length=200)
    """Clauses that matter here: `returns`, `cqc_copies` (A13)."""
    officer: words.Word | None = None
    """The monitoring officer, by a staff code (OXF-7)."""
    tier: Literal["1", "2", "3", "4", "5"] | None = None
    """Monitoring tier, where it is set by hand (OXF-20)."""
    services: tuple[words.ServiceType, ...] | None = Field(None, max_length=20)
    """The kinds of service that it covers."""
    documents: tuple[Document, ...] | None = Field(None, max_length=50)
    """Everything on paper that is owed: insurance, business continuity plan (SAL-L1.a)."""
    allocated_to: words.Role | None = None
    """The role that answers for it (OXF-7)."""
    rag: words.Rag | None = None
    """Its level of risk, as officers rate it (OXF-6)."""
    review_due: date | None = None
    """By when it is reviewed again (OXF-8)."""


@published("contract.registered", topic="ledger", writers=WRITERS, readers=READERS, senders=COMMISSIONERS)
class ContractRegistered(Terms):
    """A contract stands, or it is known that there is none (`no_contract`)."""

    contract_id: words.Reference
    kind: Kind
    commissioner: Literal["council", "nhs", "joint"]
    contract_reference: words.Reference | None = None
    """The commissioner's own number for it."""


@published("contract.changed", topic="ledger", writers=WRITERS, readers=READERS, senders=COMMISSIONERS)
class ContractChanged(Terms):
    """Terms changed, or a clause was breached."""

    contract_id: words.Reference
    breached: tuple[words.Word, ...] | None = Field(None, min_length=1, max_length=50)
    """Clauses breached; the event's time is when it was found (HER-32, SAL-L3.a)."""
    remedied: tuple[words.Word, ...] | None = Field(None, min_length=1, max_length=50)
    """Clauses that are kept again."""
    documents_received: tuple[words.Word, ...] | None = Field(None, min_length=1, max_length=50)
    reason: Sealed | None = None


@published("contract.ended", topic="ledger", writers=WRITERS, readers=READERS, senders=COMMISSIONERS)
class ContractEnded(Data):
    """A contract ended."""

    contract_id: words.Reference
    ended_on: date
    because: Literal["expired", "handed_back", "terminated", "decommissioned", "replaced", "other"]


@published("contract.reviewed", topic="ledger", writers=("governance",), readers=("governance",),
           no_fact="whether contracts are reviewed is our own measure (OXF-8), not of the service")  # fmt: skip
class ContractReviewed(Data):
    """A contract was reviewed: at least once a year (OXF-8, OXF-20, OXF-21)."""

    contract_id: words.Reference
    actor: str | None = None
    """Who reviewed it, by a keyed pseudonym."""
    reviewed_on: date
    how: Literal["desk", "visit", "meeting"]
    outcome: Literal["satisfactory", "actions", "unsatisfactory"]
    next_due: date
    summary: Sealed | None = None
