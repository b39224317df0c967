"""The life of a decision in words: each step, what was settled, and who may answer it next. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.governance.domain.taken import Taken
from services.governance.web import words
from services.governance.web.deciding import catalogue
from shared.events import decisions, envelope

BECAUSE: Final[Mapping[str, str]] = {
    "refused": "refused",
    "superseded": "a newer decision took its place",
    "basis_changed": "what it was based on has changed: it is to be taken again",
}
STATUS: Final[Mapping[str, str]] = {
    "proposed": "Waits for somebody: not in effect yet",
    "effective": "In effect",
    "effective_pending_ratification": "In effect at once, waits to be ratified",
    "declined": "Declined: what stood before still stands",
    "ratification_refused": "Ended: ratification was refused",
}
USUAL_SCALE: Final = "level"
LEFT_OUT: Final = ("type", "suspension_id", "notice_id", "lsi_id", "event_ids")


@dataclass(frozen=True, slots=True)
class Lived:
    """One step of its life."""

    event_id: str
    says: str
    at: str
    has_text: bool
    """Whether it holds a sealed reason, which its own page opens."""


def step(event: Mapping[str, Any]) -> Lived:
    """A published step."""
    data = event["data"]
    has_text = isinstance(data.get("rationale"), Mapping)
    return Lived(str(event["id"]), _says(envelope.kind_of(event["type"]), data), event["recordedtime"], has_text)


def _says(kind: str, data: Mapping[str, Any]) -> str:
    match kind:
        case "decision.proposed":
            said = f"Decided by the {words.plain(data['role']).lower()} of {organisation(data['organisation'])}"
        case "decision.consented":
            given = "approved, as a second person" if data.get("given_as") == "approval" else "consented"
            said = f"{_capital(organisation(data['consenting_organisation']))} {given}"
        case "decision.took_effect":
            said = "Took effect" + (" at once, to be ratified" if data.get("pending_ratification") else "")
        case "decision.declined":
            by = f" by {organisation(data['by_organisation'])}" if data.get("by_organisation") else ""
            said = f"Declined: {BECAUSE[data.get('because', 'refused')]}{by}"
        case "decision.ratified":
            said = f"Ratified by {organisation(data['by_organisation'])}"
        case _:
            said = f"Ratification was refused by {organisation(data['by_organisation'])}, and it ended"
    return said


def called(decision: decisions.Decision) -> str:
    """What a decision is called, with its level."""
    return catalogue.taken(decision.type, getattr(decision, "level", None))


def settled(decision: decisions.Decision) -> list[tuple[str, str]]:
    """What was decided, line by line; names of machines left out."""
    document = decision.model_dump(mode="json", exclude_none=True, exclude=set(LEFT_OUT))
    if document.get("scale") == USUAL_SCALE:
        del document["scale"]
    return [(words.plain(name), _value(name, value)) for name, value in document.items() if value not in ("", [])]


def waits_for(needs: Sequence[str], *, approval: bool) -> str:
    """For whom it waits."""
    if needs:
        return " and ".join(organisation(each) for each in needs)
    return "a second person" if approval else "nobody"


def answers(taken: Taken, own: str) -> tuple[str, ...]:
    """How somebody of this organisation may answer it now, if the policy lets them."""
    if taken.status == "effective_pending_ratification":
        owed = own in taken.needs or taken.approval_owed
        return ("ratify", "refuse_ratification") if owed else ()
    found: tuple[str, ...] = ("consent", "refuse_consent") if own in taken.needs else ()
    return found + (("approve", "refuse_approval") if taken.approval_owed and not found else ())


def organisation(code: str) -> str:
    """council → the council; icb → the ICB."""
    return {"council": "the council", "icb": "the ICB", "nhs": "the NHS"}.get(code, code)


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(words.value(each) for each in value)
    if name in ("level", "from_level", "indicated_min", "indicated_max"):
        return words.level(str(value))
    return words.value(value)
