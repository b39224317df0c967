"""What a contract amounts to, folded from its published steps; and why a step does not fit. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.governance.domain.kind import Kind
from shared.events import Data, contracts

NONE = "no_contract"
PLAIN = (
    "size_band", "starts_on", "mid_term_on", "ends_on", "signed", "clauses", "officer", "tier", "services",
    "allocated_to", "rag", "review_due",
)  # fmt: skip
"""Terms that stand as they were last said."""
OF_ONE = ("starts_on", "mid_term_on", "ends_on", "clauses", "documents", "breached")
"""What only a contract can say: `no_contract` has none of it."""


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract, or the known lack of one (OXF-5 to OXF-8, SAL-10, HER-32, CAL-27)."""

    contract_id: str
    kind: str
    commissioner: str
    reference: str | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    owed: Mapping[str, date] = field(default_factory=dict)
    """Documents that the provider owes still, and until when."""
    received: tuple[str, ...] = ()
    breached: tuple[str, ...] = ()
    """Clauses breached, and not remedied."""
    reviewed_on: date | None = None
    ended_on: date | None = None
    because: str | None = None

    @property
    def clauses(self) -> tuple[str, ...]:
        """Those that matter here."""
        return self.terms.get("clauses") or ()


def take(contract: Contract | None, step: Data) -> Contract:
    """The contract after a step. The first step registers it."""
    if isinstance(step, contracts.ContractRegistered):
        made = Contract(step.contract_id, step.kind, step.commissioner, step.contract_reference)
        return replace(made, **_terms(made, step))
    assert contract is not None  # noqa: S101 - it is registered first
    match step:
        case contracts.ContractReviewed():
            terms = {**contract.terms, "review_due": step.next_due}
            return replace(contract, terms=terms, reviewed_on=step.reviewed_on)
        case contracts.ContractEnded():
            return replace(contract, ended_on=step.ended_on, because=step.because)
        case contracts.ContractChanged():
            got, kept = set(step.documents_received or ()), set(step.remedied or ())
            changes = _terms(contract, step)
            owed = {name: due for name, due in changes["owed"].items() if name not in got}
            breached = dict.fromkeys((*contract.breached, *(step.breached or ())))
            return replace(
                contract, terms=changes["terms"], owed=owed,
                received=tuple(dict.fromkeys((*contract.received, *(step.documents_received or ())))),
                breached=tuple(clause for clause in breached if clause not in kept),
            )  # fmt: skip
    return contract


def unfit(contract: Contract, step: Data) -> str | None:
    """Why this step is not possible as the contract stands, or None."""
    if contract.ended_on is not None:
        return "the contract has ended: register another"
    starts = contract.terms.get("starts_on")
    if isinstance(step, contracts.ContractEnded) and starts is not None and step.ended_on < starts:
        return f"it began on {starts.isoformat()}"
    if (
        contract.kind == NONE
        and isinstance(step, contracts.ContractChanged)
        and any(getattr(step, name) for name in OF_ONE)
    ):
        return "there is no contract that could say so: end this entry as replaced, and register one"
    return None


def middle(starts_on: date | None, ends_on: date | None) -> date | None:
    """The middle of a term: the least contact that SAL-10 asks for."""
    return None if starts_on is None or ends_on is None else starts_on + (ends_on - starts_on) // 2


def next_due(contract: Contract) -> date | None:
    """What comes first: its review, a document, its end."""
    days = (contract.terms.get("review_due"), contract.terms.get("ends_on"), *contract.owed.values())
    return min((day for day in days if day is not None), default=None)


def document(contract: Contract) -> dict[str, Any]:
    """As it is shown."""
    shown = {name: _shown(contract.terms.get(name)) for name in PLAIN}
    return {
        "contract_id": contract.contract_id,
        "kind": contract.kind,
        "commissioner": contract.commissioner,
        "reference": contract.reference,
        **shown,
        "documents_due": [{"name": name, "due": due.isoformat()} for name, due in contract.owed.items()],
        "documents_received": list(contract.received),
        "breached": list(contract.breached),
        "reviewed_on": _shown(contract.reviewed_on),
        "next_due": _shown(next_due(contract)) if contract.ended_on is None else None,
        "ended_on": _shown(contract.ended_on),
        "because": contract.because,
    }


def _terms(contract: Contract, step: contracts.Terms) -> dict[str, Any]:
    said = {name: value for name in PLAIN if (value := getattr(step, name)) is not None}
    owed = contract.owed if step.documents is None else {one.name: one.due for one in step.documents}
    return {"terms": {**contract.terms, **said}, "owed": owed}


def _shown(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


KIND = Kind(
    name="contract",
    key="contract_id",
    first=contracts.ContractRegistered,
    further=(contracts.ContractChanged, contracts.ContractReviewed, contracts.ContractEnded),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda contract: contract.ended_on is None,
    due=next_due,
)
