"""An erasure: asked for by one person, agreed by another, carried out with a receipt. Pure (architecture §9)."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from services.governance.domain.authority import Asker, Verdict
from services.governance.domain.kind import Kind
from shared.events import erasures
from shared.policies import deciding

Status = Literal["requested", "approved", "refused", "carried_out"]
OPEN: tuple[Status, ...] = ("requested", "approved")
POWER = "shredding"
"""What a policy calls it."""
OURS = deciding.AuthorityRule(
    id=POWER, ours="no policy says whose power it is: the director's", bodies=("DIRECTOR",), roles=("director",),
    organisations=("council",),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure as it stands."""

    asked: erasures.ErasureRequested
    status: Status = "requested"
    refused_because: str | None = None
    keys: int | None = None
    digest: str | None = None


def take(erasure: Erasure | None, step: erasures.Erasure) -> Erasure:
    """The erasure after a step."""
    if isinstance(step, erasures.ErasureRequested):
        return Erasure(step)
    assert erasure is not None  # noqa: S101 - it is asked for first
    match step:
        case erasures.ErasureApproved():
            return replace(erasure, status="approved")
        case erasures.ErasureRefused():
            return replace(erasure, status="refused", refused_because=step.because)
        case erasures.ErasureCarriedOut():
            return replace(erasure, status="carried_out", keys=step.keys, digest=step.digest)
    return erasure


def unfit(erasure: Erasure, step: erasures.Erasure) -> str | None:
    """Why a step is not possible, or None. Two people: whoever asked does not agree."""
    match step:
        case erasures.ErasureApproved() | erasures.ErasureRefused(because="person"):
            if erasure.status != "requested":
                return f"the erasure is {erasure.status.replace('_', ' ')}"
            if isinstance(step, erasures.ErasureApproved) and step.actor == erasure.asked.actor:
                return "whoever asks for an erasure does not agree to it: another person does"
            return None
    return None if erasure.status == "approved" else f"the erasure is {erasure.status.replace('_', ' ')}"


def power(authority: deciding.Authority | None, asker: Asker) -> Verdict:
    """Whether this person has the power to erase, as the policy says (rulings 19). Of the two people one must."""
    rules = (authority.decisions.get(POWER) if authority else None) or (OURS,)
    for rule in rules:
        role = next((role for role in rule.roles if role in asker.roles), None)
        if role is not None and asker.organisation in rule.organisations:
            return Verdict(True, rule.id, f"{rule.id} allows it", role)
    named = " or ".join(dict.fromkeys(role for rule in rules for role in rule.roles))
    return Verdict(False, rules[0].id, f"{rules[0].id} wants one of the two people to be the {named}")


def document(erasure: Erasure) -> dict[str, Any]:
    """As it is shown."""
    asked = erasure.asked
    return {
        "erasure_id": asked.erasure_id,
        "because": asked.because,
        "events": list(asked.events),
        "texts": asked.texts,
        "status": erasure.status,
        "refused_because": erasure.refused_because,
        "keys": erasure.keys,
        "digest": erasure.digest,
    }


KIND = Kind(
    name="erasure",
    key="erasure_id",
    first=erasures.ErasureRequested,
    further=(erasures.ErasureApproved, erasures.ErasureRefused, erasures.ErasureCarriedOut),
    take=take,
    unfit=unfit,
    document=document,
    is_open=lambda erasure: erasure.status in OPEN,
)
