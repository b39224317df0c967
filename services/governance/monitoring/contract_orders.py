"""What may be asked of a contract over HTTP, and the step that it becomes."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.governance.asking import Unfit
from services.governance.domain import contract
from services.governance.domain.contract import Contract
from services.governance.order import Code, Day, Text
from shared import calendar
from shared.events import Data, Sealed, contracts
from shared.events import vocabulary as words

Seal = Callable[[str | None], Sealed | None]
Clauses = Annotated[tuple[words.Word, ...], Field(min_length=1, max_length=50)]
REVIEW_MONTHS = 12
"""All contracts are reviewed annually (OXF-8)."""
QUARTER = 3
"""Very high risk, red on the levels of monitoring 3 to 5, is reviewed quarterly (OXF-21, rulings 11)."""
INTENSIVE = frozenset({"3", "4", "5"})


class Order(BaseModel):
    """One order. An unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Document(Order):
    """Something on paper that the provider owes."""

    name: words.Word
    due: Day


class Terms(Order):
    """What both parties are held to; what is not given stays as it is."""

    size_band: contracts.SizeBand | None = None
    starts_on: Day | None = None
    mid_term_on: Day | None = None
    ends_on: Day | None = None
    signed: bool | None = None
    clauses: tuple[words.Word, ...] | None = Field(None, max_length=200)
    officer: words.Word | None = None
    tier: Literal["1", "2", "3", "4", "5"] | None = None
    services: tuple[words.ServiceType, ...] | None = Field(None, max_length=20)
    documents: tuple[Document, ...] | None = Field(None, max_length=50)
    review_due: Day | None = None


class NewContract(Terms):
    """`POST /v1/providers/{id}/contracts`: a contract, or that there is none; always somebody's (OXF-6, OXF-7)."""

    kind: contracts.Kind
    commissioner: Literal["council", "nhs", "joint"]
    contract_reference: Code | None = None
    allocated_to: words.Role
    rag: words.Rag | None = None


class Changed(Terms):
    """Other terms."""

    type: Literal["changed"]
    reason: Text | None = None


class Allocated(Order):
    """It is another's from now on (OXF-7)."""

    type: Literal["allocated"]
    allocated_to: words.Role
    officer: words.Word | None = None
    reason: Text | None = None


class Rated(Order):
    """Red, amber or green, and why (OXF-6)."""

    type: Literal["rated"]
    rag: words.Rag
    reason: Text


class Breached(Order):
    """Clauses of it were breached (HER-32, CAL-27, SAL-30)."""

    type: Literal["breached"]
    clauses: Clauses
    found_on: Day | None = None
    reason: Text


class Remedied(Order):
    """They are kept again."""

    type: Literal["remedied"]
    clauses: Clauses
    reason: Text | None = None


class Received(Order):
    """Documents that were owed are here (SAL-L1.a)."""

    type: Literal["documents_received"]
    documents: Clauses


class Reviewed(Order):
    """It was reviewed (OXF-8, OXF-20, OXF-21)."""

    type: Literal["reviewed"]
    reviewed_on: Day
    how: Literal["desk", "visit", "meeting"]
    outcome: Literal["satisfactory", "actions", "unsatisfactory"]
    next_due: Day | None = None
    """A year later, where nothing else is said; a quarter for very high risk (OXF-21)."""
    summary: Text | None = None


class Ended(Order):
    """It is over."""

    type: Literal["ended"]
    ended_on: Day
    because: Literal["expired", "handed_back", "terminated", "decommissioned", "replaced", "other"]


AnyStep = Annotated[
    Changed | Allocated | Rated | Breached | Remedied | Received | Reviewed | Ended, Field(discriminator="type")
]


def registered(
    order: NewContract, contract_id: str, today: date, service_type: str, tier: str | None
) -> contracts.ContractRegistered:
    """The first step: with the middle of the term, and the first review. `tier`: the provider's. Raises Unfit."""
    said = order.model_dump(exclude_none=True) | {"contract_id": contract_id}
    if order.kind == contract.NONE:
        given = next((name for name in contract.OF_ONE if said.get(name)), None)
        if given is not None:
            raise Unfit(f"/{given}", "There is no contract that could say so.", "Leave it out, or give another kind.")
    _in_order(order.starts_on, order.mid_term_on, order.ends_on)
    usual = {
        "mid_term_on": contract.middle(order.starts_on, order.ends_on),
        "services": (service_type,),
        "review_due": calendar.add_months(max(order.starts_on or today, today), review_months(said, tier)),
    }
    return contracts.ContractRegistered.model_validate(usual | said)


def review_months(terms: Mapping[str, Any], tier: str | None) -> int:
    """How often a contract on these terms is reviewed. `tier`: the provider's, where its own is not set by hand."""
    intensive = (terms.get("tier") or tier) in INTENSIVE
    return QUARTER if terms.get("rag") == "red" and intensive else REVIEW_MONTHS


def step(order: AnyStep, state: Contract, actor: str, today: date, seal: Seal, *, tier: str | None = None) -> Data:
    """The step that an order asks for. `tier`: the provider's. Raises Unfit for what is not on this contract."""
    name = state.contract_id
    match order:
        case Reviewed():
            due = order.next_due or calendar.add_months(order.reviewed_on, review_months(state.terms, tier))
            if due <= order.reviewed_on:
                raise Unfit("/next_due", "That is not after this review.", "Leave it out for a year later.")
            said = order.model_dump(exclude={"type", "summary", "next_due"})
            return contracts.ContractReviewed(
                **said, contract_id=name, actor=actor, next_due=due, summary=seal(order.summary)
            )
        case Ended():
            return contracts.ContractEnded(contract_id=name, ended_on=order.ended_on, because=order.because)
        case Breached():
            _demand("clauses", order.clauses, state.clauses, "is no clause of this contract on the register")
            changes: dict[str, Any] = {"breached": order.clauses}
        case Remedied():
            _demand("clauses", order.clauses, state.breached, "is not breached")
            changes = {"remedied": order.clauses}
        case Received():
            _demand("documents", order.documents, state.owed, "is not owed")
            changes = {"documents_received": order.documents}
        case _:
            changes = order.model_dump(exclude={"type", "reason"}, exclude_none=True)
            terms = {**state.terms, **changes}
            _in_order(terms.get("starts_on"), terms.get("mid_term_on"), terms.get("ends_on"))
            changes |= _moved(state, changes) | _sooner(state, changes, today, tier)
    reason = seal(getattr(order, "reason", None))
    return contracts.ContractChanged.model_validate(changes | {"contract_id": name, "reason": reason})


def _moved(state: Contract, changes: dict[str, Any]) -> dict[str, Any]:
    """Another term has another middle."""
    if "mid_term_on" in changes or not {"starts_on", "ends_on"} & set(changes):
        return {}
    terms = {**state.terms, **changes}
    mid = contract.middle(terms.get("starts_on"), terms.get("ends_on"))
    return {} if mid is None else {"mid_term_on": mid}


def _sooner(state: Contract, changes: dict[str, Any], today: date, tier: str | None) -> dict[str, Any]:
    """What has become very high risk waits no year for its review."""
    if "review_due" in changes or not {"rag", "tier"} & set(changes):
        return {}
    due, last = state.terms.get("review_due"), state.reviewed_on or today
    soon = calendar.add_months(last, review_months({**state.terms, **changes}, tier))
    return {"review_due": soon} if due is None or soon < due else {}


def _in_order(starts: date | None, mid: date | None, ends: date | None) -> None:
    if starts is not None and ends is not None and ends < starts:
        raise Unfit("/ends_on", "It would end before it began.", "Give a later day.")
    if mid is not None and ((starts is not None and mid < starts) or (ends is not None and mid > ends)):
        raise Unfit("/mid_term_on", "That is not within its term.", "Leave it out: it follows from the term.")


def _demand(path: str, named: Iterable[str], known: Iterable[str], why: str) -> None:
    there = list(known)
    for number, name in enumerate(named):
        if name not in there:
            raise Unfit(f"/{path}/{number}", f"{name} {why}.", f"Give one of {', '.join(there) or 'none'}.")
